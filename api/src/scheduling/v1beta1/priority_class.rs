//! Priority classes: names for priorities.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

use crate::core::v1::PreemptionPolicy;

/// A name for a priority of pods.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "v1")]
#[api(introduced = "1.11", deprecated = "1.14", removed = "1.22", replacement = "scheduling.k8s.io/v1.PriorityClass")]
pub struct PriorityClass {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The priority; higher goes first.
    #[api(tag = 2, always)]
    pub value: i32,
    /// Pods that name no class have this one.
    #[api(tag = 3)]
    pub global_default: bool,
    /// What it is for.
    #[api(tag = 4)]
    pub description: String,
    /// Whether its pods may push out others.
    #[api(tag = 5)]
    pub preemption_policy: Option<PreemptionPolicy>,
}

/// Priority classes, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "PriorityClass")]
#[api(
    introduced = "1.11",
    deprecated = "1.14",
    removed = "1.22",
    replacement = "scheduling.k8s.io/v1.PriorityClassList"
)]
pub struct PriorityClassList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<PriorityClass>,
}
