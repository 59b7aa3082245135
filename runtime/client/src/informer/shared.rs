//! One resource's informer.

use std::{
    fmt,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use kubeforge_machinery::Resource;
use parking_lot::Mutex;
use tokio::sync::{mpsc, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    deliver::{Delivery, Notification},
    distribute::Distributor,
    handler::{Added, EventHandler},
};
use crate::{
    api::Api,
    lister::Lister,
    reflector::{Reflector, ReflectorOptions},
    store::Store,
};

/// What an informer follows, and how.
#[derive(Clone, Debug, Default)]
pub struct InformerOptions {
    /// Selectors, pages, pauses.
    pub reflector: ReflectorOptions,
    /// How often handlers hear of every object again, where they don't say otherwise; `None` for never.
    pub resync: Option<Duration>,
}

/// A local copy of a resource that is kept up to date, and tells its handlers. Clones share it.
pub struct SharedInformer<K> {
    shared: Arc<Shared<K>>,
}

impl<K> Clone for SharedInformer<K> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone() }
    }
}

impl<K: Resource> fmt::Debug for SharedInformer<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedInformer")
            .field("kind", &K::KIND)
            .field("objects", &self.shared.store.len())
            .field("synced", &self.has_synced())
            .finish_non_exhaustive()
    }
}

type Transform<K> = Box<dyn Fn(&mut K) + Send + Sync>;

pub(super) struct Shared<K> {
    api: Api<K>,
    options: InformerOptions,
    pub(super) store: Arc<Store<K>>,
    /// Held while the store changes, so that a new handler gets either an object's state or its change.
    pub(super) handlers: Mutex<Handlers<K>>,
    pub(super) transform: Mutex<Option<Transform<K>>>,
    pub(super) synced: watch::Sender<bool>,
    /// How far the store has come.
    pub(super) revision: Mutex<String>,
    started: AtomicBool,
    stopped: AtomicBool,
    deliveries: TaskTracker,
}

pub(super) struct Handlers<K> {
    queues: Vec<(u64, mpsc::UnboundedSender<Notification<K>>)>,
    next_id: u64,
    /// Whether the store holds the resource's state.
    pub(super) is_synced: bool,
}

impl<K> Handlers<K> {
    /// Tells everybody.
    pub(super) fn tell(&mut self, notification: Notification<K>) {
        // a queue whose task is gone (its handler panicked) is dropped
        self.queues.retain(|(_, queue)| queue.send(notification.clone()).is_ok());
    }

    fn remove(&mut self, id: u64) {
        self.queues.retain(|(known, _)| *known != id);
    }
}

impl<K: Resource> SharedInformer<K> {
    /// An informer that is not yet running.
    pub fn new(api: Api<K>, options: InformerOptions) -> Self {
        let shared = Shared {
            api,
            options,
            store: Arc::new(Store::new()),
            handlers: Mutex::new(Handlers { queues: Vec::new(), next_id: 0, is_synced: false }),
            transform: Mutex::new(None),
            synced: watch::Sender::new(false),
            revision: Mutex::default(),
            started: AtomicBool::new(false),
            stopped: AtomicBool::new(false),
            deliveries: TaskTracker::new(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Changes each object before it is stored, for instance to drop what nobody reads. To be set before the informer runs.
    pub fn set_transform(&self, transform: impl Fn(&mut K) + Send + Sync + 'static) {
        *self.shared.transform.lock() = Some(Box::new(transform));
    }

    /// Adds an index to the store; see [`Store::add_index`].
    pub fn add_index(&self, name: &'static str, values: impl Fn(&K) -> Vec<String> + Send + Sync + 'static) {
        self.shared.store.add_index(name, values);
    }

    /// Adds a handler, which first hears of everything that is there. To be called within a tokio runtime.
    pub fn add_handler(&self, handler: impl EventHandler<K>) -> HandlerRegistration<K> {
        self.add_handler_with_resync(handler, self.shared.options.resync)
    }

    /// Like [`SharedInformer::add_handler`], with a resync period of its own.
    pub fn add_handler_with_resync(
        &self,
        handler: impl EventHandler<K>,
        resync: Option<Duration>,
    ) -> HandlerRegistration<K> {
        let (sender, queue) = mpsc::unbounded_channel();
        let (synced, is_synced) = watch::channel(false);
        let mut handlers = self.shared.handlers.lock();
        let id = handlers.next_id;
        handlers.next_id += 1;
        if handlers.is_synced {
            tell_newcomer(&sender, self.shared.store.list());
        }
        handlers.queues.push((id, sender));
        drop(handlers);
        let delivery = Delivery { handler: Box::new(handler), queue, synced, resync };
        let shared = Arc::downgrade(&self.shared);
        let again = shared.clone();
        self.shared.deliveries.spawn(delivery.run(move || resync_handler(&again, id)));
        HandlerRegistration { id, synced: is_synced, shared }
    }

    /// The local copy.
    pub fn store(&self) -> &Arc<Store<K>> {
        &self.shared.store
    }

    /// Reads the local copy.
    pub fn lister(&self) -> Lister<K> {
        Lister::new(self.shared.store.clone())
    }

    /// The revision that the local copy has come to; empty before the first list.
    pub fn last_sync_resource_version(&self) -> String {
        self.shared.revision.lock().clone()
    }

    /// Whether it has run and been cancelled. It can't run again.
    pub fn is_stopped(&self) -> bool {
        self.shared.stopped.load(Ordering::Acquire)
    }

    /// Whether the local copy holds the resource's state.
    pub fn has_synced(&self) -> bool {
        *self.shared.synced.borrow()
    }

    /// Waits until the local copy holds the resource's state.
    pub async fn wait_for_sync(&self) {
        let mut synced = self.shared.synced.subscribe();
        while !*synced.borrow_and_update() {
            if synced.changed().await.is_err() {
                // can't be: the sender lives in `self`
                return;
            }
        }
    }

    /// Keeps the local copy up to date until cancelled, then waits for the handlers to finish what they were told.
    /// Only the first call does; others are done at once.
    pub fn run(&self, cancel: CancellationToken) -> impl Future<Output = ()> + Send + use<K> {
        let this = self.clone();
        async move {
            if this.shared.started.swap(true, Ordering::AcqRel) {
                return;
            }
            let mut reflector = Reflector::new(this.shared.api.clone(), this.shared.options.reflector.clone());
            reflector.run(&mut this.distributor(), &cancel).await;
            this.shared.stopped.store(true, Ordering::Release);
            this.shared.handlers.lock().queues.clear();
            this.shared.deliveries.close();
            this.shared.deliveries.wait().await;
        }
    }
}

impl<K: Resource> SharedInformer<K> {
    /// Where the reflector puts what it learns.
    pub(super) fn distributor(&self) -> Distributor<K> {
        Distributor::new(self.shared.clone())
    }
}

/// Tells a handler that comes late of what is there.
fn tell_newcomer<K>(queue: &mpsc::UnboundedSender<Notification<K>>, objects: Vec<Arc<K>>) {
    let added = objects.into_iter().map(|object| Notification::Added(object, Added::InInitialList));
    for notification in added.chain([Notification::Synced]) {
        if queue.send(notification).is_err() {
            return;
        }
    }
}

/// Puts everything in the store into one handler's queue.
fn resync_handler<K: Resource>(shared: &Weak<Shared<K>>, id: u64) {
    let Some(shared) = shared.upgrade() else { return };
    let handlers = shared.handlers.lock();
    let Some((_, queue)) = handlers.queues.iter().find(|(known, _)| *known == id) else { return };
    for object in shared.store.list() {
        if queue.send(Notification::Updated { old: object.clone(), new: object }).is_err() {
            return;
        }
    }
}

/// A handler that was added.
pub struct HandlerRegistration<K> {
    id: u64,
    synced: watch::Receiver<bool>,
    shared: Weak<Shared<K>>,
}

impl<K> fmt::Debug for HandlerRegistration<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerRegistration").field("id", &self.id).finish_non_exhaustive()
    }
}

impl<K> HandlerRegistration<K> {
    /// Whether the handler has heard of everything that was there when it was added.
    pub fn has_synced(&self) -> bool {
        *self.synced.borrow()
    }

    /// Waits until the handler has heard of everything that was there when it was added; `false` where the informer
    /// ended before.
    pub async fn wait_for_sync(&mut self) -> bool {
        self.synced.wait_for(|synced| *synced).await.is_ok()
    }

    /// Removes the handler; it still hears what it was told already.
    pub fn remove(self) {
        if let Some(shared) = self.shared.upgrade() {
            shared.handlers.lock().remove(self.id);
        }
    }
}
