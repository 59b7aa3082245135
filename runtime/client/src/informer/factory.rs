//! One informer per kind, shared by all who ask.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    fmt,
    sync::Arc,
};

use futures::{FutureExt as _, future::BoxFuture};
use kubeforge_machinery::Resource;
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
        let mut informers = self.inner.informers.lock();
        if let Some(known) = informers.get(&TypeId::of::<K>()).and_then(|known| known.as_any().downcast_ref()) {
            return SharedInformer::clone(known);
        }
        let api = Api::namespaced(self.inner.client.clone(), &self.inner.options.namespace);
        let informer = SharedInformer::<K>::new(api, self.inner.options.informer.clone());
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

    /// Waits until all informers have ended, after they were cancelled.
    pub async fn shutdown(&self) {
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
    }
}

#[cfg(test)]
mod tests;
