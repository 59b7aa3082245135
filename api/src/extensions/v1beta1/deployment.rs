//! Deployments: equal pods, replaced bit by bit when their template changes.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{LabelSelector, ListMeta, ObjectMeta};
use kubeforge_machinery::{IntOrString, Time};

use crate::core::v1::{ConditionStatus, PodTemplateSpec};

/// Keeps equal pods running and replaces them bit by bit when their template changes.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "apps/v1.Deployment")]
#[api(introduced = "1.1", deprecated = "1.8", removed = "1.16", replacement = "apps/v1.Deployment")]
pub struct Deployment {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What is wanted of the deployment.
    #[api(tag = 2)]
    pub spec: DeploymentSpec,
    /// How far it has come.
    #[api(tag = 3)]
    pub status: DeploymentStatus,
}

/// Deployments, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "Deployment")]
#[api(introduced = "1.1", deprecated = "1.8", removed = "1.16", replacement = "apps/v1.DeploymentList")]
pub struct DeploymentList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<Deployment>,
}

/// How many pods are wanted, what they look like, and how to get from old ones to new ones.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeploymentSpec {
    /// How many pods.
    #[api(tag = 1)]
    pub replicas: Option<i32>,
    /// Which pods are its own; those with the labels of the template if unset.
    #[api(tag = 2)]
    pub selector: Option<Box<LabelSelector>>,
    /// What the pods look like.
    #[api(tag = 3, required)]
    pub template: PodTemplateSpec,
    /// How to replace old pods.
    #[api(tag = 4, patch = retain_keys)]
    pub strategy: DeploymentStrategy,
    /// How long a new pod must be ready before it counts as available.
    #[api(tag = 5)]
    pub min_ready_seconds: i32,
    /// How many old replica sets to keep.
    #[api(tag = 6)]
    pub revision_history_limit: Option<i32>,
    /// Changes of the template wait.
    #[api(tag = 7)]
    pub paused: bool,
    /// Asks to go back to an older revision; the controller clears it when that is done.
    #[api(tag = 8, deprecated)]
    pub rollback_to: Option<Box<RollbackConfig>>,
    /// Without progress for so long the rollout counts as failed.
    #[api(tag = 9)]
    pub progress_deadline_seconds: Option<i32>,
}

/// How to replace old pods.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeploymentStrategy {
    /// In one of two ways.
    #[api(tag = 1)]
    pub type_: DeploymentStrategyType,
    /// How far to go at a time, where pods are replaced bit by bit.
    #[api(tag = 2)]
    pub rolling_update: Option<Box<RollingUpdateDeployment>>,
}

/// How a deployment replaces old pods.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum DeploymentStrategyType {
    /// All of them go before any new one comes.
    Recreate,
    /// Bit by bit.
    RollingUpdate,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// How far a rollout may go at a time.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct RollingUpdateDeployment {
    /// How many pods may be missing, as a number or a share; rounded down.
    #[api(tag = 1)]
    pub max_unavailable: Option<IntOrString>,
    /// How many pods more than wanted there may be, as a number or a share; rounded up.
    #[api(tag = 2)]
    pub max_surge: Option<IntOrString>,
}

/// Which revision a deployment goes back to.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct RollbackConfig {
    /// The revision; 0 for the one before the current.
    #[api(tag = 1)]
    pub revision: i64,
}

/// How far a deployment has come.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeploymentStatus {
    /// The generation that this status is about.
    #[api(tag = 1)]
    pub observed_generation: i64,
    /// How many pods it has.
    #[api(tag = 2)]
    pub replicas: i32,
    /// How many of them are of the current template.
    #[api(tag = 3)]
    pub updated_replicas: i32,
    /// How many of them are ready.
    #[api(tag = 7)]
    pub ready_replicas: i32,
    /// How many of them have been ready for long enough.
    #[api(tag = 4)]
    pub available_replicas: i32,
    /// How many are missing.
    #[api(tag = 5)]
    pub unavailable_replicas: i32,
    /// How many are ending.
    #[api(tag = 9)]
    pub terminating_replicas: Option<i32>,
    /// What has been reached, and since when.
    #[api(tag = 6, patch = merge, merge_key = "type", list = map("type"))]
    pub conditions: Vec<DeploymentCondition>,
    /// How often the name for a replica set was taken.
    #[api(tag = 8)]
    pub collision_count: Option<i32>,
}

/// Something that a deployment has reached, or not.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeploymentCondition {
    /// What it is about.
    #[api(tag = 1, required)]
    pub type_: String,
    /// Whether it holds.
    #[api(tag = 2, required)]
    pub status: ConditionStatus,
    /// When it was last written.
    #[api(tag = 6)]
    pub last_update_time: Time,
    /// Since when it is so.
    #[api(tag = 7)]
    pub last_transition_time: Time,
    /// Why, for programs.
    #[api(tag = 4)]
    pub reason: String,
    /// Why, for people.
    #[api(tag = 5)]
    pub message: String,
}

// Values of DeploymentConditionType, which is a plain text because others may add their own.
/// Enough pods are available.
pub const DEPLOYMENT_AVAILABLE: &str = "Available";
/// The rollout goes on, or is done.
pub const DEPLOYMENT_PROGRESSING: &str = "Progressing";
/// A pod could not be made or deleted.
pub const DEPLOYMENT_REPLICA_FAILURE: &str = "ReplicaFailure";
