//! What happens in the cluster, as far as it may help a pod that waits.

use std::ops::BitOr;

use kubeforge_api::core::v1::{Node, Pod};

use super::{ClusterObject, ObjectKind};

/// What happened to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// It came.
    Added,
    /// It changed.
    Updated,
    /// It went.
    Deleted,
}

/// A kind of [`Change`], a bit of [`Changes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// A node came.
    NodeAdded,
    /// A node changed.
    NodeUpdated,
    /// A node went.
    NodeDeleted,
    /// A pod came that has a node.
    AssignedPodAdded,
    /// A pod that has a node changed.
    AssignedPodUpdated,
    /// A pod that had a node went or ended, or its place was given back.
    AssignedPodDeleted,
    /// The waiting pod itself changed.
    PodUpdated,
    /// Another object came, changed or went.
    Object(ObjectKind, Action),
}

/// How many kinds of change there are to nodes and pods.
const PLACED_KINDS: u32 = 7;
/// How many things can happen to an object.
const ACTIONS: u32 = 3;

impl ChangeKind {
    const fn bit(self) -> u64 {
        let place = match self {
            Self::NodeAdded => 0,
            Self::NodeUpdated => 1,
            Self::NodeDeleted => 2,
            Self::AssignedPodAdded => 3,
            Self::AssignedPodUpdated => 4,
            Self::AssignedPodDeleted => 5,
            Self::PodUpdated => 6,
            Self::Object(kind, action) => PLACED_KINDS + kind as u32 * ACTIONS + action as u32,
        };
        1 << place
    }
}

/// A set of [`ChangeKind`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes(u64);

impl Changes {
    /// No kind of change.
    pub const NONE: Self = Self(0);
    /// Every kind of change.
    pub const ALL: Self = Self(u64::MAX);

    /// These kinds.
    pub const fn of(kinds: &[ChangeKind]) -> Self {
        let mut bits = 0;
        let mut place = 0;
        while place < kinds.len() {
            bits |= kinds[place].bit();
            place += 1;
        }
        Self(bits)
    }

    /// Whether the kind is among them.
    pub const fn contains(self, kind: ChangeKind) -> bool {
        self.0 & kind.bit() != 0
    }
}

impl BitOr for Changes {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// What is different about a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NodeChange {
    /// What pods may take of it.
    pub allocatable: bool,
    /// Its labels.
    pub labels: bool,
    /// Its taints, or whether it is closed for new pods.
    pub taints: bool,
    /// The images it has.
    pub images: bool,
    /// Its conditions, other than their times.
    pub conditions: bool,
    /// Its annotations or the features it declares.
    pub others: bool,
}

impl NodeChange {
    /// What differs between two states of a node.
    pub fn between(old: &Node, new: &Node) -> Self {
        let conditions = |node: &Node| -> Vec<_> {
            node.status.conditions.iter().map(|it| (it.type_.clone(), it.status.clone())).collect()
        };
        Self {
            allocatable: old.status.allocatable != new.status.allocatable,
            labels: old.metadata.labels != new.metadata.labels,
            taints: old.spec.taints != new.spec.taints || old.spec.unschedulable != new.spec.unschedulable,
            images: old.status.images != new.status.images,
            conditions: conditions(old) != conditions(new),
            others: old.metadata.annotations != new.metadata.annotations
                || old.status.declared_features != new.status.declared_features,
        }
    }

    /// Whether nothing differs that a plugin could look at.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// Something that happened in the cluster.
#[derive(Clone, Copy)]
pub enum Change<'a> {
    /// A node came.
    NodeAdded(&'a Node),
    /// A node changed.
    NodeUpdated {
        /// As it was.
        old: &'a Node,
        /// As it is.
        new: &'a Node,
        /// What is different.
        what: NodeChange,
    },
    /// A node went.
    NodeDeleted(&'a Node),
    /// A pod came that has a node.
    AssignedPodAdded(&'a Pod),
    /// A pod that has a node changed.
    AssignedPodUpdated {
        /// As it was.
        old: &'a Pod,
        /// As it is.
        new: &'a Pod,
        /// Whether it asks for less of something than it did.
        is_scaled_down: bool,
    },
    /// A pod that had a node went or ended, or its place was given back.
    AssignedPodDeleted(&'a Pod),
    /// The waiting pod itself changed.
    PodUpdated {
        /// As it was.
        old: &'a Pod,
        /// As it is.
        new: &'a Pod,
    },
    /// Another object came.
    ObjectAdded(&'a ClusterObject),
    /// Another object changed.
    ObjectUpdated {
        /// As it was.
        old: &'a ClusterObject,
        /// As it is.
        new: &'a ClusterObject,
    },
    /// Another object went.
    ObjectDeleted(&'a ClusterObject),
}

impl Change<'_> {
    /// What kind of change it is.
    pub const fn kind(&self) -> ChangeKind {
        match self {
            Self::NodeAdded(_) => ChangeKind::NodeAdded,
            Self::NodeUpdated { .. } => ChangeKind::NodeUpdated,
            Self::NodeDeleted(_) => ChangeKind::NodeDeleted,
            Self::AssignedPodAdded(_) => ChangeKind::AssignedPodAdded,
            Self::AssignedPodUpdated { .. } => ChangeKind::AssignedPodUpdated,
            Self::AssignedPodDeleted(_) => ChangeKind::AssignedPodDeleted,
            Self::PodUpdated { .. } => ChangeKind::PodUpdated,
            Self::ObjectAdded(object) => ChangeKind::Object(object.kind(), Action::Added),
            Self::ObjectUpdated { new, .. } => ChangeKind::Object(new.kind(), Action::Updated),
            Self::ObjectDeleted(object) => ChangeKind::Object(object.kind(), Action::Deleted),
        }
    }

    /// Its name in metrics: kube-scheduler's ClusterEvent.Label. Where several things changed at once it is named after the
    /// first that kube-scheduler looks at.
    pub fn label(&self) -> &'static str {
        match self {
            Self::NodeAdded(_) => "NodeAdd",
            Self::NodeUpdated { old, new, what } => node_update(old, new, *what),
            Self::NodeDeleted(_) => "NodeDelete",
            Self::AssignedPodAdded(_) => "AssignedPodAdd",
            Self::AssignedPodUpdated { old, new, .. } => match pod_update(old, new) {
                PodUpdate::Labels => "AssignedPodUpdatePodLabel",
                PodUpdate::ScaleDown => "AssignedPodUpdatePodScaleDown",
                PodUpdate::Gates => "AssignedPodUpdatePodSchedulingGatesEliminated",
                PodUpdate::Tolerations => "AssignedPodUpdatePodToleration",
                PodUpdate::Claims => "AssignedPodUpdatePodGeneratedResourceClaim",
                PodUpdate::Other => "AssignedPodUpdate",
            },
            Self::AssignedPodDeleted(_) => "AssignedPodDelete",
            Self::PodUpdated { old, new } => match pod_update(old, new) {
                PodUpdate::Labels => "UnschedulablePodUpdatePodLabel",
                PodUpdate::ScaleDown => "UnschedulablePodUpdatePodScaleDown",
                PodUpdate::Gates => "UnschedulablePodUpdatePodSchedulingGatesEliminated",
                PodUpdate::Tolerations => "UnschedulablePodUpdatePodToleration",
                PodUpdate::Claims => "UnschedulablePodUpdatePodGeneratedResourceClaim",
                PodUpdate::Other => "UnschedulablePodUpdate",
            },
            Self::ObjectAdded(object) => object.kind().label(Action::Added),
            Self::ObjectUpdated { new, .. } => new.kind().label(Action::Updated),
            Self::ObjectDeleted(object) => object.kind().label(Action::Deleted),
        }
    }
}

fn node_update(old: &Node, new: &Node, what: NodeChange) -> &'static str {
    let is_opened = old.spec.unschedulable && !new.spec.unschedulable;
    match what {
        _ if is_opened => "NodeUpdateNodeTaint",
        NodeChange { allocatable: true, .. } => "NodeUpdateNodeAllocatable",
        NodeChange { labels: true, .. } => "NodeUpdateNodeLabel",
        NodeChange { taints: true, .. } => "NodeUpdateNodeTaint",
        NodeChange { conditions: true, .. } => "NodeUpdateNodeCondition",
        _ if old.metadata.annotations != new.metadata.annotations => "NodeUpdateNodeAnnotation",
        _ if old.status.declared_features != new.status.declared_features => "NodeUpdateNodeDeclaredFeature",
        _ => "NodeUpdate",
    }
}

/// What changed about a pod.
enum PodUpdate {
    Labels,
    ScaleDown,
    Gates,
    Tolerations,
    Claims,
    Other,
}

fn pod_update(old: &Pod, new: &Pod) -> PodUpdate {
    let claims =
        |pod: &Pod| (pod.status.resource_claim_statuses.clone(), pod.status.extended_resource_claim_status.clone());
    match () {
        () if old.metadata.labels != new.metadata.labels => PodUpdate::Labels,
        () if asks_for_less(old, new) => PodUpdate::ScaleDown,
        () if new.spec.scheduling_gates.is_empty() && !old.spec.scheduling_gates.is_empty() => PodUpdate::Gates,
        () if old.spec.tolerations.len() != new.spec.tolerations.len() => PodUpdate::Tolerations,
        () if claims(old) != claims(new) => PodUpdate::Claims,
        () => PodUpdate::Other,
    }
}

/// Whether a container asks for less of something than before.
fn asks_for_less(old: &Pod, new: &Pod) -> bool {
    let mut containers = old.spec.containers.iter().zip(&new.spec.containers);
    containers.any(|(old, new)| {
        let (old, new) = (&old.resources.requests, &new.resources.requests);
        old.iter().any(|(name, amount)| new.get(name).is_none_or(|now| now < amount))
    })
}

/// Whether a change may help a pod that a plugin turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueingHint {
    /// It may: try the pod again.
    Queue,
    /// It can't.
    QueueSkip,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[track_caller]
    fn check_pod(old: Value, new: Value, want: &str) {
        let [old, new]: [Pod; 2] = [old, new].map(|pod| serde_json::from_value(pod).unwrap());
        assert_eq!(Change::PodUpdated { old: &old, new: &new }.label(), want);
    }

    #[track_caller]
    fn check_node(old: Value, new: Value, want: &str) {
        let [old, new]: [Node; 2] = [old, new].map(|node| serde_json::from_value(node).unwrap());
        let what = NodeChange::between(&old, &new);
        assert_eq!(Change::NodeUpdated { old: &old, new: &new, what }.label(), want);
    }

    #[test]
    fn changes_have_kube_schedulers_names() {
        let asking = |cpu: &str| json!({"spec": {"containers": [{"resources": {"requests": {"cpu": cpu}}}]}});
        check_pod(asking("2"), asking("1"), "UnschedulablePodUpdatePodScaleDown");
        check_pod(asking("1"), asking("2"), "UnschedulablePodUpdate");
        check_pod(json!({}), json!({"metadata": {"labels": {"a": "b"}}}), "UnschedulablePodUpdatePodLabel");
        let gated = json!({"spec": {"schedulingGates": [{"name": "g"}]}});
        check_pod(gated, json!({}), "UnschedulablePodUpdatePodSchedulingGatesEliminated");
        let closed = json!({"metadata": {"labels": {"a": "b"}}, "spec": {"unschedulable": true}});
        check_node(closed.clone(), json!({}), "NodeUpdateNodeTaint");
        check_node(json!({}), closed, "NodeUpdateNodeLabel");
        check_node(json!({}), json!({"metadata": {"annotations": {"a": "b"}}}), "NodeUpdateNodeAnnotation");
    }
}
