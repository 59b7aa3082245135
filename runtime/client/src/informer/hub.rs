//! The store, and who hears of its changes. Nothing here waits: what is told goes into queues.

use std::sync::Arc;

use kubeforge_machinery::Resource;
use tokio::sync::mpsc;

use super::{
    deletions::{Absent, Deletions},
    handler::{Added, FinalState},
    notification::Notification,
};
use crate::{
    reflector::Heard,
    store::{ObjectKey, Store, is_same_revision},
    sync::Mutex,
};

/// A store that tells of its changes.
pub(super) struct Hub<K> {
    pub(super) store: Arc<Store<K>>,
    /// Held while the store changes, so that a new listener gets either an object's state or its change.
    listeners: Mutex<Listeners<K>>,
}

struct Listeners<K> {
    queues: Vec<Listener<K>>,
    next_id: u64,
    /// Whether the store holds the resource's state.
    is_synced: bool,
    /// Nothing more is told.
    is_closed: bool,
    deletions: Deletions,
}

struct Listener<K> {
    id: u64,
    queue: mpsc::UnboundedSender<Notification<K>>,
    resyncs: Resyncs,
}

/// Whether a listener wants to hear of objects that didn't change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resyncs {
    Heard,
    Unheard,
}

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Audience {
    All,
    /// Those who want to hear of objects that didn't change.
    Resynced,
}

impl<K> Listeners<K> {
    fn tell(&mut self, notification: Notification<K>, audience: Audience) {
        let is_meant = |listener: &Listener<K>| audience == Audience::All || listener.resyncs == Resyncs::Heard;
        if let [only] = &self.queues[..] {
            // the usual case needs no copy
            if is_meant(only) && only.queue.send(notification).is_err() {
                self.queues.clear();
            }
            return;
        }
        // a queue whose task is gone is dropped
        self.queues.retain(|listener| !is_meant(listener) || listener.queue.send(notification.clone()).is_ok());
    }
}

impl<K: Resource> Hub<K> {
    /// An empty store without listeners.
    pub(super) fn new() -> Self {
        let listeners = Listeners {
            queues: Vec::new(),
            next_id: 0,
            is_synced: false,
            is_closed: false,
            deletions: Deletions::default(),
        };
        Self { store: Arc::new(Store::new()), listeners: Mutex::new(listeners) }
    }

    /// Adds a listener, which first hears of everything that is there; returns its number. Once the hub is closed, its queue
    /// is, too.
    pub(super) fn subscribe(&self, queue: mpsc::UnboundedSender<Notification<K>>, resyncs: Resyncs) -> u64 {
        let mut listeners = self.listeners.lock();
        let id = listeners.next_id;
        listeners.next_id += 1;
        if listeners.is_closed {
            return id;
        }
        if listeners.is_synced {
            let objects = self.store.list().into_iter();
            let added = objects.map(|object| Notification::Added(object, Added::InInitialList));
            // a receiver that is gone already is found out when something is told
            let _is_heard = added.chain([Notification::Synced]).all(|notification| queue.send(notification).is_ok());
        }
        listeners.queues.push(Listener { id, queue, resyncs });
        id
    }

    /// Removes a listener; what it was told already it still hears.
    pub(super) fn unsubscribe(&self, id: u64) {
        self.listeners.lock().queues.retain(|listener| listener.id != id);
    }

    /// Removes all listeners, and lets nobody listen any more.
    pub(super) fn close(&self) {
        let mut listeners = self.listeners.lock();
        listeners.is_closed = true;
        listeners.queues.clear();
    }

    /// Tells one listener of every object again.
    pub(super) fn resync(&self, id: u64) {
        let listeners = self.listeners.lock();
        let Some(listener) = listeners.queues.iter().find(|listener| listener.id == id) else { return };
        for object in self.store.list() {
            if listener.queue.send(Notification::Updated { old: object.clone(), new: object }).is_err() {
                return;
            }
        }
    }

    /// Makes these all the objects that there are. Says whether it was the first time.
    pub(super) fn replace(&self, objects: Vec<Arc<K>>, revision: &str) -> bool {
        let mut listeners = self.listeners.lock();
        let is_first = !listeners.is_synced;
        let when = if is_first { Added::InInitialList } else { Added::Later };
        let replaced = self.store.replace(objects);
        listeners.deletions.restart(revision);
        for object in replaced.gone {
            listeners.tell(Notification::Deleted(object, FinalState::Unknown), Audience::All);
        }
        for (old, new) in replaced.now {
            match old {
                Some(old) => listeners.tell_update(old, new),
                None => listeners.tell(Notification::Added(new, when), Audience::All),
            }
        }
        if is_first {
            listeners.is_synced = true;
            listeners.tell(Notification::Synced, Audience::All);
        }
        is_first
    }

    /// An object is new or has changed.
    pub(super) fn apply(&self, new: Arc<K>) -> Heard {
        let mut listeners = self.listeners.lock();
        let meta = new.object_meta();
        match self.store.get(&meta.namespace, &meta.name) {
            Some(old) if is_older(&*new, &*old) => {}
            Some(old) => {
                self.store.insert(new.clone());
                listeners.tell_update(old, new);
            }
            None => match listeners.deletions.judge(&ObjectKey::of(&*new), &meta.resource_version) {
                Absent::New => {
                    self.store.insert(new.clone());
                    listeners.tell(Notification::Added(new, Added::Later), Audience::All);
                }
                Absent::Deleted => {}
                Absent::Unknown => return Heard::InDoubt,
            },
        }
        Heard::Settled
    }

    /// An object is gone.
    pub(super) fn delete(&self, object: Arc<K>) {
        let mut listeners = self.listeners.lock();
        let meta = object.object_meta();
        listeners.deletions.remember(ObjectKey::of(&*object), &meta.resource_version);
        match self.store.get(&meta.namespace, &meta.name) {
            // it was made anew since
            Some(known) if is_older(&*object, &*known) => {}
            Some(_) => {
                self.store.remove(&meta.namespace, &meta.name);
                // the event's object is newer than the store's: it has the deletion's revision
                listeners.tell(Notification::Deleted(object, FinalState::Known), Audience::All);
            }
            None => {}
        }
    }
}

impl<K: Resource> Listeners<K> {
    /// Tells of an object's change; where it is in the same revision as before, as after a list, only those hear of it who
    /// want to hear of everything from time to time.
    fn tell_update(&mut self, old: Arc<K>, new: Arc<K>) {
        let audience = if is_same_revision(&*old, &*new) { Audience::Resynced } else { Audience::All };
        self.tell(Notification::Updated { old, new }, audience);
    }
}

/// Whether an event's object is surely older than the one that is known.
fn is_older<K: Resource>(told: &K, known: &K) -> bool {
    let revision = |object: &K| object.object_meta().resource_version.parse::<u64>().ok();
    matches!((revision(told), revision(known)), (Some(told), Some(known)) if told < known)
}
