//! How evenly pods are spread over zones, nodes or other parts of the cluster.

use kubeforge_api::core::v1::{NodeInclusionPolicy, TopologySpreadConstraint, UnsatisfiableConstraintAction};
use kubeforge_machinery::field::{Error, ErrorList, Path};

use super::{
    label_keys,
    options::{PodOptions, SPREAD_MATCH_LABEL_KEYS, SPREAD_SELECTOR_MERGE},
};
use crate::common::{SelectorOptions, label_selector};

const NOT_POSITIVE: &str = "must be greater than zero";

/// What is wrong with the constraints on a pod's spreading.
pub(super) fn topology_spread(
    constraints: &[TopologySpreadConstraint],
    options: &PodOptions<'_>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let mut rest = constraints;
    let mut at = 0;
    while let Some((spread, others)) = rest.split_first() {
        let path = path.index(at);
        constraint(spread, others, options, &path, errors);
        rest = others;
        at += 1;
    }
}

fn constraint(
    spread: &TopologySpreadConstraint,
    others: &[TopologySpreadConstraint],
    options: &PodOptions<'_>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    positive(spread.max_skew, &path.child("maxSkew"), errors);
    if spread.topology_key.is_empty() {
        errors.push(Error::required(&path.child("topologyKey"), "can not be empty"));
    }
    let action = &spread.when_unsatisfiable;
    if let UnsatisfiableConstraintAction::Other(other) = action {
        let known = ["DoNotSchedule", "ScheduleAnyway"];
        errors.push(Error::not_supported(&path.child("whenUnsatisfiable"), other, &known));
    }
    let repeats = |other: &TopologySpreadConstraint| {
        other.topology_key == spread.topology_key && other.when_unsatisfiable == *action
    };
    if others.iter().any(repeats) {
        let pair = format!("{{{}, {}}}", spread.topology_key, action.as_str());
        errors.push(Error::duplicate(&path.child("{topologyKey, whenUnsatisfiable}"), pair));
    }
    if let Some(domains) = spread.min_domains {
        let path = path.child("minDomains");
        positive(domains, &path, errors);
        if *action != UnsatisfiableConstraintAction::DoNotSchedule {
            let text = format!("can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {}", action.as_str());
            errors.push(Error::invalid(&path, domains, text).with_origin("dependsOn"));
        }
    }
    inclusion(spread.node_affinity_policy.as_ref(), &path.child("nodeAffinityPolicy"), errors);
    inclusion(spread.node_taints_policy.as_ref(), &path.child("nodeTaintsPolicy"), errors);
    match_label_keys(spread, options, path, errors);
    if !options.spread_selectors_may_be_wrong() {
        let selector = spread.label_selector.as_deref();
        label_selector(selector, SelectorOptions::Strict, &path.child("labelSelector"), errors);
    }
}

fn positive(value: i32, path: &Path<'_>, errors: &mut ErrorList) {
    if value <= 0 {
        errors.push(Error::invalid(path, value, NOT_POSITIVE).with_origin("minimum"));
    }
}

fn inclusion(policy: Option<&NodeInclusionPolicy>, path: &Path<'_>, errors: &mut ErrorList) {
    if let Some(NodeInclusionPolicy::Other(other)) = policy {
        errors.push(Error::not_supported(path, other, &["Honor", "Ignore"]));
    }
}

/// Keys are merged into the selector or kept beside it; a pod that was made the other way is checked that way still.
fn match_label_keys(
    spread: &TopologySpreadConstraint,
    options: &PodOptions<'_>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let merging = options.enabled(SPREAD_SELECTOR_MERGE);
    let merged = options.enabled(SPREAD_MATCH_LABEL_KEYS) && merging != was_made_otherwise(options, merging);
    let selector = spread.label_selector.as_deref();
    if merged {
        label_keys::merged(&spread.match_label_keys, &[], selector, path, errors);
    } else {
        label_keys::unmerged(&spread.match_label_keys, selector, &path.child("matchLabelKeys"), errors);
    }
}

/// Whether the old spec breaks the rules that hold now.
fn was_made_otherwise(options: &PodOptions<'_>, merging: bool) -> bool {
    let old = options.old().map(|old| old.topology_spread_constraints.as_slice()).unwrap_or_default();
    let mut errors = ErrorList::new();
    for spread in old {
        let selector = spread.label_selector.as_deref();
        if merging {
            label_keys::merged(&spread.match_label_keys, &[], selector, &Path::NIL, &mut errors);
        } else {
            label_keys::unmerged(&spread.match_label_keys, selector, &Path::NIL, &mut errors);
        }
    }
    !errors.is_empty()
}
