//! Removes history that was compacted.

use bytes::Bytes;
use parking_lot::RwLock;

use crate::{
    embedded::{
        engine::{Change, Engine},
        index::Index,
        record,
        shared::Shared,
        stamp::Stamp,
    },
    kv::KvError,
    revision::Revision,
};

/// The index is locked for so many keys at a time, which is well under a millisecond.
const STEP_KEYS_MAX: usize = 512;

/// So many records are removed with one sync.
const REMOVALS_MIN: usize = 4096;

/// Removes what can't be read since the compaction at `revision`. A crash half-way is made good by the next start.
pub(super) fn purge(shared: &Shared, revision: Revision) -> Result<(), KvError> {
    purge_index(&shared.index, &*shared.engine()?, revision)
}

/// As [`purge`], of a store that is being opened.
pub(super) fn purge_index(index: &RwLock<Index>, engine: &dyn Engine, revision: Revision) -> Result<(), KvError> {
    let mut after: Option<Box<[u8]>> = None;
    let mut dropped = Vec::new();
    loop {
        after = index.write().drop_before(revision, after.as_deref(), STEP_KEYS_MAX, &mut dropped);
        if dropped.len() >= REMOVALS_MIN || after.is_none() {
            remove(engine, &mut dropped)?;
        }
        if after.is_none() {
            return Ok(());
        }
    }
}

fn remove(engine: &dyn Engine, dropped: &mut Vec<(Bytes, Stamp)>) -> Result<(), KvError> {
    if dropped.is_empty() {
        return Ok(());
    }
    engine.commit(dropped.drain(..).map(|(key, stamp)| Change::Remove(record::change_key(stamp, &key))).collect())
}
