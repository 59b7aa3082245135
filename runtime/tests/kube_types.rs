//! Kubeforge's types as kube-rs takes them, against a server over HTTPS: kinds that are built in, and one by derive. Runs
//! with `--features kube`; hack/test does.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "../examples/backup/mod.rs"]
mod backup;

use std::{collections::BTreeMap, time::Duration};

use backup::{Backup, BackupSpec, server::Server};
use futures::{StreamExt as _, TryStreamExt as _};
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
use kubeforge_machinery::meta::v1::ObjectMeta;
use serde_json::json;

const PATIENCE: Duration = Duration::from_secs(60);

async fn start() -> (Server, Client) {
    let server = Server::start().await.unwrap();
    let kubeconfig = Kubeconfig::read_from(server.kubeconfig()).unwrap();
    let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await.unwrap();
    (server, Client::try_from(config).unwrap())
}

fn backup(name: &str) -> Backup {
    let metadata = ObjectMeta { name: name.to_owned(), ..ObjectMeta::default() };
    Backup { metadata, spec: BackupSpec { claim_name: "data".to_owned() }, ..Backup::default() }
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
    assert_eq!(namespaced::<Backup>(), "/apis/backups.example.com/v1/namespaces/shop/backups Backup");
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
    let (server, client) = start().await;
    let backups = Api::<Backup>::default_namespaced(client.clone());
    let made = backups.create(&PostParams::default(), &backup("db")).await.unwrap();
    assert_eq!((made.name_any(), made.namespace().as_deref()), ("db".to_owned(), Some("default")));
    assert_eq!(made.uid().unwrap(), made.metadata.uid);
    assert_eq!(backups.get("db").await.unwrap(), made);
    assert_eq!(backups.list(&ListParams::default()).await.unwrap().items, std::slice::from_ref(&made));
    let metadata = Api::<PartialObjectMeta<Backup>>::default_namespaced(client.clone()).get("db").await.unwrap();
    assert_eq!(metadata.uid(), made.uid());

    // what is changed through kube-rs is sent, and so is what is changed directly
    let mut changed = made.clone();
    changed.labels_mut().insert("tier".into(), "gold".into());
    changed.metadata.annotations.insert("note".into(), "kept".into());
    let replaced = backups.replace("db", &PostParams::default(), &changed).await.unwrap();
    assert_eq!(replaced.metadata.labels, BTreeMap::from([("tier".into(), "gold".into())]));
    assert_eq!(replaced.annotations()["note"], "kept");
    assert!(backups.replace("db", &PostParams::default(), &changed).await.is_err(), "it has changed in between");

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
    let (server, client) = start().await;
    let backups = Api::<Backup>::default_namespaced(client);
    let made = backups.create(&PostParams::default(), &backup("db")).await.unwrap();
    let (reader, writer) = reflector::store::<Backup>();
    // what `modify` takes away is not there in the store
    let watched = watcher(backups.clone(), watcher::Config::default()).modify(|it| it.managed_fields_mut().clear());
    let mut changes = reflector::reflector(writer, watched).applied_objects().boxed();
    let mut next = async || tokio::time::timeout(PATIENCE, changes.try_next()).await.unwrap().unwrap().unwrap();

    assert_eq!(next().await.uid(), made.uid());
    let kept = reader.get(&ObjectRef::from_obj(&made)).unwrap();
    assert_eq!((kept.uid(), kept.managed_fields().len()), (made.uid(), 0));
    assert_eq!(ObjectRef::from_obj(&*kept), ObjectRef::new("db").within("default"));
    let patch = Patch::Merge(json!({"metadata": {"labels": {"tier": "gold"}}}));
    backups.patch("db", &PatchParams::default(), &patch).await.unwrap();
    assert_eq!(next().await.labels()["tier"], "gold");
    let kept = reader.get(&ObjectRef::from_obj(&made)).unwrap();
    assert_eq!(kept.metadata.labels["tier"], "gold");
    drop(changes);
    server.shut_down().await;
}
