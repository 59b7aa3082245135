//! The example `operator`, against a server in memory. The test plays the controllers that run no jobs here.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "../examples/backup/mod.rs"]
mod backup;
#[path = "../examples/operator/controller.rs"]
mod controller;
#[path = "../examples/operator/install.rs"]
mod install;

use std::{sync::Arc, time::Duration};

use backup::{Backup, BackupPhase, BackupSpec};
use futures::StreamExt as _;
use kubeforge_api::{
    apiextensions::v1::{ConditionStatus, CustomResourceDefinition, CustomResourceDefinitionCondition},
    batch::v1::Job,
};
use kubeforge_client::{Api, Client, WatchEvent, fake::FakeCluster};
use kubeforge_controlplane::ControlPlane;
use kubeforge_machinery::{
    Resource, SchemeBuilder,
    meta::v1::{CreateOptions, DeleteOptions, ListOptions, ObjectMeta, UpdateOptions},
};
use tokio_util::sync::CancellationToken;

const PATIENCE: Duration = Duration::from_secs(120);

/// The first object in the namespace, now or later, that is as it should be.
async fn first<K: Resource>(api: &Api<K>, is_right: impl Fn(&K) -> bool) -> K {
    let search = async {
        let mut changes = api.watch(&ListOptions::default()).await.unwrap();
        loop {
            match changes.next().await.unwrap().unwrap() {
                WatchEvent::Added(it) | WatchEvent::Modified(it) if is_right(&it) => return it,
                _ => {}
            }
        }
    };
    tokio::time::timeout(PATIENCE, search).await.unwrap()
}

async fn start() -> (ControlPlane, Client) {
    let plane = ControlPlane::in_memory_with(&[Backup::register]).await.unwrap();
    let client = plane.client("backup-operator", "system:masters", "backup-operator");
    (plane, client)
}

fn backup(name: &str, claim: &str) -> Backup {
    let metadata = ObjectMeta { name: name.to_owned(), ..ObjectMeta::default() };
    Backup { metadata, spec: BackupSpec { claim_name: claim.to_owned() }, ..Backup::default() }
}

#[tokio::test]
async fn backups_have_jobs_and_say_how_far_they_are() {
    let (plane, client) = start().await;
    let (backups, jobs) =
        (Api::<Backup>::namespaced(client.clone(), "default"), Api::<Job>::namespaced(client.clone(), "default"));
    // one is there before the operator, the other comes later
    let before = backups.create(&backup("before", "a"), &CreateOptions::default()).await.unwrap();
    let cancel = CancellationToken::new();
    let operator = tokio::spawn(controller::run(client, cancel.clone()));
    let later = backups.create(&backup("later", "b"), &CreateOptions::default()).await.unwrap();

    for (owner, claim) in [(&before, "a"), (&later, "b")] {
        let job = first(&jobs, |job| job.metadata.name == format!("{}-copy", owner.metadata.name)).await;
        let [reference] = &job.metadata.owner_references[..] else { panic!("{job:?}") };
        assert_eq!(
            (&*reference.api_version, &*reference.kind, &reference.name, &reference.uid, reference.controller),
            ("backups.example.com/v1", "Backup", &owner.metadata.name, &owner.metadata.uid, Some(true))
        );
        let volume = &job.spec.template.spec.volumes[0].volume_source;
        assert_eq!(volume.persistent_volume_claim.as_ref().unwrap().claim_name, claim);
    }
    let pending = first(&backups, |it| it.metadata.name == "later" && it.status.phase == BackupPhase::Pending).await;
    assert_eq!(pending.status.job, "later-copy");

    let mut job = jobs.get("later-copy", &Default::default()).await.unwrap();
    job.status.active = 1;
    let mut job = jobs.update_status(&job, &UpdateOptions::default()).await.unwrap();
    first(&backups, |it| it.metadata.name == "later" && it.status.phase == BackupPhase::Running).await;
    (job.status.active, job.status.succeeded) = (0, 1);
    jobs.update_status(&job, &UpdateOptions::default()).await.unwrap();
    first(&backups, |it| it.metadata.name == "later" && it.status.phase == BackupPhase::Completed).await;
    // the other's job has not begun
    first(&backups, |it| it.metadata.name == "before" && it.status.phase == BackupPhase::Pending).await;

    // what somebody deletes is made again, and the status follows
    let uid = jobs.get("later-copy", &Default::default()).await.unwrap().metadata.uid;
    // by default the API server keeps a job until its pods are orphaned, which nobody does here
    let background = DeleteOptions { propagation_policy: Some("Background".into()), ..DeleteOptions::default() };
    jobs.delete("later-copy", &background).await.unwrap();
    first(&jobs, |job| job.metadata.name == "later-copy" && job.metadata.uid != uid).await;
    first(&backups, |it| it.metadata.name == "later" && it.status.phase == BackupPhase::Pending).await;

    cancel.cancel();
    tokio::time::timeout(PATIENCE, operator).await.unwrap().unwrap().unwrap();
    plane.shut_down().await;
}

#[tokio::test]
async fn the_definition_is_posted_where_backups_are_unknown() {
    let mut scheme = SchemeBuilder::new("without backups");
    kubeforge_api::register_all(&mut scheme);
    let client = FakeCluster::new(Arc::new(scheme.build())).client();
    let waiting = client.clone();
    let installing = tokio::spawn(async move { install::unless_served(&waiting).await });
    let definitions = Api::<CustomResourceDefinition>::all(client);
    let mut posted = first(&definitions, |it| it.metadata.name == "backups.backups.example.com").await;
    assert_eq!(posted.spec.versions[0].name, "v1");
    assert!(!installing.is_finished(), "backups aren't served yet");
    posted.status.conditions.push(CustomResourceDefinitionCondition {
        type_: "Established".to_owned(),
        status: ConditionStatus::True,
        ..CustomResourceDefinitionCondition::default()
    });
    definitions.update_status(&posted, &UpdateOptions::default()).await.unwrap();
    tokio::time::timeout(PATIENCE, installing).await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn nothing_is_installed_where_backups_are_served() {
    let (plane, client) = start().await;
    install::unless_served(&client).await.unwrap();
    plane.shut_down().await;
}
