//! What happens in the cluster, as far as it may help a pod that waits.

use std::ops::BitOr;

use kubeforge_api::core::v1::{Node, Pod};

/// A kind of [`Change`], as a bit of [`Changes`].
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
    /// Something else that a plugin asked to be told of.
    Other,
}

/// A set of [`ChangeKind`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes(u8);

impl Changes {
    /// No kind of change.
    pub const NONE: Self = Self(0);
    /// Every kind of change.
    pub const ALL: Self = Self(u8::MAX);

    /// These kinds.
    pub const fn of(kinds: &[ChangeKind]) -> Self {
        let mut bits = 0;
        let mut place = 0;
        while place < kinds.len() {
            bits |= 1 << kinds[place] as u8;
            place += 1;
        }
        Self(bits)
    }

    /// Whether the kind is among them.
    pub const fn contains(self, kind: ChangeKind) -> bool {
        self.0 & (1 << kind as u8) != 0
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
    /// Something else that a plugin asked to be told of: the plural name of the resource, such as `persistentvolumes`.
    Other(&'a str),
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
            Self::Other(_) => ChangeKind::Other,
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
