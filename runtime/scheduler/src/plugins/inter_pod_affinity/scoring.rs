//! What had better be near, and what had better not.

use std::collections::BTreeMap;

use super::{InterPodAffinity, namespace_labels};
use crate::{
    affinity::{AffinityTerm, AffinityTerms},
    framework::{
        CycleState, MAX_NODE_SCORE, NodeInfo, Normalize, PodInfo, PreScorePlugin, Row, ScorePlugin, Snapshot, Status,
    },
    plugins::domain_counts::DomainCounts,
    pod_index::RowCounts,
};

/// By label: what is for the nodes with each value, less what is against them.
#[derive(Clone)]
struct Preferences(Vec<DomainCounts>);

struct Builder<'a> {
    nodes: &'a Snapshot,
    by_key: Vec<DomainCounts>,
}

impl Builder<'_> {
    fn add(&mut self, term: &AffinityTerm, rows: &RowCounts, weight: i64) {
        let key = term.topology_key();
        let column = self.nodes.label_column(key);
        let is_labelled = match rows.tally(&column) {
            Some(tally) => tally.total() > 0,
            None => rows.iter().any(|(row, _)| column.domain(row).is_some()),
        };
        if !is_labelled {
            return;
        }
        let known = self.by_key.iter().position(|counts| counts.column().key() == key);
        let place = known.unwrap_or_else(|| {
            self.by_key.push(DomainCounts::new(self.nodes, key));
            self.by_key.len() - 1
        });
        if let Some(counts) = self.by_key.get_mut(place) {
            counts.add_rows(rows, weight);
        }
    }
}

impl InterPodAffinity {
    fn preferences(&self, pod: &PodInfo, nodes: &Snapshot) -> Preferences {
        let objects = nodes.objects();
        let mut builder = Builder { nodes, by_key: Vec::new() };
        let has_preferences = pod.affinity().is_some_and(|terms| has_preferences(terms));
        if let Some(terms) = pod.affinity().filter(|_| has_preferences) {
            let terms = terms.named(objects);
            for (traits, rows) in nodes.pods().all() {
                let signed = signed(&terms.preferred_affinity, &terms.preferred_anti_affinity);
                for (term, sign) in signed.filter(|(term, _)| term.matches(traits, &BTreeMap::new())) {
                    builder.add(term, rows, sign * i64::from(term.weight()));
                }
            }
        }
        if self.ignore_preferred_terms_of_existing_pods && !has_preferences {
            return Preferences(builder.by_key);
        }
        let namespace_labels = namespace_labels(objects, pod);
        for (others, rows) in nodes.pods().terms() {
            let is_about_pod = |term: &AffinityTerm| term.matches(pod.traits(), &namespace_labels);
            if self.hard_pod_affinity_weight > 0 {
                for term in others.required_affinity.iter().filter(|term| is_about_pod(term)) {
                    builder.add(term, rows, i64::from(self.hard_pod_affinity_weight));
                }
            }
            let signed = signed(&others.preferred_affinity, &others.preferred_anti_affinity);
            for (term, sign) in signed.filter(|(term, _)| is_about_pod(term)) {
                builder.add(term, rows, sign * i64::from(term.weight()));
            }
        }
        Preferences(builder.by_key)
    }
}

fn has_preferences(terms: &AffinityTerms) -> bool {
    !terms.preferred_affinity.is_empty() || !terms.preferred_anti_affinity.is_empty()
}

fn signed<'a>(
    near: &'a [AffinityTerm],
    apart: &'a [AffinityTerm],
) -> impl Iterator<Item = (&'a AffinityTerm, i64)> + 'a {
    near.iter().map(|term| (term, 1)).chain(apart.iter().map(|term| (term, -1)))
}

impl PreScorePlugin for InterPodAffinity {
    fn pre_score_pod(&self, state: &mut CycleState, pod: &PodInfo, nodes: &Snapshot, _rows: Option<&[Row]>) -> Status {
        // it depends on the pod and on all nodes, so what `skips_pod` found holds
        if state.read::<Preferences>().is_none() {
            state.write_for_cycle(self.preferences(pod, nodes));
        }
        match state.read::<Preferences>() {
            Some(Preferences(by_key)) if !by_key.is_empty() => Status::success(),
            _ => Status::skip(),
        }
    }

    fn skips_pod(&self, state: &mut CycleState, pod: &PodInfo, nodes: &Snapshot) -> bool {
        let preferences = self.preferences(pod, nodes);
        let is_empty = preferences.0.is_empty();
        state.write_for_cycle(preferences);
        is_empty
    }
}

impl ScorePlugin for InterPodAffinity {
    fn score_node(&self, state: &CycleState, _pod: &PodInfo, node: &NodeInfo) -> Result<i64, Status> {
        let Some(Preferences(by_key)) = state.read::<Preferences>() else { return Ok(0) };
        Ok(by_key.iter().filter_map(|counts| counts.at(node.row())).sum())
    }

    fn score_rows(
        &self,
        state: &CycleState,
        _pod: &PodInfo,
        _nodes: &Snapshot,
        rows: &[Row],
    ) -> Result<Vec<i64>, Status> {
        let mut scores = vec![0; rows.len()];
        for counts in state.read::<Preferences>().iter().flat_map(|preferences| &preferences.0) {
            for (row, score) in rows.iter().zip(&mut scores) {
                *score += counts.at(*row).unwrap_or(0);
            }
        }
        Ok(scores)
    }

    fn normalize(&self) -> Normalize {
        Normalize::Custom
    }

    /// The lowest becomes 0, the highest 100, the others in proportion.
    fn normalize_scores(&self, _state: &CycleState, _pod: &PodInfo, scores: &mut [i64]) -> Status {
        let lowest = scores.iter().copied().min().unwrap_or(0);
        let highest = scores.iter().copied().max().unwrap_or(0);
        let range = (highest - lowest) as f64;
        for score in scores {
            *score = if range > 0.0 { (MAX_NODE_SCORE as f64 * ((*score - lowest) as f64 / range)) as i64 } else { 0 };
        }
        Status::success()
    }
}
