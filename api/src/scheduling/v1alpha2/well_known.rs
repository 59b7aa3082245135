//! Names that programs agree on.

/// Enough pods of the group have a node.
pub const POD_GROUP_SCHEDULED: &str = "PodGroupScheduled";
/// The group is about to be ended for the sake of others.
pub const DISRUPTION_TARGET: &str = "DisruptionTarget";
/// No places could be found for the group.
pub const POD_GROUP_REASON_UNSCHEDULABLE: &str = "Unschedulable";
/// The scheduler failed on the group.
pub const POD_GROUP_REASON_SCHEDULER_ERROR: &str = "SchedulerError";
/// The scheduler needs its place for pods of higher priority.
pub const POD_GROUP_REASON_PREEMPTION_BY_SCHEDULER: &str = "PreemptionByScheduler";
