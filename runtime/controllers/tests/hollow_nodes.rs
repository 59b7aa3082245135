//! Hollow nodes, informers and the REST client against a whole API server in this process.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::time::Duration;

use futures::StreamExt as _;
use kubeforge_api::core::v1::{Container, Node, Pod, PodPhase};
use kubeforge_client::{Client, ClientError, Config, InformerFactory, Patch, WatchEvent};
use kubeforge_client_set::{Clientset, Informers as _};
use kubeforge_controllers::{
    HollowNodes,
    hollow_nodes::{self, Options},
    service_accounts,
};
use kubeforge_controlplane::{ControlPlane, options::ApiServerArgs};
use kubeforge_machinery::{
    labels::Selector,
    meta::v1::{CreateOptions, DeleteOptions, GetOptions, ListOptions, PatchOptions, UpdateOptions},
};
use serde_json::json;
use tokio_util::sync::CancellationToken;

const PATIENCE: Duration = Duration::from_secs(60);

async fn server() -> (ControlPlane, Client) {
    let plane = ControlPlane::in_memory().await.unwrap();
    let client = plane.client("tester", "system:masters", "tester");
    (plane, client)
}

fn pod(name: &str, node: &str) -> Pod {
    let mut pod = Pod::default();
    pod.metadata.name = name.to_owned();
    pod.metadata.labels.insert("app".to_owned(), "web".to_owned());
    pod.spec.node_name = node.to_owned();
    pod.spec.containers = vec![Container { name: "app".to_owned(), image: "nginx".to_owned(), ..Container::default() }];
    pod
}

/// Tries until it succeeds, as long as a person would wait.
async fn eventually<T>(what: &str, mut check: impl AsyncFnMut() -> Option<T>) -> T {
    let waited = tokio::time::timeout(PATIENCE, async {
        loop {
            if let Some(found) = check().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    waited.await.unwrap_or_else(|_| panic!("{what} did not happen"))
}

#[tokio::test]
async fn pods_run_and_go_on_hollow_nodes() {
    let (plane, client) = server().await;
    let cancel = CancellationToken::new();
    tokio::spawn(service_accounts::run(client.clone(), plane.ca().to_owned(), cancel.clone()));
    let often = Duration::from_millis(200);
    let options = Options { count: 20, lease_period: often, heartbeat_period: often, ..Options::default() };
    let nodes = HollowNodes::new(client.clone(), options).unwrap();
    let mut registered = nodes.registered();
    let running = tokio::spawn({
        let (nodes, cancel) = (nodes.clone(), cancel.clone());
        async move { nodes.run(cancel).await }
    });
    tokio::time::timeout(PATIENCE, registered.wait_for(|count| *count == 20)).await.unwrap().unwrap();
    let clients = Clientset::new(client);
    let node = clients.core_v1().nodes().get("hollow-node-7", &GetOptions::default()).await.unwrap();
    assert!(node.spec.taints.is_empty(), "{:?}", node.spec.taints);
    assert_eq!(node.status.allocatable["pods"].to_string(), "110");
    let leases = clients.coordination_v1().leases("kube-node-lease");
    let lease = leases.get("hollow-node-7", &GetOptions::default()).await.unwrap();
    assert_eq!(lease.metadata.owner_references[0].uid, node.metadata.uid);
    eventually("a renewal", async || {
        let renewed = leases.get("hollow-node-7", &GetOptions::default()).await.unwrap();
        (renewed.spec.renew_time > lease.spec.renew_time).then_some(())
    })
    .await;
    let heartbeat = |node: &Node| node.status.conditions.iter().map(|condition| condition.last_heartbeat_time).max();
    let later = eventually("a heartbeat", async || {
        let later = clients.core_v1().nodes().get("hollow-node-7", &GetOptions::default()).await.unwrap();
        (heartbeat(&later) > heartbeat(&node)).then_some(later)
    })
    .await;
    assert_eq!(later.status.conditions.len(), 4);

    let pods = clients.core_v1().pods("default");
    eventually("the service account", async || {
        pods.create(&pod("web", "hollow-node-7"), &CreateOptions::default()).await.ok()
    })
    .await;
    let web = eventually("the pod's start", async || {
        let web = pods.get("web", &GetOptions::default()).await.unwrap();
        (web.status.phase == PodPhase::Running).then_some(web)
    })
    .await;
    assert_eq!(web.status.pod_ip, "10.0.7.2");
    assert_eq!(web.status.container_statuses[0].name, "app");
    assert_eq!(web.status.qos_class.as_str(), "BestEffort");
    pods.delete("web", &DeleteOptions::default()).await.unwrap();
    eventually("the pod's end", async || pods.get_opt("web").await.unwrap().is_none().then_some(())).await;
    cancel.cancel();
    tokio::time::timeout(PATIENCE, running).await.unwrap().unwrap();
    plane.shut_down().await;
}

#[tokio::test]
async fn an_informer_keeps_up_with_the_server() {
    let (plane, client) = server().await;
    let (cancel, clients) = (CancellationToken::new(), Clientset::new(client.clone()));
    let factory = InformerFactory::new(client);
    let lister = factory.core_v1().config_maps().lister();
    factory.start(&cancel);
    tokio::time::timeout(PATIENCE, factory.wait_for_sync()).await.unwrap();
    let maps = clients.core_v1().config_maps("default");
    let mut map = kubeforge_api::core::v1::ConfigMap::default();
    map.metadata.name = "settings".to_owned();
    let map = maps.create(&map, &CreateOptions::default()).await.unwrap();
    eventually("the addition", async || lister.namespace("default").get("settings").ok()).await;
    let patch = Patch::merge(&json!({"data": {"a": "1"}, "metadata": {"labels": {"x": "y"}}}));
    maps.patch("settings", &patch, &PatchOptions::default()).await.unwrap();
    eventually("the change", async || {
        lister.list(&Selector::parse("x=y").unwrap()).pop().filter(|map| map.data["a"] == "1")
    })
    .await;
    let conflict = maps.update(&map, &UpdateOptions::default()).await.unwrap_err();
    assert!(conflict.is_conflict(), "{conflict}");
    maps.delete("settings", &DeleteOptions::default()).await.unwrap();
    eventually("the removal", async || lister.namespace("default").get("settings").err()).await;
    cancel.cancel();
    tokio::time::timeout(PATIENCE, factory.shutdown()).await.unwrap();
    plane.shut_down().await;
}

#[derive(clap::Parser)]
struct Args {
    #[command(flatten)]
    api_server: ApiServerArgs,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hundreds_of_pods_run_on_a_hundred_nodes_over_https() {
    let dir = tempfile::tempdir().unwrap();
    let data_dir = format!("--data-dir={}", dir.path().display());
    let args = <Args as clap::Parser>::parse_from(["test", &data_dir, "--secure-port=0", "--bind-address=127.0.0.1"]);
    let plane = ControlPlane::start(&args.api_server, &|_| {}).await.unwrap();
    let client = Client::from_config(&Config::from_file(plane.kubeconfig().unwrap()).unwrap()).unwrap();
    let cancel = CancellationToken::new();
    tokio::spawn(service_accounts::run(client.clone(), plane.ca().to_owned(), cancel.clone()));
    let running =
        tokio::spawn(hollow_nodes::run(client.clone(), Options { count: 100, ..Options::default() }, cancel.clone()));
    let clients = Clientset::new(client);
    eventually("the service account", async || {
        clients.core_v1().service_accounts("default").get_opt("default").await.unwrap()
    })
    .await;
    let pods = clients.core_v1().pods("default");
    let create = |index: usize| {
        let pods = pods.clone();
        async move {
            let pod = pod(&format!("pod-{index}"), &format!("hollow-node-{}", index % 100));
            pods.create(&pod, &CreateOptions::default()).await.unwrap();
        }
    };
    futures::stream::iter(0..300).map(create).buffer_unordered(32).for_each(|()| async {}).await;
    let running_pods = ListOptions { field_selector: "status.phase=Running".to_owned(), ..ListOptions::default() };
    eventually("hundreds of running pods", async || {
        (pods.list(&running_pods).await.unwrap().items.len() == 300).then_some(())
    })
    .await;
    let addresses: std::collections::HashSet<_> =
        pods.list(&running_pods).await.unwrap().items.into_iter().map(|pod| pod.status.pod_ip).collect();
    assert_eq!(addresses.len(), 300);
    pods.delete_collection(&DeleteOptions::default(), &ListOptions::default()).await.unwrap();
    eventually("an empty namespace", async || {
        pods.list(&ListOptions::default()).await.unwrap().items.is_empty().then_some(())
    })
    .await;
    cancel.cancel();
    tokio::time::timeout(PATIENCE, running).await.unwrap().unwrap().unwrap();
    plane.shut_down().await;
}

#[tokio::test]
async fn lists_come_in_pages_and_watches_go_on_from_them() {
    let (plane, client) = server().await;
    let maps = Clientset::new(client).core_v1().config_maps("default");
    for index in 0..5 {
        let mut map = kubeforge_api::core::v1::ConfigMap::default();
        map.metadata.name = format!("map-{index}");
        maps.create(&map, &CreateOptions::default()).await.unwrap();
    }
    let options = ListOptions { limit: 2, field_selector: "metadata.name!=map-0".to_owned(), ..ListOptions::default() };
    let first = maps.list(&options).await.unwrap();
    assert_eq!(first.items.iter().map(|map| map.metadata.name.as_str()).collect::<Vec<_>>(), ["map-1", "map-2"]);
    let rest = ListOptions { continue_: first.metadata.continue_.clone(), limit: 0, ..options };
    let rest = maps.list(&rest).await.unwrap();
    assert_eq!(rest.items.len(), 2);
    let watch = ListOptions { resource_version: rest.metadata.resource_version, ..ListOptions::default() };
    let mut events = maps.watch(&watch).await.unwrap();
    maps.delete("map-3", &DeleteOptions::default()).await.unwrap();
    let event = tokio::time::timeout(PATIENCE, events.next()).await.unwrap().unwrap().unwrap();
    assert!(matches!(&event, WatchEvent::Deleted(map) if map.metadata.name == "map-3"), "{event:?}");
    let missing = maps.get("map-3", &GetOptions::default()).await.unwrap_err();
    assert!(matches!(&missing, ClientError::Api(err) if err.is_not_found()));
    assert_eq!(missing.to_string(), "configmaps \"map-3\" not found");
    plane.shut_down().await;
}
