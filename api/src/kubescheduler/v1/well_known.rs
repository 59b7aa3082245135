//! Names that programs agree on.

/// The namespace of the object by which schedulers agree on a leader.
pub const SCHEDULER_DEFAULT_LOCK_OBJECT_NAMESPACE: &str = "kube-system";
/// The name of the object by which schedulers agree on a leader.
pub const SCHEDULER_DEFAULT_LOCK_OBJECT_NAME: &str = "kube-scheduler";
/// The name of the usual set of plugins.
pub const SCHEDULER_DEFAULT_PROVIDER_NAME: &str = "DefaultProvider";
