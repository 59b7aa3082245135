//! The placed pods by what they have in common: few kinds of pods on many nodes, so that a selector is asked once per
//! kind, and not once per pod.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use kubeforge_api::core::v1::Pod;

use crate::{
    affinity::AffinityTerms,
    framework::{BuildRowHasher, PodInfo, Row},
    label_column::LabelColumn,
    tally::Tally,
    volumes::claims::ClaimKind,
};

/// Labels with more values than this are only counted by where there are pods on a good part of them.
const FEW_VALUES: usize = 1024;
/// What a good part is: one in so many.
const DENSE: usize = 16;
/// For so many labels at most the pods of a kind are counted.
const TALLIES_MAX: usize = 8;

/// On which rows there is how much of something; and, for those who ask, near which.
#[derive(Debug, Default)]
pub struct RowCounts {
    rows: HashMap<Row, u32, BuildRowHasher>,
    tallies: Mutex<Vec<Tally>>,
}

impl RowCounts {
    /// The rows with what is there, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (Row, u32)> {
        self.rows.iter().map(|(row, count)| (*row, *count))
    }

    /// How much there is on a row.
    pub fn at(&self, row: Row) -> u32 {
        self.rows.get(&row).copied().unwrap_or(0)
    }

    /// How much there is near the nodes with each value of a label, kept from now on; none where that does not pay.
    pub(crate) fn tally(&self, column: &Arc<LabelColumn>) -> Option<Tally> {
        if column.len() > FEW_VALUES && self.rows.len() * DENSE < column.len() {
            return None;
        }
        let mut tallies = self.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = tallies.iter().find(|tally| Arc::ptr_eq(tally.column(), column)) {
            return Some(kept.clone());
        }
        let tally = Tally::new(column, self.iter());
        // one of the same label is of what nodes said before
        tallies.retain(|tally| tally.column().key() != column.key());
        if tallies.len() >= TALLIES_MAX {
            tallies.clear();
        }
        tallies.push(tally.clone());
        Some(tally)
    }

    fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn add(&mut self, row: Row) {
        *self.rows.entry(row).or_default() += 1;
        self.change_tallies(row, 1);
    }

    fn remove(&mut self, row: Row) {
        let Some(count) = self.rows.get_mut(&row) else { return };
        *count -= 1;
        if *count == 0 {
            self.rows.remove(&row);
        }
        self.change_tallies(row, -1);
    }

    fn change_tallies(&mut self, row: Row, by: i64) {
        let tallies = self.tallies.get_mut().unwrap_or_else(PoisonError::into_inner);
        tallies.iter_mut().for_each(|tally| tally.change(row, by));
    }
}

/// What selectors of other pods look at in a pod.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct PodTraits {
    /// Its namespace.
    pub namespace: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Whether it is being deleted.
    pub is_terminating: bool,
}

impl PodTraits {
    /// Those of a pod.
    pub fn of(pod: &Pod) -> Self {
        Self {
            namespace: pod.metadata.namespace.clone(),
            labels: pod.metadata.labels.clone(),
            is_terminating: pod.metadata.deletion_timestamp.is_some(),
        }
    }
}

/// Groups of pods by what they have in common.
#[derive(Debug)]
struct Groups<T> {
    by_common: HashMap<Arc<T>, RowCounts>,
}

impl<T> Default for Groups<T> {
    fn default() -> Self {
        Self { by_common: HashMap::new() }
    }
}

impl<T: std::hash::Hash + Eq> Groups<T> {
    fn add(&mut self, common: &Arc<T>, row: Row) {
        match self.by_common.get_mut(common) {
            Some(rows) => rows.add(row),
            None => self.by_common.entry(Arc::clone(common)).or_default().add(row),
        }
    }

    fn remove(&mut self, common: &Arc<T>, row: Row) {
        let Some(rows) = self.by_common.get_mut(common) else { return };
        rows.remove(row);
        if rows.is_empty() {
            self.by_common.remove(common);
        }
    }

    fn iter(&self) -> impl Iterator<Item = (&T, &RowCounts)> {
        self.by_common.iter().map(|(common, rows)| (&**common, rows))
    }
}

/// Where placed pods use one claim.
#[derive(Debug, Default)]
struct ClaimUse {
    rows: RowCounts,
    /// Those of the pods that name it, rather than it having been made for them.
    named: RowCounts,
}

/// The placed pods by what they have in common.
#[derive(Debug, Default)]
pub struct PodIndex {
    by_namespace: HashMap<String, Groups<PodTraits>>,
    by_terms: Groups<AffinityTerms>,
    /// By namespace and name of the claim.
    by_claim: HashMap<String, HashMap<String, ClaimUse>>,
}

impl PodIndex {
    /// The kinds of pods of one namespace, and where they are.
    pub fn in_namespace(&self, namespace: &str) -> impl Iterator<Item = (&PodTraits, &RowCounts)> {
        self.by_namespace.get(namespace).into_iter().flat_map(Groups::iter)
    }

    /// The kinds of pods of all namespaces, and where they are.
    pub fn all(&self) -> impl Iterator<Item = (&PodTraits, &RowCounts)> {
        self.by_namespace.values().flat_map(Groups::iter)
    }

    /// What pods say about other pods near them, and where those are that say it.
    pub fn terms(&self) -> impl Iterator<Item = (&AffinityTerms, &RowCounts)> {
        self.by_terms.iter()
    }

    /// Where placed pods name a claim. Rows without a node are among them.
    pub fn rows_naming_claim(&self, namespace: &str, claim: &str) -> impl Iterator<Item = Row> {
        self.claim(namespace, claim).into_iter().flat_map(|used| used.named.iter().map(|(row, _)| row))
    }

    /// Where placed pods use a claim.
    pub fn rows_of_claim(&self, namespace: &str, claim: &str) -> impl Iterator<Item = Row> {
        self.claim(namespace, claim).into_iter().flat_map(|used| used.rows.iter().map(|(row, _)| row))
    }

    fn claim(&self, namespace: &str, claim: &str) -> Option<&ClaimUse> {
        self.by_claim.get(namespace)?.get(claim)
    }

    fn add_claims(&mut self, pod: &PodInfo, row: Row) {
        if pod.claims().is_empty() {
            return;
        }
        let by_name = self.by_claim.entry(pod.key().namespace().to_owned()).or_default();
        for claim in pod.claims() {
            let used = by_name.entry(claim.name.clone()).or_default();
            used.rows.add(row);
            if claim.kind == ClaimKind::Named {
                used.named.add(row);
            }
        }
    }

    fn remove_claims(&mut self, pod: &PodInfo, row: Row) {
        let namespace = pod.key().namespace();
        let Some(by_name) = self.by_claim.get_mut(namespace).filter(|_| !pod.claims().is_empty()) else { return };
        for claim in pod.claims() {
            let Some(used) = by_name.get_mut(&claim.name) else { continue };
            used.rows.remove(row);
            if claim.kind == ClaimKind::Named {
                used.named.remove(row);
            }
            if used.rows.is_empty() {
                by_name.remove(&claim.name);
            }
        }
        if by_name.is_empty() {
            self.by_claim.remove(namespace);
        }
    }

    /// Counts a pod in.
    pub(crate) fn add(&mut self, pod: &PodInfo, row: Row) {
        let traits = pod.traits();
        match self.by_namespace.get_mut(&traits.namespace) {
            Some(groups) => groups.add(traits, row),
            None => self.by_namespace.entry(traits.namespace.clone()).or_default().add(traits, row),
        }
        if let Some(terms) = pod.affinity() {
            self.by_terms.add(terms, row);
        }
        self.add_claims(pod, row);
    }

    /// Takes a pod out that was counted in.
    pub(crate) fn remove(&mut self, pod: &PodInfo, row: Row) {
        let traits = pod.traits();
        if let Some(groups) = self.by_namespace.get_mut(&traits.namespace) {
            groups.remove(traits, row);
            if groups.by_common.is_empty() {
                self.by_namespace.remove(&traits.namespace);
            }
        }
        if let Some(terms) = pod.affinity() {
            self.by_terms.remove(terms, row);
        }
        self.remove_claims(pod, row);
    }
}
