//! What an administrator does to a store that no server has open: snapshots and back, checks, shrinking, a look inside.
//!
//! Each function locks the directory while it works, so a store in use is refused. Nothing here changes what a store
//! holds: [`restore`] writes into an empty directory only, and [`defragment`] replaces the engine's files by new ones
//! with the same records.

mod defragment;
mod dump;
mod snapshot;
mod verify;

use std::{io, ops::ControlFlow, path::Path};

use bytes::Bytes;

use super::{
    engine::{Disk, Engine, Visitor},
    options::EmbeddedOptions,
};
use crate::kv::KvError;

pub use defragment::{Shrunk, defragment};
pub use dump::{Dumped, History, dump};
pub use snapshot::{SnapshotSummary, restore, snapshot};
pub use verify::{Report, verify};

/// Why it could not be done.
#[derive(Debug, thiserror::Error)]
pub enum MaintenanceError {
    /// There is no store.
    #[error("there is no store in {0}")]
    Absent(String),
    /// A store is there already.
    #[error("{0} is not empty; a snapshot is restored into an empty directory only")]
    Occupied(String),
    /// The store can't be read or written.
    #[error(transparent)]
    Store(#[from] KvError),
    /// The snapshot can't be read or written.
    #[error("cannot read or write the snapshot")]
    Snapshot(#[from] io::Error),
    /// The snapshot is not one, or was damaged.
    #[error("the snapshot is unusable: {0}")]
    Malformed(String),
}

/// Where every record lies.
const ALL: (&[u8], &[u8]) = (&[], &[0xff]);

/// Opens a store that must be there.
fn open(dir: &Path) -> Result<Disk, MaintenanceError> {
    if dir.join("engine").is_dir() || dir.join("engine.old").is_dir() {
        Ok(Disk::open(dir, &EmbeddedOptions::default())?)
    } else {
        Err(MaintenanceError::Absent(dir.display().to_string()))
    }
}

/// Hands every record with its value to `take`, in order, until it fails.
fn each_record<E: From<KvError>>(
    engine: &dyn Engine,
    take: impl FnMut(&[u8], &Bytes) -> Result<(), E>,
) -> Result<(), E> {
    let mut all = All { take, failed: None };
    engine.scan(ALL.0, ALL.1, &mut all)?;
    all.failed.map_or(Ok(()), Err)
}

struct All<F, E> {
    take: F,
    failed: Option<E>,
}

impl<F: FnMut(&[u8], &Bytes) -> Result<(), E>, E> Visitor for All<F, E> {
    fn wants_value(&self, _: &[u8]) -> bool {
        true
    }

    fn visit(&mut self, record: Bytes, value: Option<Bytes>) -> ControlFlow<()> {
        match (self.take)(&record, &value.unwrap_or_default()) {
            Ok(()) => ControlFlow::Continue(()),
            Err(err) => {
                self.failed = Some(err);
                ControlFlow::Break(())
            }
        }
    }
}

#[cfg(test)]
mod tests;
