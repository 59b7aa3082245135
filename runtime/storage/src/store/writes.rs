//! Writes on their way, so that the watch cache need not decode what this process has just encoded.
//!
//! The event of a write may arrive before or after the write is acknowledged. Before, the cache finds the write here by
//! key and value and makes the entry from it; after, it finds the entry by its revision.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use bytes::Bytes;
use kubeforge_machinery::Object;
use parking_lot::Mutex;

use crate::{
    entry::{Entry, StoredKind},
    kv::KeyValue,
    revision::Revision,
    storage::{ObjectKey, StorageError},
};

/// Entries that wait for their event. The cache is behind by more than these only while the backend's watch is broken; then
/// the oldest are dropped, and decoded when their event comes.
const DONE_MAX: usize = 1024;

/// An object encoded for storing.
pub(super) struct Prepared {
    /// The encoding, before the transformer.
    pub(super) plain: Bytes,
    pub(super) object: Box<dyn Object>,
}

impl Prepared {
    /// Whether storing it would change nothing.
    pub(super) fn equals(&mut self, kind: &StoredKind, entry: &Entry) -> bool {
        if entry.is_stale() {
            return false;
        }
        let resource_version = entry.revision().to_string();
        self.set_resource_version(&resource_version);
        let same = kind
            .document(&self.plain, self.object.as_ref(), &resource_version)
            .is_ok_and(|document| entry.has_document(&document.bytes));
        self.set_resource_version("");
        same
    }

    fn set_resource_version(&mut self, version: &str) {
        if let Some(meta) = self.object.meta_mut() {
            version.clone_into(&mut meta.resource_version);
        }
    }
}

/// Writes on their way.
#[derive(Default)]
pub(crate) struct Writes {
    /// Whether a cache asks for them.
    wanted: AtomicBool,
    ways: Mutex<Ways>,
}

#[derive(Default)]
struct Ways {
    pending: HashMap<Bytes, Vec<Arc<Pending>>>,
    done: BTreeMap<Revision, Arc<Entry>>,
}

struct Pending {
    kind: Arc<StoredKind>,
    key: ObjectKey,
    /// The value as stored.
    value: Bytes,
    plain: Bytes,
    state: Mutex<State>,
}

enum State {
    Object(Box<dyn Object>),
    Entry(Arc<Entry>),
    /// The object could not become an entry.
    Failed,
}

impl Pending {
    /// The entry of this write, which has `revision`; made once.
    fn entry(&self, revision: Revision) -> Result<Arc<Entry>, StorageError> {
        let mut state = self.state.lock();
        let entry = match std::mem::replace(&mut *state, State::Failed) {
            State::Entry(entry) if entry.revision() == revision => entry,
            State::Object(object) => {
                Arc::new(Entry::written(&self.kind, self.key.clone(), revision, &self.plain, object)?)
            }
            // the same bytes were written twice, and the other revision is taken
            State::Entry(_) | State::Failed => {
                Arc::new(Entry::load(&self.kind, self.key.clone(), revision, &self.plain, false)?)
            }
        };
        *state = State::Entry(entry.clone());
        Ok(entry)
    }
}

impl Writes {
    /// From now on a cache takes writes by [`Writes::take`].
    pub(crate) fn want(&self) {
        self.wanted.store(true, Ordering::Relaxed);
    }

    pub(super) fn begin(
        &self,
        kind: &Arc<StoredKind>,
        key: ObjectKey,
        path: Bytes,
        value: Bytes,
        prepared: Prepared,
    ) -> Write<'_> {
        let Prepared { plain, object } = prepared;
        let state = Mutex::new(State::Object(object));
        let pending = Arc::new(Pending { kind: kind.clone(), key, value, plain, state });
        if self.wanted.load(Ordering::Relaxed) {
            self.ways.lock().pending.entry(path.clone()).or_default().push(pending.clone());
        }
        Write { writes: self, path, pending }
    }

    /// The entry of the event of a put, if this process wrote it. Events come in the order of their revisions.
    pub(crate) fn take(&self, kv: &KeyValue) -> Option<Arc<Entry>> {
        let pending = {
            let mut ways = self.ways.lock();
            let later = ways.done.split_off(&kv.mod_revision);
            ways.done = later;
            if let Some(entry) = ways.done.remove(&kv.mod_revision) {
                return Some(entry);
            }
            ways.pending.get(&kv.key)?.iter().find(|pending| pending.value == kv.value)?.clone()
        };
        pending.entry(kv.mod_revision).ok()
    }
}

/// A write on its way; forgotten when dropped.
pub(super) struct Write<'a> {
    writes: &'a Writes,
    path: Bytes,
    pending: Arc<Pending>,
}

impl Write<'_> {
    pub(super) fn path(&self) -> Bytes {
        self.path.clone()
    }

    pub(super) fn value(&self) -> Bytes {
        self.pending.value.clone()
    }

    /// It was acknowledged at this revision.
    pub(super) fn done(self, revision: Revision) -> Result<Arc<Entry>, StorageError> {
        let is_taken = matches!(&*self.pending.state.lock(), State::Entry(entry) if entry.revision() == revision);
        let entry = self.pending.entry(revision)?;
        if !is_taken && self.writes.wanted.load(Ordering::Relaxed) {
            let done = &mut self.writes.ways.lock().done;
            done.insert(revision, entry.clone());
            if done.len() > DONE_MAX {
                done.pop_first();
            }
        }
        Ok(entry)
    }
}

impl Drop for Write<'_> {
    fn drop(&mut self) {
        if !self.writes.wanted.load(Ordering::Relaxed) {
            return;
        }
        let mut ways = self.writes.ways.lock();
        if let Some(pending) = ways.pending.get_mut(&self.path) {
            pending.retain(|pending| !Arc::ptr_eq(pending, &self.pending));
            if pending.is_empty() {
                ways.pending.remove(&self.path);
            }
        }
    }
}
