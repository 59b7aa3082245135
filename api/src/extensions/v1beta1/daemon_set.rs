//! Daemon sets: one pod per node.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{LabelSelector, ListMeta, ObjectMeta};
use kubeforge_machinery::{IntOrString, Time};

use crate::core::v1::{ConditionStatus, PodTemplateSpec};

/// Keeps one pod running on every node that fits.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "apps/v1.DaemonSet")]
#[api(introduced = "1.1", deprecated = "1.8", removed = "1.16", replacement = "apps/v1.DaemonSet")]
pub struct DaemonSet {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What is wanted.
    #[api(tag = 2)]
    pub spec: DaemonSetSpec,
    /// What has come of it.
    #[api(tag = 3)]
    pub status: DaemonSetStatus,
}

/// Daemon sets, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "DaemonSet")]
#[api(introduced = "1.1", deprecated = "1.8", removed = "1.16", replacement = "apps/v1.DaemonSetList")]
pub struct DaemonSetList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<DaemonSet>,
}

/// Which nodes, and what the pods look like.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DaemonSetSpec {
    /// Which pods are its own; those with the labels of the template if unset.
    #[api(tag = 1)]
    pub selector: Option<Box<LabelSelector>>,
    /// What the pods look like.
    #[api(tag = 2, required)]
    pub template: PodTemplateSpec,
    /// How to replace old pods.
    #[api(tag = 3)]
    pub update_strategy: DaemonSetUpdateStrategy,
    /// How long a new pod must be ready before it counts as available.
    #[api(tag = 4)]
    pub min_ready_seconds: i32,
    /// Grows with each change of the template; deprecated, the server fills it in.
    #[api(tag = 5, deprecated)]
    pub template_generation: i64,
    /// How many old revisions to keep.
    #[api(tag = 6)]
    pub revision_history_limit: Option<i32>,
}

/// How a daemon set replaces old pods.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DaemonSetUpdateStrategy {
    /// In one of two ways.
    #[api(tag = 1)]
    pub type_: DaemonSetUpdateStrategyType,
    /// How far to go at a time.
    #[api(tag = 2)]
    pub rolling_update: Option<Box<RollingUpdateDaemonSet>>,
}

/// When a daemon set replaces old pods.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum DaemonSetUpdateStrategyType {
    /// Node by node.
    RollingUpdate,
    /// When somebody deletes them.
    OnDelete,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// How many nodes a rollout of a daemon set may touch at a time.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct RollingUpdateDaemonSet {
    /// How many pods may be missing, as a number or a share.
    #[api(tag = 1)]
    pub max_unavailable: Option<IntOrString>,
    /// How many nodes may have two pods for a while, as a number or a share.
    #[api(tag = 2)]
    pub max_surge: Option<IntOrString>,
}

/// On how many nodes a daemon set runs, and on how many it should.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DaemonSetStatus {
    /// How many nodes run it that should.
    #[api(tag = 1, required)]
    pub current_number_scheduled: i32,
    /// How many nodes run it that should not.
    #[api(tag = 2, required)]
    pub number_misscheduled: i32,
    /// How many nodes should run it.
    #[api(tag = 3, required)]
    pub desired_number_scheduled: i32,
    /// On how many of them it is ready.
    #[api(tag = 4, required)]
    pub number_ready: i32,
    /// The generation that this status is about.
    #[api(tag = 5)]
    pub observed_generation: i64,
    /// On how many of them it is new.
    #[api(tag = 6)]
    pub updated_number_scheduled: i32,
    /// On how many of them it has been ready for long enough.
    #[api(tag = 7)]
    pub number_available: i32,
    /// On how many of them it has not.
    #[api(tag = 8)]
    pub number_unavailable: i32,
    /// How often the name for a revision was taken.
    #[api(tag = 9)]
    pub collision_count: Option<i32>,
    /// What has been reached, and since when.
    #[api(tag = 10, patch = merge, merge_key = "type", list = map("type"))]
    pub conditions: Vec<DaemonSetCondition>,
}

/// Something that a daemon set has reached, or not.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DaemonSetCondition {
    /// What it is about.
    #[api(tag = 1, required)]
    pub type_: String,
    /// Whether it holds.
    #[api(tag = 2, required)]
    pub status: ConditionStatus,
    /// Since when it is so.
    #[api(tag = 3)]
    pub last_transition_time: Time,
    /// Why, for programs.
    #[api(tag = 4)]
    pub reason: String,
    /// Why, for people.
    #[api(tag = 5)]
    pub message: String,
}
