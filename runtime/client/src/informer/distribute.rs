//! From the reflector into the store and on to the handlers.

use std::sync::Arc;

use kubeforge_machinery::Resource;

use super::{
    deliver::Notification,
    handler::{Added, FinalState},
    shared::Shared,
};
use crate::reflector::Sink;

/// The sink of an informer's reflector.
pub(super) struct Distributor<K> {
    shared: Arc<Shared<K>>,
}

impl<K: Resource> Distributor<K> {
    pub(super) fn new(shared: Arc<Shared<K>>) -> Self {
        Self { shared }
    }

    fn prepare(&self, mut object: K) -> Arc<K> {
        if let Some(transform) = &*self.shared.transform.lock() {
            transform(&mut object);
        }
        Arc::new(object)
    }
}

impl<K: Resource> Sink<K> for Distributor<K> {
    fn replace(&mut self, objects: Vec<K>) {
        let objects: Vec<Arc<K>> = objects.into_iter().map(|object| self.prepare(object)).collect();
        let mut handlers = self.shared.handlers.lock();
        let when = if handlers.is_synced { Added::Later } else { Added::InInitialList };
        let replaced = self.shared.store.replace(&objects);
        for object in replaced.gone {
            handlers.tell(Notification::Deleted(object, FinalState::Unknown));
        }
        for (new, old) in objects.into_iter().zip(replaced.earlier) {
            match old {
                Some(old) => handlers.tell(Notification::Updated { old, new }),
                None => handlers.tell(Notification::Added(new, when)),
            }
        }
        if !handlers.is_synced {
            handlers.is_synced = true;
            handlers.tell(Notification::Synced);
            self.shared.synced.send_replace(true);
        }
    }

    fn apply(&mut self, object: K) {
        let new = self.prepare(object);
        let mut handlers = self.shared.handlers.lock();
        match self.shared.store.insert(new.clone()) {
            Some(old) => handlers.tell(Notification::Updated { old, new }),
            None => handlers.tell(Notification::Added(new, Added::Later)),
        }
    }

    fn reached(&mut self, revision: &str) {
        revision.clone_into(&mut self.shared.revision.lock());
    }

    fn delete(&mut self, object: K) {
        let object = self.prepare(object);
        let meta = object.object_meta();
        let mut handlers = self.shared.handlers.lock();
        // the event's object is newer than the store's: it has the deletion's revision
        if self.shared.store.remove(&meta.namespace, &meta.name).is_some() {
            handlers.tell(Notification::Deleted(object, FinalState::Known));
        }
    }
}
