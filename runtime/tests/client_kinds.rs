//! The clients for kinds that are known only at run time, against a server: dynamic, metadata, scale, and the mapper that
//! finds their resources.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "what fails here fails the test")]

use std::{sync::Arc, time::Duration};

use futures::{StreamExt as _, TryStreamExt as _};
use kubeforge_api::core::v1::ConfigMap;
use kubeforge_client::{
    Api, Client, Patch, WatchEvent,
    api::Pager,
    discovery::{DeferredMapper, Discovery, DiscoveryCache, DiskCache},
    dynamic::DynamicApi,
    metadata::MetadataApi,
    scale::ScaleClient,
};
use kubeforge_machinery::{
    GroupResource, GroupVersionResource,
    meta::v1::{ApplyOptions, DeleteOptions, GetOptions, ListOptions, PatchOptions, UpdateOptions},
    unstructured::Unstructured,
};
use kubeforge_runtime::testing::ControlPlane;
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(30);

fn object(value: &Value) -> Unstructured {
    Unstructured::from_json(value.to_string().as_bytes()).unwrap()
}

fn definition() -> Value {
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.shop.example.com"},
        "spec": {
            "group": "shop.example.com",
            "scope": "Namespaced",
            "names": {"plural": "widgets", "singular": "widget", "kind": "Widget", "shortNames": ["wd"], "categories": ["all"]},
            "versions": [{
                "name": "v1", "served": true, "storage": true,
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}},
                "subresources": {
                    "status": {},
                    "scale": {"specReplicasPath": ".spec.size", "statusReplicasPath": ".status.size", "labelSelectorPath": ".status.selector"},
                },
            }],
        },
    })
}

async fn define(client: &Client, mapper: &DeferredMapper) {
    let definitions = mapper.mapping_for("crd").await.unwrap();
    assert!(!definitions.is_namespaced);
    DynamicApi::all(client.clone(), definitions.resource)
        .create(&object(&definition()), &Default::default())
        .await
        .unwrap();
    let served = async {
        loop {
            let discovery = Discovery::load(client).await.unwrap();
            if discovery.find("wd").is_some() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, served).await.expect("the kind is not served");
}

fn widget(name: &str) -> Unstructured {
    object(&json!({
        "apiVersion": "shop.example.com/v1", "kind": "Widget",
        "metadata": {"name": name, "labels": {"app": "shop"}}, "spec": {"size": 2},
    }))
}

#[tokio::test]
async fn a_new_kind_is_found_and_used() {
    let plane = ControlPlane::start().await.unwrap();
    let (client, dir) = (plane.client(), tempfile::tempdir().unwrap());
    let mapper = || {
        let disk = DiskCache::for_server(dir.path(), "https://example.com");
        DeferredMapper::new(DiscoveryCache::on_disk(client.clone(), disk))
    };
    let first = mapper();
    let err = first.mapping_for("wd").await.unwrap_err();
    assert_eq!(err.to_string(), "the server doesn't have a resource type \"wd\"");
    define(&client, &first).await;
    assert!(first.mapping_for("wd").await.is_err(), "the server itself said so, to this process");
    // what is on disk is from before, so that the server is asked again
    let mapper = mapper();
    let found = mapper.mapping_for("wd").await.unwrap();
    assert_eq!(found.kind.to_string(), "shop.example.com/v1, Kind=Widget");
    for name in ["Widget", "widgets.shop", "widget.v1.shop.example.com"] {
        assert_eq!(mapper.mapping_for(name).await.unwrap(), found, "{name}");
    }
    let all = mapper.category("all").await.unwrap();
    assert!(all.iter().any(|it| it.resource == "widgets") && all.iter().any(|it| it.resource == "pods"), "{all:?}");
    assert!(mapper.cache().get().await.unwrap().failure().is_none());

    let widgets = DynamicApi::namespaced(client.clone(), found.resource.clone(), "default");
    for name in ["a", "b", "c"] {
        widgets.create(&widget(name), &Default::default()).await.unwrap();
    }
    let pager = Pager { page_size: 2, ..Pager::default() };
    let names: Vec<_> =
        widgets.list_stream(&ListOptions::default(), pager).map_ok(|it| it.metadata.name).try_collect().await.unwrap();
    assert_eq!(names, ["a", "b", "c"]);

    let mut a = widgets.get("a", "", &GetOptions::default()).await.unwrap();
    a.set_nested(&["status", "size"], json!(1));
    a.set_nested(&["status", "selector"], json!("app=shop"));
    let a = widgets.update(&a, "status", &UpdateOptions::default()).await.unwrap();
    assert_eq!(a.nested(&["status", "size"]), Some(&json!(1)));
    let options = ApplyOptions { field_manager: "me".to_owned(), force: true, ..ApplyOptions::default() };
    let applied = widgets.apply(&object(&json!({
        "apiVersion": "shop.example.com/v1", "kind": "Widget", "metadata": {"name": "a"}, "spec": {"color": "red"},
    })), "", &options).await.unwrap();
    assert_eq!(applied.nested(&["spec"]), Some(&json!({"color": "red", "size": 2})));

    let scales = ScaleClient::new(Arc::new(mapper));
    let resource = GroupResource::new("shop.example.com", "widgets");
    let mut scale = scales.get("default", &resource, "a").await.unwrap();
    assert_eq!((scale.replicas, scale.current_replicas, scale.selector.as_str()), (2, 1, "app=shop"));
    scale.replicas = 4;
    assert_eq!(scales.update("default", &resource, &scale).await.unwrap().replicas, 4);
    let patch = Patch::merge(&json!({"spec": {"replicas": 5}}));
    assert_eq!(scales.patch("default", &resource, "a", &patch).await.unwrap().replicas, 5);
    assert_eq!(widgets.get("a", "", &GetOptions::default()).await.unwrap().nested(&["spec", "size"]), Some(&json!(5)));
    let pods = GroupResource::new("", "pods");
    let err = scales.get("default", &pods, "a").await.unwrap_err();
    assert_eq!(err.to_string(), "could not find scale subresource for /v1, Resource=pods in discovery information");

    widgets.delete("a", &DeleteOptions::default()).await.unwrap();
    let some = ListOptions { label_selector: "app=shop".to_owned(), ..ListOptions::default() };
    widgets.delete_collection(&DeleteOptions::default(), &some).await.unwrap();
    assert!(widgets.list(&ListOptions::default()).await.unwrap().items.is_empty());
    plane.stop().await;
}

#[tokio::test]
async fn metadata_is_read_without_the_rest() {
    let plane = ControlPlane::start().await.unwrap();
    let client = plane.client();
    let maps = Api::<ConfigMap>::namespaced(client.clone(), "team");
    let namespace = object(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team"}}));
    let namespaces = DynamicApi::all(client.clone(), GroupVersionResource::new("", "v1", "namespaces"));
    namespaces.create(&namespace, &Default::default()).await.unwrap();
    for i in 0..7 {
        let mut map = ConfigMap::default();
        map.metadata.name = format!("m{i}");
        map.metadata.labels.insert("half".to_owned(), (i % 2).to_string());
        map.data.insert("key".to_owned(), "value".to_owned());
        maps.create(&map, &Default::default()).await.unwrap();
    }
    let metadata = MetadataApi::namespaced(client, GroupVersionResource::new("", "v1", "configmaps"), "team");
    let ones = ListOptions { label_selector: "half=1".to_owned(), ..ListOptions::default() };
    let list = metadata.list(&ones).await.unwrap();
    assert_eq!(list.items.len(), 3);
    let pager = Pager { page_size: 2, ..Pager::default() };
    assert_eq!(metadata.list_stream(&ones, pager).count().await, 3);
    let listed = maps.list_all(&ListOptions::default(), pager).await.unwrap();
    assert!(listed.is_paginated && listed.items.iter().filter(|map| map.metadata.name.starts_with('m')).count() == 7);

    let since = ListOptions { resource_version: list.metadata.resource_version, ..ones.clone() };
    let mut changes = metadata.watch(&since).await.unwrap();
    let patch = Patch::merge(&json!({"metadata": {"annotations": {"seen": "yes"}}}));
    let patched = metadata.patch("m1", "", &patch, &PatchOptions::default()).await.unwrap();
    assert_eq!(patched.metadata.annotations["seen"], "yes");
    assert_eq!(metadata.get("m1", &GetOptions::default()).await.unwrap(), patched);
    let change = tokio::time::timeout(PATIENCE, changes.next()).await.unwrap().unwrap().unwrap();
    assert_eq!(change, WatchEvent::Modified(patched));
    metadata.delete("m1", &DeleteOptions::default()).await.unwrap();
    metadata.delete_collection(&DeleteOptions::default(), &ones).await.unwrap();
    assert!(metadata.list(&ones).await.unwrap().items.is_empty());
    plane.stop().await;
}
