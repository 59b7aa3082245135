//! The example `operator_kube_rs`, against a server over HTTPS, with the kubeconfig that the server wrote. The test plays
//! the controllers that run no jobs here. Runs with `--features kube`; hack/test does.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "../examples/backup/mod.rs"]
mod backup;
#[path = "../examples/operator_kube_rs/controller.rs"]
mod controller;
#[path = "../examples/operator_kube_rs/install.rs"]
mod install;
#[path = "../examples/backup/server.rs"]
mod server;

use std::time::Duration;

use backup::{Backup, BackupPhase, BackupSpec};
use kube::{
    Api, Client, Config, Resource as _, ResourceExt as _,
    api::{DeleteParams, PostParams},
    config::{KubeConfigOptions, Kubeconfig},
    runtime::wait::{await_condition, conditions},
};
use kubeforge_api::batch::v1::Job;
use kubeforge_machinery::meta::v1::ObjectMeta;
use server::Server;
use tokio::sync::oneshot;

const PATIENCE: Duration = Duration::from_secs(120);

/// Waits until the object is as it should be.
async fn when<K>(api: &Api<K>, name: &str, is_right: impl Fn(&K) -> bool) -> K
where
    K: kube::Resource<DynamicType = ()> + Clone + std::fmt::Debug + Send + serde::de::DeserializeOwned + 'static,
{
    let right = await_condition(api.clone(), name, |object: Option<&K>| object.is_some_and(&is_right));
    tokio::time::timeout(PATIENCE, right).await.unwrap().unwrap().unwrap()
}

#[tokio::test]
async fn backups_have_jobs_and_say_how_far_they_are() {
    let server = Server::start().await.unwrap();
    let kubeconfig = Kubeconfig::read_from(server.kubeconfig()).unwrap();
    let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await.unwrap();
    let client = Client::try_from(config).unwrap();
    install::unless_served(&client).await.unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let operator = tokio::spawn(controller::run(client.clone(), async { drop(stopped.await) }));
    let (backups, jobs) =
        (Api::<Backup>::namespaced(client.clone(), "default"), Api::<Job>::namespaced(client, "default"));

    let metadata = ObjectMeta { name: "db".to_owned(), ..ObjectMeta::default() };
    let wanted = Backup { metadata, spec: BackupSpec { claim_name: "data".to_owned() }, ..Backup::default() };
    let made = backups.create(&PostParams::default(), &wanted).await.unwrap();
    let pending = when(&backups, "db", |it| it.status.phase == BackupPhase::Pending).await;
    assert_eq!((&*pending.status.job, pending.finalizers()), ("db-copy", &["backups.example.com/job".to_owned()][..]));

    let mut job = jobs.get("db-copy").await.unwrap();
    assert_eq!(job.owner_references(), [made.controller_owner_ref(&()).unwrap()]);
    assert_eq!(job.metadata.owner_references[0].uid, made.metadata.uid, "ours says the same");
    assert!(job.metadata.managed_fields.iter().any(|entry| entry.manager == "backup-operator"));
    let volume = &job.spec.template.spec.volumes[0].volume_source;
    assert_eq!(volume.persistent_volume_claim.as_ref().unwrap().claim_name, "data");

    job.status.active = 1;
    let mut job = jobs.replace_status("db-copy", &PostParams::default(), &job).await.unwrap();
    when(&backups, "db", |it| it.status.phase == BackupPhase::Running).await;
    (job.status.active, job.status.succeeded) = (0, 1);
    jobs.replace_status("db-copy", &PostParams::default(), &job).await.unwrap();
    when(&backups, "db", |it| it.status.phase == BackupPhase::Completed).await;

    // the finalizer holds the backup until the job is gone
    let uid = made.uid().unwrap();
    backups.delete("db", &DeleteParams::default()).await.unwrap();
    let gone = await_condition(backups, "db", conditions::is_deleted(&uid));
    tokio::time::timeout(PATIENCE, gone).await.unwrap().unwrap();
    let left = jobs.get_opt("db-copy").await.unwrap();
    assert!(left.is_none_or(|job| job.metadata.deletion_timestamp.is_some()), "nobody asked for the job's deletion");

    stop.send(()).unwrap();
    tokio::time::timeout(PATIENCE, operator).await.unwrap().unwrap();
    server.shut_down().await;
}
