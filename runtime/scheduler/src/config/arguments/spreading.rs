//! Arguments about pods near one another. Follows validation_pluginargs.go and defaults.go.

use kubeforge_api::core::v1::TopologySpreadConstraint;
use kubeforge_machinery::{
    feature_gates::FeatureGates,
    field::{BadValue, Error, ErrorList, Path},
    validation::is_qualified_name,
};
use serde::{Deserialize, Serialize};

use super::Arguments;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct InterPodAffinityArgs {
    #[serde(skip_serializing_if = "Option::is_none")]
    hard_pod_affinity_weight: Option<i32>,
    ignore_preferred_terms_of_existing_pods: bool,
}

const WEIGHT_MAX: i32 = 100;

impl Arguments for InterPodAffinityArgs {
    fn complete(&mut self, _gates: &FeatureGates) {
        self.hard_pod_affinity_weight.get_or_insert(1);
    }

    fn validate(&self, path: &Path<'_>, _gates: &FeatureGates) -> ErrorList {
        let weight = self.hard_pod_affinity_weight.unwrap_or_default();
        if (0..=WEIGHT_MAX).contains(&weight) {
            return ErrorList::new();
        }
        let detail = format!("not in valid range [0, {WEIGHT_MAX}]");
        vec![Error::invalid(&path.child("hardPodAffinityWeight"), BadValue::plain(weight), detail)]
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct PodTopologySpreadArgs {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    default_constraints: Vec<TopologySpreadConstraint>,
    #[serde(skip_serializing_if = "String::is_empty")]
    defaulting_type: String,
}

const SYSTEM: &str = "System";
const LIST: &str = "List";
const EMPTY: &str = "can not be empty";

impl Arguments for PodTopologySpreadArgs {
    fn complete(&mut self, _gates: &FeatureGates) {
        if self.defaulting_type.is_empty() {
            SYSTEM.clone_into(&mut self.defaulting_type);
        }
    }

    fn validate(&self, path: &Path<'_>, _gates: &FeatureGates) -> ErrorList {
        let mut errors = ErrorList::new();
        let defaulting = path.child("defaultingType");
        match self.defaulting_type.as_str() {
            SYSTEM if !self.default_constraints.is_empty() => {
                errors.push(Error::invalid(&defaulting, SYSTEM, "when .defaultConstraints are not empty"));
            }
            SYSTEM | LIST => {}
            other => errors.push(Error::not_supported(&defaulting, other, &[SYSTEM, LIST])),
        }
        let path = path.child("defaultConstraints");
        for (place, constraint) in self.default_constraints.iter().enumerate() {
            let before = self.default_constraints.get(..place).unwrap_or_default();
            validate_constraint(&path.index(place), constraint, before, &mut errors);
        }
        errors
    }
}

fn validate_constraint(
    path: &Path<'_>,
    constraint: &TopologySpreadConstraint,
    before: &[TopologySpreadConstraint],
    errors: &mut ErrorList,
) {
    if constraint.max_skew <= 0 {
        let bad = BadValue::plain(constraint.max_skew);
        errors.push(Error::invalid(&path.child("maxSkew"), bad, "not in valid range (0, inf)"));
    }
    let (key, at) = (&constraint.topology_key, path.child("topologyKey"));
    if key.is_empty() {
        errors.push(Error::required(&at, EMPTY));
    } else {
        errors.extend(is_qualified_name(key).into_iter().map(|problem| Error::invalid(&at, key, problem)));
    }
    let (action, at) = (constraint.when_unsatisfiable.as_str(), path.child("whenUnsatisfiable"));
    match action {
        "" => errors.push(Error::required(&at, EMPTY)),
        "DoNotSchedule" | "ScheduleAnyway" => {}
        other => errors.push(Error::not_supported(&at, other, &["DoNotSchedule", "ScheduleAnyway"])),
    }
    if constraint.label_selector.is_some() {
        let detail = "constraint must not define a selector, as they deduced for each pod";
        errors.push(Error::forbidden(&path.child("labelSelector"), detail));
    }
    let is_same = |other: &TopologySpreadConstraint| {
        other.topology_key == *key && other.when_unsatisfiable == constraint.when_unsatisfiable
    };
    if before.iter().any(is_same) {
        errors.push(Error::duplicate(path, format!("{{{key}, {action}}}").as_str()));
    }
}
