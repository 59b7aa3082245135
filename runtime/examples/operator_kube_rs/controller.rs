//! The controller: kube-rs watches backups and the jobs that they own, and calls `reconcile` for what changed.

use std::{sync::Arc, time::Duration};

use futures::StreamExt as _;
use kube::{
    Api, Client, Error, Resource as _, ResourceExt as _,
    api::{DeleteParams, Patch, PatchParams, PostParams},
    runtime::{
        Controller,
        controller::{self, Action},
        finalizer::{self, Event, finalizer},
        watcher,
    },
};
use kubeforge_api::batch::v1::Job;

use crate::backup::{Backup, BackupStatus};

/// Who the fields of a job belong to.
const MANAGER: &str = "backup-operator";
/// Holds a backup until its job is gone.
const FINALIZER: &str = "backups.example.com/job";
/// When to try again what failed.
const RETRY: Duration = Duration::from_secs(5);

/// Looks after all backups until `stop` is there.
pub(crate) async fn run(client: Client, stop: impl Future<Output = ()> + Send + Sync + 'static) {
    Controller::new(Api::<Backup>::all(client.clone()), watcher::Config::default())
        .owns(Api::<Job>::all(client.clone()), watcher::Config::default())
        .graceful_shutdown_on(stop)
        .run(reconcile, |_, _, _| Action::requeue(RETRY), Arc::new(client))
        .for_each(async |outcome| {
            match outcome {
                // changed and deleted since: nothing is left to do
                Ok(_) | Err(controller::Error::ObjectNotFound(_)) => {}
                Err(err) => tracing::warn!(%err, "not yet as it should be"),
            }
        })
        .await;
}

async fn reconcile(backup: Arc<Backup>, client: Arc<Client>) -> Result<Action, finalizer::Error<Error>> {
    let namespace = backup.namespace().unwrap_or_default();
    let backups = Api::<Backup>::namespaced(Client::clone(&client), &namespace);
    let jobs = Api::<Job>::namespaced(Client::clone(&client), &namespace);
    finalizer(&backups, FINALIZER, backup, async |event| match event {
        Event::Apply(backup) => make(&backup, &backups, &jobs).await,
        Event::Cleanup(backup) => clean_up(&backup, &jobs).await,
    })
    .await
}

/// Makes what a backup asks for, and tells in its status how far that is.
async fn make(backup: &Backup, backups: &Api<Backup>, jobs: &Api<Job>) -> Result<Action, Error> {
    let mut wanted = backup.job();
    wanted.owner_references_mut().extend(backup.controller_owner_ref(&()));
    let params = PatchParams::apply(MANAGER).force();
    let job = jobs.patch(&wanted.name_any(), &params, &Patch::Apply(&wanted)).await?;
    let status = BackupStatus::of(&job);
    if status != backup.status {
        let changed = Backup { status, ..backup.clone() };
        let Backup { status, .. } =
            backups.replace_status(&backup.name_any(), &PostParams::default(), &changed).await?;
        tracing::info!(backup = backup.name_any(), phase = %status.phase, job = status.job, "status");
    }
    Ok(Action::await_change())
}

async fn clean_up(backup: &Backup, jobs: &Api<Job>) -> Result<Action, Error> {
    match jobs.delete(&backup.job().name_any(), &DeleteParams::background()).await {
        Err(Error::Api(status)) if status.is_not_found() => {}
        deleted => drop(deleted?),
    }
    Ok(Action::await_change())
}
