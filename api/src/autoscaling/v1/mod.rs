//! Version v1 of the `autoscaling` group: the scale of a resource, and autoscalers that know only the CPU.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod conversion;
pub mod defaults;
mod horizontal_pod_autoscaler;
mod metrics;
mod scale;

#[rustfmt::skip]
pub mod generated;

pub use horizontal_pod_autoscaler::{
    ABLE_TO_SCALE, CrossVersionObjectReference, HorizontalPodAutoscaler, HorizontalPodAutoscalerCondition,
    HorizontalPodAutoscalerList, HorizontalPodAutoscalerSpec, HorizontalPodAutoscalerStatus, SCALED_TO_ZERO,
    SCALING_ACTIVE, SCALING_LIMITED,
};
pub use metrics::{
    ContainerResourceMetricSource, ContainerResourceMetricStatus, ExternalMetricSource, ExternalMetricStatus,
    MetricSourceType, MetricSpec, MetricStatus, ObjectMetricSource, ObjectMetricStatus, PodsMetricSource,
    PodsMetricStatus, ResourceMetricSource, ResourceMetricStatus,
};
pub use scale::{Scale, ScaleSpec, ScaleStatus};
