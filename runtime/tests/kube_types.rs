//! Kubeforge's types as kube-rs takes them, against a server over HTTPS: kinds that are built in, and one by derive. Runs
//! with `--features kube`; hack/test does.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::{collections::BTreeMap, ffi::OsString, future, time::Duration};

use clap::Parser;
use futures::StreamExt as _;
use kube::{
    Api, Client, Config, Resource, ResourceExt as _,
    api::{DeleteParams, ListParams, Patch, PatchParams, PostParams},
    config::{KubeConfigOptions, Kubeconfig},
    core::{ClusterResourceScope, NamespaceResourceScope, PartialObjectMeta},
    runtime::{
        WatchStreamExt as _,
        reflector::{self, ObjectRef},
        watcher,
    },
};
use kubeforge_api::{
    apps::v1::Deployment,
    authorization::v1::SubjectAccessReview,
    core::v1::{ConfigMap, Namespace, Pod},
    rbac::v1::ClusterRole,
};
use kubeforge_controlplane::{ControlPlane, options::ApiServerArgs};
use kubeforge_derive::Api as ApiType;
use kubeforge_machinery::meta::v1::ObjectMeta;
use serde_json::json;
use tempfile::TempDir;
use tokio::sync::mpsc;

const PATIENCE: Duration = Duration::from_secs(60);

/// A thing that a shop sells.
#[derive(Clone, Debug, Default, PartialEq, ApiType)]
#[api(kind, namespaced, group = "shop.example.com", version = "v1")]
struct Gadget {
    metadata: ObjectMeta,
    spec: GadgetSpec,
}

/// What is wanted of a gadget.
#[derive(Clone, Debug, Default, PartialEq, ApiType)]
struct GadgetSpec {
    color: String,
}

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    api_server: ApiServerArgs,
}

/// A server that holds gadgets as well, with its directory.
async fn start() -> (ControlPlane, TempDir, Client) {
    let directory = tempfile::tempdir().unwrap();
    let flags = ["test", "--secure-port=0", "--data-dir"].map(OsString::from);
    let flags = Flags::parse_from(flags.into_iter().chain([directory.path().into()]));
    let plane = ControlPlane::start_with(&flags.api_server, &[Gadget::register], &|_| ()).await.unwrap();
    let kubeconfig = Kubeconfig::read_from(plane.kubeconfig().unwrap()).unwrap();
    let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await.unwrap();
    (plane, directory, Client::try_from(config).unwrap())
}

fn gadget(name: &str) -> Gadget {
    let metadata = ObjectMeta { name: name.to_owned(), ..ObjectMeta::default() };
    Gadget { metadata, spec: GadgetSpec { color: "red".to_owned() } }
}

fn config_map(name: &str, data: &[(&str, &str)]) -> ConfigMap {
    ConfigMap {
        metadata: ObjectMeta { name: name.to_owned(), ..ObjectMeta::default() },
        data: data.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
        ..ConfigMap::default()
    }
}

#[test]
fn kinds_are_where_their_paths_and_scopes_say() {
    fn namespaced<K: Resource<DynamicType = (), Scope = NamespaceResourceScope>>() -> String {
        format!("{} {}", K::url_path(&(), Some("shop")), K::kind(&()))
    }
    fn cluster<K: Resource<DynamicType = (), Scope = ClusterResourceScope>>() -> String {
        format!("{} {}", K::url_path(&(), None), K::kind(&()))
    }
    assert_eq!(namespaced::<Gadget>(), "/apis/shop.example.com/v1/namespaces/shop/gadgets Gadget");
    assert_eq!(namespaced::<Pod>(), "/api/v1/namespaces/shop/pods Pod");
    assert_eq!(namespaced::<Deployment>(), "/apis/apps/v1/namespaces/shop/deployments Deployment");
    assert_eq!(cluster::<Namespace>(), "/api/v1/namespaces Namespace");
    assert_eq!(cluster::<ClusterRole>(), "/apis/rbac.authorization.k8s.io/v1/clusterroles ClusterRole");
    assert_eq!(
        cluster::<SubjectAccessReview>(),
        "/apis/authorization.k8s.io/v1/subjectaccessreviews SubjectAccessReview"
    );
}

#[tokio::test]
async fn derived_and_built_in_kinds_take_all_verbs() {
    let (server, _directory, client) = start().await;
    let gadgets = Api::<Gadget>::default_namespaced(client.clone());
    let made = gadgets.create(&PostParams::default(), &gadget("db")).await.unwrap();
    assert_eq!((made.name_any(), made.namespace().as_deref()), ("db".to_owned(), Some("default")));
    assert_eq!(made.uid().unwrap(), made.metadata.uid);
    assert_eq!(gadgets.get("db").await.unwrap(), made);
    assert_eq!(gadgets.list(&ListParams::default()).await.unwrap().items, std::slice::from_ref(&made));
    let metadata = Api::<PartialObjectMeta<Gadget>>::default_namespaced(client.clone()).get("db").await.unwrap();
    assert_eq!(metadata.uid(), made.uid());

    // what is changed through kube-rs is sent, and so is what is changed directly
    let mut changed = made.clone();
    changed.labels_mut().insert("tier".into(), "gold".into());
    changed.metadata.annotations.insert("note".into(), "kept".into());
    let replaced = gadgets.replace("db", &PostParams::default(), &changed).await.unwrap();
    assert_eq!(replaced.metadata.labels, BTreeMap::from([("tier".into(), "gold".into())]));
    assert_eq!(replaced.annotations()["note"], "kept");
    assert!(gadgets.replace("db", &PostParams::default(), &changed).await.is_err(), "it has changed in between");

    let config_maps = Api::<ConfigMap>::default_namespaced(client);
    let params = PatchParams::apply("painter");
    let wanted = config_map("colors", &[("sky", "blue"), ("snow", "white")]);
    let applied = config_maps.patch("colors", &params, &Patch::Apply(&wanted)).await.unwrap();
    assert_eq!(applied.data, wanted.data);
    assert_eq!(applied.managed_fields()[0].manager.as_deref(), Some("painter"));
    let less = config_map("colors", &[("snow", "grey")]);
    let applied = config_maps.patch("colors", &params, &Patch::Apply(&less)).await.unwrap();
    assert_eq!(applied.data, less.data, "what the manager no longer wants is gone");
    let merged = config_maps
        .patch("colors", &PatchParams::default(), &Patch::Merge(json!({"data": {"snow": null}})))
        .await
        .unwrap();
    assert!(merged.data.is_empty());

    // entries change metadata by `meta_mut`
    let entry = config_maps.entry("fresh").await.unwrap();
    let mut entry = entry.or_insert(|| config_map("", &[("a", "b")]));
    entry.commit(&PostParams::default()).await.unwrap();
    assert_eq!(config_maps.get("fresh").await.unwrap().data["a"], "b");

    config_maps.delete("colors", &DeleteParams::default()).await.unwrap();
    assert!(config_maps.get_opt("colors").await.unwrap().is_none());
    server.shut_down().await;
}

#[tokio::test]
async fn reflectors_keep_them() {
    let (server, _directory, client) = start().await;
    let gadgets = Api::<Gadget>::default_namespaced(client);
    let made = gadgets.create(&PostParams::default(), &gadget("db")).await.unwrap();
    let (reader, writer) = reflector::store::<Gadget>();
    // what `modify` takes away is not there in the store
    let watched = watcher(gadgets.clone(), watcher::Config::default()).modify(|it| it.managed_fields_mut().clear());
    let (tell, mut told) = mpsc::unbounded_channel();
    let following = tokio::spawn(reflector::reflector(writer, watched).applied_objects().for_each(move |object| {
        tell.send(object.unwrap()).unwrap();
        future::ready(())
    }));
    let mut next = async || tokio::time::timeout(PATIENCE, told.recv()).await.unwrap().unwrap();

    assert_eq!(next().await.uid(), made.uid());
    tokio::time::timeout(PATIENCE, reader.wait_until_ready()).await.unwrap().unwrap();
    let kept = reader.get(&ObjectRef::from_obj(&made)).unwrap();
    assert_eq!((kept.uid(), kept.managed_fields().len()), (made.uid(), 0));
    assert_eq!(ObjectRef::from_obj(&*kept), ObjectRef::new("db").within("default"));
    let patch = Patch::Merge(json!({"metadata": {"labels": {"tier": "gold"}}}));
    gadgets.patch("db", &PatchParams::default(), &patch).await.unwrap();
    assert_eq!(next().await.labels()["tier"], "gold");
    let kept = reader.get(&ObjectRef::from_obj(&made)).unwrap();
    assert_eq!(kept.metadata.labels["tier"], "gold");
    following.abort();
    server.shut_down().await;
}
