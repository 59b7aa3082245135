//! NodeResourcesFit: what the pod asks for must be there; and how full nodes would be.

use std::{
    collections::BTreeSet,
    sync::{Arc, OnceLock, PoisonError, RwLock},
};

use kubeforge_api::core::v1::{Node, RESOURCE_PODS};
use kubeforge_machinery::{Quantity, feature_gates::FeatureGates};
use serde::Deserialize;
use serde_json::Value;

use super::arguments::{self, ResourceSpec};
use super::device_scoring::{DeviceScoring, SharedTotals};
use super::dynamic_resources::stands_for;
use super::resource_scoring::{Shape, ShapePoint, Share, Strategy};
use crate::devices::extended::class_of;
use crate::framework::{
    Action, Change, ChangeKind, Changes, ClusterObject, Code, CycleState, FilterPlugin, NodeInfo, ObjectKind, Objects,
    Plugin, PluginError, PodInfo, PreScorePlugin, QueueingHint, Row, Scope, ScorePlugin, Snapshot, Status,
};
use crate::resources::{Amounts, PodResources, is_extended, is_scalar};

/// Turns away nodes that lack what the pod asks for, and scores by how full a node would be.
#[derive(Debug)]
pub struct NodeResourcesFit {
    ignored: BTreeSet<String>,
    ignored_groups: BTreeSet<String>,
    strategy: Strategy,
    resources: Vec<ResourceSpec>,
    objects: RwLock<Arc<Objects>>,
    devices: OnceLock<DeviceScoring>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Arguments {
    #[serde(default)]
    ignored_resources: Vec<String>,
    #[serde(default)]
    ignored_resource_groups: Vec<String>,
    #[serde(default)]
    scoring_strategy: Option<ScoringStrategy>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ScoringStrategy {
    #[serde(rename = "type", default)]
    type_: String,
    #[serde(default)]
    resources: Vec<ResourceSpec>,
    #[serde(default)]
    requested_to_capacity_ratio: Option<RequestedToCapacityRatio>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestedToCapacityRatio {
    shape: Vec<Point>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Point {
    #[serde(default)]
    utilization: i64,
    #[serde(default)]
    score: i64,
}

impl NodeResourcesFit {
    /// Its name.
    pub const NAME: &'static str = "NodeResourcesFit";

    /// The plugin with its arguments (NodeResourcesFitArgs).
    ///
    /// # Errors
    /// Where they can't be used.
    pub fn new(arguments: Option<&Value>) -> Result<Self, PluginError> {
        let arguments: Arguments = arguments::read(Self::NAME, arguments)?;
        let scoring = arguments.scoring_strategy.unwrap_or_default();
        let strategy = match scoring.type_.as_str() {
            "" | "LeastAllocated" => Strategy::LeastAllocated,
            "MostAllocated" => Strategy::MostAllocated,
            "RequestedToCapacityRatio" => {
                let points = scoring.requested_to_capacity_ratio.map_or(Vec::new(), |ratio| ratio.shape);
                let point = |point: Point| ShapePoint { utilization: point.utilization, score: point.score };
                let shape = Shape::new(points.into_iter().map(point).collect());
                Strategy::RequestedToCapacityRatio(shape.map_err(|error| {
                    arguments::wrong(
                        Self::NAME,
                        format_args!("scoringStrategy.requestedToCapacityRatio.shape: {error}"),
                    )
                })?)
            }
            other => {
                let reason = format!("scoring strategy {other} is not supported");
                return Err(arguments::wrong(Self::NAME, reason));
            }
        };
        Ok(Self {
            ignored: arguments.ignored_resources.into_iter().collect(),
            ignored_groups: arguments.ignored_resource_groups.into_iter().collect(),
            strategy,
            resources: arguments::resources(Self::NAME, scoring.resources)?,
            objects: RwLock::default(),
            devices: OnceLock::new(),
        })
    }

    fn is_ignored(&self, name: &str) -> bool {
        let group = name.split('/').next().unwrap_or(name);
        is_extended(name) && (self.ignored.contains(name) || self.ignored_groups.contains(group))
    }

    fn devices(&self) -> &DeviceScoring {
        self.devices.get_or_init(DeviceScoring::default)
    }

    /// Whether a node that has nothing of the resource may give devices for it, which is up to DynamicResources.
    fn may_be_devices(&self, name: &str, has: i64) -> bool {
        has == 0
            && self.devices().is_on()
            && class_of(&self.objects.read().unwrap_or_else(PoisonError::into_inner), name).is_some()
    }

    /// What the node lacks for the pod.
    fn lacks(&self, pod: &PodResources, node: &NodeInfo) -> Vec<Lack> {
        let mut lacks = Vec::new();
        if pods_on(node) + 1 > node.allowed_pods() {
            lacks.push(Lack { reason: "Too many pods".into(), is_beyond_node: false });
        }
        let (wanted, has, taken) = (&pod.requests, node.allocatable(), node.requested());
        let mut check = |name: &str, wanted: i64, has: i64, taken: i64| {
            if wanted > 0 && wanted > has - taken {
                lacks.push(Lack { reason: format!("Insufficient {name}").into(), is_beyond_node: wanted > has });
            }
        };
        check("cpu", wanted.milli_cpu, has.milli_cpu, taken.milli_cpu);
        check("memory", wanted.memory, has.memory, taken.memory);
        check("ephemeral-storage", wanted.ephemeral_storage, has.ephemeral_storage, taken.ephemeral_storage);
        for (name, amount) in wanted.scalar.iter().filter(|(name, amount)| **amount > 0 && !self.is_ignored(name)) {
            if !self.may_be_devices(name, has.get(name)) {
                check(name, *amount, has.get(name), taken.get(name));
            }
        }
        lacks
    }

    /// Whether an empty node of this kind could take the pod.
    fn fits_alone(&self, pod: &PodInfo, node: &Node) -> bool {
        let has = Amounts::from_list(&node.status.allocatable);
        allowed_pods(node) > 0
            && wanted(pod).all(|(name, amount)| {
                amount <= has.get(name) || self.is_ignored(name) || self.may_be_devices(name, has.get(name))
            })
    }

    /// Whether the node has more than it had of something that the pod asks for.
    fn offers_more(&self, pod: &PodInfo, old: &Node, new: &Node) -> bool {
        let had = Amounts::from_list(&old.status.allocatable);
        let has = Amounts::from_list(&new.status.allocatable);
        allowed_pods(new) > allowed_pods(old)
            || wanted(pod).any(|(name, _)| {
                has.get(name) > had.get(name) || is_scalar(name) && self.may_be_devices(name, has.get(name))
            })
    }
}

/// Something that a node lacks.
struct Lack {
    reason: std::borrow::Cow<'static, str>,
    /// Whether the node never has as much, however few pods there are.
    is_beyond_node: bool,
}

/// What the pod asks for.
fn wanted(pod: &PodInfo) -> impl Iterator<Item = (&str, i64)> {
    pod.resources().requests.iter().filter(|(_, amount)| *amount > 0)
}

fn allowed_pods(node: &Node) -> i64 {
    node.status.allocatable.get(RESOURCE_PODS).map_or(0, Quantity::value)
}

fn pods_on(node: &NodeInfo) -> i64 {
    i64::try_from(node.pods().len()).unwrap_or(i64::MAX - 1)
}

impl Plugin for NodeResourcesFit {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn scope(&self) -> Scope {
        self.devices().scope(&self.resources)
    }

    fn obey(&self, gates: &FeatureGates) {
        self.devices.get_or_init(|| DeviceScoring::new(gates));
    }

    fn attach(&self, objects: &Arc<Objects>) {
        *self.objects.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(objects);
    }

    fn events_to_register(&self) -> Changes {
        Changes::of(&[
            ChangeKind::NodeAdded,
            ChangeKind::NodeUpdated,
            ChangeKind::AssignedPodUpdated,
            ChangeKind::AssignedPodDeleted,
            ChangeKind::PodUpdated,
            ChangeKind::Object(ObjectKind::DeviceClass, Action::Added),
            ChangeKind::Object(ObjectKind::DeviceClass, Action::Updated),
        ])
    }

    fn queueing_hint(&self, pod: &PodInfo, change: &Change<'_>) -> QueueingHint {
        let helps = match change {
            Change::NodeAdded(node) => self.fits_alone(pod, node),
            Change::NodeUpdated { old, new, what } => {
                what.allocatable && self.fits_alone(pod, new) && self.offers_more(pod, old, new)
            }
            // an end frees a place among the node's pods at least
            Change::AssignedPodDeleted(_) => true,
            Change::AssignedPodUpdated { old, new, is_scaled_down: true } => {
                let (old, new) = (PodResources::of(old).requests, PodResources::of(new).requests);
                wanted(pod).any(|(name, _)| new.get(name) < old.get(name))
            }
            Change::PodUpdated { old, new } => {
                let (old, new) = (PodResources::of(old).requests, PodResources::of(new).requests);
                old.iter().any(|(name, amount)| new.get(name) < amount)
            }
            Change::ObjectAdded(ClusterObject::DeviceClass(_))
            | Change::ObjectUpdated { new: ClusterObject::DeviceClass(_), .. }
                if !self.devices().is_on() =>
            {
                false
            }
            Change::ObjectAdded(ClusterObject::DeviceClass(new)) => stands_for(pod, None, new),
            Change::ObjectUpdated { old: ClusterObject::DeviceClass(old), new: ClusterObject::DeviceClass(new) } => {
                stands_for(pod, Some(old), new)
            }
            _ => false,
        };
        if helps { QueueingHint::Queue } else { QueueingHint::QueueSkip }
    }

    fn filter(&self) -> Option<&dyn FilterPlugin> {
        Some(self)
    }

    fn pre_score(&self) -> Option<&dyn PreScorePlugin> {
        Some(self)
    }

    fn score(&self) -> Option<&dyn ScorePlugin> {
        Some(self)
    }

    fn takes_part_in_placement_score(&self) -> bool {
        true
    }
}

impl FilterPlugin for NodeResourcesFit {
    fn filter_node(&self, _state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> Status {
        let lacks = self.lacks(pod.resources(), node);
        if lacks.is_empty() {
            return Status::success();
        }
        let is_hopeless = lacks.iter().any(|lack| lack.is_beyond_node);
        let code = if is_hopeless { Code::UnschedulableAndUnresolvable } else { Code::Unschedulable };
        Status::new(code, lacks.into_iter().map(|lack| lack.reason))
    }
}

impl PreScorePlugin for NodeResourcesFit {
    fn pre_score_pod(&self, state: &mut CycleState, _: &PodInfo, nodes: &Snapshot, _: Option<&[Row]>) -> Status {
        self.devices().prepare(state, nodes.objects(), &self.resources);
        Status::success()
    }
}

impl ScorePlugin for NodeResourcesFit {
    fn score_node(&self, state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> Result<i64, Status> {
        let devices = state.read::<SharedTotals>();
        let shares = self.resources.iter().map(|resource| share(resource, pod.resources(), node, devices));
        Ok(self.strategy.score(shares))
    }
}

/// How much of a resource would be taken. Extended resources that the pod does not ask for count as ones that the node
/// does not have; cpu and memory of containers that ask for none count as something.
fn share(resource: &ResourceSpec, pod: &PodResources, node: &NodeInfo, devices: Option<&SharedTotals>) -> Share {
    let added = pod.scored.get(&resource.name);
    let taken = match resource.name.as_str() {
        "cpu" => node.nonzero_requested().milli_cpu,
        "memory" => node.nonzero_requested().memory,
        name => node.requested().get(name),
    };
    let weight = resource.weight;
    let is_left_out = added == 0 && is_scalar(&resource.name);
    let allocatable = if is_left_out { 0 } else { node.allocatable().get(&resource.name) };
    match devices.filter(|_| !is_left_out && allocatable == 0).and_then(|devices| devices.of(node, &resource.name)) {
        Some(total) => Share { requested: total.taken + added, allocatable: total.reached, weight },
        None => Share { requested: taken + added, allocatable, weight },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::plugins::testing::{
        change_helps, check_filter, node, node_having, node_helps, placed_helps, pod, pod_asking, pod_of,
    };

    #[test]
    fn what_is_lacking_is_named_in_order() {
        let plugin = NodeResourcesFit::new(None).unwrap();
        let big = pod_asking(json!({"cpu": "5", "memory": "9Gi", "example.com/gpu": "1"}));
        let lacks = "Insufficient cpu, Insufficient memory, Insufficient example.com/gpu";
        check_filter(&plugin, &big, &node(json!({}), json!({})), lacks);
        let full = node_having(json!({}), json!({}), json!({"pods": "0"}));
        check_filter(&plugin, &pod(json!({})), &full, "Too many pods");
    }

    #[test]
    fn other_pods_going_helps_only_where_the_node_has_enough() {
        let plugin = NodeResourcesFit::new(None).unwrap();
        let mut node = node(json!({}), json!({}));
        node.add_pod(Arc::new(pod_asking(json!({"cpu": "3"}))));
        let code = |cpu| plugin.filter_node(&CycleState::default(), &pod_asking(json!({"cpu": cpu})), &node).code();
        assert_eq!((code("1"), code("4")), (Code::Success, Code::Unschedulable));
        assert_eq!(code("5"), Code::UnschedulableAndUnresolvable);
    }

    fn having(allocatable: Value) -> Value {
        let mut allocatable = allocatable;
        if allocatable["pods"].is_null() {
            allocatable["pods"] = json!("10");
        }
        json!({"status": {"allocatable": allocatable}})
    }

    #[test]
    fn nodes_help_that_have_more_than_before_and_enough_for_the_pod() {
        let plugin = NodeResourcesFit::new(Some(&json!({"ignoredResources": ["a.example/y"]}))).unwrap();
        let pod = pod_asking(json!({"memory": "2", "a.example/x": "1", "a.example/y": "1"}));
        let helps = |old: Value, new: Value| node_helps(&plugin, &pod, &old, &having(new));
        let none = Value::Null;
        assert!(helps(none.clone(), json!({"memory": "4", "a.example/x": "2"})));
        assert!(!helps(none.clone(), json!({"memory": "1", "a.example/x": "2"})));
        assert!(!helps(none.clone(), json!({"memory": "4"})));
        assert!(!helps(none, json!({"memory": "4", "a.example/x": "2", "pods": "0"})));
        let old = || having(json!({"memory": "2", "a.example/x": "1"}));
        assert!(helps(old(), json!({"memory": "2", "a.example/x": "2"})));
        assert!(helps(old(), json!({"memory": "2", "a.example/x": "1", "pods": "11"})));
        assert!(!helps(old(), json!({"memory": "2", "a.example/x": "1", "pods": "9", "cpu": "1", "b.example/z": "1"})));
        assert!(!helps(old(), json!({"memory": "1", "a.example/x": "2"})));
        assert!(!helps(having(json!({"memory": "4", "a.example/x": "2"})), json!({"memory": "2", "a.example/x": "1"})));
        // the same in other words
        assert!(!helps(
            having(json!({"memory": "1Ki", "a.example/x": "1"})),
            json!({"memory": "1024", "a.example/x": "1"})
        ));
    }

    #[test]
    fn pods_that_shrink_help_those_that_want_what_they_give_back() {
        let plugin = NodeResourcesFit::new(None).unwrap();
        let asking =
            |requests: Value| json!({"spec": {"containers": [{"name": "c", "resources": {"requests": requests}}]}});
        let as_a_whole = |requests: Value| json!({"spec": {"resources": {"requests": requests}}});
        let helps = |pod: Value, old: &Value, new: &Value| placed_helps(&plugin, &pod_of(pod), old, new);
        let (one, two) = (json!({"cpu": "1"}), json!({"cpu": "2"}));
        assert!(helps(asking(one.clone()), &asking(two.clone()), &asking(one.clone())));
        assert!(helps(as_a_whole(one.clone()), &as_a_whole(two.clone()), &as_a_whole(one.clone())));
        assert!(!helps(asking(one.clone()), &asking(one.clone()), &asking(two.clone())));
        let (less, more) = (json!({"memory": "1"}), json!({"memory": "2"}));
        assert!(!helps(asking(one.clone()), &asking(more.clone()), &asking(less.clone())));
        assert!(!helps(as_a_whole(one.clone()), &as_a_whole(more), &as_a_whole(less)));
        assert!(helps(asking(one.clone()), &asking(two.clone()), &Value::Null));
        assert!(!helps(asking(one.clone()), &Value::Null, &asking(two.clone())));
        assert!(change_helps(&plugin, asking(two.clone()), asking(one.clone())));
        assert!(change_helps(&plugin, as_a_whole(two.clone()), as_a_whole(one.clone())));
        assert!(!change_helps(&plugin, asking(one), asking(two)));
    }

    #[test]
    fn arguments_are_checked() {
        assert!(NodeResourcesFit::new(None).is_ok());
        let refused = |arguments: Value| NodeResourcesFit::new(Some(&arguments)).unwrap_err().to_string();
        assert!(refused(json!({"bogus": 1})).contains("bogus"));
        assert!(refused(json!({"scoringStrategy": {"type": "Odd"}})).contains("Odd"));
        assert!(refused(json!({"scoringStrategy": {"type": "RequestedToCapacityRatio"}})).contains("shape"));
    }

    #[test]
    fn extended_resources_are_ignored_by_name_and_by_group() {
        let arguments = json!({"ignoredResources": ["a.example/x"], "ignoredResourceGroups": ["b.example"]});
        let plugin = NodeResourcesFit::new(Some(&arguments)).unwrap();
        assert!(plugin.is_ignored("a.example/x") && plugin.is_ignored("b.example/y"));
        assert!(!plugin.is_ignored("a.example/y") && !plugin.is_ignored("cpu"));
    }
}
