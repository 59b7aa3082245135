//! What is called when objects change.

use std::{fmt, sync::Arc};

/// Hears of changes, one at a time and in order.
///
/// Objects are shared with the store and with other handlers: copy before changing. Calls should be short, for instance
/// putting a key into a work queue; what takes longer delays only this handler's later calls, which queue without limit.
pub trait EventHandler<K>: Send + 'static {
    /// An object is new, or was there when the handler was added (`InInitialList`).
    fn on_add(&mut self, object: &Arc<K>, when: Added) {
        let _unheard = (object, when);
    }

    /// An object has changed; on a resync `old` and `new` are the same.
    fn on_update(&mut self, old: &Arc<K>, new: &Arc<K>) {
        let _unheard = (old, new);
    }

    /// An object is gone.
    fn on_delete(&mut self, object: &Arc<K>, state: FinalState) {
        let _unheard = (object, state);
    }
}

/// When an added object came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It was in the first list, or in the store when the handler was added.
    InInitialList,
    /// After that.
    Later,
}

/// What is known of a deleted object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinalState {
    /// The object is as it was when it was deleted.
    Known,
    /// The deletion was not seen; the object is as it was when last seen (client-go's DeletedFinalStateUnknown).
    Unknown,
}

/// Tells another handler of the objects that pass a filter (client-go's FilteringResourceEventHandler): an object that begins
/// to pass is added, and one that no longer does is deleted.
#[derive(Debug)]
pub struct Filtered<F, H> {
    filter: F,
    handler: H,
}

impl<F, H> Filtered<F, H> {
    /// Tells `handler` of what `filter` lets through. The filter says the same of equal objects.
    pub fn new(filter: F, handler: H) -> Self {
        Self { filter, handler }
    }
}

impl<K, F, H> EventHandler<K> for Filtered<F, H>
where
    F: Fn(&K) -> bool + Send + 'static,
    H: EventHandler<K>,
{
    fn on_add(&mut self, object: &Arc<K>, when: Added) {
        if (self.filter)(object) {
            self.handler.on_add(object, when);
        }
    }

    fn on_update(&mut self, old: &Arc<K>, new: &Arc<K>) {
        match ((self.filter)(old), (self.filter)(new)) {
            (true, true) => self.handler.on_update(old, new),
            (false, true) => self.handler.on_add(new, Added::Later),
            (true, false) => self.handler.on_delete(old, FinalState::Known),
            (false, false) => {}
        }
    }

    fn on_delete(&mut self, object: &Arc<K>, state: FinalState) {
        if (self.filter)(object) {
            self.handler.on_delete(object, state);
        }
    }
}

type OnAdd<K> = Box<dyn FnMut(&Arc<K>) + Send>;
type OnUpdate<K> = Box<dyn FnMut(&Arc<K>, &Arc<K>) + Send>;

/// A handler made of closures.
#[must_use]
pub struct HandlerFns<K> {
    add: Option<OnAdd<K>>,
    update: Option<OnUpdate<K>>,
    delete: Option<OnAdd<K>>,
}

impl<K> fmt::Debug for HandlerFns<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerFns")
            .field("add", &self.add.is_some())
            .field("update", &self.update.is_some())
            .field("delete", &self.delete.is_some())
            .finish()
    }
}

impl<K> Default for HandlerFns<K> {
    fn default() -> Self {
        Self { add: None, update: None, delete: None }
    }
}

impl<K> HandlerFns<K> {
    /// A handler that does nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls `add` with new objects.
    pub fn on_add(mut self, add: impl FnMut(&Arc<K>) + Send + 'static) -> Self {
        self.add = Some(Box::new(add));
        self
    }

    /// Calls `update` with an object before and after a change.
    pub fn on_update(mut self, update: impl FnMut(&Arc<K>, &Arc<K>) + Send + 'static) -> Self {
        self.update = Some(Box::new(update));
        self
    }

    /// Calls `delete` with objects that are gone.
    pub fn on_delete(mut self, delete: impl FnMut(&Arc<K>) + Send + 'static) -> Self {
        self.delete = Some(Box::new(delete));
        self
    }

    /// Calls `change` with each object that is new, changed or gone, in its newest state.
    pub fn on_any(change: impl Fn(&Arc<K>) + Send + Sync + 'static) -> Self
    where
        K: 'static,
    {
        let change = Arc::new(change);
        let (add, update, delete) = (change.clone(), change.clone(), change);
        Self::new()
            .on_add(move |object| add(object))
            .on_update(move |_, object| update(object))
            .on_delete(move |object| delete(object))
    }
}

impl<K: 'static> EventHandler<K> for HandlerFns<K> {
    fn on_add(&mut self, object: &Arc<K>, _when: Added) {
        if let Some(add) = &mut self.add {
            add(object);
        }
    }

    fn on_update(&mut self, old: &Arc<K>, new: &Arc<K>) {
        if let Some(update) = &mut self.update {
            update(old, new);
        }
    }

    fn on_delete(&mut self, object: &Arc<K>, _state: FinalState) {
        if let Some(delete) = &mut self.delete {
            delete(object);
        }
    }
}
