//! The placed pods by what they have in common: few kinds of pods on many nodes, so that a selector is asked once per
//! kind, and not once per pod.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use crate::{
    affinity::AffinityTerms,
    framework::{PodInfo, Row},
};

/// On which rows there is how much of something.
#[derive(Clone, Debug, Default)]
pub struct RowCounts(HashMap<Row, u32>);

impl RowCounts {
    /// The rows with what is there, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (Row, u32)> {
        self.0.iter().map(|(row, count)| (*row, *count))
    }

    fn add(&mut self, row: Row) {
        *self.0.entry(row).or_default() += 1;
    }

    fn remove(&mut self, row: Row) {
        if let Some(count) = self.0.get_mut(&row) {
            *count -= 1;
            if *count == 0 {
                self.0.remove(&row);
            }
        }
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
        if rows.0.is_empty() {
            self.by_common.remove(common);
        }
    }

    fn iter(&self) -> impl Iterator<Item = (&T, &RowCounts)> {
        self.by_common.iter().map(|(common, rows)| (&**common, rows))
    }
}

/// The placed pods by what they have in common.
#[derive(Debug, Default)]
pub struct PodIndex {
    by_namespace: HashMap<String, Groups<PodTraits>>,
    by_terms: Groups<AffinityTerms>,
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
    }
}
