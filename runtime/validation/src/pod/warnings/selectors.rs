//! Selectors that use labels of old, or select nothing.

use kubeforge_api::core::v1::{NodeSelectorTerm, PodAffinityTerm, PodSpec, WeightedPodAffinityTerm};
use kubeforge_machinery::{field::Path, validation::is_label_value};

use crate::groups::deprecation;

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";
const SELECTS_NOTHING: &str = "a null labelSelector results in matching no pod";

/// Whether values of a term that are no label values are told of; where they are refused, they need not be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Values {
    Checked,
    Told,
}

/// Labels of nodes in selectors, affinities and constraints on spreading.
pub(super) fn node_labels(spec: &PodSpec, path: &Path<'_>, found: &mut Vec<String>) {
    let selector = path.child("nodeSelector");
    for key in spec.node_selector.keys() {
        if let Some(why) = deprecation(key) {
            found.push(format!("{}: {why}", selector.key(key)));
        }
    }
    if let Some(affinity) = spec.affinity.as_ref().and_then(|affinity| affinity.node_affinity.as_deref()) {
        let path = path.child("affinity.nodeAffinity");
        let required = path.child(REQUIRED);
        let required = required.child("nodeSelectorTerms");
        let terms = affinity.required_during_scheduling_ignored_during_execution.iter();
        for (at, term) in terms.flat_map(|selector| &selector.node_selector_terms).enumerate() {
            node_term(term, Values::Checked, &required.index(at), found);
        }
        let preferred = path.child(PREFERRED);
        for (at, term) in affinity.preferred_during_scheduling_ignored_during_execution.iter().enumerate() {
            node_term(&term.preference, Values::Told, &preferred.index(at).child("preference"), found);
        }
    }
    let constraints = path.child("topologySpreadConstraints");
    for (at, spread) in spec.topology_spread_constraints.iter().enumerate() {
        let path = constraints.index(at);
        if let Some(why) = deprecation(&spread.topology_key) {
            found.push(format!("{}: {} is {why}", path.child("topologyKey"), spread.topology_key));
        }
        if spread.label_selector.is_none() {
            found.push(format!("{}: {SELECTS_NOTHING}", path.child("labelSelector")));
        }
    }
}

fn node_term(term: &NodeSelectorTerm, values: Values, path: &Path<'_>, found: &mut Vec<String>) {
    let expressions = path.child("matchExpressions");
    for (at, expression) in term.match_expressions.iter().enumerate() {
        let path = expressions.index(at);
        if let Some(why) = deprecation(&expression.key) {
            found.push(format!("{}: {} is {why}", path.child("key"), expression.key));
        }
        if values == Values::Checked {
            continue;
        }
        let list = path.child("values");
        for (at, value) in expression.values.iter().enumerate() {
            let wrong = is_label_value(value).into_iter();
            found.extend(wrong.map(|why| format!("{}: {value} is invalid, {why}", list.index(at))));
        }
    }
}

/// Affinities to pods that no selector names.
pub(super) fn null_selectors(spec: &PodSpec, path: &Path<'_>, found: &mut Vec<String>) {
    let Some(affinity) = &spec.affinity else { return };
    if let Some(affinity) = &affinity.pod_affinity {
        let path = path.child("podAffinity");
        required(&affinity.required_during_scheduling_ignored_during_execution, &path, found);
        preferred(&affinity.preferred_during_scheduling_ignored_during_execution, &path, found);
    }
    if let Some(affinity) = &affinity.pod_anti_affinity {
        let path = path.child("podAntiAffinity");
        required(&affinity.required_during_scheduling_ignored_during_execution, &path, found);
        preferred(&affinity.preferred_during_scheduling_ignored_during_execution, &path, found);
    }
}

fn required(terms: &[PodAffinityTerm], path: &Path<'_>, found: &mut Vec<String>) {
    let path = path.child(REQUIRED);
    for (at, _) in terms.iter().enumerate().filter(|(_, term)| term.label_selector.is_none()) {
        found.push(format!("{}: {SELECTS_NOTHING}", path.index(at).child("labelSelector")));
    }
}

fn preferred(terms: &[WeightedPodAffinityTerm], path: &Path<'_>, found: &mut Vec<String>) {
    let path = path.child(PREFERRED);
    for (at, _) in terms.iter().enumerate().filter(|(_, term)| term.pod_affinity_term.label_selector.is_none()) {
        found.push(format!("{}: {SELECTS_NOTHING}", path.index(at).child("podAffinityTerm.labelSelector")));
    }
}
