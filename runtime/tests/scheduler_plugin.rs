//! The example `scheduler`, against a control plane in memory: its plugin, its configuration file, and what wakes a pod.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "../examples/scheduler/racks.rs"]
mod racks;

use std::time::Duration;

use kubeforge_api::core::v1::{Container, Node, Pod, Toleration, TolerationOperator};
use kubeforge_client::Api;
use kubeforge_machinery::{
    Quantity,
    meta::v1::{ObjectMeta, UpdateOptions},
};
use kubeforge_runtime::testing::ControlPlane;
use kubeforge_scheduler::{SchedulerOptions, config::KubeSchedulerConfiguration, plugins};
use tokio_util::sync::CancellationToken;

const CONFIG: &str = include_str!("../examples/scheduler/config.yaml");
const PATIENCE: Duration = Duration::from_secs(60);
const MAINTENANCE: &str = "example.com/maintenance";

fn options(text: &str) -> SchedulerOptions {
    let mut registry = plugins::in_tree();
    racks::register(&mut registry);
    let configuration = KubeSchedulerConfiguration::parse(text).unwrap();
    SchedulerOptions { configuration, registry, ..SchedulerOptions::default() }
}

fn node(name: &str, rack: &str, is_maintained: bool) -> Node {
    let mut metadata = ObjectMeta { name: name.to_owned(), ..ObjectMeta::default() };
    metadata.labels.insert("rack".to_owned(), rack.to_owned());
    if is_maintained {
        metadata.annotations.insert(MAINTENANCE.to_owned(), "until tomorrow".to_owned());
    }
    let mut node = Node { metadata, ..Node::default() };
    for (resource, amount) in [("cpu", "8"), ("memory", "8Gi"), ("pods", "20")] {
        node.status.allocatable.insert(resource.to_owned(), Quantity::parse(amount).unwrap());
    }
    node
}

fn pod(name: &str) -> Pod {
    let mut pod = Pod { metadata: ObjectMeta { name: name.to_owned(), ..ObjectMeta::default() }, ..Pod::default() };
    pod.spec.scheduler_name = "rack-scheduler".to_owned();
    // new nodes are tainted until something says that they are ready
    pod.spec.tolerations = vec![Toleration { operator: TolerationOperator::Exists, ..Toleration::default() }];
    pod.spec.containers = vec![Container { name: "c".to_owned(), image: "app".to_owned(), ..Container::default() }];
    pod
}

/// The pod, once it is as it should be.
async fn wait(pods: &Api<Pod>, name: &str, is_right: impl Fn(&Pod) -> bool) -> Pod {
    let found = async {
        loop {
            let pod = pods.get(name, &Default::default()).await.unwrap();
            if is_right(&pod) {
                return pod;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, found).await.unwrap()
}

#[tokio::test]
async fn pods_go_to_the_emptiest_rack_once_a_node_is_not_maintained() {
    let plane = ControlPlane::start().await.unwrap();
    let (nodes, pods) = (Api::<Node>::all(plane.client()), Api::<Pod>::namespaced(plane.client(), "default"));
    let cancel = CancellationToken::new();
    let running = tokio::spawn(kubeforge_scheduler::run(plane.client(), options(CONFIG), cancel.clone()));

    let maintained = nodes.create(&node("a1", "a", true), &Default::default()).await.unwrap();
    pods.create(&pod("first"), &Default::default()).await.unwrap();
    let turned_away = wait(&pods, "first", |pod| !pod.status.conditions.is_empty()).await;
    let message = &turned_away.status.conditions[0].message;
    assert!(message.contains("1 node(s) were under maintenance"), "{message}");

    let mut open = maintained;
    open.metadata.annotations.clear();
    nodes.update(&open, &UpdateOptions::default()).await.unwrap();
    let has_node = |pod: &Pod| !pod.spec.node_name.is_empty();
    assert_eq!(wait(&pods, "first", has_node).await.spec.node_name, "a1");

    // two racks: the second node of the first is as full as that rack, however empty it is itself
    nodes.create(&node("a2", "a", false), &Default::default()).await.unwrap();
    nodes.create(&node("b1", "b", false), &Default::default()).await.unwrap();
    // the scheduler's informers may see the pod first
    let mut seen = Vec::new();
    for name in ["second", "third"] {
        pods.create(&pod(name), &Default::default()).await.unwrap();
        seen.push(wait(&pods, name, has_node).await.spec.node_name);
    }
    assert!(seen.contains(&"b1".to_owned()), "{seen:?}");

    cancel.cancel();
    running.await.unwrap().unwrap();
    plane.stop().await;
}

#[test]
fn arguments_are_the_plugins_own() {
    let refused = |text: &str| options(text).configuration.profiles(&options(text).registry).err().unwrap();
    let reason = refused(&CONFIG.replace("label:", "labels:")).to_string();
    assert!(reason.contains("Racks") && reason.contains("labels"), "{reason}");
}
