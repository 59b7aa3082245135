//! What must be near, and what must not.

use std::{collections::BTreeMap, sync::Arc};

use super::{InterPodAffinity, all_match, namespace_labels};
use crate::{
    affinity::{AffinityTerm, AffinityTerms},
    framework::{
        CycleState, FilterPlugin, NodeInfo, PodInfo, PreFilterOutcome, PreFilterPlugin, Row, Snapshot, Status,
    },
    plugins::domain_counts::DomainCounts,
};

const AFFINITY: &str = "node(s) didn't match pod affinity rules";
const ANTI_AFFINITY: &str = "node(s) didn't match pod anti-affinity rules";
const EXISTING_ANTI_AFFINITY: &str = "node(s) didn't satisfy existing pods anti-affinity rules";

/// How many of the pods that matter are where.
#[derive(Clone)]
struct Near {
    /// What the pod says, the namespaces named.
    terms: Option<Arc<AffinityTerms>>,
    namespace_labels: Arc<BTreeMap<String, String>>,
    /// By each of the terms that all must be near: the pods that all of them are about.
    wanted: Vec<DomainCounts>,
    /// By each of the terms of which none may be near: the pods that it is about.
    unwanted: Vec<DomainCounts>,
    /// By label: the terms of pods that do not want this one near.
    unwelcome: Vec<DomainCounts>,
    /// The same by label and value, for labels that no such pod's terms spoke of until one was counted in.
    unwelcome_since: Vec<(String, String, i64)>,
    /// Whether the pod is one of those that it wants near.
    wants_itself: bool,
}

impl Near {
    fn of(pod: &PodInfo, nodes: &Snapshot) -> Self {
        let objects = nodes.objects();
        let terms = pod.affinity().map(|terms| Arc::new(terms.named(objects)));
        let counts = |terms: &[AffinityTerm]| -> Vec<_> {
            terms.iter().map(|term| DomainCounts::new(nodes, term.topology_key())).collect()
        };
        let required = terms.as_deref();
        let wanted_terms = required.map_or(&[][..], |terms| &terms.required_affinity);
        let unwanted_terms = required.map_or(&[][..], |terms| &terms.required_anti_affinity);
        let mut near = Self {
            wanted: counts(wanted_terms),
            unwanted: counts(unwanted_terms),
            unwelcome: Vec::new(),
            unwelcome_since: Vec::new(),
            wants_itself: all_match(wanted_terms, pod.traits()),
            namespace_labels: Arc::new(namespace_labels(objects, pod)),
            terms: terms.clone(),
        };
        if !wanted_terms.is_empty() || !unwanted_terms.is_empty() {
            for (traits, rows) in nodes.pods().all() {
                if all_match(wanted_terms, traits) {
                    near.wanted.iter_mut().for_each(|counts| counts.add_rows(rows, 1));
                }
                for (term, counts) in unwanted_terms.iter().zip(&mut near.unwanted) {
                    if term.matches(traits, &BTreeMap::new()) {
                        counts.add_rows(rows, 1);
                    }
                }
            }
        }
        for (others, rows) in nodes.pods().terms() {
            for term in &others.required_anti_affinity {
                if !term.matches(pod.traits(), &near.namespace_labels) {
                    continue;
                }
                let key = term.topology_key();
                let known = near.unwelcome.iter().position(|counts| counts.column().key() == key);
                let place = known.unwrap_or_else(|| {
                    near.unwelcome.push(DomainCounts::new(nodes, key));
                    near.unwelcome.len() - 1
                });
                if let Some(counts) = near.unwelcome.get_mut(place) {
                    counts.add_rows(rows, 1);
                }
            }
        }
        near
    }

    fn has_nothing_to_say(&self) -> bool {
        self.wanted.is_empty() && self.unwanted.is_empty() && self.unwelcome.iter().all(DomainCounts::is_zero)
    }

    /// Counts another pod in on a node, or out.
    fn change(&mut self, pod: &PodInfo, other: &PodInfo, node: &NodeInfo, by: i64) {
        let row = node.row();
        if let Some(terms) = &self.terms {
            if all_match(&terms.required_affinity, other.traits()) {
                self.wanted.iter_mut().for_each(|counts| counts.change(row, by));
            }
            for (term, counts) in terms.required_anti_affinity.iter().zip(&mut self.unwanted) {
                if term.matches(other.traits(), &BTreeMap::new()) {
                    counts.change(row, by);
                }
            }
        }
        for term in other.affinity().map_or(&[][..], |others| &others.required_anti_affinity) {
            if !term.matches(pod.traits(), &self.namespace_labels) {
                continue;
            }
            let key = term.topology_key();
            match self.unwelcome.iter_mut().find(|counts| counts.column().key() == key) {
                Some(counts) => counts.change(row, by),
                None => {
                    let value = node.label(key).map(str::to_owned);
                    self.unwelcome_since.extend(value.map(|value| (key.to_owned(), value, by)));
                }
            }
        }
    }

    fn is_unwelcome(&self, node: &NodeInfo) -> bool {
        let count_of = |(key, value): (&str, &str)| -> i64 {
            let same = self.unwelcome_since.iter().filter(|since| since.0 == key && since.1 == value);
            same.map(|since| since.2).sum()
        };
        let mut since = self.unwelcome_since.iter().map(|(key, value, _)| (key.as_str(), value.as_str()));
        is_near(&self.unwelcome, node.row())
            || since.any(|(key, value)| node.label(key) == Some(value) && count_of((key, value)) > 0)
    }

    fn has_wanted(&self, row: Row) -> bool {
        let mut are_there = true;
        for counts in &self.wanted {
            match counts.at(row) {
                Some(count) => are_there &= count > 0,
                None => return false,
            }
        }
        // the first of a series of pods that want one another has nobody to go to
        are_there || (self.wants_itself && self.wanted.iter().all(DomainCounts::is_zero))
    }
}

fn is_near(counts: &[DomainCounts], row: Row) -> bool {
    counts.iter().any(|counts| counts.at(row).is_some_and(|count| count > 0))
}

impl PreFilterPlugin for InterPodAffinity {
    fn pre_filter_pod(&self, state: &mut CycleState, pod: &PodInfo, nodes: &Snapshot) -> PreFilterOutcome {
        if let Some(error) = pod.affinity_error() {
            return PreFilterOutcome::Rejected(Status::error(error));
        }
        let near = Near::of(pod, nodes);
        if near.has_nothing_to_say() {
            return PreFilterOutcome::Skip;
        }
        state.write_for_cycle(near);
        PreFilterOutcome::AllNodes
    }

    fn add_pod(&self, state: &mut CycleState, pod: &PodInfo, other: &PodInfo, node: &NodeInfo) -> Status {
        if let Some(near) = state.read_mut::<Near>() {
            near.change(pod, other, node, 1);
        }
        Status::success()
    }

    fn remove_pod(&self, state: &mut CycleState, pod: &PodInfo, other: &PodInfo, node: &NodeInfo) -> Status {
        if let Some(near) = state.read_mut::<Near>() {
            near.change(pod, other, node, -1);
        }
        Status::success()
    }
}

impl FilterPlugin for InterPodAffinity {
    fn filter_rows(
        &self,
        state: &CycleState,
        pod: &PodInfo,
        nodes: &Snapshot,
        rows: &mut Vec<Row>,
    ) -> Result<(), Status> {
        let Some(near) = state.read::<Near>() else { return Ok(()) };
        if !near.unwelcome_since.is_empty() {
            rows.retain(|row| nodes.node(*row).is_some_and(|node| self.filter_node(state, pod, node).is_success()));
            return Ok(());
        }
        let is_first = near.wants_itself && near.wanted.iter().all(DomainCounts::is_zero);
        for counts in &near.wanted {
            rows.retain(|row| counts.at(*row).is_some_and(|count| is_first || count > 0));
        }
        for counts in near.unwanted.iter().chain(&near.unwelcome) {
            rows.retain(|row| counts.at(*row).is_none_or(|count| count <= 0));
        }
        Ok(())
    }

    fn filter_node(&self, state: &CycleState, _pod: &PodInfo, node: &NodeInfo) -> Status {
        let Some(near) = state.read::<Near>() else { return Status::success() };
        let row = node.row();
        if !near.has_wanted(row) {
            return Status::unresolvable(AFFINITY);
        }
        if is_near(&near.unwanted, row) {
            return Status::unschedulable(ANTI_AFFINITY);
        }
        if near.is_unwelcome(node) {
            return Status::unschedulable(EXISTING_ANTI_AFFINITY);
        }
        Status::success()
    }
}
