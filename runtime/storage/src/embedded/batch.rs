//! The writes that one sync makes durable.

use std::collections::HashMap;

use bytes::Bytes;
use tokio::sync::oneshot;

use crate::{
    embedded::{engine::Change, record, stamp::Stamp},
    kv::{KeyValue, KvError, KvEvent, LeaseId, Written},
    revision::Revision,
};

/// Where an answer goes. The asker may be gone; then nobody hears it.
pub(super) type Answer<T> = oneshot::Sender<Result<T, KvError>>;

/// An answer that waits for the sync.
pub(super) enum Reply {
    Written(Answer<Written>, Result<Written, KvError>),
    Granted(Answer<LeaseId>, Result<LeaseId, KvError>),
    Compacted(Answer<()>, Result<(), KvError>),
}

impl Reply {
    pub(super) fn send(self) {
        match self {
            Self::Written(answer, result) => drop(answer.send(result)),
            Self::Granted(answer, result) => drop(answer.send(result)),
            Self::Compacted(answer, result) => drop(answer.send(result)),
        }
    }

    /// Answers that the engine failed; whether the write survives a crash before the next one is then unknown.
    pub(super) fn fail(self, why: &str) {
        let err = KvError::Engine(why.to_owned());
        match self {
            Self::Written(answer, _) => drop(answer.send(Err(err))),
            Self::Granted(answer, _) => drop(answer.send(Err(err))),
            Self::Compacted(answer, _) => drop(answer.send(Err(err))),
        }
    }
}

/// Writes that were checked and numbered, and their effects so far.
pub(super) struct Batch {
    /// The revision of the last write in here, or of the store.
    pub(super) latest: Revision,
    pub(super) compacted: Option<Revision>,
    pub(super) changes: Vec<Change>,
    pub(super) stamps: Vec<(Bytes, Stamp)>,
    pub(super) events: Vec<KvEvent>,
    pub(super) replies: Vec<Reply>,
    /// Keys as they are after this batch, where it changes them.
    pub(super) keys: HashMap<Bytes, Option<KeyValue>>,
    pub(super) bytes: usize,
}

impl Batch {
    pub(super) fn new(latest: Revision, compacted: Option<Revision>) -> Self {
        Self {
            latest,
            compacted,
            changes: Vec::new(),
            stamps: Vec::new(),
            events: Vec::new(),
            replies: Vec::new(),
            keys: HashMap::new(),
            bytes: 0,
        }
    }

    /// Adds a put of a key that was `previous`, and returns its revision.
    pub(super) fn put(&mut self, key: Bytes, value: Bytes, previous: Option<KeyValue>) -> Revision {
        let revision = self.latest.next();
        let stamp = Stamp::put(revision, previous.as_ref().map(Stamp::of));
        let kv = stamp.with(key.clone(), value.clone());
        self.keys.insert(key.clone(), Some(kv.clone()));
        self.add(stamp, key, value, KvEvent::Put { kv, previous });
        revision
    }

    /// Adds a deletion of a key that was `previous`, and returns its revision.
    pub(super) fn delete(&mut self, key: Bytes, previous: Option<KeyValue>) -> Revision {
        let revision = self.latest.next();
        self.keys.insert(key.clone(), None);
        let event = KvEvent::Delete { key: key.clone(), revision, previous };
        self.add(Stamp::deletion(revision), key, Bytes::new(), event);
        revision
    }

    fn add(&mut self, stamp: Stamp, key: Bytes, value: Bytes, event: KvEvent) {
        self.latest = stamp.modified;
        self.bytes += key.len() + value.len();
        self.changes.push(Change::Set(record::change_key(stamp, &key), value));
        self.stamps.push((key, stamp));
        self.events.push(event);
    }
}
