//! kube-rs, unmodified, against a whole API server: over HTTPS, with the kubeconfig that the server wrote.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::{collections::BTreeMap, path::Path, time::Duration};

use clap::Parser;
use futures::{StreamExt as _, TryStreamExt as _};
use k8s_openapi::api::core::v1::{ConfigMap, Pod, ServiceAccount};
use kube::{
    Api, Client, Config, Error, ResourceExt as _,
    api::{DeleteParams, ListParams, Patch, PatchParams, PostParams},
    config::{KubeConfigOptions, Kubeconfig},
    runtime::{WatchStreamExt as _, watcher},
};
use kubeforge_controlplane::{ControlPlane, options::ApiServerArgs};
use serde_json::json;

const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    api_server: ApiServerArgs,
}

async fn start(directory: &Path) -> (ControlPlane, Client) {
    let flags = ["test", "--secure-port=0", "--data-dir"].map(Into::into);
    let flags = Flags::parse_from(flags.into_iter().chain([directory.as_os_str().to_owned()]));
    let plane = ControlPlane::start(&flags.api_server, &|_| ()).await.unwrap();
    let kubeconfig = Kubeconfig::read_from(plane.kubeconfig().unwrap()).unwrap();
    let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await.unwrap();
    (plane, Client::try_from(config).unwrap())
}

fn pod(name: &str) -> Pod {
    serde_json::from_value(json!({
        "metadata": {"name": name, "labels": {"app": "web"}},
        "spec": {"containers": [{"name": "web", "image": "nginx:1.27"}]},
    }))
    .unwrap()
}

fn reason(error: Error) -> String {
    match error {
        Error::Api(status) => status.reason.clone(),
        other => panic!("not a Status: {other}"),
    }
}

#[tokio::test]
async fn config_maps_are_created_patched_and_deleted() {
    let directory = tempfile::tempdir().unwrap();
    let (plane, client) = start(directory.path()).await;
    let version = client.apiserver_version().await.unwrap();
    assert_eq!((version.major.as_str(), version.minor.as_str()), ("1", "36"));
    let config_maps = Api::<ConfigMap>::default_namespaced(client);

    let mut colors: ConfigMap =
        serde_json::from_value(json!({"metadata": {"name": "colors"}, "data": {"sky": "blue"}})).unwrap();
    let made = config_maps.create(&PostParams::default(), &colors).await.unwrap();
    assert!(made.uid().is_some() && made.creation_timestamp().is_some());
    assert_eq!(reason(config_maps.create(&PostParams::default(), &colors).await.unwrap_err()), "AlreadyExists");

    let merge = Patch::Merge(json!({"data": {"grass": "green", "sky": null}}));
    let merged = config_maps.patch("colors", &PatchParams::default(), &merge).await.unwrap();
    assert_eq!(merged.data, Some(BTreeMap::from([("grass".to_owned(), "green".to_owned())])));

    let wanted =
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "colors"}, "data": {"snow": "white"}});
    let applied = config_maps.patch("colors", &PatchParams::apply("painter"), &Patch::Apply(&wanted)).await.unwrap();
    assert_eq!(applied.data.as_ref().unwrap().len(), 2);
    assert!(applied.managed_fields().iter().any(|entry| entry.manager.as_deref() == Some("painter")));
    let other =
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "colors"}, "data": {"snow": "grey"}});
    let conflict =
        config_maps.patch("colors", &PatchParams::apply("realist"), &Patch::Apply(&other)).await.unwrap_err();
    assert_eq!(reason(conflict), "Conflict");

    // the version that was made first is long gone
    colors.metadata.resource_version = made.resource_version();
    assert_eq!(reason(config_maps.replace("colors", &PostParams::default(), &colors).await.unwrap_err()), "Conflict");
    config_maps.delete("colors", &DeleteParams::default()).await.unwrap();
    assert!(config_maps.get_opt("colors").await.unwrap().is_none());
    plane.shut_down().await;
}

#[tokio::test]
async fn pods_are_watched_through_their_lives() {
    let directory = tempfile::tempdir().unwrap();
    let (plane, client) = start(directory.path()).await;
    // the controller that makes them runs elsewhere
    let account = serde_json::from_value(json!({"metadata": {"name": "default"}})).unwrap();
    let accounts = Api::<ServiceAccount>::default_namespaced(client.clone());
    accounts.create(&PostParams::default(), &account).await.unwrap();
    let pods = Api::<Pod>::default_namespaced(client);

    let created = pods.create(&PostParams::default(), &pod("web")).await.unwrap();
    assert_eq!(created.spec.as_ref().unwrap().restart_policy.as_deref(), Some("Always"), "defaults are filled in");
    assert_eq!(created.status.as_ref().unwrap().phase.as_deref(), Some("Pending"));

    let mut changes = watcher(pods.clone(), watcher::Config::default().labels("app=web")).touched_objects().boxed();
    let mut next = async || tokio::time::timeout(PATIENCE, changes.try_next()).await.unwrap().unwrap().unwrap();
    assert_eq!(next().await.name_any(), "web");
    let image = json!({"spec": {"containers": [{"name": "web", "image": "nginx:1.28"}]}});
    pods.patch("web", &PatchParams::default(), &Patch::Strategic(image)).await.unwrap();
    assert_eq!(next().await.spec.unwrap().containers[0].image.as_deref(), Some("nginx:1.28"));
    assert_eq!(pods.list(&ListParams::default().labels("app=web")).await.unwrap().items.len(), 1);
    pods.delete("web", &DeleteParams::default().grace_period(0)).await.unwrap();
    assert_eq!(next().await.name_any(), "web");
    assert!(pods.get_opt("web").await.unwrap().is_none());

    let nameless = json!({"metadata": {"name": "none"}, "spec": {"containers": []}});
    let refused = pods.create(&PostParams::default(), &serde_json::from_value(nameless).unwrap()).await.unwrap_err();
    assert_eq!(reason(refused), "Invalid");
    plane.shut_down().await;
}

#[tokio::test]
async fn planes_in_memory_share_nothing() {
    let one = ControlPlane::in_memory().await.unwrap();
    let two = ControlPlane::in_memory().await.unwrap();
    let config_maps = |plane: &ControlPlane| {
        let client = plane.client("tester", "system:masters", "tester");
        kubeforge_client::Api::<kubeforge_api::core::v1::ConfigMap>::namespaced(client, "default")
    };
    let mut object = kubeforge_api::core::v1::ConfigMap::default();
    object.metadata.name = "mine".to_owned();
    config_maps(&one).create(&object, &Default::default()).await.unwrap();
    assert!(config_maps(&one).get_opt("mine").await.unwrap().is_some());
    assert!(config_maps(&two).get_opt("mine").await.unwrap().is_none());
    one.shut_down().await;
    two.shut_down().await;
}
