//! Names that programs agree on.

/// Pods have yet to be evicted because of the taint.
pub const DEVICE_TAINT_CONDITION_EVICTION_IN_PROGRESS: &str = "EvictionInProgress";
/// The answer is there.
pub const RESOURCE_POOL_STATUS_REQUEST_CONDITION_COMPLETE: &str = "Complete";
/// The request could not be answered.
pub const RESOURCE_POOL_STATUS_REQUEST_CONDITION_FAILED: &str = "Failed";
