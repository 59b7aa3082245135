//! Version v1 of the `autoscaling` group: the scale of a resource, and autoscalers that know only the CPU.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

#[allow(missing_docs)] // field docs come with the toolchain issue
mod horizontal_pod_autoscaler;
#[allow(missing_docs)] // field docs come with the toolchain issue
mod scale;
#[allow(missing_docs)] // field docs come with the toolchain issue
mod metrics;
pub mod conversion;
pub mod defaults;

pub mod generated;

pub use horizontal_pod_autoscaler::{ABLE_TO_SCALE, SCALED_TO_ZERO, SCALING_ACTIVE, SCALING_LIMITED, CrossVersionObjectReference, HorizontalPodAutoscaler, HorizontalPodAutoscalerCondition, HorizontalPodAutoscalerList, HorizontalPodAutoscalerSpec, HorizontalPodAutoscalerStatus};
pub use scale::{Scale, ScaleSpec, ScaleStatus};
pub use metrics::{ContainerResourceMetricSource, ContainerResourceMetricStatus, ExternalMetricSource, ExternalMetricStatus, MetricSourceType, MetricSpec, MetricStatus, ObjectMetricSource, ObjectMetricStatus, PodsMetricSource, PodsMetricStatus, ResourceMetricSource, ResourceMetricStatus};
