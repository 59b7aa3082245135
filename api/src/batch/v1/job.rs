//! Jobs: pods that run until enough of them have succeeded.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{LabelSelector, ListMeta, ObjectMeta};
use kubeforge_machinery::{NilVec, Time};

use crate::core::v1::{ConditionStatus, PodTemplateSpec};

/// Runs pods until enough of them have succeeded.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "jobs", singular = "job", categories = ["all"])]
#[api(subresource(status))]
#[api(selectable("metadata.name", "metadata.namespace", "status.successful = status.succeeded"))]
#[api(introduced = "1.2")]
pub struct Job {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What is wanted.
    #[api(tag = 2)]
    pub spec: JobSpec,
    /// What has come of it.
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
    /// How many pods at a time.
    #[api(tag = 1)]
    pub parallelism: Option<i32>,
    /// How many must succeed; unset, any one ends the job.
    #[api(tag = 2)]
    pub completions: Option<i32>,
    /// The job fails when it has been running for longer than this.
    #[api(tag = 3)]
    pub active_deadline_seconds: Option<i64>,
    /// What a failed pod means.
    #[api(tag = 11)]
    pub pod_failure_policy: Option<PodFailurePolicy>,
    /// When some successes are enough.
    #[api(tag = 16)]
    pub success_policy: Option<SuccessPolicy>,
    /// How many failures the job bears.
    #[api(tag = 7)]
    pub backoff_limit: Option<i32>,
    /// How many failures each index bears.
    #[api(tag = 12)]
    pub backoff_limit_per_index: Option<i32>,
    /// How many failed indexes the job bears.
    #[api(tag = 13)]
    pub max_failed_indexes: Option<i32>,
    /// Which pods are its own; chosen by the server.
    #[api(tag = 4)]
    pub selector: Option<Box<LabelSelector>>,
    /// The selector is the user's to choose.
    #[api(tag = 5)]
    pub manual_selector: Option<bool>,
    /// What the pods look like.
    #[api(tag = 6, required)]
    pub template: PodTemplateSpec,
    /// How long the job is kept when it is done.
    #[api(tag = 8)]
    pub ttl_seconds_after_finished: Option<i32>,
    /// What it means to be complete.
    #[api(tag = 9)]
    pub completion_mode: Option<CompletionMode>,
    /// The job rests: its pods are ended and no new ones made.
    #[api(tag = 10)]
    pub suspend: Option<bool>,
    /// When a pod that ends is replaced.
    #[api(tag = 14)]
    pub pod_replacement_policy: Option<PodReplacementPolicy>,
    /// Which controller looks after the job; unset for the cluster's own.
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
    /// Which container; unset for any.
    #[api(tag = 1)]
    pub container_name: Option<String>,
    /// How the exit code relates to the values.
    #[api(tag = 2, required)]
    pub operator: PodFailurePolicyOnExitCodesOperator,
    /// The exit codes.
    #[api(tag = 3, required, list = set)]
    pub values: Vec<i32>,
}

/// A condition of pods that a rule is about.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodFailurePolicyOnPodConditionsPattern {
    /// The condition.
    #[api(tag = 1, required)]
    pub type_: String,
    /// The status that it has.
    #[api(tag = 2, always)]
    pub status: ConditionStatus,
}

/// What pods that failed in one way mean for their job.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodFailurePolicyRule {
    /// What they mean.
    #[api(tag = 1, required)]
    pub action: PodFailurePolicyAction,
    /// Pods with these exit codes.
    #[api(tag = 2)]
    pub on_exit_codes: Option<Box<PodFailurePolicyOnExitCodesRequirement>>,
    /// Pods with one of these conditions.
    #[api(tag = 3, list = atomic)]
    pub on_pod_conditions: Vec<PodFailurePolicyOnPodConditionsPattern>,
}

/// What failed pods mean for their job; the first rule that fits counts.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodFailurePolicy {
    /// In order.
    #[api(tag = 1, required, list = atomic)]
    pub rules: NilVec<PodFailurePolicyRule>,
}

/// When an indexed job has succeeded without all of its indexes; one rule is enough.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct SuccessPolicy {
    /// In order.
    #[api(tag = 1, required, list = atomic)]
    pub rules: NilVec<SuccessPolicyRule>,
}

/// Which indexes, or how many, make a job succeed.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct SuccessPolicyRule {
    /// The indexes, such as `0,2-4`.
    #[api(tag = 1)]
    pub succeeded_indexes: Option<String>,
    /// How many of them; unset for all.
    #[api(tag = 2)]
    pub succeeded_count: Option<i32>,
}

/// How far a job has come.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct JobStatus {
    /// What has been reached, and since when.
    #[api(tag = 1, patch = merge, merge_key = "type", list = atomic)]
    pub conditions: Vec<JobCondition>,
    /// When it was started or last resumed.
    #[api(tag = 2)]
    pub start_time: Option<Time>,
    /// When it succeeded.
    #[api(tag = 3)]
    pub completion_time: Option<Time>,
    /// How many pods run.
    #[api(tag = 4)]
    pub active: i32,
    /// How many pods succeeded.
    #[api(tag = 5)]
    pub succeeded: i32,
    /// How many pods failed.
    #[api(tag = 6)]
    pub failed: i32,
    /// How many pods are ending.
    #[api(tag = 11)]
    pub terminating: Option<i32>,
    /// The indexes that succeeded, such as `0,2-4`.
    #[api(tag = 7)]
    pub completed_indexes: String,
    /// The indexes that failed, such as `0,2-4`.
    #[api(tag = 10)]
    pub failed_indexes: Option<String>,
    /// Pods that have ended and are yet to be counted.
    #[api(tag = 8)]
    pub uncounted_terminated_pods: Option<Box<UncountedTerminatedPods>>,
    /// How many pods are ready.
    #[api(tag = 9)]
    pub ready: Option<i32>,
}

/// Pods that have ended but are not in the counts yet.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct UncountedTerminatedPods {
    /// UIDs of those that succeeded.
    #[api(tag = 1, list = set)]
    pub succeeded: Vec<String>,
    /// UIDs of those that failed.
    #[api(tag = 2, list = set)]
    pub failed: Vec<String>,
}

/// Something that a job has reached, or not.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct JobCondition {
    /// What it is about.
    #[api(tag = 1, required)]
    pub type_: String,
    /// Whether it holds.
    #[api(tag = 2, required)]
    pub status: ConditionStatus,
    /// When it was last looked at.
    #[api(tag = 3)]
    pub last_probe_time: Time,
    /// Since when it is so.
    #[api(tag = 4)]
    pub last_transition_time: Time,
    /// Why, for programs.
    #[api(tag = 5)]
    pub reason: String,
    /// Why, for people.
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
