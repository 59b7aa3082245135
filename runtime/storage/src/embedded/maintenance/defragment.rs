//! Gives back space that removed records still take.

use std::path::Path;

use bytes::Bytes;

use super::{MaintenanceError, each_record, open};
use crate::embedded::{
    engine::{Change, Disk, Engine},
    options::EmbeddedOptions,
};

/// So many bytes are written with one sync.
const BATCH_BYTES: usize = 4 << 20;

/// Bytes on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shrunk {
    /// Before.
    pub before: u64,
    /// After.
    pub after: u64,
}

/// Writes all records of the store in `dir` into new files and puts those in the place of the old ones. A crash leaves
/// either the old files or the new ones.
///
/// # Errors
/// Where there is no store, another process has it open, or the disk has no room for both.
pub fn defragment(dir: &Path, mut progress: impl FnMut(u64)) -> Result<Shrunk, MaintenanceError> {
    let old = open(dir)?;
    let before = old.size()?;
    old.replace(&EmbeddedOptions::default(), |old, new| {
        let (mut batch, mut bytes, mut records) = (Vec::new(), 0, 0);
        each_record(old, |key, value| {
            bytes += key.len() + value.len();
            records += 1;
            batch.push(Change::Set(Bytes::copy_from_slice(key), value.clone()));
            if bytes >= BATCH_BYTES {
                bytes = 0;
                new.commit(std::mem::take(&mut batch))?;
            }
            progress(records);
            Ok::<_, MaintenanceError>(())
        })?;
        new.commit(batch)?;
        Ok::<_, MaintenanceError>(())
    })?;
    let after = Disk::open(dir, &EmbeddedOptions::default())?.size()?;
    Ok(Shrunk { before, after })
}
