//! Defaults that the markers cannot say.

use super::{ConcurrencyPolicy, CronJob};
use crate::batch::defaults;

/// Runs may overlap.
pub fn default_cron_job(cron_job: &mut CronJob) {
    let spec = &mut cron_job.spec;
    if spec.concurrency_policy.is_empty() {
        spec.concurrency_policy = ConcurrencyPolicy::Allow;
    }
    defaults::cron_job(&mut spec.suspend, &mut spec.successful_jobs_history_limit, &mut spec.failed_jobs_history_limit);
}
