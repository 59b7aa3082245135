//! Jobs: pods that run until enough of them have succeeded.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Time;
use kubeforge_machinery::meta::v1::{LabelSelector, ListMeta, ObjectMeta};

use crate::core::v1::{ConditionStatus, PodTemplateSpec};

/// Runs pods until enough of them have succeeded.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "jobs", singular = "job", categories = ["all"])]
#[api(subresource(status))]
#[api(selectable("metadata.name", "metadata.namespace"))]
#[api(introduced = "1.2")]
pub struct Job {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    #[api(tag = 2)]
    pub spec: JobSpec,
    #[api(tag = 3)]
    pub status: JobStatus,
}

/// Jobs, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "Job")]
#[api(introduced = "1.2")]
pub struct JobList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<Job>,
}

/// How often the work is to succeed, how many pods at a time, and when to give up.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct JobSpec {
    #[api(tag = 1)]
    pub parallelism: Option<i32>,
    #[api(tag = 2)]
    pub completions: Option<i32>,
    #[api(tag = 3)]
    pub active_deadline_seconds: Option<i64>,
    #[api(tag = 11)]
    pub pod_failure_policy: Option<PodFailurePolicy>,
    #[api(tag = 16)]
    pub success_policy: Option<SuccessPolicy>,
    #[api(tag = 7)]
    pub backoff_limit: Option<i32>,
    #[api(tag = 12)]
    pub backoff_limit_per_index: Option<i32>,
    #[api(tag = 13)]
    pub max_failed_indexes: Option<i32>,
    #[api(tag = 4)]
    pub selector: Option<Box<LabelSelector>>,
    #[api(tag = 5)]
    pub manual_selector: Option<bool>,
    #[api(tag = 6, required)]
    pub template: PodTemplateSpec,
    #[api(tag = 8)]
    pub ttl_seconds_after_finished: Option<i32>,
    #[api(tag = 9)]
    pub completion_mode: Option<CompletionMode>,
    #[api(tag = 10)]
    pub suspend: Option<bool>,
    #[api(tag = 14)]
    pub pod_replacement_policy: Option<PodReplacementPolicy>,
    #[api(tag = 15)]
    pub managed_by: Option<String>,
}

/// What it means for a job to be complete.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum CompletionMode {
    /// Enough pods have succeeded, whichever they are.
    NonIndexed,
    /// For each index one pod has succeeded.
    Indexed,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// What a failed pod means for its job.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum PodFailurePolicyAction {
    /// The job has failed.
    FailJob,
    /// Its index has failed.
    FailIndex,
    /// It does not count, and another one is made.
    Ignore,
    /// It counts towards the limit, as without a rule.
    Count,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// How an exit code relates to a list of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum PodFailurePolicyOnExitCodesOperator {
    /// It is listed.
    In,
    /// It is not listed, and not zero.
    NotIn,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// When a pod that ends is replaced.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum PodReplacementPolicy {
    /// As soon as it is told to go.
    TerminatingOrFailed,
    /// When it is gone.
    Failed,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Exit codes that a rule is about.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodFailurePolicyOnExitCodesRequirement {
    #[api(tag = 1)]
    pub container_name: Option<String>,
    #[api(tag = 2, required)]
    pub operator: PodFailurePolicyOnExitCodesOperator,
    #[api(tag = 3, required, list = set)]
    pub values: Vec<i32>,
}

/// A condition of pods that a rule is about.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodFailurePolicyOnPodConditionsPattern {
    #[api(tag = 1, required)]
    pub type_: String,
    #[api(tag = 2, always)]
    pub status: ConditionStatus,
}

/// What pods that failed in one way mean for their job.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodFailurePolicyRule {
    #[api(tag = 1, required)]
    pub action: PodFailurePolicyAction,
    #[api(tag = 2)]
    pub on_exit_codes: Option<Box<PodFailurePolicyOnExitCodesRequirement>>,
    #[api(tag = 3, list = atomic)]
    pub on_pod_conditions: Vec<PodFailurePolicyOnPodConditionsPattern>,
}

/// What failed pods mean for their job; the first rule that fits counts.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodFailurePolicy {
    #[api(tag = 1, required, list = atomic)]
    pub rules: Vec<PodFailurePolicyRule>,
}

/// When an indexed job has succeeded without all of its indexes; one rule is enough.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct SuccessPolicy {
    #[api(tag = 1, required, list = atomic)]
    pub rules: Vec<SuccessPolicyRule>,
}

/// Which indexes, or how many, make a job succeed.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct SuccessPolicyRule {
    #[api(tag = 1)]
    pub succeeded_indexes: Option<String>,
    #[api(tag = 2)]
    pub succeeded_count: Option<i32>,
}

/// How far a job has come.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct JobStatus {
    #[api(tag = 1, patch = merge, merge_key = "type", list = atomic)]
    pub conditions: Vec<JobCondition>,
    #[api(tag = 2)]
    pub start_time: Option<Time>,
    #[api(tag = 3)]
    pub completion_time: Option<Time>,
    #[api(tag = 4)]
    pub active: i32,
    #[api(tag = 5)]
    pub succeeded: i32,
    #[api(tag = 6)]
    pub failed: i32,
    #[api(tag = 11)]
    pub terminating: Option<i32>,
    #[api(tag = 7)]
    pub completed_indexes: String,
    #[api(tag = 10)]
    pub failed_indexes: Option<String>,
    #[api(tag = 8)]
    pub uncounted_terminated_pods: Option<Box<UncountedTerminatedPods>>,
    #[api(tag = 9)]
    pub ready: Option<i32>,
}

/// Pods that have ended but are not in the counts yet.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct UncountedTerminatedPods {
    #[api(tag = 1, list = set)]
    pub succeeded: Vec<String>,
    #[api(tag = 2, list = set)]
    pub failed: Vec<String>,
}

/// Something that a job has reached, or not.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct JobCondition {
    #[api(tag = 1, required)]
    pub type_: String,
    #[api(tag = 2, required)]
    pub status: ConditionStatus,
    #[api(tag = 3)]
    pub last_probe_time: Time,
    #[api(tag = 4)]
    pub last_transition_time: Time,
    #[api(tag = 5)]
    pub reason: String,
    #[api(tag = 6)]
    pub message: String,
}

// Values of JobConditionType, which is a plain text because others may add their own.
/// It rests.
pub const JOB_SUSPENDED: &str = "Suspended";
/// It has succeeded.
pub const JOB_COMPLETE: &str = "Complete";
/// It has failed.
pub const JOB_FAILED: &str = "Failed";
/// It is about to fail; its pods are ending.
pub const JOB_FAILURE_TARGET: &str = "FailureTarget";
/// It is about to succeed; its pods are ending.
pub const JOB_SUCCESS_CRITERIA_MET: &str = "SuccessCriteriaMet";
