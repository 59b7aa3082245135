//! Names that programs agree on.

/// Agreeing by an endpoints object, as was done before leases.
pub const ENDPOINTS_RESOURCE_LOCK: &str = "endpoints";
