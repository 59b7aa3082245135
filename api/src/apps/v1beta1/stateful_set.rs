//! Stateful sets: pods with lasting names and volumes.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{LabelSelector, ListMeta, ObjectMeta};
use kubeforge_machinery::{IntOrString, Time};

use crate::core::v1::{ConditionStatus, PersistentVolumeClaim, PodTemplateSpec};

/// Keeps pods running that have lasting names and volumes of their own.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "v1", lossy = "no observed generation is generation 0 in the hub, which always has one")]
#[api(introduced = "1.5", deprecated = "1.8", removed = "1.16", replacement = "apps/v1.StatefulSet")]
pub struct StatefulSet {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What is wanted.
    #[api(tag = 2)]
    pub spec: StatefulSetSpec,
    /// What has come of it.
    #[api(tag = 3)]
    pub status: StatefulSetStatus,
}

/// Stateful sets, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "StatefulSet")]
#[api(introduced = "1.5", deprecated = "1.8", removed = "1.16", replacement = "apps/v1.StatefulSetList")]
pub struct StatefulSetList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<StatefulSet>,
}

/// How many pods are wanted, what they and their claims look like, and how to handle them.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct StatefulSetSpec {
    /// How many pods.
    #[api(tag = 1)]
    pub replicas: Option<i32>,
    /// Which pods are its own; those with the labels of the template if unset.
    #[api(tag = 2)]
    pub selector: Option<Box<LabelSelector>>,
    /// What the pods look like.
    #[api(tag = 3, required)]
    pub template: PodTemplateSpec,
    /// The claims of each pod.
    #[api(tag = 4, list = atomic)]
    pub volume_claim_templates: Vec<PersistentVolumeClaim>,
    /// The headless service that gives the pods their names.
    #[api(tag = 5, always)]
    pub service_name: String,
    /// One by one, or all at once.
    #[api(tag = 6)]
    pub pod_management_policy: PodManagementPolicyType,
    /// How to replace old pods.
    #[api(tag = 7)]
    pub update_strategy: StatefulSetUpdateStrategy,
    /// How many old revisions to keep.
    #[api(tag = 8)]
    pub revision_history_limit: Option<i32>,
    /// How long a new pod must be ready before it counts as available.
    #[api(tag = 9)]
    pub min_ready_seconds: i32,
    /// What becomes of the claims.
    #[api(tag = 10)]
    pub persistent_volume_claim_retention_policy: Option<Box<StatefulSetPersistentVolumeClaimRetentionPolicy>>,
    /// How pods are numbered.
    #[api(tag = 11)]
    pub ordinals: Option<Box<StatefulSetOrdinals>>,
}

/// In which order the pods of a stateful set are made and deleted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum PodManagementPolicyType {
    /// One after the other, each waiting for the one before to be ready.
    OrderedReady,
    /// All at once.
    Parallel,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// How a stateful set replaces old pods.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct StatefulSetUpdateStrategy {
    /// In one of two ways.
    #[api(tag = 1)]
    pub type_: StatefulSetUpdateStrategyType,
    /// How far to go at a time.
    #[api(tag = 2)]
    pub rolling_update: Option<Box<RollingUpdateStatefulSetStrategy>>,
}

/// When a stateful set replaces old pods.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum StatefulSetUpdateStrategyType {
    /// One after the other, from the last.
    RollingUpdate,
    /// When somebody deletes them.
    OnDelete,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// How far a rollout of a stateful set may go.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct RollingUpdateStatefulSetStrategy {
    /// Only pods with this number or a higher one are replaced.
    #[api(tag = 1)]
    pub partition: Option<i32>,
    /// How many pods may be missing, as a number or a share.
    #[api(tag = 2, gate = "MaxUnavailableStatefulSet")]
    pub max_unavailable: Option<IntOrString>,
}

/// What becomes of the claims that a stateful set made.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct StatefulSetPersistentVolumeClaimRetentionPolicy {
    /// When the set is deleted.
    #[api(tag = 1)]
    pub when_deleted: PersistentVolumeClaimRetentionPolicyType,
    /// When the set is made smaller.
    #[api(tag = 2)]
    pub when_scaled: PersistentVolumeClaimRetentionPolicyType,
}

/// What becomes of the claims of pods that go.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum PersistentVolumeClaimRetentionPolicyType {
    /// They stay.
    Retain,
    /// They go too.
    Delete,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// How the pods of a stateful set are numbered.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct StatefulSetOrdinals {
    /// The first number.
    #[api(tag = 1, always)]
    pub start: i32,
}

/// How far a stateful set has come.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct StatefulSetStatus {
    /// The generation that this status is about.
    #[api(tag = 1)]
    pub observed_generation: Option<i64>,
    /// How many pods it has.
    #[api(tag = 2, required)]
    pub replicas: i32,
    /// How many of them are ready.
    #[api(tag = 3)]
    pub ready_replicas: i32,
    /// How many of them are of the current revision.
    #[api(tag = 4)]
    pub current_replicas: i32,
    /// How many of them are of the new revision.
    #[api(tag = 5)]
    pub updated_replicas: i32,
    /// The revision that pods not yet replaced are of.
    #[api(tag = 6)]
    pub current_revision: String,
    /// The revision that new pods are of.
    #[api(tag = 7)]
    pub update_revision: String,
    /// How often the name for a revision was taken.
    #[api(tag = 9)]
    pub collision_count: Option<i32>,
    /// What has been reached, and since when.
    #[api(tag = 10, patch = merge, merge_key = "type", list = map("type"))]
    pub conditions: Vec<StatefulSetCondition>,
    /// How many of them have been ready for long enough.
    #[api(tag = 11, always)]
    pub available_replicas: i32,
}

/// Something that a stateful set has reached, or not.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct StatefulSetCondition {
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
