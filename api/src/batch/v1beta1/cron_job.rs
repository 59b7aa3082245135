//! Cron jobs: jobs by the clock.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Time;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

use crate::batch::v1::JobSpec;
use crate::core::v1::ObjectReference;

/// Makes a job each time its schedule says.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "v1")]
#[api(introduced = "1.8", deprecated = "1.21", removed = "1.25", replacement = "batch/v1.CronJob")]
pub struct CronJob {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What is wanted.
    #[api(tag = 2, required, omit_empty)]
    pub spec: CronJobSpec,
    /// What has come of it.
    #[api(tag = 3)]
    pub status: CronJobStatus,
}

/// Cron jobs, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "CronJob")]
#[api(introduced = "1.8", deprecated = "1.21", removed = "1.25", replacement = "batch/v1.CronJobList")]
pub struct CronJobList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<CronJob>,
}

/// When to make jobs, what they look like, and what to keep of them.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CronJobSpec {
    /// When, in the five fields of cron.
    #[api(tag = 1, required)]
    pub schedule: String,
    /// The time zone of the schedule; unset for that of the controller.
    #[api(tag = 8)]
    pub time_zone: Option<String>,
    /// How late a job may still be made.
    #[api(tag = 2)]
    pub starting_deadline_seconds: Option<i64>,
    /// What happens where the last job still runs.
    #[api(tag = 3)]
    pub concurrency_policy: ConcurrencyPolicy,
    /// No new jobs are made.
    #[api(tag = 4)]
    pub suspend: Option<bool>,
    /// What the jobs look like.
    #[api(tag = 5, required)]
    pub job_template: JobTemplateSpec,
    /// How many jobs that succeeded to keep.
    #[api(tag = 6)]
    pub successful_jobs_history_limit: Option<i32>,
    /// How many jobs that failed to keep.
    #[api(tag = 7)]
    pub failed_jobs_history_limit: Option<i32>,
}

/// What happens where it is time for a job and the last one still runs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ConcurrencyPolicy {
    /// Both run.
    Allow,
    /// The new one is left out.
    Forbid,
    /// The old one is ended.
    Replace,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// What the jobs look like.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct JobTemplateSpec {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What is wanted of them.
    #[api(tag = 2)]
    pub spec: JobSpec,
}

/// Which jobs run, and when the last one was due.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CronJobStatus {
    /// The jobs that run.
    #[api(tag = 1, list = atomic)]
    pub active: Vec<ObjectReference>,
    /// When a job was last due.
    #[api(tag = 4)]
    pub last_schedule_time: Option<Time>,
    /// When a job last succeeded.
    #[api(tag = 5)]
    pub last_successful_time: Option<Time>,
}
