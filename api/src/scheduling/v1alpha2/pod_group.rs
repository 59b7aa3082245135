//! Pod groups: pods that are scheduled as one.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{Condition, ListMeta, ObjectMeta};

use super::{DisruptionMode, PodGroupResourceClaim, PodGroupSchedulingConstraints, PodGroupSchedulingPolicy};

/// Pods that are scheduled as a group.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "podgroups", singular = "podgroup")]
#[api(subresource(status))]
pub struct PodGroup {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// How they are scheduled.
    #[api(tag = 2, required)]
    pub spec: PodGroupSpec,
    /// Whether they are, and which claims they have.
    #[api(tag = 3)]
    pub status: PodGroupStatus,
}

/// Pod groups, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "PodGroup")]
pub struct PodGroupList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<PodGroup>,
}

/// How the pods of a group are scheduled, where, and with what priority.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodGroupSpec {
    /// The template that it was made from; fixed.
    #[api(tag = 1, always)]
    pub pod_group_template_ref: Option<Box<PodGroupTemplateReference>>,
    /// Whether the pods are scheduled one by one or together; fixed.
    #[api(tag = 2, required)]
    pub scheduling_policy: PodGroupSchedulingPolicy,
    /// Where the pods may run, seen as a group; fixed.
    #[api(tag = 3, gate = "TopologyAwareWorkloadScheduling")]
    pub scheduling_constraints: Option<Box<PodGroupSchedulingConstraints>>,
    /// Claims that the pods share; at most 4, fixed.
    #[api(tag = 4, patch = "merge,retainKeys", merge_key = "name", list = map("name"), gate = "DRAWorkloadResourceClaims")]
    pub resource_claims: Vec<PodGroupResourceClaim>,
    /// Whether pods may be disrupted one by one, the default, or only together; fixed.
    #[api(tag = 5, default = "Pod", gate = "WorkloadAwarePreemption")]
    pub disruption_mode: Option<DisruptionMode>,
    /// The priority class of the group; fixed.
    #[api(tag = 6, gate = "WorkloadAwarePreemption")]
    pub priority_class_name: String,
    /// Its priority, which the server takes from the class; fixed.
    #[api(tag = 7, gate = "WorkloadAwarePreemption")]
    pub priority: Option<i32>,
}

/// Points to the template that a group was made from.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(union("workload" = "Workload"))]
pub struct PodGroupTemplateReference {
    /// A template of a workload.
    #[api(tag = 1, always)]
    pub workload: Option<Box<WorkloadPodGroupTemplateReference>>,
}

/// Points to one of the templates of a workload.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct WorkloadPodGroupTemplateReference {
    /// The workload, of the same namespace.
    #[api(tag = 1, required)]
    pub workload_name: String,
    /// The name of the template in it.
    #[api(tag = 2, required)]
    pub pod_group_template_name: String,
}

/// Whether a group is scheduled, and which claims were made for it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodGroupStatus {
    /// What has been reached, and since when.
    #[api(tag = 1, patch = merge, merge_key = "type", list = map("type"))]
    pub conditions: Vec<Condition>,
    /// The claims that were made from templates.
    #[api(tag = 2, patch = "merge,retainKeys", merge_key = "name", list = map("name"), gate = "DRAWorkloadResourceClaims")]
    pub resource_claim_statuses: Vec<PodGroupResourceClaimStatus>,
}

/// A claim that was made for a group.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodGroupResourceClaimStatus {
    /// Its name in the group.
    #[api(tag = 1, required)]
    pub name: String,
    /// The name of the object; unset where none was needed.
    #[api(tag = 2)]
    pub resource_claim_name: Option<String>,
}
