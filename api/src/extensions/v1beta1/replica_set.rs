//! Replica sets: a number of equal pods.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Time;
use kubeforge_machinery::meta::v1::{LabelSelector, ListMeta, ObjectMeta};

use crate::core::v1::{ConditionStatus, PodTemplateSpec};

/// Keeps a number of equal pods running; deployments make one per template.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "apps/v1.ReplicaSet")]
#[api(introduced = "1.2", deprecated = "1.8", removed = "1.16", replacement = "apps/v1.ReplicaSet")]
pub struct ReplicaSet {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What is wanted.
    #[api(tag = 2)]
    pub spec: ReplicaSetSpec,
    /// What has come of it.
    #[api(tag = 3)]
    pub status: ReplicaSetStatus,
}

/// Replica sets, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "ReplicaSet")]
#[api(introduced = "1.2", deprecated = "1.8", removed = "1.16", replacement = "apps/v1.ReplicaSetList")]
pub struct ReplicaSetList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<ReplicaSet>,
}

/// How many pods are wanted, which ones count, and what new ones look like.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ReplicaSetSpec {
    /// How many pods.
    #[api(tag = 1)]
    pub replicas: Option<i32>,
    /// How long a new pod must be ready before it counts as available.
    #[api(tag = 4)]
    pub min_ready_seconds: i32,
    /// Which pods are its own; those with the labels of the template if unset.
    #[api(tag = 2)]
    pub selector: Option<Box<LabelSelector>>,
    /// What the pods look like.
    #[api(tag = 3)]
    pub template: PodTemplateSpec,
}

/// How many pods a replica set has.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ReplicaSetStatus {
    /// How many pods it has.
    #[api(tag = 1, required)]
    pub replicas: i32,
    /// How many of them have all the labels of the template.
    #[api(tag = 2)]
    pub fully_labeled_replicas: i32,
    /// How many of them are ready.
    #[api(tag = 4)]
    pub ready_replicas: i32,
    /// How many of them have been ready for long enough.
    #[api(tag = 5)]
    pub available_replicas: i32,
    /// How many are ending.
    #[api(tag = 7)]
    pub terminating_replicas: Option<i32>,
    /// The generation that this status is about.
    #[api(tag = 3)]
    pub observed_generation: i64,
    /// What has been reached, and since when.
    #[api(tag = 6, patch = merge, merge_key = "type", list = map("type"))]
    pub conditions: Vec<ReplicaSetCondition>,
}

/// Something that a replica set has run into, or not.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ReplicaSetCondition {
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

// Values of ReplicaSetConditionType, which is a plain text because others may add their own.
/// A pod could not be made or deleted.
pub const REPLICA_SET_REPLICA_FAILURE: &str = "ReplicaFailure";
