//! The loop: changes of backups and of their jobs become keys in a queue, and workers make things right for each key.

use std::sync::Arc;

use kubeforge_api::batch::v1::Job;
use kubeforge_client::{Api, Client, ClientError, InformerFactory, Lister, ObjectKey, WorkQueue, informer::HandlerFns};
use kubeforge_client_set::{Clientset, Informers as _};
use kubeforge_machinery::{
    GroupVersion, Kind as _,
    meta::v1::{CreateOptions, OwnerReference, UpdateOptions},
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::backup::{Backup, BackupStatus};

/// How many backups are worked on at once.
const WORKERS: usize = 2;

/// Looks after all backups until it is cancelled.
pub(crate) async fn run(client: Client, cancel: CancellationToken) {
    let factory = InformerFactory::new(client.clone());
    let (backups, jobs) = (factory.informer::<Backup>(), factory.batch_v1().jobs());
    let queue = WorkQueue::new();
    let add = queue.clone();
    let _backups = backups.add_handler(HandlerFns::on_any(move |it: &Arc<Backup>| add.add(ObjectKey::of(&**it))));
    let add = queue.clone();
    let _jobs = jobs.add_handler(HandlerFns::on_any(move |job: &Arc<Job>| {
        if let Some(backup) = backup_of(job) {
            add.add(backup);
        }
    }));
    let operator = Arc::new(Operator {
        backups: backups.lister(),
        jobs: factory.lister(),
        clients: Clientset::new(client.clone()),
        status: Api::all(client),
        queue,
    });
    factory.start(&cancel);
    // what isn't in the listers yet must not be taken for missing
    factory.wait_for_cache_sync(&cancel).await;
    let mut workers: JoinSet<()> = (0..WORKERS).map(|_| operator.clone().work()).collect();
    cancel.cancelled().await;
    operator.queue.shut_down();
    while let Some(ended) = workers.join_next().await {
        if let Err(err) = ended {
            tracing::error!(%err, "a worker crashed");
        }
    }
    factory.shutdown().await;
}

/// The backup that a job belongs to, if any.
fn backup_of(job: &Job) -> Option<ObjectKey> {
    let mut owners = job.metadata.owner_references.iter();
    let owner = owners.find(|owner| {
        owner.controller == Some(true) && owner.kind == Backup::KIND && owner.api_version == api_version()
    })?;
    Some(ObjectKey::new(&job.metadata.namespace, &owner.name))
}

fn api_version() -> String {
    GroupVersion::new(Backup::GROUP, Backup::VERSION).to_string()
}

struct Operator {
    backups: Lister<Backup>,
    jobs: Lister<Job>,
    clients: Clientset,
    status: Api<Backup>,
    queue: WorkQueue<ObjectKey>,
}

impl Operator {
    async fn work(self: Arc<Self>) {
        while let Some(key) = self.queue.get().await {
            match self.reconcile(&key).await {
                Ok(()) => self.queue.forget(&key),
                // the lister's copy was old already; the change that made it so comes through the queue as well
                Err(err) if err.is_conflict() => self.queue.add_rate_limited(key.clone()),
                Err(err) => {
                    tracing::warn!(backup = %key, %err, "not yet as it should be");
                    self.queue.add_rate_limited(key.clone());
                }
            }
            self.queue.done(&key);
        }
    }

    /// Makes what a backup asks for, and tells in its status how far that is.
    async fn reconcile(&self, key: &ObjectKey) -> Result<(), ClientError> {
        // one that is gone, or going, needs nothing: the garbage collector takes its job away
        let Ok(backup) = self.backups.namespace(&key.namespace).get(&key.name) else { return Ok(()) };
        if backup.metadata.deletion_timestamp.is_some() {
            return Ok(());
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
        Ok(())
    }

    async fn make(&self, backup: &Backup, mut job: Job) -> Result<Job, ClientError> {
        job.metadata.owner_references.push(OwnerReference {
            api_version: api_version(),
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
