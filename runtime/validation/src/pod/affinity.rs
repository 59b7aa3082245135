//! Near which nodes and pods a pod wants to be, and away from which.

use kubeforge_api::core::v1::{Affinity, NodeAffinity, PodAffinityTerm, WeightedPodAffinityTerm};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{is_dns1123_label, is_qualified_name},
};

use super::{label_keys, options::PodOptions};
use crate::common::{SelectorOptions, invalid_each, label_selector, node_selector, node_selector_term};

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

/// What is wrong with the affinities of a pod.
pub(super) fn affinity(affinity: &Affinity, options: &PodOptions<'_>, path: &Path<'_>, errors: &mut ErrorList) {
    if let Some(affinity) = &affinity.node_affinity {
        node_affinity(affinity, options, &path.child("nodeAffinity"), errors);
    }
    let selectors = options.affinity_selectors();
    if let Some(affinity) = &affinity.pod_affinity {
        let path = path.child("podAffinity");
        required(&affinity.required_during_scheduling_ignored_during_execution, selectors, &path, errors);
        preferred(&affinity.preferred_during_scheduling_ignored_during_execution, selectors, &path, errors);
    }
    if let Some(affinity) = &affinity.pod_anti_affinity {
        let path = path.child("podAntiAffinity");
        required(&affinity.required_during_scheduling_ignored_during_execution, selectors, &path, errors);
        preferred(&affinity.preferred_during_scheduling_ignored_during_execution, selectors, &path, errors);
    }
}

fn node_affinity(affinity: &NodeAffinity, options: &PodOptions<'_>, path: &Path<'_>, errors: &mut ErrorList) {
    if let Some(selector) = &affinity.required_during_scheduling_ignored_during_execution {
        node_selector(selector, options.required_node_values(), &path.child(REQUIRED), errors);
    }
    let path = path.child(PREFERRED);
    for (at, term) in affinity.preferred_during_scheduling_ignored_during_execution.iter().enumerate() {
        let path = path.index(at);
        weight(term.weight, &path, errors);
        // a preference that no node meets does no harm, so any value goes
        node_selector_term(&term.preference, SelectorOptions::AllowInvalidValues, &path.child("preference"), errors);
    }
}

fn required(terms: &[PodAffinityTerm], selectors: SelectorOptions, path: &Path<'_>, errors: &mut ErrorList) {
    let path = path.child(REQUIRED);
    for (at, term) in terms.iter().enumerate() {
        pod_affinity_term(term, selectors, &path.index(at), errors);
    }
}

fn preferred(terms: &[WeightedPodAffinityTerm], selectors: SelectorOptions, path: &Path<'_>, errors: &mut ErrorList) {
    let path = path.child(PREFERRED);
    for (at, term) in terms.iter().enumerate() {
        let path = path.index(at);
        weight(term.weight, &path, errors);
        pod_affinity_term(&term.pod_affinity_term, selectors, &path.child("podAffinityTerm"), errors);
    }
}

fn weight(weight: i32, path: &Path<'_>, errors: &mut ErrorList) {
    if !(1..=100).contains(&weight) {
        errors.push(Error::invalid(&path.child("weight"), weight, "must be in the range 1-100"));
    }
}

fn pod_affinity_term(term: &PodAffinityTerm, selectors: SelectorOptions, path: &Path<'_>, errors: &mut ErrorList) {
    label_selector(term.label_selector.as_deref(), selectors, &path.child("labelSelector"), errors);
    label_selector(term.namespace_selector.as_deref(), selectors, &path.child("namespaceSelector"), errors);
    for namespace in &term.namespaces {
        invalid_each(&path.child("namespace"), namespace, is_dns1123_label(namespace), errors);
    }
    let selector = term.label_selector.as_deref();
    label_keys::merged(&term.match_label_keys, &term.mismatch_label_keys, selector, path, errors);
    let key = path.child("topologyKey");
    if term.topology_key.is_empty() {
        errors.push(Error::required(&key, "can not be empty"));
    }
    invalid_each(&key, &term.topology_key, is_qualified_name(&term.topology_key), errors);
}
