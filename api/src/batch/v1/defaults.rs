//! Defaults that the markers cannot say; they follow pkg/apis/batch/v1/defaults.go.

use super::{
    CompletionMode, ConcurrencyPolicy, CronJob, Job, PodFailurePolicyOnPodConditionsPattern, PodReplacementPolicy,
};
use crate::{batch::defaults, core::v1::ConditionStatus};

/// One pod, run to completion once, tried again six times.
pub fn default_job(job: &mut Job) {
    let labels = &job.spec.template.metadata.labels;
    if job.metadata.labels.is_empty() && !labels.is_empty() {
        job.metadata.labels = labels.clone();
    }
    let spec = &mut job.spec;
    if spec.completions.is_none() && spec.parallelism.is_none() {
        spec.completions = Some(1);
    }
    spec.parallelism.get_or_insert(1);
    // Where each index has its own limit, the job as a whole is not to stop before them.
    let backoff_limit = if spec.backoff_limit_per_index.is_some() { i32::MAX } else { 6 };
    spec.backoff_limit.get_or_insert(backoff_limit);
    spec.completion_mode.get_or_insert(CompletionMode::NonIndexed);
    spec.suspend.get_or_insert(false);
    spec.manual_selector.get_or_insert(false);
    let replacement = match spec.pod_failure_policy {
        Some(_) => PodReplacementPolicy::Failed,
        None => PodReplacementPolicy::TerminatingOrFailed,
    };
    spec.pod_replacement_policy.get_or_insert(replacement);
}

/// A pattern that names no status means a condition that holds.
pub fn default_pod_failure_policy_on_pod_conditions_pattern(pattern: &mut PodFailurePolicyOnPodConditionsPattern) {
    if pattern.status.is_empty() {
        pattern.status = ConditionStatus::True;
    }
}

/// Runs may overlap.
pub fn default_cron_job(cron_job: &mut CronJob) {
    let spec = &mut cron_job.spec;
    if spec.concurrency_policy.is_empty() {
        spec.concurrency_policy = ConcurrencyPolicy::Allow;
    }
    defaults::cron_job(&mut spec.suspend, &mut spec.successful_jobs_history_limit, &mut spec.failed_jobs_history_limit);
}
