//! The sizes of an embedded store.

use std::time::Duration;

/// The bounds of an embedded store. The defaults suit one API server.
#[derive(Clone, Debug)]
pub struct EmbeddedOptions {
    /// So many of the latest changes stay in memory for watches and as a cache of values.
    pub recent_events_max: usize,
    /// So many bytes of keys and values these changes may hold.
    pub recent_bytes_max: usize,
    /// A watch that has so many undelivered events is ended.
    pub watch_events_max: usize,
    /// A watch that has so many undelivered bytes is ended.
    pub watch_bytes_max: usize,
    /// A watch without events reports its progress so often.
    pub watch_progress_interval: Duration,
    /// The largest value, in bytes. etcd's `--max-request-bytes` has the same default.
    pub value_bytes_max: usize,
    /// Memory for blocks that the engine read from disk.
    pub cache_bytes: u64,
    /// Memory for writes that the engine has in its journal but not yet in a table.
    pub memtable_bytes: u64,
}

impl Default for EmbeddedOptions {
    fn default() -> Self {
        Self {
            recent_events_max: 16_384,
            recent_bytes_max: 8 << 20,
            watch_events_max: 16_384,
            watch_bytes_max: 64 << 20,
            watch_progress_interval: Duration::from_secs(5),
            value_bytes_max: 1_572_864,
            cache_bytes: 8 << 20,
            memtable_bytes: 8 << 20,
        }
    }
}
