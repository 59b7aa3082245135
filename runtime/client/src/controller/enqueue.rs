//! From changes to keys in the queue.

use std::sync::Arc;

use super::{Change, Predicate};
use crate::{
    informer::{Added, EventHandler, FinalState},
    store::ObjectKey,
    workqueue::{AddOptions, WorkQueue},
};

/// Which keys an object stands for.
pub(super) type MapFn<K> = Box<dyn Fn(&K) -> Vec<ObjectKey> + Send>;

/// How urgent a change is.
pub(super) type PriorityFn<K> = Box<dyn Fn(&Change<'_, K>) -> i32 + Send>;

/// Puts into the queue what changes stand for.
pub(super) struct Enqueue<K> {
    pub(super) queue: WorkQueue<ObjectKey>,
    /// All must agree.
    pub(super) predicates: Vec<Predicate<K>>,
    pub(super) map: MapFn<K>,
    pub(super) priority: PriorityFn<K>,
}

impl<K: 'static> Enqueue<K> {
    fn hear(&self, change: &Change<'_, K>) {
        if !self.predicates.iter().all(|predicate| predicate.matters(change)) {
            return;
        }
        let priority = (self.priority)(change);
        let mut keys = (self.map)(change.object());
        // what it stood for before has lost something
        keys.extend(change.old().into_iter().flat_map(|old| (self.map)(old)));
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            self.queue.add_with(key, AddOptions { priority, ..AddOptions::default() });
        }
    }
}

impl<K: Send + Sync + 'static> EventHandler<K> for Enqueue<K> {
    fn on_add(&mut self, object: &Arc<K>, when: Added) {
        self.hear(&Change::Created { object, when });
    }

    fn on_update(&mut self, old: &Arc<K>, new: &Arc<K>) {
        self.hear(&Change::Updated { old, new });
    }

    fn on_delete(&mut self, object: &Arc<K>, state: FinalState) {
        self.hear(&Change::Deleted { object, state });
    }
}
