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
    /// Its name in metrics.
    pub const fn label(self) -> &'static str {
        match self {
            Self::NodeAdded => "NodeAdd",
            Self::NodeUpdated => "NodeUpdate",
            Self::NodeDeleted => "NodeDelete",
            Self::AssignedPodAdded => "AssignedPodAdd",
            Self::AssignedPodUpdated => "AssignedPodUpdate",
            Self::AssignedPodDeleted => "AssignedPodDelete",
            Self::PodUpdated => "PodUpdate",
            Self::Object(kind, action) => kind.label(action),
        }
    }

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
}

/// Whether a change may help a pod that a plugin turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueingHint {
    /// It may: try the pod again.
    Queue,
    /// It can't.
    QueueSkip,
}
