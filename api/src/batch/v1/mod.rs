//! Version v1 of the `batch` group: jobs, and jobs by the clock.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod cron_job;
pub mod defaults;
mod job;
mod well_known;

#[rustfmt::skip]
pub mod generated;

pub use cron_job::{ConcurrencyPolicy, CronJob, CronJobList, CronJobSpec, CronJobStatus, JobTemplateSpec};
pub use job::{
    CompletionMode, JOB_COMPLETE, JOB_FAILED, JOB_FAILURE_TARGET, JOB_SUCCESS_CRITERIA_MET, JOB_SUSPENDED, Job,
    JobCondition, JobList, JobSpec, JobStatus, PodFailurePolicy, PodFailurePolicyAction,
    PodFailurePolicyOnExitCodesOperator, PodFailurePolicyOnExitCodesRequirement,
    PodFailurePolicyOnPodConditionsPattern, PodFailurePolicyRule, PodReplacementPolicy, SuccessPolicy,
    SuccessPolicyRule, UncountedTerminatedPods,
};
pub use well_known::{
    CONTROLLER_UID_LABEL, CRON_JOB_SCHEDULED_TIMESTAMP_ANNOTATION, JOB_COMPLETION_INDEX_ANNOTATION,
    JOB_CONTROLLER_NAME, JOB_INDEX_FAILURE_COUNT_ANNOTATION, JOB_INDEX_IGNORED_FAILURE_COUNT_ANNOTATION,
    JOB_NAME_LABEL, JOB_REASON_BACKOFF_LIMIT_EXCEEDED, JOB_REASON_COMPLETIONS_REACHED, JOB_REASON_DEADLINE_EXCEEDED,
    JOB_REASON_FAILED_INDEXES, JOB_REASON_MAX_FAILED_INDEXES_EXCEEDED, JOB_REASON_POD_FAILURE_POLICY,
    JOB_REASON_SUCCESS_POLICY, JOB_TRACKING_FINALIZER,
};
