use kubeforge_derive::ApiSource;
use kubeforge_machinery::Time;
use kubeforge_machinery::meta::v1::{LabelSelector, ListMeta, ObjectMeta};

use crate::core::v1::{ConditionStatus, PodTemplateSpec};

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

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum CompletionMode {
    NonIndexed,
    Indexed,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum PodFailurePolicyAction {
    FailJob,
    FailIndex,
    Ignore,
    Count,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum PodFailurePolicyOnExitCodesOperator {
    In,
    NotIn,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum PodReplacementPolicy {
    TerminatingOrFailed,
    Failed,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodFailurePolicyOnExitCodesRequirement {
    #[api(tag = 1)]
    pub container_name: Option<String>,
    #[api(tag = 2, required)]
    pub operator: PodFailurePolicyOnExitCodesOperator,
    #[api(tag = 3, required, list = set)]
    pub values: Vec<i32>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodFailurePolicyOnPodConditionsPattern {
    #[api(tag = 1, required)]
    pub type_: String,
    #[api(tag = 2, always)]
    pub status: ConditionStatus,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodFailurePolicyRule {
    #[api(tag = 1, required)]
    pub action: PodFailurePolicyAction,
    #[api(tag = 2)]
    pub on_exit_codes: Option<Box<PodFailurePolicyOnExitCodesRequirement>>,
    #[api(tag = 3, list = atomic)]
    pub on_pod_conditions: Vec<PodFailurePolicyOnPodConditionsPattern>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodFailurePolicy {
    #[api(tag = 1, required, list = atomic)]
    pub rules: Vec<PodFailurePolicyRule>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct SuccessPolicy {
    #[api(tag = 1, required, list = atomic)]
    pub rules: Vec<SuccessPolicyRule>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct SuccessPolicyRule {
    #[api(tag = 1)]
    pub succeeded_indexes: Option<String>,
    #[api(tag = 2)]
    pub succeeded_count: Option<i32>,
}

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

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct UncountedTerminatedPods {
    #[api(tag = 1, list = set)]
    pub succeeded: Vec<String>,
    #[api(tag = 2, list = set)]
    pub failed: Vec<String>,
}

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
pub const JOB_SUSPENDED: &str = "Suspended";
pub const JOB_COMPLETE: &str = "Complete";
pub const JOB_FAILED: &str = "Failed";
pub const JOB_FAILURE_TARGET: &str = "FailureTarget";
pub const JOB_SUCCESS_CRITERIA_MET: &str = "SuccessCriteriaMet";
