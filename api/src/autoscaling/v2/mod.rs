//! Version v2 of the `autoscaling` group, the hub: autoscalers by any metric.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

#[allow(missing_docs)] // field docs come with the toolchain issue
mod horizontal_pod_autoscaler;
#[allow(missing_docs)] // field docs come with the toolchain issue
mod metrics;
pub mod defaults;

pub mod generated;

pub use horizontal_pod_autoscaler::{ABLE_TO_SCALE, SCALED_TO_ZERO, SCALING_ACTIVE, SCALING_LIMITED, CrossVersionObjectReference, HPAScalingPolicy, HPAScalingPolicyType, HPAScalingRules, HorizontalPodAutoscaler, HorizontalPodAutoscalerBehavior, HorizontalPodAutoscalerCondition, HorizontalPodAutoscalerList, HorizontalPodAutoscalerSpec, HorizontalPodAutoscalerStatus, ScalingPolicySelect};
pub use metrics::{ContainerResourceMetricSource, ContainerResourceMetricStatus, ExternalMetricSource, ExternalMetricStatus, MetricIdentifier, MetricSourceType, MetricSpec, MetricStatus, MetricTarget, MetricTargetType, MetricValueStatus, ObjectMetricSource, ObjectMetricStatus, PodsMetricSource, PodsMetricStatus, ResourceMetricSource, ResourceMetricStatus};
