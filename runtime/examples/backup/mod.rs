//! What the two operators, `operator` and `operator_kube_rs`, have in common: a kind, the job that each of its objects asks
//! for, and what of the job becomes the object's status.

use kubeforge_api::{
    batch::v1::{JOB_FAILED, Job, JobSpec},
    core::v1::{
        ConditionStatus, Container, PersistentVolumeClaimVolumeSource, PodSpec, PodTemplateSpec, RestartPolicy, Volume,
        VolumeMount, VolumeSource,
    },
};
use kubeforge_derive::{Api, CustomResource};
use kubeforge_machinery::{Time, meta::v1::ObjectMeta};

/// A copy of a volume.
#[derive(Clone, Debug, Default, PartialEq, Api, CustomResource)]
#[api(kind, namespaced, group = "backups.example.com", version = "v1", short = ["bk"], subresource(status))]
#[api(column(name = "Phase", type = "string", path = ".status.phase"))]
pub(crate) struct Backup {
    pub(crate) metadata: ObjectMeta,
    pub(crate) spec: BackupSpec,
    pub(crate) status: BackupStatus,
}

/// What is to be copied.
#[derive(Clone, Debug, Default, PartialEq, Api)]
pub(crate) struct BackupSpec {
    /// The claim of the volume; a job's pods can't be changed, so it can't either.
    #[api(required, immutable, max_len = 253)]
    pub(crate) claim_name: String,
}

/// How far the copy is.
#[derive(Clone, Debug, Default, PartialEq, Api)]
pub(crate) struct BackupStatus {
    /// In a word.
    pub(crate) phase: BackupPhase,
    /// The job that makes the copy.
    pub(crate) job: String,
    /// When the job was done.
    pub(crate) completed_at: Option<Time>,
}

/// How far a copy is, in a word.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Api)]
pub(crate) enum BackupPhase {
    /// No pod of the job has started.
    Pending,
    /// The job's pod is at work.
    Running,
    /// The copy is there.
    Completed,
    /// The job has given up.
    Failed,
    /// What a newer operator may say.
    Other(String),
}

impl Backup {
    /// The job that makes the copy, but for its owner: each operator has a way of its own to say whose it is.
    pub(crate) fn job(&self) -> Job {
        let claim = PersistentVolumeClaimVolumeSource { claim_name: self.spec.claim_name.clone(), read_only: true };
        let data = VolumeSource { persistent_volume_claim: Some(Box::new(claim)), ..VolumeSource::default() };
        let copy = Container {
            name: "copy".to_owned(),
            image: "busybox:1.37".to_owned(),
            command: ["tar", "-cf", "/copies/data.tar", "/data"].map(str::to_owned).into(),
            volume_mounts: vec![mount("data", "/data"), mount("copies", "/copies")],
            ..Container::default()
        };
        let copies = VolumeSource { empty_dir: Some(Box::default()), ..VolumeSource::default() };
        let pod = PodSpec {
            containers: vec![copy],
            restart_policy: RestartPolicy::Never,
            volumes: vec![
                Volume { name: "data".to_owned(), volume_source: data },
                Volume { name: "copies".to_owned(), volume_source: copies },
            ],
            ..PodSpec::default()
        };
        let metadata = ObjectMeta {
            name: format!("{}-copy", self.metadata.name),
            namespace: self.metadata.namespace.clone(),
            labels: [("app.kubernetes.io/managed-by".to_owned(), "backup-operator".to_owned())].into(),
            ..ObjectMeta::default()
        };
        let template = PodTemplateSpec { spec: pod, ..PodTemplateSpec::default() };
        Job { metadata, spec: JobSpec { template, ..JobSpec::default() }, ..Job::default() }
    }
}

impl BackupStatus {
    /// What a job says of the copy.
    pub(crate) fn of(job: &Job) -> Self {
        let mut conditions = job.status.conditions.iter();
        let has_failed = conditions.any(|it| it.type_ == JOB_FAILED && it.status == ConditionStatus::True);
        let phase = match &job.status {
            _ if has_failed => BackupPhase::Failed,
            status if status.succeeded > 0 => BackupPhase::Completed,
            status if status.active > 0 => BackupPhase::Running,
            _ => BackupPhase::Pending,
        };
        Self { phase, job: job.metadata.name.clone(), completed_at: job.status.completion_time }
    }
}

fn mount(name: &str, path: &str) -> VolumeMount {
    VolumeMount { name: name.to_owned(), mount_path: path.to_owned(), ..VolumeMount::default() }
}
