//! The storage interface, its key-value backends and the watch cache.

#[cfg(any(test, feature = "testing"))]
pub mod conformance;
pub mod embedded;
pub mod kv;
pub mod revision;
