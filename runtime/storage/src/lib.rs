//! The storage interface, its key-value backends and the watch cache.
//!
//! From top to bottom: [`watch_cache`] serves reads and watches from memory; [`store`] keeps objects of one resource in a
//! key-value store; [`kv`] is that store, [`embedded`] in this process or [`etcd`]. The first two implement
//! [`storage::Storage`], the last two [`kv::Kv`].
//!
//! Invariants: nothing here knows HTTP or a kind; a resource's objects are known through the Scheme only. What a write
//! acknowledged is durable, and the cache shows only states that the store had.

mod change;
pub mod compaction;
#[cfg(any(test, feature = "testing"))]
pub mod conformance;
pub mod continue_token;
pub mod embedded;
pub mod entry;
pub mod etcd;
pub mod key;
pub mod kv;
mod outbox;
pub mod revision;
mod selection;
pub mod storage;
pub mod store;
pub mod watch_cache;
