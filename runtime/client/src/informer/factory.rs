//! One informer per kind, shared by all who ask.

use std::{
    any::{Any, TypeId},
    collections::{BTreeMap, HashMap},
    fmt,
    sync::Arc,
    time::Duration,
};

use futures::{FutureExt as _, future::BoxFuture};
use kubeforge_machinery::{GroupVersionResource, Resource, meta::v1::ObjectMeta};
use parking_lot::Mutex;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::shared::{InformerOptions, SharedInformer};
use crate::{api::Api, client::Client, lister::Lister};

/// What a factory's informers have in common.
#[derive(Clone, Debug, Default)]
pub struct FactoryOptions {
    /// The namespace to follow; empty for all of them.
    pub namespace: String,
    /// Settings of every informer.
    pub informer: InformerOptions,
    /// Changes every object's metadata before it is stored.
    pub transform: Option<TransformMeta>,
    /// Resync periods of certain kinds, by their type; see [`FactoryOptions::resync_of`].
    pub resyncs: HashMap<TypeId, Option<Duration>>,
}

/// Changes the metadata of objects of any kind.
#[derive(Clone)]
pub struct TransformMeta(Arc<dyn Fn(&mut ObjectMeta) + Send + Sync>);

impl TransformMeta {
    /// Calls `transform`.
    pub fn new(transform: impl Fn(&mut ObjectMeta) + Send + Sync + 'static) -> Self {
        Self(Arc::new(transform))
    }

    /// Drops what server-side apply remembers: controllers don't read it, and it is a third of many objects.
    pub fn without_managed_fields() -> Self {
        Self::new(|meta| meta.managed_fields = Vec::new())
    }
}

impl fmt::Debug for TransformMeta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TransformMeta")
    }
}

impl FactoryOptions {
    /// Gives one kind a resync period of its own.
    #[must_use]
    pub fn resync_of<K: Resource>(mut self, resync: Option<Duration>) -> Self {
        self.resyncs.insert(TypeId::of::<K>(), resync);
        self
    }
}

/// Makes, starts and shares informers. Clones share them.
///
/// Ask for what is needed, then [`start`](Self::start), then [`wait_for_sync`](Self::wait_for_sync); what is asked for
/// later needs another start.
#[derive(Clone)]
pub struct InformerFactory {
    inner: Arc<Inner>,
}

struct Inner {
    client: Client,
    options: FactoryOptions,
    informers: Mutex<HashMap<TypeId, Box<dyn AnyInformer>>>,
    tasks: TaskTracker,
}

impl fmt::Debug for InformerFactory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InformerFactory").field("informers", &self.inner.informers.lock().len()).finish_non_exhaustive()
    }
}

/// An informer whatever its kind.
trait AnyInformer: Send + Sync {
    fn run(&self, cancel: CancellationToken) -> BoxFuture<'static, ()>;
    fn wait_for_sync(&self) -> BoxFuture<'static, ()>;
    fn has_synced(&self) -> bool;
    fn resource(&self) -> GroupVersionResource;
    fn as_any(&self) -> &dyn Any;
}

impl<K: Resource> AnyInformer for SharedInformer<K> {
    fn run(&self, cancel: CancellationToken) -> BoxFuture<'static, ()> {
        SharedInformer::run(self, cancel).boxed()
    }

    fn wait_for_sync(&self) -> BoxFuture<'static, ()> {
        let informer = self.clone();
        async move { SharedInformer::wait_for_sync(&informer).await }.boxed()
    }

    fn has_synced(&self) -> bool {
        SharedInformer::has_synced(self)
    }

    fn resource(&self) -> GroupVersionResource {
        GroupVersionResource::new(K::GROUP, K::VERSION, K::PLURAL)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl InformerFactory {
    /// A factory of informers of all namespaces, without resyncs.
    pub fn new(client: Client) -> Self {
        Self::with_options(client, FactoryOptions::default())
    }

    /// A factory of informers with these settings.
    pub fn with_options(client: Client, options: FactoryOptions) -> Self {
        let inner = Inner { client, options, informers: Mutex::new(HashMap::new()), tasks: TaskTracker::new() };
        Self { inner: Arc::new(inner) }
    }

    /// The client that the informers use.
    pub fn client(&self) -> &Client {
        &self.inner.client
    }

    /// The informer of a kind.
    pub fn informer<K: Resource>(&self) -> SharedInformer<K> {
        self.informer_or(|| {
            let FactoryOptions { namespace, informer, transform, resyncs } = &self.inner.options;
            let mut options = informer.clone();
            if let Some(resync) = resyncs.get(&TypeId::of::<K>()) {
                options.resync = *resync;
            }
            let informer = SharedInformer::new(Api::namespaced(self.inner.client.clone(), namespace), options);
            if let Some(TransformMeta(transform)) = transform.clone() {
                informer.set_transform(move |object: &mut K| transform(object.object_meta_mut()));
            }
            informer
        })
    }

    /// The informer of a kind; where there is none yet, the one that `make` returns, for a kind that needs other settings
    /// than the factory's.
    pub fn informer_or<K: Resource>(&self, make: impl FnOnce() -> SharedInformer<K>) -> SharedInformer<K> {
        let mut informers = self.inner.informers.lock();
        if let Some(known) = informers.get(&TypeId::of::<K>()).and_then(|known| known.as_any().downcast_ref()) {
            return SharedInformer::clone(known);
        }
        let informer = make();
        informers.insert(TypeId::of::<K>(), Box::new(informer.clone()));
        informer
    }

    /// Reads the local copy of a kind.
    pub fn lister<K: Resource>(&self) -> Lister<K> {
        self.informer::<K>().lister()
    }

    /// Starts the informers that aren't running; they run until cancelled.
    pub fn start(&self, cancel: &CancellationToken) {
        for informer in self.inner.informers.lock().values() {
            // one that runs already returns at once
            self.inner.tasks.spawn(informer.run(cancel.clone()));
        }
    }

    /// Waits until the local copies of everything that was asked for hold the resources' states.
    pub async fn wait_for_sync(&self) {
        let waits: Vec<_> = self.inner.informers.lock().values().map(|informer| informer.wait_for_sync()).collect();
        futures::future::join_all(waits).await;
    }

    /// Like [`InformerFactory::wait_for_sync`], but no longer than until cancelled; says which of the resources are there.
    pub async fn wait_for_cache_sync(&self, cancel: &CancellationToken) -> BTreeMap<GroupVersionResource, bool> {
        // whether it was cancelled, the answer says
        let _cancelled = cancel.run_until_cancelled(self.wait_for_sync()).await;
        let informers = self.inner.informers.lock();
        informers.values().map(|informer| (informer.resource(), informer.has_synced())).collect()
    }

    /// Waits until all informers have ended, after they were cancelled.
    pub async fn shutdown(&self) {
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
    }
}

#[cfg(test)]
mod tests;
