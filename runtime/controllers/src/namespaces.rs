//! Empties namespaces that are being deleted, and lets them go when nothing is left inside.
//!
//! Follows kube-controller-manager's namespace controller, without its status conditions: every namespaced resource
//! that discovery names and that can be deleted in bulk is deleted, until lists come back empty.

use std::{sync::Arc, time::Duration};

use http::Method;
use kubeforge_api::core::v1::Namespace;
use kubeforge_client::{Client, ClientError, InformerFactory, WorkQueue, informer::HandlerFns, request::Request};
use kubeforge_client_set::{Clientset, Informers as _};
use kubeforge_machinery::{
    GroupVersion,
    meta::v1::{APIGroupList, APIResourceList, DeleteOptions, GetOptions, PartialObjectMetadataList, UpdateOptions},
};
use tokio_util::sync::CancellationToken;

const FINALIZER: &str = "kubernetes";
/// How long to wait for objects with finalizers or a grace period.
const RETRY: Duration = Duration::from_millis(500);
/// Makes a list that holds names only.
const ACCEPT_METADATA: &str = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/// Removes deleted namespaces until it is cancelled.
pub async fn run(client: Client, cancel: CancellationToken) {
    let factory = InformerFactory::new(client.clone());
    let queue: WorkQueue<String> = WorkQueue::new();
    let add = queue.clone();
    let _handler = factory.core_v1().namespaces().add_handler(HandlerFns::on_any(move |it: &Arc<Namespace>| {
        if it.metadata.deletion_timestamp.is_some() {
            add.add(it.metadata.name.clone());
        }
    }));
    factory.start(&cancel);
    let remover = Remover { clients: Clientset::new(client.clone()), client };
    let work = async {
        while let Some(namespace) = queue.get().await {
            match remover.reconcile(&namespace).await {
                Ok(Outcome::Gone) => queue.forget(&namespace),
                Ok(Outcome::NotEmpty) => queue.add_after(namespace.clone(), RETRY),
                Err(err) => {
                    tracing::debug!(namespace, %err, "cannot empty the namespace yet");
                    queue.add_rate_limited(namespace.clone());
                }
            }
            queue.done(&namespace);
        }
    };
    tokio::select! {
        () = cancel.cancelled() => queue.shut_down(),
        () = work => {}
    }
    factory.shutdown().await;
}

enum Outcome {
    Gone,
    NotEmpty,
}

struct Remover {
    clients: Clientset,
    client: Client,
}

impl Remover {
    async fn reconcile(&self, name: &str) -> Result<Outcome, ClientError> {
        let namespaces = self.clients.core_v1().namespaces();
        let namespace = match namespaces.get(name, &GetOptions::default()).await {
            Err(ClientError::Api(err)) if err.is_not_found() => return Ok(Outcome::Gone),
            found => found?,
        };
        if namespace.metadata.deletion_timestamp.is_none() {
            return Ok(Outcome::Gone);
        }
        let mut left = 0;
        for collection in self.collections(name).await? {
            left += self.empty(&collection).await?;
        }
        if left > 0 {
            return Ok(Outcome::NotEmpty);
        }
        let mut finalized = namespace;
        finalized.spec.finalizers.retain(|finalizer| finalizer != FINALIZER);
        match namespaces.update_finalize(&finalized, &UpdateOptions::default()).await {
            Err(ClientError::Api(err)) if err.is_not_found() => Ok(Outcome::Gone),
            done => done.map(|_| Outcome::Gone),
        }
    }

    /// Paths of the namespace's resources that can be listed and deleted in bulk.
    async fn collections(&self, namespace: &str) -> Result<Vec<String>, ClientError> {
        let mut versions = vec![GroupVersion::new("", "v1")];
        let groups: APIGroupList = self.client.fetch(&Request::get("/apis")).await?;
        for group in groups.groups {
            if let Ok(version) = GroupVersion::parse(&group.preferred_version.group_version) {
                versions.push(version);
            }
        }
        let mut paths = Vec::new();
        for version in versions {
            let root = match &*version.group {
                "" => format!("/api/{}", version.version),
                group => format!("/apis/{group}/{}", version.version),
            };
            let resources: APIResourceList = self.client.fetch(&Request::get(&root)).await?;
            let can = |verbs: &[String], verb: &str| verbs.iter().any(|it| it == verb);
            for resource in resources.api_resources {
                if resource.namespaced && can(&resource.verbs, "deletecollection") && can(&resource.verbs, "list") {
                    paths.push(format!("{root}/namespaces/{namespace}/{}", resource.name));
                }
            }
        }
        Ok(paths)
    }

    /// Deletes what is there; says how much is left.
    async fn empty(&self, collection: &str) -> Result<usize, ClientError> {
        if self.count(collection).await? == 0 {
            return Ok(0);
        }
        let mut delete = Request::new(Method::DELETE, collection);
        delete
            .query
            .push_options(&DeleteOptions { propagation_policy: Some("Background".into()), ..DeleteOptions::default() });
        self.client.send(&delete).await?;
        self.count(collection).await
    }

    async fn count(&self, collection: &str) -> Result<usize, ClientError> {
        let mut list = Request::get(collection);
        list.accept = ACCEPT_METADATA;
        Ok(self.client.fetch::<PartialObjectMetadataList>(&list).await?.items.len())
    }
}
