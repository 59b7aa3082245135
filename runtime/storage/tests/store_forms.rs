//! What is stored, and what is made of it: other versions, JSON, transformed values.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, unreachable_pub, dead_code, reason = "tests")]

#[allow(unused_macros, reason = "the checks run elsewhere")]
mod store;

use std::{borrow::Cow, sync::Arc};

use bytes::Bytes;
use futures::FutureExt;
use kubeforge_api::{autoscaling, core::v1::Pod};
use kubeforge_machinery::{
    GroupVersionKind, KindInfo, Object, Scheme, SchemeBuilder,
    codec::{MediaType, encode, from_json_slice},
    unstructured::Unstructured,
};
use kubeforge_storage::{
    embedded::EmbeddedKv,
    entry::{Entry, StoredForm},
    key::Scope,
    kv::{Expect, KeyRange, Kv, RangeRequest, Want},
    storage::{Change, Preconditions, ReadAt, Storage, Updated},
    store::{ObjectStore, StoreConfig, TransformError, Transformed, Transformer},
    watch_cache::{CacheOptions, WatchCacheHub},
};
use store::room::{POD, key, labelled, pod};

const SCALER_V1: GroupVersionKind = GroupVersionKind::new("autoscaling", "v1", "HorizontalPodAutoscaler");
const SCALER_V2: GroupVersionKind = GroupVersionKind::new("autoscaling", "v2", "HorizontalPodAutoscaler");

fn scheme() -> Arc<Scheme> {
    let mut scheme = SchemeBuilder::new("test");
    kubeforge_api::register_all(&mut scheme);
    Arc::new(scheme.build())
}

fn in_memory() -> Arc<dyn Kv> {
    Arc::new(EmbeddedKv::in_memory())
}

async fn stored(kv: &Arc<dyn Kv>, path: &str) -> Bytes {
    let range = KeyRange::One(path.to_owned().into());
    let found = kv.range(RangeRequest { range, at: None, limit: None, want: Want::KeyValues }).await.unwrap();
    found.kvs[0].value.clone()
}

/// Stores the object as it is, once more.
async fn touch(storage: &impl Storage, name: &str) -> Arc<Entry> {
    let same = Box::new(|entry: Option<Arc<Entry>>| {
        let object = entry.unwrap().object().unwrap();
        async move { Ok(Change::Put(object)) }.boxed()
    });
    match storage.update(&key(name), &Preconditions::default(), same).await.unwrap() {
        Updated::Changed(entry) => entry,
        other => panic!("not changed: {other:?}"),
    }
}

/// With what has the same meaning in both versions: conversion fills in what v1 demands.
fn scaler() -> autoscaling::v2::HorizontalPodAutoscaler {
    let json = r#"{"metadata":{"name":"a","namespace":"default"},"spec":{"scaleTargetRef":{"kind":"Deployment","name":"a"},
        "maxReplicas":7,"metrics":[{"type":"Resource","resource":{"name":"cpu",
        "target":{"type":"Utilization","averageUtilization":50}}}]}}"#;
    from_json_slice(json.as_bytes()).unwrap()
}

#[tokio::test]
async fn an_object_is_served_in_every_version_of_its_kind() {
    let (kv, scheme) = (in_memory(), scheme());
    for storage_version in [SCALER_V1, SCALER_V2] {
        let mut config = StoreConfig::new(
            scheme.clone(),
            SCALER_V2,
            format!("/registry/{}", storage_version.version),
            Scope::Namespaced,
        );
        config.storage = storage_version.clone();
        let scalers = ObjectStore::new(kv.clone(), config);
        scalers.create(&key("a"), Box::new(scaler()), None).await.unwrap();
        let value = stored(&kv, &format!("/registry/{}/default/a", storage_version.version)).await;
        let want = scheme.convert(Box::new(scaler()), &storage_version).unwrap();
        assert_eq!(value, encode(want.as_ref(), MediaType::Protobuf).unwrap());
        let entry = scalers.get(&key("a"), ReadAt::Latest).await.unwrap();
        assert_eq!(*entry.gvk(), SCALER_V2);
        assert_eq!(entry.object().unwrap().gvk(), SCALER_V2);
        for version in [SCALER_V1, SCALER_V2] {
            let want = scheme.convert(entry.object().unwrap(), &version).unwrap();
            for media in MediaType::ALL {
                let document = entry.document(&version, media).unwrap().unwrap();
                assert_eq!(document, encode(want.as_ref(), media).unwrap(), "{version} {media}");
            }
        }
    }
}

#[tokio::test]
async fn an_object_of_another_version_or_form_is_read_and_written_anew() {
    let (kv, scheme) = (in_memory(), scheme());
    let old = scheme.convert(Box::new(scaler()), &SCALER_V1).unwrap();
    for (name, media) in [("a", MediaType::Protobuf), ("b", MediaType::Json)] {
        let value = encode(old.as_ref(), media).unwrap();
        let path = format!("/registry/scalers/default/{name}");
        kv.put(path.clone().into(), value.clone().into(), Expect::Absent, None).await.unwrap();
        let config = StoreConfig::new(scheme.clone(), SCALER_V2, "/registry/scalers", Scope::Namespaced);
        let scalers = ObjectStore::new(kv.clone(), config);
        let entry = scalers.get(&key(name), ReadAt::Latest).await.unwrap();
        assert_eq!(entry.object().unwrap().gvk(), SCALER_V2);
        let touched = touch(&scalers, name).await;
        assert!(touched.revision() > entry.revision(), "the old value was kept");
        assert_eq!(stored(&kv, &path).await, encode(&scaler(), MediaType::Protobuf).unwrap());
        assert_eq!(touch(&scalers, name).await.revision(), touched.revision());
    }
}

#[tokio::test]
async fn json_may_be_stored() {
    let kv = in_memory();
    let mut config = StoreConfig::new(scheme(), POD, "/registry/pods", Scope::Namespaced);
    config.form = StoredForm::Json;
    let pods = ObjectStore::new(kv.clone(), config);
    let created = pods.create(&key("a"), Box::new(labelled("a", "app=web")), None).await.unwrap();
    assert_eq!(
        stored(&kv, "/registry/pods/default/a").await,
        encode(&labelled("a", "app=web"), MediaType::Json).unwrap()
    );
    let read = pods.get(&key("a"), ReadAt::Latest).await.unwrap();
    for entry in [&created, &read] {
        let object = entry.object().unwrap();
        assert_eq!(object.meta().unwrap().resource_version, created.revision().to_string());
        assert!(entry.item(&POD, MediaType::Json).unwrap().unwrap().starts_with(b"{\"metadata\":"));
        for media in MediaType::ALL {
            let document = entry.document(&POD, media).unwrap().unwrap();
            assert_eq!(document, encode(object.as_ref(), media).unwrap(), "{media}");
        }
    }
    assert_eq!(touch(&pods, "a").await.revision(), created.revision());
    let delete = Box::new(|entry: Option<Arc<Entry>>| {
        let object = entry.unwrap().object().unwrap();
        async move { Ok(Change::Delete(object)) }.boxed()
    });
    let deleted = pods.update(&key("a"), &Preconditions::default(), delete).await.unwrap();
    let last = deleted.entry().object().unwrap();
    assert_eq!(last.meta().unwrap().resource_version, deleted.entry().revision().to_string());
}

#[tokio::test]
async fn custom_resources_are_json() {
    let kind = GroupVersionKind::new("example.com", "v1", "Gadget");
    let mut scheme = SchemeBuilder::new("test");
    let new = {
        let kind = kind.clone();
        Arc::new(move || Box::new(Unstructured::new(kind.clone())) as Box<dyn Object>)
    };
    scheme.entry(kind.clone(), KindInfo::default(), false, new);
    let kv = in_memory();
    let config =
        StoreConfig::new(Arc::new(scheme.build()), kind.clone(), "/registry/example.com/gadgets", Scope::Namespaced);
    let gadgets = ObjectStore::new(kv.clone(), config);
    let json = r#"{"Above":1,"apiVersion":"example.com/v1","kind":"Gadget","metadata":{"labels":{"app":"web"},"name":"a","namespace":"default"},"spec":{"size":3}}"#;
    let gadget = Unstructured::from_json(json.as_bytes()).unwrap();
    let created = gadgets.create(&key("a"), Box::new(gadget), None).await.unwrap();
    let value = stored(&kv, "/registry/example.com/gadgets/default/a").await;
    let mut want = Unstructured::from_json(&value).unwrap();
    assert_eq!(want, Unstructured::from_json(json.as_bytes()).unwrap());
    want.metadata.resource_version = created.revision().to_string();
    let read = gadgets.get(&key("a"), ReadAt::Latest).await.unwrap();
    for entry in [created, read] {
        let json = entry.json_object(&kind).unwrap();
        assert_eq!(json, want.to_json());
        assert_eq!(entry.item(&kind, MediaType::Json).unwrap().unwrap(), json);
        assert_eq!(entry.document(&kind, MediaType::Json).unwrap().unwrap(), [&json[..], b"\n"].concat());
        assert!(entry.item(&kind, MediaType::Protobuf).unwrap().is_none());
        assert!(entry.document(&kind, MediaType::Protobuf).unwrap().is_none());
        assert_eq!(entry.labels().get("app"), Some("web"));
    }
}

/// Turns values around and puts a generation and the key before them.
struct Reversing(u8);

impl Transformer for Reversing {
    fn to_storage(&self, key: &[u8], value: Bytes) -> Result<Bytes, TransformError> {
        Ok([&[self.0], key, b"|"].concat().into_iter().chain(value.iter().rev().copied()).collect())
    }

    fn from_storage<'a>(&self, key: &[u8], value: &'a [u8]) -> Result<Transformed<'a>, TransformError> {
        let (generation, rest) = value.split_first().ok_or_else(|| TransformError("empty".to_owned()))?;
        let rest = rest.strip_prefix(key).and_then(|rest| rest.strip_prefix(b"|"));
        let rest = rest.ok_or_else(|| TransformError("another key's value".to_owned()))?;
        let value = Cow::Owned(rest.iter().rev().copied().collect());
        Ok(Transformed { value, stale: *generation != self.0 })
    }
}

#[tokio::test(start_paused = true)]
async fn values_may_be_transformed() {
    let kv = in_memory();
    let store = |generation| {
        let mut config = StoreConfig::new(scheme(), POD, "/registry/pods", Scope::Namespaced);
        config.transformer = Arc::new(Reversing(generation));
        ObjectStore::new(kv.clone(), config)
    };
    let old = store(1);
    let created = old.create(&key("a"), Box::new(pod("a")), None).await.unwrap();
    let value = stored(&kv, "/registry/pods/default/a").await;
    assert!(value.starts_with(b"\x01/registry/pods/default/a|"));
    assert_eq!(touch(&old, "a").await.revision(), created.revision());

    let pods = WatchCacheHub::start(kv.clone(), "/registry/").cache(store(2), CacheOptions::default());
    pods.ready().await;
    let touched = touch(&pods, "a").await;
    assert!(touched.revision() > created.revision(), "a value of an old generation was kept");
    assert!(stored(&kv, "/registry/pods/default/a").await.starts_with(b"\x02"));
    assert_eq!(touch(&pods, "a").await.revision(), touched.revision());
    let read = pods.get(&key("a"), ReadAt::Latest).await.unwrap();
    assert_eq!(read.object().unwrap().downcast_ref::<Pod>().unwrap().spec, pod("a").spec);

    kv.put("/registry/pods/default/b".into(), value, Expect::Absent, None).await.unwrap();
    let err = pods.get(&key("b"), ReadAt::Latest).await.unwrap_err();
    assert_eq!(err.to_string(), "default/b not found", "the cache leaves out what it can't read");
    let err = store(2).get(&key("b"), ReadAt::Latest).await.unwrap_err();
    assert_eq!(err.to_string(), "cannot decode or encode /registry/pods/default/b: another key's value");
}

#[test]
fn an_entry_needs_no_store() {
    let scheme = scheme();
    let entry = Entry::from_object(&scheme, key("a"), None, Box::new(pod("a"))).unwrap();
    let json = String::from_utf8(entry.json_object(&POD).unwrap().to_vec()).unwrap();
    assert!(!json.contains("resourceVersion"), "{json}");
    let old = scheme.convert(Box::new(scaler()) as Box<dyn Object>, &SCALER_V1).unwrap();
    let entry = Entry::from_object(&scheme, key("a"), kubeforge_storage::revision::Revision::new(7), old).unwrap();
    assert_eq!(*entry.gvk(), SCALER_V2);
    assert_eq!(entry.object().unwrap().meta().unwrap().resource_version, "7");
}
