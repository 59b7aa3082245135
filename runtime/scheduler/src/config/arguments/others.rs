//! The other plugins' arguments. Follows validation_pluginargs.go and defaults.go.

use kubeforge_api::core::v1::{NodeAffinity, NodeSelectorOperator, NodeSelectorRequirement, NodeSelectorTerm};
use kubeforge_machinery::{
    Duration,
    feature_gates::FeatureGates,
    field::{BadValue, Error, ErrorList, Path},
    labels::{Operator, Requirement},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    Arguments,
    resources::{ShapePoint, shape_text, validate_shape},
};

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct DefaultPreemptionArgs {
    #[serde(skip_serializing_if = "Option::is_none")]
    min_candidate_nodes_percentage: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_candidate_nodes_absolute: Option<i32>,
}

impl Arguments for DefaultPreemptionArgs {
    fn complete(&mut self, _gates: &FeatureGates) {
        self.min_candidate_nodes_percentage.get_or_insert(10);
        self.min_candidate_nodes_absolute.get_or_insert(100);
    }

    fn validate(&self, path: &Path<'_>, _gates: &FeatureGates) -> ErrorList {
        let mut errors = ErrorList::new();
        let of_percentage = path.child("minCandidateNodesPercentage");
        let of_absolute = path.child("minCandidateNodesAbsolute");
        let percentage = self.min_candidate_nodes_percentage.unwrap_or_default();
        let absolute = self.min_candidate_nodes_absolute.unwrap_or_default();
        let invalid = |path: &Path<'_>, value: i32, detail| Error::invalid(path, BadValue::plain(value), detail);
        if !(0..=100).contains(&percentage) {
            errors.push(invalid(&of_percentage, percentage, "not in valid range [0, 100]"));
        }
        if absolute < 0 {
            errors.push(invalid(&of_absolute, absolute, "not in valid range [0, inf)"));
        }
        if percentage == 0 && absolute == 0 {
            let together = "cannot be zero at the same time as";
            let error = |path, other| Error::invalid(path, BadValue::plain(0), format!("{together} {other}"));
            errors.push(error(&of_percentage, "minCandidateNodesAbsolute"));
            errors.push(error(&of_absolute, "minCandidateNodesPercentage"));
        }
        errors
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct DynamicResourcesArgs {
    #[serde(skip_serializing_if = "Option::is_none")]
    filter_timeout: Option<Duration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    binding_timeout: Option<Duration>,
}

const FILTER_TIMEOUT_GATE: &str = "DRASchedulerFilterTimeout";
const SECOND_NANOS: i64 = 1_000_000_000;

fn has_binding_timeout(gates: &FeatureGates) -> bool {
    gates.enabled("DRADeviceBindingConditions") && gates.enabled("DRAResourceClaimDeviceStatus")
}

impl Arguments for DynamicResourcesArgs {
    fn complete(&mut self, gates: &FeatureGates) {
        let seconds = |seconds| std::time::Duration::from_secs(seconds).into();
        if gates.enabled(FILTER_TIMEOUT_GATE) {
            self.filter_timeout.get_or_insert(seconds(10));
        }
        if has_binding_timeout(gates) {
            self.binding_timeout.get_or_insert(seconds(600));
        }
    }

    fn validate(&self, path: &Path<'_>, gates: &FeatureGates) -> ErrorList {
        let mut errors = ErrorList::new();
        if let Some(timeout) = self.filter_timeout {
            let path = path.child("filterTimeout");
            if !gates.enabled(FILTER_TIMEOUT_GATE) {
                errors.push(Error::forbidden(&path, "DRASchedulingFilterTimeout feature gate is disabled"));
            } else if timeout.as_nanos() < 0 {
                errors.push(Error::invalid(&path, BadValue::plain(timeout), "must be zero or positive"));
            }
        }
        if let Some(timeout) = self.binding_timeout {
            let path = path.child("bindingTimeout");
            if !has_binding_timeout(gates) {
                let detail = "DRADeviceBindingConditions or DRAResourceClaimDeviceStatus feature gate is disabled";
                errors.push(Error::forbidden(&path, detail));
            } else if timeout.as_nanos() < SECOND_NANOS {
                errors.push(Error::invalid(&path, BadValue::plain(timeout), "must be at least 1 second"));
            }
        }
        errors
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct VolumeBindingArgs {
    #[serde(skip_serializing_if = "Option::is_none")]
    bind_timeout_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shape: Option<Vec<ShapePoint>>,
}

const SHAPE_GATE: &str = "StorageCapacityScoring";

impl Arguments for VolumeBindingArgs {
    fn complete(&mut self, gates: &FeatureGates) {
        self.bind_timeout_seconds.get_or_insert(600);
        if gates.enabled(SHAPE_GATE) && self.shape.as_ref().is_none_or(Vec::is_empty) {
            self.shape = Some(vec![ShapePoint::at(0, 10), ShapePoint::at(100, 0)]);
        }
    }

    fn validate(&self, path: &Path<'_>, gates: &FeatureGates) -> ErrorList {
        let mut errors = ErrorList::new();
        if let Some(seconds) = self.bind_timeout_seconds.filter(|seconds| *seconds < 0) {
            let detail = "invalid BindTimeoutSeconds, should not be a negative value";
            errors.push(Error::invalid(&path.child("bindTimeoutSeconds"), BadValue::plain(seconds), detail));
        }
        let path = path.child("shape");
        match (&self.shape, gates.enabled(SHAPE_GATE)) {
            (shape, true) => errors.extend(validate_shape(&path, shape.as_deref().unwrap_or_default())),
            (Some(shape), false) => {
                let detail = "unexpected field `shape`, remove it or turn on the feature gate StorageCapacityScoring";
                errors.push(Error::invalid(&path, shape_text(shape), detail));
            }
            (None, false) => {}
        }
        errors
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct NodeAffinityArgs {
    #[serde(skip_serializing_if = "Option::is_none")]
    added_affinity: Option<NodeAffinity>,
}

impl Arguments for NodeAffinityArgs {
    fn complete(&mut self, _gates: &FeatureGates) {}

    /// Follows component-helpers' nodeaffinity.NewNodeSelector and NewPreferredSchedulingTerms.
    fn validate(&self, path: &Path<'_>, _gates: &FeatureGates) -> ErrorList {
        let mut errors = ErrorList::new();
        let Some(added) = &self.added_affinity else { return errors };
        let path = path.child("addedAffinity");
        if let Some(required) = &added.required_during_scheduling_ignored_during_execution {
            let path = path.child("requiredDuringSchedulingIgnoredDuringExecution");
            let path = path.child("nodeSelectorTerms");
            for (place, term) in required.node_selector_terms.iter().enumerate() {
                validate_term(&path.index(place), term, &mut errors);
            }
        }
        let path = path.child("preferredDuringSchedulingIgnoredDuringExecution");
        let preferred = added.preferred_during_scheduling_ignored_during_execution.iter().enumerate();
        for (place, term) in preferred.filter(|(_, term)| term.weight != 0) {
            validate_term(&path.index(place), &term.preference, &mut errors);
        }
        errors
    }
}

const OPERATORS: [&str; 6] = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"];
const NAME_OPERATORS: [&str; 2] = ["In", "NotIn"];

fn validate_term(path: &Path<'_>, term: &NodeSelectorTerm, errors: &mut ErrorList) {
    let expressions = path.child("matchExpressions");
    for (place, requirement) in term.match_expressions.iter().enumerate() {
        validate_label(&expressions.index(place), requirement, errors);
    }
    let fields = path.child("matchFields");
    for (place, requirement) in term.match_fields.iter().enumerate() {
        let (path, operator) = (fields.index(place), requirement.operator.as_str());
        if !NAME_OPERATORS.contains(&operator) {
            errors.push(Error::not_supported(&path.child("operator"), operator, &NAME_OPERATORS));
        } else if requirement.values.len() != 1 {
            let values = requirement.values.as_slice();
            let bad = BadValue::plain(if values.is_empty() { json!(null) } else { json!(values) });
            errors.push(Error::invalid(&path.child("values"), bad, "must have one element"));
        }
    }
}

fn validate_label(path: &Path<'_>, requirement: &NodeSelectorRequirement, errors: &mut ErrorList) {
    let operator = match &requirement.operator {
        NodeSelectorOperator::In => Operator::In,
        NodeSelectorOperator::NotIn => Operator::NotIn,
        NodeSelectorOperator::Exists => Operator::Exists,
        NodeSelectorOperator::DoesNotExist => Operator::DoesNotExist,
        NodeSelectorOperator::Gt => Operator::GreaterThan,
        NodeSelectorOperator::Lt => Operator::LessThan,
        NodeSelectorOperator::Other(text) => {
            errors.push(Error::not_supported(&path.child("operator"), text, &OPERATORS));
            return;
        }
    };
    if let Err(wrong) = Requirement::new(&requirement.key, operator, requirement.values.clone()) {
        let at = |error: Error| Error { field: format!("{path}.{}", error.field), ..error };
        errors.extend(wrong.0.into_iter().map(at));
    }
}
