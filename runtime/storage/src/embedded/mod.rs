//! The built-in backend: history in memory as an index, values in an embedded engine, one sync for many writers.
//!
//! A write goes through these files in order: [`handle`](EmbeddedKv) queues it, `writer` takes everything that is
//! queued, `commit` checks each expectation in order and numbers the writes, `engine` stores the batch and syncs it
//! once, `index` and `hub` make it visible to readers and watchers, and only then are the callers answered.
//! Reads take their position from `index` and the value from `hub`'s recent events or from the engine.
//!
//! **What is on disk** is described in `record`, and the directory around it in `engine/directory`. One record is
//! written per change, keyed by its revision; the key of the record carries everything but the value, so that opening a
//! store scans keys and reads no values. History that was compacted is removed in the background (`compact`).
//!
//! **The engine** is fjall, a log-structured merge tree in safe Rust with a journal: a batch costs one append and one
//! `fdatasync`, whatever the number of keys, and values that lie apart from keys are not rewritten when levels merge.
//! redb was the alternative. It is a copy-on-write B-tree, so each commit writes the pages on the way to every key it
//! touches, and after a crash it walks its whole file before it opens, where fjall replays at most one journal. In
//! batches of 64 values of 2 KiB, one sync each, a put took 14 µs of processor time with fjall and 30 µs with redb, and
//! fjall did up to twice as many in a second (`cargo bench -p kubeforge-storage --bench kv`, two cores).
//!
//! **Invariants.** Only the writer changes the index, except that compaction drops what is no longer readable. A
//! revision is one change of one key. Nothing is visible, to readers or watchers, before it is on disk.

mod batch;
mod commit;
mod compact;
mod engine;
#[cfg(test)]
mod faults;
mod handle;
mod history;
mod hub;
mod index;
mod lease;
pub mod maintenance;
mod options;
mod read;
mod recent;
mod record;
mod recover;
mod shared;
mod stamp;
mod watch;
mod writer;

pub use handle::EmbeddedKv;
pub use options::{EmbeddedOptions, SyncPolicy};
