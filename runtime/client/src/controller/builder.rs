//! What a controller looks at, and how it works.

use std::{any::Any, fmt, sync::Arc, time::Duration};

use futures::{FutureExt as _, Stream, StreamExt as _, future::BoxFuture, stream::BoxStream};
use kubeforge_machinery::Resource;
use tokio::{task::JoinSet, time::timeout};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, warn};

use super::{
    Change, Owners, Predicate,
    action::Reconciler,
    change::low_priority,
    enqueue::{Enqueue, MapFn, PriorityFn},
    metrics::ControllerMetrics,
    owner::owners_of,
    worker::Worker,
};
use crate::{
    client::Client,
    informer::{HandlerRegistration, InformerFactory},
    lister::Lister,
    store::ObjectKey,
    workqueue::{NoMetrics, RateLimiter, WorkQueue, default_limiter},
};

/// How long the local copies may take to hold the server's state (controller-runtime's CacheSyncTimeout).
const SYNC_MAX: Duration = Duration::from_secs(120);

/// How long calls that run are waited for after the end (controller-runtime's GracefulShutdownTimeout).
const GRACE: Duration = Duration::from_secs(30);

/// Where controllers begin.
#[derive(Clone, Copy, Debug)]
pub struct Controller;

impl Controller {
    /// A controller of `K`, with informers of its own.
    pub fn builder<K: Resource>(client: Client) -> ControllerBuilder<K> {
        ControllerBuilder::new(InformerFactory::new(client), Informers::Own)
    }

    /// A controller of `K` over informers that others use, too. They must be started: by the caller, after all controllers
    /// were built, and once more after [`ControllerBuilder::run`] was called where kinds are new.
    pub fn with_informers<K: Resource>(factory: InformerFactory) -> ControllerBuilder<K> {
        ControllerBuilder::new(factory, Informers::Shared)
    }
}

/// Who starts and ends the informers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Informers {
    Own,
    Shared,
}

/// Why a controller could not begin.
#[derive(Debug, thiserror::Error)]
pub enum ControllerError {
    /// The local copies don't hold the server's state; the log says why.
    #[error("failed to wait for {0} caches to sync: timed out waiting for cache to be synced")]
    CacheSync(String),
}

/// Adds a handler that fills the queue; the future ends when it has heard of all that is there.
type Attach = Box<dyn FnOnce(&InformerFactory, &WorkQueue<ObjectKey>) -> BoxFuture<'static, Synced> + Send>;

/// Whether a handler has heard of all that is there, and what removes it when dropped.
type Synced = (bool, Box<dyn Any + Send>);

/// A controller to be.
#[must_use]
pub struct ControllerBuilder<K> {
    factory: InformerFactory,
    informers: Informers,
    name: String,
    predicates: Vec<Predicate<K>>,
    priority: PriorityFn<K>,
    others: Vec<Attach>,
    streams: Vec<BoxStream<'static, ObjectKey>>,
    concurrency: usize,
    limiter: Box<dyn RateLimiter<ObjectKey>>,
    metrics: Box<dyn ControllerMetrics>,
    timeout: Option<Duration>,
    sync_max: Duration,
    grace: Duration,
}

impl<K: Resource> fmt::Debug for ControllerBuilder<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ControllerBuilder").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<K: Resource> ControllerBuilder<K> {
    fn new(factory: InformerFactory, informers: Informers) -> Self {
        // asked for now, so that it is there when the factory is started
        factory.informer::<K>();
        Self {
            factory,
            informers,
            name: K::KIND.to_lowercase(),
            predicates: Vec::new(),
            priority: Box::new(low_priority),
            others: Vec::new(),
            streams: Vec::new(),
            concurrency: 1,
            limiter: Box::new(default_limiter()),
            metrics: Box::new(NoMetrics),
            timeout: None,
            sync_max: SYNC_MAX,
            grace: GRACE,
        }
    }

    /// What logs and metrics call it; the kind in lower case unless set.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Only such changes of the controller's own kind matter. Of several predicates all must agree.
    pub fn predicate(mut self, predicate: Predicate<K>) -> Self {
        self.predicates.push(predicate);
        self
    }

    /// How urgent changes of the controller's own kind are; [`low_priority`] unless set.
    pub fn priority(mut self, priority: impl Fn(&Change<'_, K>) -> i32 + Send + 'static) -> Self {
        self.priority = Box::new(priority);
        self
    }

    /// Changes of objects of kind `T` call for the object that controls them.
    pub fn owns<T: Resource>(self) -> Self {
        self.owns_with::<T>(Owners::Controller, [])
    }

    /// Such changes of objects of kind `T` call for their owners.
    pub fn owns_with<T: Resource>(self, which: Owners, predicates: impl IntoIterator<Item = Predicate<T>>) -> Self {
        self.watches_with(move |object: &T| owners_of::<K, T>(object, which), predicates)
    }

    /// Changes of objects of kind `T` call for the objects that `map` names.
    pub fn watches<T: Resource>(self, map: impl Fn(&T) -> Vec<ObjectKey> + Send + 'static) -> Self {
        self.watches_with(map, [])
    }

    /// Such changes of objects of kind `T` call for the objects that `map` names.
    pub fn watches_with<T: Resource>(
        mut self,
        map: impl Fn(&T) -> Vec<ObjectKey> + Send + 'static,
        predicates: impl IntoIterator<Item = Predicate<T>>,
    ) -> Self {
        self.factory.informer::<T>();
        let predicates = predicates.into_iter().collect();
        self.others.push(attach(Box::new(map), predicates, Box::new(low_priority)));
        self
    }

    /// Keys from elsewhere, such as another system's notifications, are called for as they come.
    pub fn watches_stream(mut self, keys: impl Stream<Item = ObjectKey> + Send + 'static) -> Self {
        self.streams.push(keys.boxed());
        self
    }

    /// How many calls can run at once; 1 unless set. Never two for one key.
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.concurrency = calls.max(1);
        self
    }

    /// How late keys are called for again after failures; [`default_limiter`] unless set.
    pub fn rate_limiter(mut self, limiter: impl RateLimiter<ObjectKey>) -> Self {
        self.limiter = Box::new(limiter);
        self
    }

    /// Where it is measured.
    pub fn metrics(mut self, metrics: impl ControllerMetrics + 'static) -> Self {
        self.metrics = Box::new(metrics);
        self
    }

    /// How long a call may take; longer ones are ended and count as failures. Without limit unless set.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How long the local copies may take to hold the server's state; two minutes unless set.
    pub fn cache_sync_timeout(mut self, timeout: Duration) -> Self {
        self.sync_max = timeout;
        self
    }

    /// How long calls that run are waited for when it is cancelled; 30 seconds unless set.
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// Reads the local copy of a kind, which is kept whether or not its changes matter.
    pub fn lister<T: Resource>(&self) -> Lister<T> {
        self.factory.lister()
    }

    /// Calls the reconciler whenever that is needed, until cancelled.
    ///
    /// # Errors
    /// Where the server's state can't be read.
    pub async fn run(self, reconciler: impl Reconciler, cancel: CancellationToken) -> Result<(), ControllerError> {
        let queue = WorkQueue::with(self.limiter, self.metrics.queue(&self.name));
        let own = attach::<K>(Box::new(|object| vec![ObjectKey::of(object)]), self.predicates, self.priority);
        let attached = self.others.into_iter().chain([own]).map(|attach| attach(&self.factory, &queue));
        let synced = futures::future::join_all(attached.collect::<Vec<_>>());
        let informing = cancel.child_token();
        if self.informers == Informers::Own {
            self.factory.start(&informing);
        }
        let metrics = self.metrics.controller(&self.name);
        metrics.workers(self.concurrency);
        let result = match cancel.run_until_cancelled(timeout(self.sync_max, synced)).await {
            // the handlers are there for as long as `synced` is
            Some(Ok(synced)) if synced.iter().all(|(is_synced, _)| *is_synced) => {
                let worker = Arc::new(Worker {
                    name: self.name,
                    reconciler,
                    queue: queue.clone(),
                    metrics,
                    timeout: self.timeout,
                    cancel: cancel.clone(),
                });
                let workers = (0..self.concurrency).map(|_| worker.clone().run()).collect();
                work(workers, self.streams, &queue, &cancel, self.grace).await;
                Ok(())
            }
            Some(_) if !cancel.is_cancelled() => Err(ControllerError::CacheSync(self.name)),
            _ => Ok(()),
        };
        queue.shut_down();
        if self.informers == Informers::Own {
            informing.cancel();
            self.factory.shutdown().await;
        }
        result
    }
}

/// Lets the workers work until cancelled, and gives those that are at it then some time.
async fn work(
    mut workers: JoinSet<()>,
    streams: Vec<BoxStream<'static, ObjectKey>>,
    queue: &WorkQueue<ObjectKey>,
    cancel: &CancellationToken,
    grace: Duration,
) {
    let mut keys = futures::stream::select_all(streams);
    let forward = async {
        while let Some(key) = keys.next().await {
            queue.add(key);
        }
        cancel.cancelled().await;
    };
    // it ends by being cancelled only
    let _cancelled = cancel.run_until_cancelled(forward).await;
    queue.shut_down();
    let ended = timeout(grace, async {
        while let Some(ended) = workers.join_next().await {
            if let Err(err) = ended {
                error!(%err, "a worker crashed");
            }
        }
    });
    if ended.await.is_err() {
        warn!(?grace, "calls that still run are given up");
        workers.shutdown().await;
    }
}

fn attach<T: Resource>(map: MapFn<T>, predicates: Vec<Predicate<T>>, priority: PriorityFn<T>) -> Attach {
    Box::new(move |factory, queue| {
        let handler = Enqueue { queue: queue.clone(), predicates, map, priority };
        let mut attached = Attached(Some(factory.informer::<T>().add_handler(handler)));
        async move {
            let synced = match &mut attached.0 {
                Some(registration) => registration.wait_for_sync().await,
                None => false,
            };
            debug!(kind = T::KIND, synced, "its objects are known");
            let attached: Box<dyn Any + Send> = Box::new(attached);
            (synced, attached)
        }
        .boxed()
    })
}

/// A handler that is removed when this is dropped: others may use its informer for longer.
struct Attached<T: Resource>(Option<HandlerRegistration<T>>);

impl<T: Resource> Drop for Attached<T> {
    fn drop(&mut self) {
        if let Some(registration) = self.0.take() {
            registration.remove();
        }
    }
}
