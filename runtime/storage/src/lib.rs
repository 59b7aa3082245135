//! The storage interface, its key-value backends and the watch cache.

pub mod embedded;
pub mod kv;
pub mod revision;
