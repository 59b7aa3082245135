//! Names that programs agree on.

/// The condition that says whether a pod may go now.
pub const DISRUPTION_ALLOWED_CONDITION: &str = "DisruptionAllowed";
/// The budget could not be worked out.
pub const SYNC_FAILED_REASON: &str = "SyncFailed";
/// Enough pods are there.
pub const SUFFICIENT_PODS_REASON: &str = "SufficientPods";
/// Too few pods are there.
pub const INSUFFICIENT_PODS_REASON: &str = "InsufficientPods";
