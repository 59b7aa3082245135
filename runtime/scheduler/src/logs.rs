//! The targets of lines that have one of klog's verbosities. The binary's log filter knows them; to others they are lines of
//! level info.

/// Logged from `-v=2` on.
pub(crate) const V2: &str = "klog::2";
/// Logged from `-v=3` on.
pub(crate) const V3: &str = "klog::3";
