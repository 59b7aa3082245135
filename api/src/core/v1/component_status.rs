//! The state of the control plane's parts, as it was once reported.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

use super::ConditionStatus;

/// How a part of the control plane is. No longer to be relied on.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, cluster, plural = "componentstatuses", singular = "componentstatus", short = ["cs"], verbs = ["get", "list"])]
#[api(introduced = "1.0", deprecated = "1.19")]
pub struct ComponentStatus {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What was found out.
    #[api(tag = 2, patch = merge, merge_key = "type", list = map("type"))]
    pub conditions: Vec<ComponentCondition>,
}

/// Component statuses, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "ComponentStatus")]
#[api(introduced = "1.0", deprecated = "1.19")]
pub struct ComponentStatusList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<ComponentStatus>,
}

/// Whether a part of the control plane is healthy.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ComponentCondition {
    /// What it is about.
    #[api(tag = 1, required)]
    pub type_: String,
    /// Whether it holds.
    #[api(tag = 2, required)]
    pub status: ConditionStatus,
    /// What was found out, for people.
    #[api(tag = 3)]
    pub message: String,
    /// What went wrong when asking.
    #[api(tag = 4)]
    pub error: String,
}

// Values of ComponentConditionType, which is a plain text because others may add their own.
/// It is healthy.
pub const COMPONENT_HEALTHY: &str = "Healthy";
