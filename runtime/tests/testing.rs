//! Control planes for tests: what runs in them, and that their memory goes with them.

use std::{sync::Arc, time::Duration};

use futures::StreamExt as _;
use kubeforge_api::core::v1::{ConfigMap, Namespace, Pod};
use kubeforge_client::{Api, Client};
use kubeforge_machinery::meta::v1::{DeleteOptions, ListOptions};
use kubeforge_runtime::testing::ControlPlane;

const PATIENCE: Duration = Duration::from_secs(60);

fn config_maps(client: Client) -> Api<ConfigMap> {
    Api::namespaced(client, "default")
}

#[tokio::test]
async fn memory_goes_with_the_plane() {
    let plane = kubeforge_controlplane::ControlPlane::in_memory().await.unwrap();
    let registry = Arc::downgrade(plane.server().registry());
    let mut changes =
        config_maps(plane.client("me", "system:masters", "me")).watch(&ListOptions::default()).await.unwrap();
    plane.shut_down().await;
    while let Some(change) = changes.next().await {
        drop(change);
    }
    drop(changes);
    let gone = async {
        while registry.upgrade().is_some() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, gone).await.expect("something still holds the resources");
}

#[tokio::test]
async fn controllers_nodes_and_roles_come_when_asked_for() {
    let plane = ControlPlane::builder().rbac().hollow_nodes(1).start().await.unwrap();
    let namespaces = Api::<Namespace>::all(plane.client());
    let mut namespace = Namespace::default();
    namespace.metadata.name = "short".to_owned();
    namespaces.create(&namespace, &Default::default()).await.unwrap();
    namespaces.delete("short", &DeleteOptions::default()).await.unwrap();

    let pods = Api::<Pod>::namespaced(plane.client(), "default");
    let mut pod = Pod::default();
    pod.metadata.name = "web".to_owned();
    pod.spec.containers.push(Default::default());
    pod.spec.containers[0].name = "web".to_owned();
    pod.spec.containers[0].image = "nginx".to_owned();
    pods.create(&pod, &Default::default()).await.unwrap();
    let settled = async {
        loop {
            let runs = pods.get("web", &Default::default()).await.unwrap().status.phase.as_str() == "Running";
            if runs && namespaces.get_opt("short").await.unwrap().is_none() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, settled).await.unwrap();

    let stranger = config_maps(plane.client_as("stranger", &["system:authenticated"]));
    let refused = stranger.get("any", &Default::default()).await.unwrap_err();
    assert!(refused.to_string().contains("is forbidden"), "{refused}");
    plane.stop().await;
}
