//! Version v2 of the `autoscaling` group, the hub: autoscalers by any metric.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

pub mod defaults;
mod horizontal_pod_autoscaler;
mod metrics;

#[rustfmt::skip]
pub mod generated;

pub use horizontal_pod_autoscaler::{
    ABLE_TO_SCALE, CrossVersionObjectReference, HPAScalingPolicy, HPAScalingPolicyType, HPAScalingRules,
    HorizontalPodAutoscaler, HorizontalPodAutoscalerBehavior, HorizontalPodAutoscalerCondition,
    HorizontalPodAutoscalerList, HorizontalPodAutoscalerSpec, HorizontalPodAutoscalerStatus, SCALED_TO_ZERO,
    SCALING_ACTIVE, SCALING_LIMITED, ScalingPolicySelect,
};
pub use metrics::{
    ContainerResourceMetricSource, ContainerResourceMetricStatus, ExternalMetricSource, ExternalMetricStatus,
    MetricIdentifier, MetricSourceType, MetricSpec, MetricStatus, MetricTarget, MetricTargetType, MetricValueStatus,
    ObjectMetricSource, ObjectMetricStatus, PodsMetricSource, PodsMetricStatus, ResourceMetricSource,
    ResourceMetricStatus,
};
