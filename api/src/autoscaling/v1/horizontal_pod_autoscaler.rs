//! Autoscalers that know one metric.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Time;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

use crate::core::v1::ConditionStatus;

/// Changes the number of a workload's pods with the CPU that they use.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "horizontalpodautoscalers", singular = "horizontalpodautoscaler", short = ["hpa"], categories = ["all"], spoke_of = "v2", lossy = "v1 says the CPU target in a field, v2 in a list; without metrics the target is 80 %")]
#[api(subresource(status))]
#[api(introduced = "1.2")]
pub struct HorizontalPodAutoscaler {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What is wanted.
    #[api(tag = 2, required)]
    pub spec: HorizontalPodAutoscalerSpec,
    /// What has come of it.
    #[api(tag = 3)]
    pub status: HorizontalPodAutoscalerStatus,
}

/// Horizontal pod autoscalers, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "HorizontalPodAutoscaler")]
#[api(introduced = "1.2")]
pub struct HorizontalPodAutoscalerList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<HorizontalPodAutoscaler>,
}

/// What to scale, within which bounds, and to which use of the CPU.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HorizontalPodAutoscalerSpec {
    /// What to scale.
    #[api(tag = 1, required)]
    pub scale_target_ref: CrossVersionObjectReference,
    /// The least number of pods.
    #[api(tag = 2)]
    pub min_replicas: Option<i32>,
    /// The greatest number of pods.
    #[api(tag = 3, required)]
    pub max_replicas: i32,
    /// How much of the CPU that they ask for the pods should use, in hundredths.
    #[api(tag = 4, json = "targetCPUUtilizationPercentage")]
    pub target_cpu_utilization_percentage: Option<i32>,
}

/// What the autoscaler last saw and did.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HorizontalPodAutoscalerStatus {
    /// The generation that this status is about.
    #[api(tag = 1)]
    pub observed_generation: Option<i64>,
    /// When the number was last changed.
    #[api(tag = 2)]
    pub last_scale_time: Option<Time>,
    /// How many pods it last saw.
    #[api(tag = 3, required)]
    pub current_replicas: i32,
    /// How many pods it last wanted.
    #[api(tag = 4, required)]
    pub desired_replicas: i32,
    /// How much of the CPU that they ask for the pods used, in hundredths.
    #[api(tag = 5, json = "currentCPUUtilizationPercentage")]
    pub current_cpu_utilization_percentage: Option<i32>,
}

/// An object in the same namespace, whatever version it is read in.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct CrossVersionObjectReference {
    /// Its kind.
    #[api(tag = 1, required)]
    pub kind: String,
    /// Its name.
    #[api(tag = 2, required)]
    pub name: String,
    /// Group and version of its kind.
    #[api(tag = 3)]
    pub api_version: String,
}

/// Whether an autoscaler can do its work; kept in an annotation.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(converts_to = "HorizontalPodAutoscalerCondition")]
pub struct HorizontalPodAutoscalerCondition {
    /// What it is about.
    #[api(tag = 1, required)]
    pub type_: String,
    /// Whether it holds.
    #[api(tag = 2, required)]
    pub status: ConditionStatus,
    /// Since when it is so.
    #[api(tag = 3)]
    pub last_transition_time: Time,
    /// Why, for programs.
    #[api(tag = 4)]
    pub reason: String,
    /// Why, for people.
    #[api(tag = 5)]
    pub message: String,
}

// Values of HorizontalPodAutoscalerConditionType, which is a plain text because others may add their own.
/// It can find out how many pods are needed.
pub const SCALING_ACTIVE: &str = "ScalingActive";
/// It can read and change the scale of its target.
pub const ABLE_TO_SCALE: &str = "AbleToScale";
/// A bound keeps it from what it would rather do.
pub const SCALING_LIMITED: &str = "ScalingLimited";
/// It took the last pod away itself.
pub const SCALED_TO_ZERO: &str = "ScaledToZero";
