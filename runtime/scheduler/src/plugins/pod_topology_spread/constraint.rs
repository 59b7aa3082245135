//! One constraint, read once for a pod.

use std::sync::Arc;

use kubeforge_api::core::v1::{NodeInclusionPolicy, Pod, TopologySpreadConstraint, UnsatisfiableConstraintAction};
use kubeforge_machinery::labels::{Operator, Requirement, Selector};

use crate::{
    framework::{NodeInfo, Snapshot},
    label_column::LabelColumn,
    node_selector::RequiredNodeAffinity,
    tolerations::{Comparison, first_untolerated},
};

/// One constraint, read for a pod.
#[derive(Clone, Debug)]
pub(super) struct Constraint {
    pub(super) max_skew: i64,
    pub(super) min_domains: usize,
    pub(super) column: Arc<LabelColumn>,
    pub(super) selector: Selector,
    /// Whether the pod itself is one of those that are spread.
    pub(super) selects_itself: bool,
    honors_affinity: bool,
    honors_taints: bool,
    comparison: Comparison,
}

impl Constraint {
    pub(super) fn new(
        constraint: &TopologySpreadConstraint,
        pod: &Pod,
        nodes: &Snapshot,
        comparison: Comparison,
    ) -> Result<Self, String> {
        let selector = selector(constraint, pod)?;
        Ok(Self {
            max_skew: i64::from(constraint.max_skew),
            min_domains: constraint.min_domains.map_or(1, |count| usize::try_from(count).unwrap_or(0)),
            column: nodes.label_column(&constraint.topology_key),
            selects_itself: selector.matches(&pod.metadata.labels),
            selector,
            honors_affinity: constraint.node_affinity_policy.as_ref().is_none_or(is_honor),
            honors_taints: constraint.node_taints_policy.as_ref().is_some_and(is_honor),
            comparison,
        })
    }

    /// Makes it about other pods.
    pub(super) fn select(&mut self, selector: Selector, pod: &Pod) {
        self.selects_itself = selector.matches(&pod.metadata.labels);
        self.selector = selector;
    }

    /// Whether all nodes count, as far as the pod's affinity and tolerations go.
    pub(super) fn includes_all(&self, required: &RequiredNodeAffinity) -> bool {
        !self.honors_taints && (!self.honors_affinity || required.is_empty())
    }

    /// Whether a node counts, as far as the pod's affinity and tolerations go.
    pub(super) fn includes(&self, pod: &Pod, required: &RequiredNodeAffinity, node: &NodeInfo) -> bool {
        let labels = || node.node().map(|node| &node.metadata.labels);
        let is_in_reach = || labels().is_some_and(|labels| required.matches(node.name(), labels));
        let is_tolerated = || first_untolerated(node.taints(), &pod.spec.tolerations, self.comparison).is_none();
        (!self.honors_affinity || is_in_reach()) && (!self.honors_taints || is_tolerated())
    }
}

pub(super) fn is_honor(policy: &NodeInclusionPolicy) -> bool {
    *policy == NodeInclusionPolicy::Honor
}

/// The pods that are spread: those that the constraint selects, with the values that the pod has for some labels.
pub(super) fn selector(constraint: &TopologySpreadConstraint, pod: &Pod) -> Result<Selector, String> {
    let mut selector =
        Selector::from_label_selector(constraint.label_selector.as_deref()).map_err(|error| error.to_string())?;
    if selector.is_nothing() {
        return Ok(selector);
    }
    for key in &constraint.match_label_keys {
        let Some(value) = pod.metadata.labels.get(key) else { continue };
        let requirement =
            Requirement::new(key, Operator::In, vec![value.clone()]).map_err(|error| error.to_string())?;
        selector = selector.and(requirement);
    }
    Ok(selector)
}

/// What is wrong with a constraint of the configuration, with the name of the field.
pub(super) fn problem(constraint: &TopologySpreadConstraint) -> Option<String> {
    if constraint.max_skew <= 0 {
        return Some(format!("maxSkew: Invalid value: {}: not in valid range (0, inf)", constraint.max_skew));
    }
    if constraint.topology_key.is_empty() {
        return Some("topologyKey: Required value: can not be empty".to_owned());
    }
    match &constraint.when_unsatisfiable {
        UnsatisfiableConstraintAction::Other(other) if other.is_empty() => {
            return Some("whenUnsatisfiable: Required value: can not be empty".to_owned());
        }
        UnsatisfiableConstraintAction::Other(other) => {
            return Some(format!(
                "whenUnsatisfiable: Unsupported value: {other:?}: supported values: \"DoNotSchedule\", \
                 \"ScheduleAnyway\""
            ));
        }
        UnsatisfiableConstraintAction::DoNotSchedule | UnsatisfiableConstraintAction::ScheduleAnyway => {}
    }
    constraint.label_selector.is_some().then(|| {
        "labelSelector: Forbidden: constraint must not define a selector, as they deduced for each pod".to_owned()
    })
}
