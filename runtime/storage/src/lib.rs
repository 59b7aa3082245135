//! The storage interface, its key-value backends and the watch cache.

#[cfg(any(test, feature = "testing"))]
pub mod conformance;
pub mod embedded;
pub mod etcd;
pub mod kv;
mod outbox;
pub mod revision;
