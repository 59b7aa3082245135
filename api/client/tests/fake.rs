//! The fake cluster under typed clients, informers, listers and a small controller.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{sync::Arc, time::Duration};

use futures::StreamExt as _;
use kubeforge_api::{
    apps::v1::{Deployment, DeploymentSpec},
    core::v1::{Binding, ConfigMap, Container, Node, ObjectReference, Pod, PodLogOptions, PodPhase, PodSpec},
    policy::v1::Eviction,
};
use kubeforge_client::{
    InformerFactory, ObjectKey, Patch, WatchEvent, WorkQueue, fake::Reaction, informer::HandlerFns,
};
use kubeforge_client_set::{Informers as _, Listers, fake};
use kubeforge_machinery::{
    ApiError, GroupResource,
    labels::Selector,
    meta::v1::{
        CreateOptions, DeleteOptions, GetOptions, LabelSelector, ListOptions, ObjectMeta, PatchOptions, UpdateOptions,
    },
};
use serde_json::json;
use tokio_util::sync::CancellationToken;

fn meta(name: &str) -> ObjectMeta {
    ObjectMeta { name: name.to_owned(), namespace: "default".to_owned(), ..ObjectMeta::default() }
}

fn pod(name: &str) -> Pod {
    let container = Container { name: "c".to_owned(), image: "i".to_owned(), ..Container::default() };
    let spec = PodSpec { containers: vec![container], ..PodSpec::default() };
    Pod { metadata: meta(name), spec, ..Pod::default() }
}

#[tokio::test]
async fn pods_are_bound_evicted_logged_and_selected_by_field() {
    let clients = fake::Clientset::new(&[&pod("a"), &pod("b")]).unwrap();
    let pods = clients.core_v1().pods("default");
    let target = ObjectReference { name: "n1".to_owned(), ..ObjectReference::default() };
    let binding = Binding { metadata: meta("a"), target };
    pods.bind("a", &binding, &CreateOptions::default()).await.unwrap();
    let err = pods.bind("a", &binding, &CreateOptions::default()).await.unwrap_err();
    assert!(err.is_conflict(), "{err}");
    assert!(pods.bind("x", &binding, &CreateOptions::default()).await.unwrap_err().is_not_found());
    let on_node = ListOptions { field_selector: "spec.nodeName=n1".to_owned(), ..ListOptions::default() };
    let found = pods.list(&on_node).await.unwrap();
    assert_eq!(found.items.iter().map(|pod| pod.metadata.name.as_str()).collect::<Vec<_>>(), ["a"]);
    assert_eq!(pods.logs("a", &PodLogOptions { follow: true, ..PodLogOptions::default() }).await.unwrap(), "fake logs");
    let bindings = clients.core_v1().bindings("default");
    assert_eq!(bindings.create(&binding, &CreateOptions::default()).await.unwrap(), binding);
    pods.evict("b", &Eviction { metadata: meta("b"), ..Eviction::default() }, &CreateOptions::default()).await.unwrap();
    assert!(pods.get_opt("b").await.unwrap().is_none());
    let lines = clients.cluster().lines();
    assert_eq!(lines[0], "create pods/binding default/a");
    assert!(lines.contains(&"get pods/log default/a".to_owned()), "{lines:?}");
}

#[tokio::test]
async fn the_status_has_a_door_of_its_own() {
    let clients = fake::Clientset::new(&[&pod("a")]).unwrap();
    let pods = clients.core_v1().pods("default");
    let mut changed = pods.get("a", &GetOptions::default()).await.unwrap();
    changed.status.phase = PodPhase::Running;
    changed.spec.node_name = "n1".to_owned();
    let through_main = pods.update(&changed, &UpdateOptions::default()).await.unwrap();
    assert_eq!((through_main.status.phase, through_main.spec.node_name.as_str()), (PodPhase::default(), "n1"));
    changed.metadata.resource_version.clear();
    changed.spec.node_name = "n2".to_owned();
    let through_status = pods.update_status(&changed, &UpdateOptions::default()).await.unwrap();
    assert_eq!((through_status.status.phase, through_status.spec.node_name.as_str()), (PodPhase::Running, "n1"));
    let patch = Patch::strategic(&json!({"status": {"phase": "Failed"}, "spec": {"nodeName": "n3"}}));
    let patched = pods.patch_status("a", &patch, &PatchOptions::default()).await.unwrap();
    assert_eq!((patched.status.phase, patched.spec.node_name.as_str()), (PodPhase::Failed, "n1"));
}

#[tokio::test]
async fn strategic_patches_merge_lists_by_key() {
    let clients = fake::Clientset::new(&[&pod("a")]).unwrap();
    let pods = clients.core_v1().pods("default");
    let patch =
        Patch::strategic(&json!({"spec": {"containers": [{"name": "d", "image": "j"}, {"name": "c", "image": "k"}]}}));
    let patched = pods.patch("a", &patch, &PatchOptions::default()).await.unwrap();
    let mut images: Vec<_> =
        patched.spec.containers.iter().map(|container| (container.name.as_str(), container.image.as_str())).collect();
    images.sort_unstable();
    assert_eq!(images, [("c", "k"), ("d", "j")]);
    let bad = Patch::json(&json!([{"op": "test", "path": "/spec/nodeName", "value": "n9"}]));
    assert_eq!(pods.patch("a", &bad, &PatchOptions::default()).await.unwrap_err().api().unwrap().code(), 422);
}

/// Keeps as many pods per deployment as it wants: what a user's controller looks like.
struct Controller {
    clients: fake::Clientset,
    listers: Listers,
    queue: Arc<WorkQueue<ObjectKey>>,
}

impl Controller {
    async fn run(self) {
        while let Some(key) = self.queue.get().await {
            match self.reconcile(&key).await {
                Ok(()) => self.queue.forget(&key),
                Err(_) => self.queue.add_rate_limited(key.clone()),
            }
            self.queue.done(&key);
        }
    }

    async fn reconcile(&self, key: &ObjectKey) -> Result<(), kubeforge_client::ClientError> {
        let Ok(deployment) = self.listers.apps_v1().deployments().namespace(&key.namespace).get(&key.name) else {
            return Ok(());
        };
        let pods = self.clients.core_v1().pods(&key.namespace);
        let selector = Selector::from_label_selector(deployment.spec.selector.as_deref()).unwrap();
        let owned = self.listers.core_v1().pods().namespace(&key.namespace).list(&selector).len();
        for number in owned..usize::try_from(deployment.spec.replicas.unwrap_or(1)).unwrap() {
            let mut pod = pod(&format!("{}-{number}", key.name));
            pod.metadata.labels.insert("app".to_owned(), key.name.clone());
            pods.create(&pod, &CreateOptions::default()).await?;
        }
        let mut changed = Deployment::clone(&deployment);
        changed.status.replicas = deployment.spec.replicas.unwrap_or(1);
        self.clients.apps_v1().deployments(&key.namespace).update_status(&changed, &UpdateOptions::default()).await?;
        Ok(())
    }
}

fn deployment(name: &str, replicas: i32) -> Deployment {
    let labels = [("app".to_owned(), name.to_owned())].into();
    let selector = LabelSelector { match_labels: labels, ..LabelSelector::default() };
    let spec =
        DeploymentSpec { replicas: Some(replicas), selector: Some(Box::new(selector)), ..DeploymentSpec::default() };
    Deployment { metadata: meta(name), spec, ..Deployment::default() }
}

#[tokio::test(start_paused = true)]
async fn a_controller_reaches_its_goal_though_requests_fail() {
    let clients = fake::Clientset::new(&[&deployment("old", 1)]).unwrap();
    let cluster = clients.cluster().clone();
    let failures = Arc::new(std::sync::atomic::AtomicU32::new(2));
    cluster.prepend_reactor("create", "pods", move |action, _| {
        use std::sync::atomic::Ordering::SeqCst;
        if failures.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_err() {
            return Reaction::Pass;
        }
        Reaction::Fail(ApiError::forbidden(&GroupResource::new("", "pods"), &action.name, "quota exceeded"))
    });
    let factory = InformerFactory::new(cluster.client());
    let listers = Listers::new(&factory);
    let queue = Arc::new(WorkQueue::new());
    let (informer, enqueue) = (factory.apps_v1().deployments(), queue.clone());
    informer
        .add_handler(HandlerFns::on_any(move |deployment: &Arc<Deployment>| enqueue.add(ObjectKey::of(&**deployment))));
    let pods = factory.core_v1().pods();
    pods.add_index("node", |pod: &Pod| vec![pod.spec.node_name.clone()]);
    let _asked_for = listers.core_v1().pods();
    let cancel = CancellationToken::new();
    factory.start(&cancel);
    assert!(factory.wait_for_cache_sync(&cancel).await.into_values().all(|synced| synced));
    let controller = Controller { clients: clients.clone(), listers: listers.clone(), queue: queue.clone() };
    let controller = tokio::spawn(controller.run());

    clients.apps_v1().deployments("default").create(&deployment("new", 2), &CreateOptions::default()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    let mut names: Vec<_> = cluster.tracker().list::<Pod>().unwrap().into_iter().map(|pod| pod.metadata.name).collect();
    names.sort();
    assert_eq!(names, ["new-0", "new-1", "old-0"]);
    assert_eq!(cluster.tracker().get::<Deployment>("default", "new").unwrap().status.replicas, 2);
    assert_eq!(listers.core_v1().pods().by_index("node", "").len(), 3);
    let created = cluster.writes().iter().filter(|line| line.starts_with("create pods ")).count();
    assert_eq!(created, 5, "three, and two that failed: {:?}", cluster.writes());
    cluster.clear_actions();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(cluster.writes(), Vec::<String>::new(), "a reached goal needs no writes");

    queue.shut_down();
    controller.await.unwrap();
    cancel.cancel();
    factory.shutdown().await;
}

#[tokio::test]
async fn deletions_of_many_and_watches_see_one_another() {
    let maps: Vec<ConfigMap> =
        ["a", "b"].into_iter().map(|name| ConfigMap { metadata: meta(name), ..ConfigMap::default() }).collect();
    let clients = fake::Clientset::new(&[&maps[0], &maps[1], &Node::default_named("n")]).unwrap();
    let api = clients.core_v1().config_maps("default");
    let list = api.list(&ListOptions::default()).await.unwrap();
    let since = ListOptions { resource_version: list.metadata.resource_version, ..ListOptions::default() };
    let mut watch = api.watch(&since).await.unwrap();
    api.delete_collection(&DeleteOptions::default(), &ListOptions::default()).await.unwrap();
    for want in ["a", "b"] {
        let Some(Ok(WatchEvent::Deleted(map))) = watch.next().await else { panic!("no deletion") };
        assert_eq!(map.metadata.name, want);
    }
    assert_eq!(clients.core_v1().nodes().list(&ListOptions::default()).await.unwrap().items.len(), 1);
}

trait Named {
    fn default_named(name: &str) -> Self;
}

impl Named for Node {
    fn default_named(name: &str) -> Self {
        Node { metadata: ObjectMeta { name: name.to_owned(), ..ObjectMeta::default() }, ..Node::default() }
    }
}
