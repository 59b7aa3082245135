//! What the store asks of a storage engine: ordered bytes, batches and a sync.

mod directory;
mod disk;
mod memory;
mod torn;

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

    /// Returns when the batch is on disk, synced.
    fn commit(&self, changes: Vec<Change>) -> Result<(), KvError>;

    /// Bytes on disk.
    fn size(&self) -> Result<u64, KvError>;

    /// Whether reading may wait for a disk.
    fn is_on_disk(&self) -> bool;
}
