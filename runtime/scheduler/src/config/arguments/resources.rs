//! Arguments about how full nodes are. Follows validation_pluginargs.go and defaults.go.

use kubeforge_machinery::{
    feature_gates::FeatureGates,
    field::{BadValue, Error, ErrorList, Path},
    validation::is_qualified_name,
};
use serde::{Deserialize, Serialize};

use super::Arguments;

/// A resource that counts in a score.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct ResourceSpec {
    name: String,
    #[serde(skip_serializing_if = "is_zero")]
    weight: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
const fn is_zero(value: &i64) -> bool {
    *value == 0
}

/// cpu and memory where none are given; each counts once where it is not said.
fn complete(resources: &mut Vec<ResourceSpec>) {
    if resources.is_empty() {
        *resources = ["cpu", "memory"].map(|name| ResourceSpec { name: name.to_owned(), weight: 1 }).to_vec();
    }
    for resource in resources.iter_mut().filter(|resource| resource.weight == 0) {
        resource.weight = 1;
    }
}

/// A corner of the line from how full a resource is to a score.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct ShapePoint {
    utilization: i32,
    score: i32,
}

impl ShapePoint {
    /// A corner.
    pub(super) const fn at(utilization: i32, score: i32) -> Self {
        Self { utilization, score }
    }
}

const UTILIZATION_MAX: i32 = 100;
const SCORE_MAX: i32 = 10;

pub(super) fn validate_shape(path: &Path<'_>, shape: &[ShapePoint]) -> ErrorList {
    let mut errors = ErrorList::new();
    if shape.is_empty() {
        errors.push(Error::required(path, "at least one point must be specified"));
        return errors;
    }
    let unsorted = shape.windows(2).position(|pair| matches!(pair, [a, b] if a.utilization >= b.utilization));
    if let Some((place, point)) = unsorted.and_then(|place| Some((place + 1, shape.get(place + 1)?))) {
        let detail = "values must be sorted in increasing order";
        let at = path.index(place);
        errors.push(Error::invalid(&at.child("utilization"), BadValue::plain(point.utilization), detail));
    }
    for (place, point) in shape.iter().enumerate() {
        let at = path.index(place);
        let fields = [("utilization", point.utilization, UTILIZATION_MAX), ("score", point.score, SCORE_MAX)];
        for (name, value, max) in fields {
            if !(0..=max).contains(&value) {
                let detail = format!("not in valid range [0, {max}]");
                errors.push(Error::invalid(&at.child(name), BadValue::plain(value), detail));
            }
        }
    }
    errors
}

/// A shape as Go writes a struct without names for JSON.
pub(super) fn shape_text(shape: &[ShapePoint]) -> BadValue {
    let point = |point: &ShapePoint| format!("{{\"Utilization\":{},\"Score\":{}}}", point.utilization, point.score);
    BadValue::plain(format!("[{}]", shape.iter().map(point).collect::<Vec<_>>().join(",")))
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct NodeResourcesBalancedAllocationArgs {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resources: Vec<ResourceSpec>,
}

impl Arguments for NodeResourcesBalancedAllocationArgs {
    fn complete(&mut self, _gates: &FeatureGates) {
        complete(&mut self.resources);
    }

    fn validate(&self, path: &Path<'_>, _gates: &FeatureGates) -> ErrorList {
        let mut errors = ErrorList::new();
        let path = path.child("resources");
        for (place, resource) in self.resources.iter().enumerate() {
            let at = path.index(place);
            if self.resources.iter().take(place).any(|before| before.name == resource.name) {
                errors.push(Error::duplicate(&at.child("name"), &resource.name));
            }
            if resource.weight != 1 {
                errors.push(Error::invalid(&at.child("weight"), BadValue::plain(resource.weight), "must be 1"));
            }
        }
        errors
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct NodeResourcesFitArgs {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ignored_resources: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ignored_resource_groups: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scoring_strategy: Option<ScoringStrategy>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ScoringStrategy {
    #[serde(rename = "type", skip_serializing_if = "String::is_empty")]
    type_: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resources: Vec<ResourceSpec>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requested_to_capacity_ratio: Option<RequestedToCapacityRatioParam>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct RequestedToCapacityRatioParam {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    shape: Vec<ShapePoint>,
}

const BY_SHAPE: &str = "RequestedToCapacityRatio";
const STRATEGIES: [&str; 3] = ["LeastAllocated", "MostAllocated", BY_SHAPE];

impl Arguments for NodeResourcesFitArgs {
    fn complete(&mut self, _gates: &FeatureGates) {
        let strategy = self
            .scoring_strategy
            .get_or_insert_with(|| ScoringStrategy { type_: STRATEGIES[0].to_owned(), ..ScoringStrategy::default() });
        complete(&mut strategy.resources);
    }

    fn validate(&self, path: &Path<'_>, _gates: &FeatureGates) -> ErrorList {
        let mut errors = ErrorList::new();
        let label = |path: &Path<'_>, name: &str, errors: &mut ErrorList| {
            let problems = is_qualified_name(name).into_iter();
            errors.extend(problems.map(|problem| Error::invalid(path, name, problem)));
        };
        let resources = path.child("ignoredResources");
        for (place, name) in self.ignored_resources.iter().enumerate() {
            label(&resources.index(place), name, &mut errors);
        }
        let groups = path.child("ignoredResourceGroups");
        for (place, group) in self.ignored_resource_groups.iter().enumerate() {
            if group.contains('/') {
                errors.push(Error::invalid(&groups.index(place), group, "resource group name can't contain '/'"));
            }
            label(&groups.index(place), group, &mut errors);
        }
        let path = path.child("scoringStrategy");
        if let Some(strategy) = &self.scoring_strategy {
            strategy.validate(&path, &mut errors);
        }
        errors
    }
}

impl ScoringStrategy {
    fn validate(&self, path: &Path<'_>, errors: &mut ErrorList) {
        if !STRATEGIES.contains(&&*self.type_) {
            errors.push(Error::not_supported(&path.child("type"), &self.type_, &STRATEGIES));
        }
        let resources = path.child("resources");
        for (place, ResourceSpec { name, weight }) in self.resources.iter().enumerate() {
            if !(1..=100).contains(weight) {
                let detail = format!("resource weight of {name} not in valid range (0, 100]");
                let at = resources.index(place);
                errors.push(Error::invalid(&at.child("weight"), BadValue::plain(weight), detail));
            }
        }
        match &self.requested_to_capacity_ratio {
            // kube-scheduler names the field so
            Some(ratio) => errors.extend(validate_shape(&path.child("shape"), &ratio.shape)),
            // it lets this pass, and panics over it later
            None if self.type_ == BY_SHAPE => {
                let path = path.child("requestedToCapacityRatio");
                errors.push(Error::required(&path, "must be specified when type is RequestedToCapacityRatio"));
            }
            None => {}
        }
    }
}
