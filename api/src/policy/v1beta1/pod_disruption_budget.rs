//! Disruption budgets: how many pods may be missing at a time.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{Condition, LabelSelector, ListMeta, ObjectMeta};
use kubeforge_machinery::{IntOrString, Time};

/// How many of some pods may be missing at a time by somebody's will.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "v1")]
#[api(introduced = "1.5", deprecated = "1.21", removed = "1.25", replacement = "policy/v1.PodDisruptionBudget")]
pub struct PodDisruptionBudget {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What is wanted.
    #[api(tag = 2)]
    pub spec: PodDisruptionBudgetSpec,
    /// What has come of it.
    #[api(tag = 3)]
    pub status: PodDisruptionBudgetStatus,
}

/// Pod disruption budgets, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "PodDisruptionBudget")]
#[api(introduced = "1.5", deprecated = "1.21", removed = "1.25", replacement = "policy/v1.PodDisruptionBudgetList")]
pub struct PodDisruptionBudgetList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<PodDisruptionBudget>,
}

/// Which pods, and how many of them.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodDisruptionBudgetSpec {
    /// How many must stay, as a number or a share.
    #[api(tag = 1)]
    pub min_available: Option<IntOrString>,
    /// Which pods; empty for none, where v1 takes all of the namespace.
    #[api(tag = 2)]
    pub selector: Option<Box<LabelSelector>>,
    /// How many may be missing, as a number or a share.
    #[api(tag = 3)]
    pub max_unavailable: Option<IntOrString>,
    /// Whether pods that are not ready count.
    #[api(tag = 4)]
    pub unhealthy_pod_eviction_policy: Option<UnhealthyPodEvictionPolicyType>,
}

/// Whether a pod that is not ready counts against its budget.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum UnhealthyPodEvictionPolicyType {
    /// It may go only where enough others are ready.
    IfHealthyBudget,
    /// It may always go.
    AlwaysAllow,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// How many more pods may go now.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodDisruptionBudgetStatus {
    /// The generation that this status is about.
    #[api(tag = 1)]
    pub observed_generation: i64,
    /// Pods that were let go and are still there, and since when.
    #[api(tag = 2)]
    pub disrupted_pods: BTreeMap<String, Time>,
    /// How many more may go now.
    #[api(tag = 3, always)]
    pub disruptions_allowed: i32,
    /// How many are ready.
    #[api(tag = 4, always)]
    pub current_healthy: i32,
    /// How many must be ready.
    #[api(tag = 5, always)]
    pub desired_healthy: i32,
    /// How many there should be.
    #[api(tag = 6, always)]
    pub expected_pods: i32,
    /// What has been reached, and since when.
    #[api(tag = 7, patch = merge, merge_key = "type", list = map("type"))]
    pub conditions: Vec<Condition>,
}
