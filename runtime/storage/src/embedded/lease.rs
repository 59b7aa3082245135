//! Leases: which keys go with them, and when.

use std::{
    collections::{BTreeSet, HashMap},
    hash::{BuildHasher, RandomState},
};

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::{sync::Notify, time::Instant};

use crate::{kv::LeaseId, revision::Revision};

/// All leases and the keys attached to them. Only the writer has it.
#[derive(Default)]
pub(super) struct Leases {
    keys: HashMap<LeaseId, HashMap<Bytes, Revision>>,
    of_key: HashMap<Bytes, LeaseId>,
}

impl Leases {
    /// Adds a lease without keys.
    pub(super) fn add(&mut self, lease: LeaseId) {
        self.keys.entry(lease).or_default();
    }

    pub(super) fn exists(&self, lease: LeaseId) -> bool {
        self.keys.contains_key(&lease)
    }

    /// A positive id that no lease has. It starts anywhere, so that ids from before a restart seldom come again.
    pub(super) fn unused_id(&self) -> LeaseId {
        let random = RandomState::new().hash_one(self.keys.len()) >> 1;
        let mut id = LeaseId(random.cast_signed().max(1));
        while self.exists(id) {
            id = LeaseId(id.0.checked_add(1).unwrap_or(1));
        }
        id
    }

    /// Attaches a key that was put at `revision`.
    pub(super) fn attach(&mut self, lease: LeaseId, key: &Bytes, revision: Revision) {
        self.keys.entry(lease).or_default().insert(key.clone(), revision);
        self.of_key.insert(key.clone(), lease);
    }

    /// Detaches a key from its lease, if it has one, and says since when it had it.
    pub(super) fn detach(&mut self, key: &[u8]) -> Option<(LeaseId, Revision)> {
        let lease = self.of_key.remove(key)?;
        let revision = self.keys.get_mut(&lease)?.remove(key)?;
        Some((lease, revision))
    }

    /// Forgets a lease. Its keys, in order, are to be deleted.
    pub(super) fn end(&mut self, lease: LeaseId) -> Option<Vec<(Bytes, Revision)>> {
        let mut keys: Vec<_> = self.keys.remove(&lease)?.into_iter().collect();
        keys.sort_unstable();
        for (key, _) in &keys {
            self.of_key.remove(key);
        }
        Some(keys)
    }
}

/// When leases end.
#[derive(Default)]
pub(super) struct Deadlines {
    by_time: Mutex<BTreeSet<(Instant, i64)>>,
    added: Notify,
}

impl Deadlines {
    pub(super) fn add(&self, at: Instant, lease: LeaseId) {
        self.by_time.lock().insert((at, lease.0));
        self.added.notify_one();
    }

    /// Waits until a lease ends, and takes it.
    pub(super) async fn next(&self) -> LeaseId {
        loop {
            let first = self.by_time.lock().first().copied();
            match first {
                Some((at, lease)) if at <= Instant::now() => {
                    self.by_time.lock().remove(&(at, lease));
                    return LeaseId(lease);
                }
                Some((at, _)) => tokio::select! {
                    () = tokio::time::sleep_until(at) => {}
                    () = self.added.notified() => {}
                },
                None => self.added.notified().await,
            }
        }
    }
}
