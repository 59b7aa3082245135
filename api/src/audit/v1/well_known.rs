//! Names that programs agree on.

/// The header with the id of the request, which callers may choose and answers repeat.
pub const HEADER_AUDIT_ID: &str = "Audit-ID";
