//! The one metric that v1 has fields for: the pods' average use of the CPU that they ask for.

use crate::autoscaling::v2;
use crate::core::v1::RESOURCE_CPU;

/// The target that v1 has a field for.
pub(super) fn target(percent: i32) -> v2::MetricSpec {
    let target = v2::MetricTarget {
        type_: v2::MetricTargetType::Utilization,
        average_utilization: Some(percent),
        ..Default::default()
    };
    v2::MetricSpec {
        type_: v2::MetricSourceType::Resource,
        resource: Some(Box::new(v2::ResourceMetricSource { name: RESOURCE_CPU.to_owned(), target })),
        ..Default::default()
    }
}

/// The percentage of a metric that is what [`target`] makes, and nothing more.
pub(super) fn target_of(metric: &v2::MetricSpec) -> Option<i32> {
    let percent = metric.resource.as_deref()?.target.average_utilization?;
    (*metric == target(percent)).then_some(percent)
}

/// The measurement that v1 has a field for.
pub(super) fn measured(percent: i32) -> v2::MetricStatus {
    let current = v2::MetricValueStatus { average_utilization: Some(percent), ..Default::default() };
    v2::MetricStatus {
        type_: v2::MetricSourceType::Resource,
        resource: Some(Box::new(v2::ResourceMetricStatus { name: RESOURCE_CPU.to_owned(), current })),
        ..Default::default()
    }
}

/// The CPU use that a measurement speaks of, if it does.
pub(super) fn measured_of(metric: &v2::MetricStatus) -> Option<i32> {
    let resource = metric.resource.as_deref()?;
    if metric.type_ != v2::MetricSourceType::Resource || resource.name != RESOURCE_CPU {
        return None;
    }
    resource.current.average_utilization
}
