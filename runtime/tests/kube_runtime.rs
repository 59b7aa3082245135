//! kube-rs with its runtime over a plane in this process: watcher, reflector, Controller, finalizer, server-side apply,
//! discovery and objects of kinds that are not known beforehand.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use futures::{StreamExt as _, TryStreamExt as _};
use k8s_openapi::{
    api::{apps::v1::Deployment, core::v1::ConfigMap},
    apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition,
};
use kube::{
    Api, Client, ResourceExt as _,
    api::{
        ApiResource, DeleteParams, DynamicObject, GroupVersionKind, ListParams, Patch, PatchParams, PostParams,
        WatchEvent, WatchParams,
    },
    core::discovery::Scope,
    discovery::{self, Discovery},
    runtime::{
        Controller, WatchStreamExt as _,
        controller::Action,
        finalizer::{Event as Finalizer, finalizer},
        predicates, reflector,
        wait::{await_condition, conditions},
        watcher,
    },
};
use kubeforge_runtime::testing::ControlPlane;
use serde_json::json;
use tokio::sync::oneshot;

const PATIENCE: Duration = Duration::from_secs(60);
const FINALIZER: &str = "testing.example.com/copy";

async fn start() -> (ControlPlane, Client) {
    let plane = ControlPlane::start().await.unwrap();
    let client = Client::new(plane.service(), "default");
    (plane, client)
}

fn settings(name: &str, labels: &[(&str, &str)], value: &str) -> ConfigMap {
    let labels: serde_json::Map<String, serde_json::Value> =
        labels.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect();
    serde_json::from_value(json!({"metadata": {"name": name, "labels": labels}, "data": {"value": value}})).unwrap()
}

async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, what).await.unwrap()
}

/// A watch tells what there was and what comes, with lists in pages and with a list that is streamed.
#[tokio::test]
async fn watchers_see_all_by_either_way_of_listing() {
    let (plane, client) = start().await;
    let api = Api::<ConfigMap>::default_namespaced(client);
    for at in 0..5 {
        api.create(&PostParams::default(), &settings(&format!("w-{at}"), &[("set", "w")], "0")).await.unwrap();
    }
    for config in [watcher::Config::default().page_size(2), watcher::Config::default().streaming_lists()] {
        let mut events = watcher(api.clone(), config.labels("set=w")).boxed();
        let mut before = BTreeSet::new();
        loop {
            match soon(events.try_next()).await.unwrap().unwrap() {
                watcher::Event::InitApply(object) => assert!(before.insert(object.name_any())),
                watcher::Event::InitDone => break,
                watcher::Event::Init => {}
                other => panic!("{other:?} before the list was complete"),
            }
        }
        assert_eq!(before.len(), 5);
        api.create(&PostParams::default(), &settings("w-new", &[("set", "w")], "1")).await.unwrap();
        api.delete("w-new", &DeleteParams::default()).await.unwrap();
        for is_deletion in [false, true] {
            match soon(events.try_next()).await.unwrap().unwrap() {
                watcher::Event::Apply(object) if !is_deletion => assert_eq!(object.name_any(), "w-new"),
                watcher::Event::Delete(object) if is_deletion => assert_eq!(object.name_any(), "w-new"),
                other => panic!("{other:?}"),
            }
        }
    }
    plane.stop().await;
}

#[tokio::test]
async fn a_reflector_keeps_what_there_is() {
    let (plane, client) = start().await;
    let api = Api::<ConfigMap>::default_namespaced(client);
    api.create(&PostParams::default(), &settings("first", &[("set", "r")], "0")).await.unwrap();
    let (store, writer) = reflector::store();
    let changes = watcher(api.clone(), watcher::Config::default().labels("set=r"))
        .default_backoff()
        .reflect(writer)
        .applied_objects()
        .predicate_filter(predicates::resource_version, Default::default());
    let following = tokio::spawn(changes.for_each(async |change| drop(change.unwrap())));
    soon(store.wait_until_ready()).await.unwrap();
    assert_eq!(store.state().len(), 1);
    api.create(&PostParams::default(), &settings("second", &[("set", "r")], "0")).await.unwrap();
    api.delete("first", &DeleteParams::default()).await.unwrap();
    soon(async {
        while store.state().iter().map(|object| object.name_any()).collect::<Vec<_>>() != ["second"] {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
    following.abort();
    plane.stop().await;
}

/// For each source there is a copy, which it owns and which is made again where somebody removes it. A finalizer removes it.
#[tokio::test]
async fn a_controller_with_a_finalizer_and_owned_objects() {
    async fn reconcile(
        source: Arc<ConfigMap>,
        client: Arc<Client>,
    ) -> Result<Action, kube::runtime::finalizer::Error<kube::Error>> {
        let api = Api::<ConfigMap>::default_namespaced(Client::clone(&client));
        let name = format!("{}-copy", source.name_any());
        finalizer(&api.clone(), FINALIZER, source, async move |event| {
            match event {
                Finalizer::Apply(source) => {
                    let owner = kube::Resource::controller_owner_ref(&*source, &());
                    let copy = json!({
                        "apiVersion": "v1", "kind": "ConfigMap",
                        "metadata": {"name": name, "ownerReferences": [owner]},
                        "data": source.data,
                    });
                    api.patch(&name, &PatchParams::apply("copier").force(), &Patch::Apply(copy)).await?;
                }
                Finalizer::Cleanup(_) => {
                    api.delete(&name, &DeleteParams::default()).await?;
                }
            }
            Ok(Action::await_change())
        })
        .await
    }

    let (plane, client) = start().await;
    let api = Api::<ConfigMap>::default_namespaced(client.clone());
    let (stop, stopped) = oneshot::channel();
    let controller = Controller::new(api.clone(), watcher::Config::default().labels("role=source"))
        .owns(api.clone(), watcher::Config::default())
        .graceful_shutdown_on(async move { drop(stopped.await) })
        .run(reconcile, |_, _, _| Action::requeue(Duration::from_millis(50)), Arc::new(client))
        .for_each(async |_| {});
    let controller = tokio::spawn(controller);

    let source = api.create(&PostParams::default(), &settings("a", &[("role", "source")], "1")).await.unwrap();
    let has = |value: &'static str| {
        move |copy: Option<&ConfigMap>| {
            copy.and_then(|copy| copy.data.as_ref()).is_some_and(|data| data["value"] == value)
        }
    };
    let copy = soon(await_condition(api.clone(), "a-copy", has("1"))).await.unwrap().unwrap();
    assert_eq!(copy.owner_references()[0].uid, source.uid().unwrap());
    assert_eq!(copy.managed_fields()[0].manager.as_deref(), Some("copier"));
    assert_eq!(api.get("a").await.unwrap().finalizers(), [FINALIZER]);

    let change = Patch::Merge(json!({"data": {"value": "2"}}));
    api.patch("a", &PatchParams::default(), &change).await.unwrap();
    soon(await_condition(api.clone(), "a-copy", has("2"))).await.unwrap();
    api.delete("a-copy", &DeleteParams::default()).await.unwrap();
    soon(await_condition(api.clone(), "a-copy", conditions::is_deleted(&copy.uid().unwrap()))).await.unwrap();
    soon(await_condition(api.clone(), "a-copy", has("2"))).await.unwrap();

    api.delete("a", &DeleteParams::default()).await.unwrap();
    soon(await_condition(api.clone(), "a", conditions::is_deleted(&source.uid().unwrap()))).await.unwrap();
    assert!(api.get_opt("a-copy").await.unwrap().is_none());
    stop.send(()).unwrap();
    soon(controller).await.unwrap();
    plane.stop().await;
}

#[tokio::test]
async fn server_side_apply_shares_an_object_between_managers() {
    let (plane, client) = start().await;
    let api = Api::<Deployment>::default_namespaced(client);
    let deployment = |replicas: Option<i32>, image: &str| {
        let mut object = json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
            "spec": {
                "selector": {"matchLabels": {"app": "web"}},
                "template": {
                    "metadata": {"labels": {"app": "web"}},
                    "spec": {"containers": [{"name": "web", "image": image}]},
                },
            },
        });
        if let Some(replicas) = replicas {
            object["spec"]["replicas"] = json!(replicas);
        }
        object
    };
    let apply = async |manager: &str, force: bool, object: &serde_json::Value| {
        let params = PatchParams { force, ..PatchParams::apply(manager) };
        api.patch("web", &params, &Patch::Apply(object)).await
    };
    apply("one", false, &deployment(Some(1), "nginx:1")).await.unwrap();
    let scaled = json!({"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"replicas": 3}});
    let conflict = match apply("two", false, &scaled).await.unwrap_err() {
        kube::Error::Api(status) => status,
        other => panic!("{other}"),
    };
    assert_eq!(conflict.details.as_ref().unwrap().causes[0].field, ".spec.replicas");
    apply("two", true, &scaled).await.unwrap();
    // the first no longer asks for a number; the second one's stays
    let both = apply("one", false, &deployment(None, "nginx:2")).await.unwrap();
    assert_eq!(both.spec.as_ref().unwrap().replicas, Some(3));
    assert_eq!(both.managed_fields().len(), 2);
    plane.stop().await;
}

#[tokio::test]
async fn kinds_are_discovered_and_used_without_types() {
    let (plane, client) = start().await;
    let definitions = Api::<CustomResourceDefinition>::all(client.clone());
    let definition = serde_json::from_value(json!({
        "metadata": {"name": "gems.testing.example.com"},
        "spec": {
            "group": "testing.example.com", "scope": "Namespaced", "names": {"plural": "gems", "kind": "Gem"},
            "versions": [{
                "name": "v1", "served": true, "storage": true, "subresources": {"status": {}},
                "schema": {"openAPIV3Schema": {
                    "type": "object", "x-kubernetes-preserve-unknown-fields": true,
                    "properties": {"spec": {"type": "object", "properties": {"carat": {"type": "integer"}}}},
                }},
            }],
        },
    }))
    .unwrap();
    definitions.create(&PostParams::default(), &definition).await.unwrap();
    soon(await_condition(definitions, "gems.testing.example.com", conditions::is_crd_established())).await.unwrap();

    let found = Discovery::new(client.clone()).run_aggregated().await.unwrap();
    assert!(found.has_group("apps") && found.has_group("testing.example.com"));
    let (pod, capabilities) = found.resolve_gvk(&GroupVersionKind::gvk("", "v1", "Pod")).unwrap();
    assert_eq!((&*pod.plural, &capabilities.scope), ("pods", &Scope::Namespaced));
    assert!(capabilities.subresources.iter().any(|(resource, _)| resource.plural.ends_with("eviction")));

    let gem = GroupVersionKind::gvk("testing.example.com", "v1", "Gem");
    let (resource, _) = discovery::pinned_kind(&client, &gem).await.unwrap();
    assert_eq!(resource, ApiResource::from_gvk_with_plural(&gem, "gems"));
    let gems = Api::<DynamicObject>::default_namespaced_with(client, &resource);
    let object = |name: &str| DynamicObject::new(name, &resource).data(json!({"spec": {"carat": 2}}));
    let first = gems.create(&PostParams::default(), &object("first")).await.unwrap();
    let since = first.resource_version().unwrap();
    let mut events = gems.watch(&WatchParams::default(), &since).await.unwrap().boxed();
    gems.create(&PostParams::default(), &object("second")).await.unwrap();
    match soon(events.try_next()).await.unwrap().unwrap() {
        WatchEvent::Added(object) => {
            assert_eq!((object.name_any(), &object.data["spec"]["carat"]), ("second".to_owned(), &json!(2)))
        }
        other => panic!("{other:?}"),
    }
    let status = Patch::Merge(json!({"status": {"cut": true}}));
    let cut = gems.patch_status("first", &PatchParams::default(), &status).await.unwrap();
    assert_eq!(cut.data["status"], json!({"cut": true}));
    let heads = gems.list_metadata(&ListParams::default().limit(1)).await.unwrap();
    assert_eq!((heads.items.len(), heads.metadata.remaining_item_count), (1, Some(1)));
    gems.delete_collection(&DeleteParams::default(), &ListParams::default()).await.unwrap();
    assert!(gems.list(&ListParams::default()).await.unwrap().items.is_empty());
    plane.stop().await;
}
