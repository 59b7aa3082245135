//! A cluster in memory that knows the groups here: [`kubeforge_client::fake`] with their Scheme, and with what a cluster does
//! beyond keeping objects where client code depends on it.
//!
//! - a pod's `binding` puts it on its node, an `eviction` deletes it, and its `log` says `fake logs`, as client-go's does;
//! - a service account's `token` request is answered with a token.
//!
//! ```
//! # use kubeforge_api::core::v1::Node;
//! # use kubeforge_client_set::fake;
//! # use kubeforge_machinery::meta::v1::{ListOptions, ObjectMeta};
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let node = Node { metadata: ObjectMeta { name: "n1".into(), ..ObjectMeta::default() }, ..Node::default() };
//! let clients = fake::Clientset::new(&[&node])?;
//! assert_eq!(clients.core_v1().nodes().list(&ListOptions::default()).await?.items.len(), 1);
//! assert_eq!(clients.cluster().lines(), ["list nodes"]);
//! # Ok(()) }
//! ```

use std::{
    ops::Deref,
    sync::{Arc, OnceLock},
};

use kubeforge_api::core::v1::{Binding, Pod};
use kubeforge_client::{
    apply::Value,
    fake::{Action, FakeCluster, Reaction, Tracker},
};
use kubeforge_machinery::{ApiError, GroupResource, Object, Scheme, SchemeBuilder, meta::v1::Status};

/// A [`Clientset`](crate::Clientset) of a [`FakeCluster`]. Clones share it.
#[derive(Clone, Debug)]
pub struct Clientset {
    cluster: FakeCluster,
    clients: crate::Clientset,
}

impl Clientset {
    /// Clients of a cluster with these objects.
    ///
    /// # Errors
    /// Where an object has no name.
    pub fn new(objects: &[&dyn Object]) -> Result<Self, ApiError> {
        let cluster = cluster();
        objects.iter().try_for_each(|object| cluster.add(*object))?;
        let clients = crate::Clientset::new(cluster.client());
        Ok(Self { cluster, clients })
    }

    /// The cluster: its objects, reactors and actions.
    pub fn cluster(&self) -> &FakeCluster {
        &self.cluster
    }
}

impl Deref for Clientset {
    type Target = crate::Clientset;

    fn deref(&self) -> &Self::Target {
        &self.clients
    }
}

/// An empty cluster that knows the groups here.
pub fn cluster() -> FakeCluster {
    static SCHEME: OnceLock<Arc<Scheme>> = OnceLock::new();
    let scheme = SCHEME.get_or_init(|| {
        let mut scheme = SchemeBuilder::new("fake");
        kubeforge_api::register_all(&mut scheme);
        Arc::new(scheme.build())
    });
    cluster_of(scheme.clone())
}

/// An empty cluster that knows the kinds of `scheme`, for groups of one's own beside those here.
pub fn cluster_of(scheme: Arc<Scheme>) -> FakeCluster {
    let cluster = FakeCluster::new(scheme);
    cluster.append_reactor("create", "pods/binding", bind);
    cluster.append_reactor("create", "pods/eviction", evict);
    cluster.append_reactor("get", "pods/log", |_, _| Reaction::Text("fake logs".to_owned()));
    cluster.append_reactor("create", "serviceaccounts/token", token);
    cluster
}

/// Puts a pod on a node, once.
fn bind(action: &Action, tracker: &Tracker) -> Reaction {
    let Some(binding) = action.object_as::<Binding>() else { return Reaction::Pass };
    let Ok(pod) = tracker.get::<Pod>(&action.namespace, &action.name) else { return Reaction::Pass };
    if !pod.spec.node_name.is_empty() {
        let why = format!("pod {} is already assigned to node {:?}", action.name, pod.spec.node_name);
        return Reaction::Fail(ApiError::conflict(&GroupResource::new("", "pods/binding"), &action.name, why));
    }
    done(action, || {
        tracker.modify(&action.namespace, &action.name, |pod: &mut Pod| pod.spec.node_name = binding.target.name)
    })
}

/// Deletes a pod.
fn evict(action: &Action, tracker: &Tracker) -> Reaction {
    if tracker.get::<Pod>(&action.namespace, &action.name).is_err() {
        return Reaction::Pass;
    }
    done(action, || tracker.remove(&action.resource, &action.namespace, &action.name))
}

/// Answers a token request with a token that names the account.
fn token(action: &Action, tracker: &Tracker) -> Reaction {
    let known = tracker.get_json(&action.resource, &action.namespace, &action.name);
    let (Ok(_), Some(mut request)) = (known, action.object.clone()) else { return Reaction::Pass };
    let token = format!("fake-token:{}:{}", action.namespace, action.name);
    request["status"] = Value::Null;
    request["status"]["token"] = token.into();
    Reaction::Answer(request)
}

fn done(action: &Action, write: impl FnOnce() -> Result<(), ApiError>) -> Reaction {
    if action.is_dry_run() {
        return Reaction::object(&success());
    }
    match write() {
        Ok(()) => Reaction::object(&success()),
        Err(refusal) => Reaction::Fail(refusal),
    }
}

fn success() -> Status {
    Status { status: "Success".to_owned(), code: 201, ..Status::default() }
}
