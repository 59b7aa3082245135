use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{LabelSelector, ListMeta, ObjectMeta};
use kubeforge_machinery::{IntOrString, Time};

use crate::core::v1::{ConditionStatus, PodTemplateSpec};

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "deployments", singular = "deployment", short = ["deploy"], categories = ["all"])]
#[api(subresource(status))]
#[api(subresource(
    scale,
    kind = "autoscaling/v1.Scale",
    spec = ".spec.replicas",
    status = ".status.replicas",
    selector = ".spec.selector"
))]
#[api(introduced = "1.9")]
pub struct Deployment {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    #[api(tag = 2)]
    pub spec: DeploymentSpec,
    #[api(tag = 3)]
    pub status: DeploymentStatus,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "Deployment")]
#[api(introduced = "1.9")]
pub struct DeploymentList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<Deployment>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeploymentSpec {
    #[api(tag = 1)]
    pub replicas: Option<i32>,
    #[api(tag = 2, required)]
    pub selector: Option<Box<LabelSelector>>,
    #[api(tag = 3, required)]
    pub template: PodTemplateSpec,
    #[api(tag = 4, patch = retain_keys)]
    pub strategy: DeploymentStrategy,
    #[api(tag = 5)]
    pub min_ready_seconds: i32,
    #[api(tag = 6)]
    pub revision_history_limit: Option<i32>,
    #[api(tag = 7)]
    pub paused: bool,
    #[api(tag = 9)]
    pub progress_deadline_seconds: Option<i32>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeploymentStrategy {
    #[api(tag = 1)]
    pub type_: DeploymentStrategyType,
    #[api(tag = 2)]
    pub rolling_update: Option<Box<RollingUpdateDeployment>>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum DeploymentStrategyType {
    Recreate,
    RollingUpdate,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct RollingUpdateDeployment {
    #[api(tag = 1)]
    pub max_unavailable: Option<IntOrString>,
    #[api(tag = 2)]
    pub max_surge: Option<IntOrString>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeploymentStatus {
    #[api(tag = 1)]
    pub observed_generation: i64,
    #[api(tag = 2)]
    pub replicas: i32,
    #[api(tag = 3)]
    pub updated_replicas: i32,
    #[api(tag = 7)]
    pub ready_replicas: i32,
    #[api(tag = 4)]
    pub available_replicas: i32,
    #[api(tag = 5)]
    pub unavailable_replicas: i32,
    #[api(tag = 9)]
    pub terminating_replicas: Option<i32>,
    #[api(tag = 6, patch = merge, merge_key = "type", list = map("type"))]
    pub conditions: Vec<DeploymentCondition>,
    #[api(tag = 8)]
    pub collision_count: Option<i32>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeploymentCondition {
    #[api(tag = 1, required)]
    pub type_: String,
    #[api(tag = 2, required)]
    pub status: ConditionStatus,
    #[api(tag = 6)]
    pub last_update_time: Time,
    #[api(tag = 7)]
    pub last_transition_time: Time,
    #[api(tag = 4)]
    pub reason: String,
    #[api(tag = 5)]
    pub message: String,
}

// Values of DeploymentConditionType, which is a plain text because others may add their own.
pub const DEPLOYMENT_AVAILABLE: &str = "Available";
pub const DEPLOYMENT_PROGRESSING: &str = "Progressing";
pub const DEPLOYMENT_REPLICA_FAILURE: &str = "ReplicaFailure";
