//! Autoscalers: how many pods a load needs.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};
use kubeforge_machinery::{NilVec, Quantity, Time};

use super::{MetricSpec, MetricStatus};
use crate::core::v1::ConditionStatus;

/// Changes the number of a workload's pods with what metrics say.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "horizontalpodautoscalers", singular = "horizontalpodautoscaler", short = ["hpa"], categories = ["all"], hub)]
#[api(subresource(status))]
#[api(introduced = "1.23")]
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
#[api(introduced = "1.23")]
pub struct HorizontalPodAutoscalerList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<HorizontalPodAutoscaler>,
}

/// What to scale, within which bounds, by which metrics, and how fast.
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
    /// What to scale by; the metric that asks for most pods counts.
    #[api(tag = 4, list = atomic)]
    pub metrics: Vec<MetricSpec>,
    /// How fast to scale.
    #[api(tag = 5)]
    pub behavior: Option<HorizontalPodAutoscalerBehavior>,
}

/// An object in the same namespace, whatever version it is read in.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
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

/// How fast to scale, up and down.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HorizontalPodAutoscalerBehavior {
    /// How fast to add pods.
    #[api(tag = 1)]
    pub scale_up: Option<Box<HPAScalingRules>>,
    /// How fast to take pods away.
    #[api(tag = 2)]
    pub scale_down: Option<Box<HPAScalingRules>>,
}

/// How fast to scale in one direction.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HPAScalingRules {
    /// How far back to look for the safest number.
    #[api(tag = 3)]
    pub stabilization_window_seconds: Option<i32>,
    /// Which of the policies counts.
    #[api(tag = 1)]
    pub select_policy: Option<ScalingPolicySelect>,
    /// What may be changed in a period.
    #[api(tag = 2, list = atomic)]
    pub policies: NilVec<HPAScalingPolicy>,
    /// How far from its target a metric may be without anything being done, as a share.
    #[api(tag = 4, gate = "HPAConfigurableTolerance")]
    pub tolerance: Option<Quantity>,
}

/// A change that may be made within a period.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HPAScalingPolicy {
    /// What the change is counted in.
    #[api(tag = 1, required)]
    pub type_: HPAScalingPolicyType,
    /// How much.
    #[api(tag = 2, required)]
    pub value: i32,
    /// In how long.
    #[api(tag = 3, required)]
    pub period_seconds: i32,
}

/// What a change is counted in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum HPAScalingPolicyType {
    /// Pods.
    Pods,
    /// Hundredths of the pods there are.
    Percent,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Which of several policies counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ScalingPolicySelect {
    /// The one that allows the greatest change.
    Max,
    /// The one that allows the least change.
    Min,
    /// None: there is no scaling in this direction.
    Disabled,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
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
    #[api(tag = 3)]
    pub current_replicas: i32,
    /// How many pods it last wanted.
    #[api(tag = 4, required)]
    pub desired_replicas: i32,
    /// What was last measured.
    #[api(tag = 5, always, list = atomic)]
    pub current_metrics: NilVec<MetricStatus>,
    /// What has been reached, and since when.
    #[api(tag = 6, patch = merge, merge_key = "type", list = map("type"))]
    pub conditions: Vec<HorizontalPodAutoscalerCondition>,
}

/// Whether an autoscaler can do its work.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
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
