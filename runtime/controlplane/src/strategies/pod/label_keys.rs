//! `matchLabelKeys` and `mismatchLabelKeys` of affinities and of constraints on spreading: what the new pod's labels
//! say under those keys becomes part of the selectors, once, so that schedulers need not know of the keys.

use std::collections::BTreeMap;

use kubeforge_api::core::v1::{Pod, PodAffinityTerm, WeightedPodAffinityTerm};
use kubeforge_machinery::{
    meta::v1::{LabelSelector, LabelSelectorOperator, LabelSelectorRequirement},
    validation::FeatureGates,
};

type Labels = BTreeMap<String, String>;

/// Merges the keys' values into the selectors of a new pod.
pub(super) fn merge(pod: &mut Pod, gates: &FeatureGates) {
    let labels = &pod.metadata.labels;
    if let Some(affinity) = &mut pod.spec.affinity {
        if let Some(affinity) = &mut affinity.pod_affinity {
            preferred(&mut affinity.preferred_during_scheduling_ignored_during_execution, labels);
            required(&mut affinity.required_during_scheduling_ignored_during_execution, labels);
        }
        if let Some(affinity) = &mut affinity.pod_anti_affinity {
            preferred(&mut affinity.preferred_during_scheduling_ignored_during_execution, labels);
            required(&mut affinity.required_during_scheduling_ignored_during_execution, labels);
        }
    }
    let merges = ["MatchLabelKeysInPodTopologySpread", "MatchLabelKeysInPodTopologySpreadSelectorMerge"];
    if !merges.iter().all(|gate| gates.enabled(gate)) {
        return;
    }
    for spread in &mut pod.spec.topology_spread_constraints {
        if let Some(selector) = &mut spread.label_selector {
            add(selector, &spread.match_label_keys, &LabelSelectorOperator::In, labels);
        }
    }
}

fn preferred(terms: &mut [WeightedPodAffinityTerm], labels: &Labels) {
    terms.iter_mut().for_each(|weighted| term(&mut weighted.pod_affinity_term, labels));
}

fn required(terms: &mut [PodAffinityTerm], labels: &Labels) {
    terms.iter_mut().for_each(|it| term(it, labels));
}

/// A term without a selector matches no pod, whatever the keys.
fn term(term: &mut PodAffinityTerm, labels: &Labels) {
    if let Some(selector) = &mut term.label_selector {
        add(selector, &term.match_label_keys, &LabelSelectorOperator::In, labels);
        add(selector, &term.mismatch_label_keys, &LabelSelectorOperator::NotIn, labels);
    }
}

fn add(selector: &mut LabelSelector, keys: &[String], operator: &LabelSelectorOperator, labels: &Labels) {
    let requirements = keys.iter().filter_map(|key| {
        let value = labels.get(key)?.clone();
        Some(LabelSelectorRequirement { key: key.clone(), operator: operator.clone(), values: vec![value] })
    });
    selector.match_expressions.extend(requirements);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_the_pod_has_become_requirements() {
        let mut selector = LabelSelector::default();
        let labels = Labels::from([("app".to_owned(), "web".to_owned())]);
        let keys = ["app".to_owned(), "absent".to_owned()];
        add(&mut selector, &keys, &LabelSelectorOperator::NotIn, &labels);
        let [requirement] = selector.match_expressions.as_slice() else { panic!("{selector:?}") };
        assert_eq!((requirement.key.as_str(), requirement.values.as_slice()), ("app", &["web".to_owned()][..]));
    }
}
