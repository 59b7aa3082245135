//! What the store asks of a storage engine: ordered bytes, batches and a sync.

mod directory;
mod disk;
mod files;
mod journal;
mod memory;
mod syncing;

use std::ops::ControlFlow;

use bytes::Bytes;

use crate::kv::KvError;

pub(super) use disk::Disk;
pub(super) use memory::Memory;

/// One record written or removed.
#[derive(Clone, Debug)]
pub(super) enum Change {
    Set(Bytes, Bytes),
    Remove(Bytes),
}

/// What a scan does with the records it meets.
pub(super) trait Visitor {
    /// Whether the value is worth reading.
    fn wants_value(&self, record: &[u8]) -> bool;

    /// Takes one record, in order; the value is there if it was wanted.
    fn visit(&mut self, record: Bytes, value: Option<Bytes>) -> ControlFlow<()>;
}

/// Ordered records. A batch is applied as a whole or not at all, also across crashes.
pub(super) trait Engine: Send + Sync + 'static {
    fn get(&self, record: &[u8]) -> Result<Option<Bytes>, KvError>;

    /// Visits records from `from` up to but not including `to`.
    fn scan(&self, from: &[u8], to: &[u8], visitor: &mut dyn Visitor) -> Result<(), KvError>;

    /// Returns when the batch is on disk, synced; or before, where the store is told so.
    ///
    /// Once it failed, it fails until [`Engine::reopen`]; the batch may be found on disk then.
    fn commit(&self, changes: Vec<Change>) -> Result<(), KvError>;

    /// Makes good a commit that failed, if the disk lets it. Reads may fail meanwhile.
    fn reopen(&self) -> Result<(), KvError>;

    /// Bytes on disk.
    fn size(&self) -> Result<u64, KvError>;

    /// Whether reading may wait for a disk.
    fn is_on_disk(&self) -> bool;
}
