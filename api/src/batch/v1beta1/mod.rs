//! Version v1beta1 of the `batch` group: jobs by the clock.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod cron_job;
pub mod defaults;

#[rustfmt::skip]
pub mod generated;

pub use cron_job::{ConcurrencyPolicy, CronJob, CronJobList, CronJobSpec, CronJobStatus, JobTemplateSpec};
