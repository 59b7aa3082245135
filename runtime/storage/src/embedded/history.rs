//! Past changes, read from the engine for watches that start before what is in memory.

use std::ops::ControlFlow;

use bytes::Bytes;

use crate::{
    embedded::{engine::Visitor, record, shared::Shared, stamp::Stamp},
    kv::{KeyRange, KvError, KvEvent},
    revision::Revision,
};

/// A chunk ends after so many events ...
const CHUNK_EVENTS_MAX: usize = 512;
/// ... or so many bytes of values.
const CHUNK_BYTES_MAX: usize = 4 << 20;

/// A part of history.
pub(super) struct Chunk {
    pub(super) events: Vec<KvEvent>,
    /// Where the next part starts.
    pub(super) next: Revision,
}

/// The first changes to a range from `from` on, up to but not including `before`.
pub(super) fn read(shared: &Shared, range: &KeyRange, from: Revision, before: Revision) -> Result<Chunk, KvError> {
    let mut changes = Changes { range, found: Vec::new(), bytes: 0, next: before };
    let (start, end) = record::change_range(from.get(), Some(before.get()));
    shared.engine()?.scan(&start, &end, &mut changes)?;
    let next = changes.next;
    let events = changes.found.into_iter().map(|change| event(shared, change)).collect::<Result<_, _>>()?;
    // Compaction may have removed records while they were read.
    shared.check_not_compacted(from)?;
    Ok(Chunk { events, next })
}

struct Changes<'a> {
    range: &'a KeyRange,
    found: Vec<(Bytes, Stamp, Bytes)>,
    bytes: usize,
    next: Revision,
}

impl Visitor for Changes<'_> {
    fn wants_value(&self, record: &[u8]) -> bool {
        record::parse_change_key(record).is_some_and(|(_, key)| self.range.contains(key))
    }

    fn visit(&mut self, record: Bytes, value: Option<Bytes>) -> ControlFlow<()> {
        if let (Some((stamp, key)), Some(value)) = (record::parse_change_key(&record), value) {
            self.bytes += value.len();
            self.found.push((record.slice_ref(key), stamp, value));
            if self.found.len() >= CHUNK_EVENTS_MAX || self.bytes >= CHUNK_BYTES_MAX {
                self.next = stamp.modified.next();
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }
}

fn event(shared: &Shared, (key, stamp, value): (Bytes, Stamp, Bytes)) -> Result<KvEvent, KvError> {
    let before = shared.index.read().get_before(&key, stamp.modified);
    let previous = match before {
        Some(before) => shared.value(&key, before)?.map(|value| before.with(key.clone(), value)),
        None => None,
    };
    Ok(if stamp.is_deletion() {
        KvEvent::Delete { key, revision: stamp.modified, previous }
    } else {
        KvEvent::Put { kv: stamp.with(key, value), previous }
    })
}
