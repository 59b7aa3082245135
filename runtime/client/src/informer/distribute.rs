//! From the reflector into the hub.

use std::sync::Arc;

use kubeforge_machinery::Resource;

use super::shared::Shared;
use crate::reflector::{Heard, Sink};

/// The sink of an informer's reflector.
pub(super) struct Distributor<K> {
    shared: Arc<Shared<K>>,
}

impl<K: Resource> Distributor<K> {
    pub(super) fn new(shared: Arc<Shared<K>>) -> Self {
        Self { shared }
    }
}

impl<K: Resource> Sink<K> for Distributor<K> {
    fn take_in(&mut self, mut object: K) -> Arc<K> {
        if let Some(transform) = &*self.shared.transform.lock() {
            transform(&mut object);
        }
        Arc::new(object)
    }

    fn replace(&mut self, objects: Vec<Arc<K>>, revision: &str) {
        if self.shared.hub.replace(objects, revision) {
            self.shared.synced.send_replace(true);
        }
    }

    fn apply(&mut self, object: Arc<K>) -> Heard {
        self.shared.hub.apply(object)
    }

    fn delete(&mut self, object: Arc<K>) {
        self.shared.hub.delete(object);
    }

    fn reached(&mut self, revision: &str) {
        revision.clone_into(&mut self.shared.revision.lock());
    }
}
