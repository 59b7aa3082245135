//! Version v1alpha2 of the `scheduling.k8s.io` group: pods that are scheduled as groups, and the workloads they make up.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod pod_group;
mod well_known;
mod workload;

#[rustfmt::skip]
pub mod generated;

pub use pod_group::{
    PodGroup, PodGroupList, PodGroupResourceClaimStatus, PodGroupSpec, PodGroupStatus, PodGroupTemplateReference,
    WorkloadPodGroupTemplateReference,
};
pub use well_known::{
    DISRUPTION_TARGET, POD_GROUP_REASON_PREEMPTION_BY_SCHEDULER, POD_GROUP_REASON_SCHEDULER_ERROR,
    POD_GROUP_REASON_UNSCHEDULABLE, POD_GROUP_SCHEDULED,
};
pub use workload::{
    BasicSchedulingPolicy, DisruptionMode, GangSchedulingPolicy, PodGroupResourceClaim, PodGroupSchedulingConstraints,
    PodGroupSchedulingPolicy, PodGroupTemplate, TopologyConstraint, TypedLocalObjectReference, Workload, WorkloadList,
    WorkloadSpec,
};
