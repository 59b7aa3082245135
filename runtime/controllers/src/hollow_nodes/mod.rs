//! Nodes without machines, as kubemark's hollow nodes: for tests, demonstrations and measurements.
//!
//! One pod informer serves all nodes. Everything that is to do (a registration, a lease to renew, a pod to start or to
//! stop) is an item in one work queue, in which it becomes due at its time; a fixed number of workers take items from it.
//! So a thousand nodes cost a thousand small structs and no tasks.

mod network;
mod node;
mod options;
mod pod_status;
mod pods;
mod register;

use std::{sync::Arc, time::Duration};

use kubeforge_api::core::v1::Pod;
use kubeforge_client::{
    Client, ClientError, SharedInformer, WorkQueue,
    informer::{HandlerFns, InformerOptions},
    reflector::ReflectorOptions,
    store::ObjectKey,
    workqueue::{ExponentialFailure, NoMetrics},
};
use kubeforge_client_set::Clientset;
use tokio::{sync::watch, task::JoinSet};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

pub use network::NetworkError;
pub use options::Options;

use network::Network;
use node::HollowNode;

/// Pauses after failures: from the first to the longest.
const RETRY_PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(10));

/// A number of hollow nodes. Clones share them.
#[derive(Clone)]
pub struct HollowNodes {
    inner: Arc<Inner>,
}

struct Inner {
    clients: Clientset,
    options: Options,
    nodes: Vec<HollowNode>,
    pods: SharedInformer<Pod>,
    queue: WorkQueue<Work>,
    registered: watch::Sender<usize>,
}

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Work {
    /// Bring a node into being; then its `Lease` and `Heartbeat` become due from time to time.
    Register(usize),
    /// Renew a node's lease.
    Lease(usize),
    /// Say that a node is well.
    Heartbeat(usize),
    /// Take a pod's next step.
    Pod(ObjectKey),
}

impl std::fmt::Debug for HollowNodes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HollowNodes").field("count", &self.inner.nodes.len()).finish_non_exhaustive()
    }
}

impl HollowNodes {
    /// Hollow nodes that are not yet running.
    ///
    /// # Errors
    /// Where there are no addresses for so many nodes.
    pub fn new(client: Client, options: Options) -> Result<Self, NetworkError> {
        let network = Network::new(options.first + options.count)?;
        let numbers = options.first..options.first + options.count;
        let nodes = numbers.map(|number| HollowNode::new(number, &options, &network)).collect();
        let clients = Clientset::new(client);
        let informer = InformerOptions {
            reflector: ReflectorOptions { field_selector: "spec.nodeName!=".to_owned(), ..ReflectorOptions::default() },
            ..InformerOptions::default()
        };
        let pods = SharedInformer::new((*clients.core_v1().pods("")).clone(), informer);
        pods.set_transform(|pod: &mut Pod| pod.metadata.managed_fields = Vec::new());
        let (first, longest) = RETRY_PAUSES;
        let queue = WorkQueue::with(ExponentialFailure::new(first, longest), Arc::new(NoMetrics));
        let inner = Inner { clients, options, nodes, pods, queue, registered: watch::Sender::new(0) };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Runs until cancelled. The node objects stay.
    pub async fn run(&self, cancel: CancellationToken) {
        let inner = &self.inner;
        let mut tasks = JoinSet::new();
        self.follow_pods();
        tasks.spawn(inner.pods.run(cancel.clone()));
        (0..inner.nodes.len()).for_each(|node| inner.queue.add(Work::Register(node)));
        for _ in 0..inner.options.workers.max(1) {
            let this = self.clone();
            tasks.spawn(async move { this.work().await });
        }
        info!(count = inner.nodes.len(), "hollow nodes start");
        cancel.cancelled().await;
        inner.queue.shut_down();
        while let Some(ended) = tasks.join_next().await {
            if let Err(err) = ended {
                warn!(%err, "a worker of the hollow nodes broke");
            }
        }
    }

    /// How many nodes have registered; changes as more do.
    pub fn registered(&self) -> watch::Receiver<usize> {
        self.inner.registered.subscribe()
    }

    /// The nodes' names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.inner.nodes.iter().map(|node| node.name.as_str())
    }

    /// Queues a step for each pod of ours that needs one, as it changes.
    fn follow_pods(&self) {
        let (add, update, delete) = (self.inner.clone(), self.inner.clone(), self.inner.clone());
        let handler = HandlerFns::new()
            .on_add(move |pod: &Arc<Pod>| add.pod_seen(pod))
            .on_update(move |_, pod: &Arc<Pod>| update.pod_seen(pod))
            .on_delete(move |pod: &Arc<Pod>| delete.pod_gone(pod));
        self.inner.pods.add_handler(handler);
    }

    /// Does what is due, until shutdown.
    async fn work(&self) {
        let inner = &self.inner;
        while let Some(work) = inner.queue.get().await {
            let result = match &work {
                Work::Register(node) => inner.register(*node).await,
                Work::Lease(node) => inner.renew_lease(*node).await,
                Work::Heartbeat(node) => inner.heartbeat(*node).await,
                Work::Pod(key) => inner.step_pod(key).await,
            };
            match result {
                Ok(()) => inner.queue.forget(&work),
                Err(err) => {
                    warn!(?work, %err, "a hollow node tries again");
                    inner.queue.add_rate_limited(work.clone());
                }
            }
            inner.queue.done(&work);
        }
    }
}

/// Runs hollow nodes until cancelled.
///
/// # Errors
/// Where there are no addresses for so many nodes.
pub async fn run(client: Client, options: Options, cancel: CancellationToken) -> Result<(), NetworkError> {
    HollowNodes::new(client, options)?.run(cancel).await;
    Ok(())
}

/// Why something could not be done now.
#[derive(Debug, thiserror::Error)]
enum WorkError {
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error("node {0} has no address left for a pod")]
    NoAddress(String),
}

#[cfg(test)]
mod tests;
