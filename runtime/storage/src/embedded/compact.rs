//! Removes history that was compacted.

use crate::{
    embedded::{
        engine::{Change, Durability, Engine},
        index::Index,
        record,
        shared::Shared,
    },
    kv::KvError,
    revision::Revision,
};

use parking_lot::RwLock;

/// The index is locked for so many keys at a time, which is well under a millisecond.
const STEP_KEYS_MAX: usize = 512;

/// Removes what can't be read since the compaction at `revision`. A crash half-way is made good by the next start.
pub(super) fn purge(shared: &Shared, revision: Revision) -> Result<(), KvError> {
    purge_index(&shared.index, &*shared.engine()?, revision)
}

/// As [`purge`], of a store that is being opened.
pub(super) fn purge_index(index: &RwLock<Index>, engine: &dyn Engine, revision: Revision) -> Result<(), KvError> {
    let mut after: Option<Box<[u8]>> = None;
    loop {
        let mut dropped = Vec::new();
        after = index.write().drop_before(revision, after.as_deref(), STEP_KEYS_MAX, &mut dropped);
        let removals: Vec<Change> =
            dropped.iter().map(|(key, stamp)| Change::Remove(record::change_key(*stamp, key))).collect();
        if !removals.is_empty() {
            engine.commit(removals, Durability::Eventual)?;
        }
        if after.is_none() {
            return Ok(());
        }
    }
}
