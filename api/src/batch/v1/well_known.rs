//! Labels, annotations and reasons that the controllers of this group write.

/// When a job was due.
pub const CRON_JOB_SCHEDULED_TIMESTAMP_ANNOTATION: &str = "batch.kubernetes.io/cronjob-scheduled-timestamp";
/// The index that a pod works on.
pub const JOB_COMPLETION_INDEX_ANNOTATION: &str = "batch.kubernetes.io/job-completion-index";
/// Keeps a pod until it has been counted.
pub const JOB_TRACKING_FINALIZER: &str = "batch.kubernetes.io/job-tracking";
/// The job that a pod belongs to.
pub const JOB_NAME_LABEL: &str = "batch.kubernetes.io/job-name";
/// The UID of the job that a pod belongs to.
pub const CONTROLLER_UID_LABEL: &str = "batch.kubernetes.io/controller-uid";
/// How often the index of a pod has failed.
pub const JOB_INDEX_FAILURE_COUNT_ANNOTATION: &str = "batch.kubernetes.io/job-index-failure-count";
/// How often the index of a pod has failed without counting.
pub const JOB_INDEX_IGNORED_FAILURE_COUNT_ANNOTATION: &str = "batch.kubernetes.io/job-index-ignored-failure-count";
/// The cluster's own controller.
pub const JOB_CONTROLLER_NAME: &str = "kubernetes.io/job-controller";
/// A rule said so.
pub const JOB_REASON_POD_FAILURE_POLICY: &str = "PodFailurePolicy";
/// Too many pods failed.
pub const JOB_REASON_BACKOFF_LIMIT_EXCEEDED: &str = "BackoffLimitExceeded";
/// It took too long.
pub const JOB_REASON_DEADLINE_EXCEEDED: &str = "DeadlineExceeded";
/// Too many indexes failed.
pub const JOB_REASON_MAX_FAILED_INDEXES_EXCEEDED: &str = "MaxFailedIndexesExceeded";
/// Some index failed.
pub const JOB_REASON_FAILED_INDEXES: &str = "FailedIndexes";
/// A rule said that it is enough.
pub const JOB_REASON_SUCCESS_POLICY: &str = "SuccessPolicy";
/// Enough pods succeeded.
pub const JOB_REASON_COMPLETIONS_REACHED: &str = "CompletionsReached";
