//! The reconciler: makes a job for each backup, and tells in the backup's status how far that is.

use std::sync::Arc;

use kubeforge_api::batch::v1::Job;
use kubeforge_client::{
    Api, Client, ClientError, Controller, Lister, ObjectKey,
    controller::{Action, ControllerError, Reconciler, predicates},
};
use kubeforge_client_set::Clientset;
use kubeforge_machinery::{
    GroupVersion, Kind as _,
    meta::v1::{CreateOptions, OwnerReference, UpdateOptions},
};
use tokio_util::sync::CancellationToken;

use crate::backup::{Backup, BackupStatus};

/// How many backups are worked on at once.
const WORKERS: usize = 2;

/// Looks after all backups until it is cancelled.
pub(crate) async fn run(client: Client, cancel: CancellationToken) -> Result<(), ControllerError> {
    let controller = Controller::builder::<Backup>(client.clone())
        // what is new in a status came from here
        .predicate(predicates::generation_changed())
        .owns::<Job>()
        .concurrency(WORKERS);
    let operator = Operator {
        backups: controller.lister(),
        jobs: controller.lister(),
        clients: Clientset::new(client.clone()),
        status: Api::all(client),
    };
    controller.run(operator, cancel).await
}

struct Operator {
    backups: Lister<Backup>,
    jobs: Lister<Job>,
    clients: Clientset,
    status: Api<Backup>,
}

impl Reconciler for Operator {
    type Error = ClientError;

    async fn reconcile(&self, key: &ObjectKey) -> Result<Action, ClientError> {
        // one that is gone, or going, needs nothing: the garbage collector takes its job away
        let Ok(backup) = self.backups.namespace(&key.namespace).get(&key.name) else { return Ok(Action::Done) };
        if backup.metadata.deletion_timestamp.is_some() {
            return Ok(Action::Done);
        }
        let wanted = backup.job();
        let job = match self.jobs.namespace(&key.namespace).get(&wanted.metadata.name) {
            Ok(job) => job,
            Err(_) => Arc::new(self.make(&backup, wanted).await?),
        };
        let status = BackupStatus::of(&job);
        if status != backup.status {
            let changed = Backup { status, ..Backup::clone(&backup) };
            let api = self.status.in_namespace(&key.namespace);
            let Backup { status, .. } = api.update_status(&changed, &UpdateOptions::default()).await?;
            tracing::info!(backup = %key, phase = %status.phase, job = status.job, "status");
        }
        Ok(Action::Done)
    }
}

impl Operator {
    async fn make(&self, backup: &Backup, mut job: Job) -> Result<Job, ClientError> {
        job.metadata.owner_references.push(OwnerReference {
            api_version: GroupVersion::new(Backup::GROUP, Backup::VERSION).to_string(),
            kind: Backup::KIND.to_owned(),
            name: backup.metadata.name.clone(),
            uid: backup.metadata.uid.clone(),
            controller: Some(true),
            block_owner_deletion: Some(true),
        });
        let jobs = self.clients.batch_v1().jobs(&backup.metadata.namespace);
        jobs.create(&job, &CreateOptions::default()).await
    }
}
