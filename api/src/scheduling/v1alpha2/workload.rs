//! Workloads: what groups of pods there should be.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::{
    NilVec,
    meta::v1::{ListMeta, ObjectMeta},
};

/// Says what groups of pods a workload is made of, and how each is to be scheduled.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "workloads", singular = "workload")]
pub struct Workload {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The groups, and whose they are.
    #[api(tag = 2, required)]
    pub spec: WorkloadSpec,
}

/// Workloads, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "Workload")]
pub struct WorkloadList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<Workload>,
}

/// What groups of pods a workload is made of, and who controls it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct WorkloadSpec {
    /// The object that it belongs to, such as a job, for tools to lead back to; fixed.
    #[api(tag = 1)]
    pub controller_ref: Option<Box<TypedLocalObjectReference>>,
    /// What its pod groups look like; at most 8, fixed.
    #[api(tag = 2, required, list = map("name"))]
    pub pod_group_templates: NilVec<PodGroupTemplate>,
}

/// Points to an object of any kind in the same namespace.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct TypedLocalObjectReference {
    /// The group of its kind; empty for the core group.
    #[api(tag = 1)]
    pub api_group: String,
    /// Its kind.
    #[api(tag = 2, required)]
    pub kind: String,
    /// Its name.
    #[api(tag = 3, required)]
    pub name: String,
}

/// What the pod groups of one sort look like.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodGroupTemplate {
    /// Its name, which no other template of the workload has.
    #[api(tag = 1, required)]
    pub name: String,
    /// Whether the pods are scheduled one by one or together.
    #[api(tag = 2, required)]
    pub scheduling_policy: PodGroupSchedulingPolicy,
    /// Where the pods may run, seen as a group.
    #[api(tag = 3, always, gate = "TopologyAwareWorkloadScheduling")]
    pub scheduling_constraints: Option<Box<PodGroupSchedulingConstraints>>,
    /// Claims that the pods of a group share; at most 4, fixed.
    #[api(tag = 4, patch = "merge,retainKeys", merge_key = "name", list = map("name"), gate = "DRAWorkloadResourceClaims")]
    pub resource_claims: Vec<PodGroupResourceClaim>,
    /// Whether pods may be disrupted one by one or only together.
    #[api(tag = 5, gate = "WorkloadAwarePreemption")]
    pub disruption_mode: Option<DisruptionMode>,
    /// The priority class of the groups.
    #[api(tag = 6, gate = "WorkloadAwarePreemption")]
    pub priority_class_name: String,
    /// Their priority, which follows from the class; at most 1000000000.
    #[api(tag = 7, gate = "WorkloadAwarePreemption")]
    pub priority: Option<i32>,
}

/// How the pods of a group are scheduled, in exactly one way.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(union("basic" = "Basic", "gang" = "Gang"))]
pub struct PodGroupSchedulingPolicy {
    /// One by one, as pods without a group.
    #[api(tag = 1)]
    pub basic: Option<Box<BasicSchedulingPolicy>>,
    /// Together, or not at all.
    #[api(tag = 2)]
    pub gang: Option<Box<GangSchedulingPolicy>>,
}

/// Pods are scheduled one by one; there is nothing to set.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct BasicSchedulingPolicy {}

/// Pods are scheduled only when enough of them find a place at the same time.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GangSchedulingPolicy {
    /// How many are enough; at least 1.
    #[api(tag = 1, required)]
    pub min_count: i32,
}

/// Where the pods of a group may run.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodGroupSchedulingConstraints {
    /// What places they must share; one at most so far.
    #[api(tag = 1, list = atomic)]
    pub topology: Vec<TopologyConstraint>,
}

/// A kind of place that all pods of a group must share.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct TopologyConstraint {
    /// The node label that names the place; all pods go to nodes with one value of it.
    #[api(tag = 1, required)]
    pub key: String,
}

/// A claim that the pods of a group share: an existing one, or one made for the group.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodGroupResourceClaim {
    /// Its name in the group; pods refer to it by the same name.
    #[api(tag = 1, required)]
    pub name: String,
    /// An existing claim of the same namespace.
    #[api(tag = 2)]
    pub resource_claim_name: Option<String>,
    /// The template for one that comes and goes with the group.
    #[api(tag = 3)]
    pub resource_claim_template_name: Option<String>,
}

/// What may be disrupted at a time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum DisruptionMode {
    /// Single pods of the group.
    Pod,
    /// Only the whole group.
    PodGroup,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
