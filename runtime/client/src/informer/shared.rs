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
    deliver::Delivery,
    distribute::Distributor,
    handler::EventHandler,
    hub::{Hub, Resyncs},
    panics::{OnHandlerPanic, Panics},
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
    /// Hears of handlers that panic; with the feature `prometheus` there is one that counts them.
    pub on_handler_panic: Option<OnHandlerPanic>,
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
            .field("objects", &self.shared.hub.store.len())
            .field("synced", &self.has_synced())
            .finish_non_exhaustive()
    }
}

type Transform<K> = Box<dyn Fn(&mut K) + Send + Sync>;

pub(super) struct Shared<K> {
    api: Api<K>,
    options: InformerOptions,
    pub(super) hub: Hub<K>,
    pub(super) transform: Mutex<Option<Transform<K>>>,
    pub(super) synced: watch::Sender<bool>,
    /// How far the store has come.
    pub(super) revision: Mutex<String>,
    started: AtomicBool,
    stopped: AtomicBool,
    deliveries: TaskTracker,
}

impl<K: Resource> SharedInformer<K> {
    /// An informer that is not yet running.
    pub fn new(api: Api<K>, options: InformerOptions) -> Self {
        let shared = Shared {
            api,
            options,
            hub: Hub::new(),
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
        self.shared.hub.store.add_index(name, values);
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
        let resyncs = if resync.is_some() { Resyncs::Heard } else { Resyncs::Unheard };
        let id = self.shared.hub.subscribe(sender, resyncs);
        let panics = Panics::new(K::KIND, self.shared.options.on_handler_panic.clone());
        let delivery = Delivery { handler: Box::new(handler), queue, synced, panics: panics.clone(), resync };
        let shared = Arc::downgrade(&self.shared);
        let again = shared.clone();
        self.shared.deliveries.spawn(delivery.run(move || {
            if let Some(shared) = again.upgrade() {
                shared.hub.resync(id);
            }
        }));
        HandlerRegistration { id, synced: is_synced, panics, shared }
    }

    /// The local copy.
    pub fn store(&self) -> &Arc<Store<K>> {
        &self.shared.hub.store
    }

    /// Reads the local copy.
    pub fn lister(&self) -> Lister<K> {
        Lister::new(self.shared.hub.store.clone())
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

    /// Like [`SharedInformer::wait_for_sync`], but no longer than until cancelled; says whether it holds the state.
    pub async fn wait_for_cache_sync(&self, cancel: &CancellationToken) -> bool {
        cancel.run_until_cancelled(self.wait_for_sync()).await.is_some()
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
            this.shared.hub.close();
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

/// A handler that was added.
pub struct HandlerRegistration<K> {
    id: u64,
    synced: watch::Receiver<bool>,
    panics: Panics,
    shared: Weak<Shared<K>>,
}

impl<K> fmt::Debug for HandlerRegistration<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerRegistration").field("id", &self.id).finish_non_exhaustive()
    }
}

impl<K: Resource> HandlerRegistration<K> {
    /// Whether the handler has heard of everything that was there when it was added.
    pub fn has_synced(&self) -> bool {
        *self.synced.borrow()
    }

    /// Waits until the handler has heard of everything that was there when it was added; `false` where the informer
    /// ended before.
    pub async fn wait_for_sync(&mut self) -> bool {
        self.synced.wait_for(|synced| *synced).await.is_ok()
    }

    /// How often the handler has panicked.
    pub fn panics(&self) -> u64 {
        self.panics.count()
    }

    /// Removes the handler; it still hears what it was told already.
    pub fn remove(self) {
        if let Some(shared) = self.shared.upgrade() {
            shared.hub.unsubscribe(self.id);
        }
    }
}
