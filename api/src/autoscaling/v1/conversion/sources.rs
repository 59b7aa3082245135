//! Metrics between v1, which has a field per way to measure, and v2, which has one target with a type.

use kubeforge_machinery::Quantity;

use super::{reference_from_hub, reference_to_hub};
use crate::autoscaling::v1::{
    ContainerResourceMetricSource, ContainerResourceMetricStatus, ExternalMetricSource, ExternalMetricStatus,
    MetricSpec, MetricStatus, ObjectMetricSource, ObjectMetricStatus, PodsMetricSource, PodsMetricStatus,
    ResourceMetricSource, ResourceMetricStatus,
};
use crate::autoscaling::v2;
use crate::core::v1::RESOURCE_CPU;

/// The one target that v1 has a field for.
pub(super) fn cpu_target(percent: i32) -> v2::MetricSpec {
    let target = resource_target(Some(percent), None);
    v2::MetricSpec {
        type_: v2::MetricSourceType::Resource,
        resource: Some(Box::new(v2::ResourceMetricSource { name: RESOURCE_CPU.to_owned(), target })),
        ..Default::default()
    }
}

/// The percentage of a metric that is what [`cpu_target`] makes, and nothing more.
pub(super) fn cpu_target_of(metric: &v2::MetricSpec) -> Option<i32> {
    let percent = metric.resource.as_deref()?.target.average_utilization?;
    (*metric == cpu_target(percent)).then_some(percent)
}

/// The one measurement that v1 has a field for.
pub(super) fn cpu_measured(percent: i32) -> v2::MetricStatus {
    let current = v2::MetricValueStatus { average_utilization: Some(percent), ..Default::default() };
    v2::MetricStatus {
        type_: v2::MetricSourceType::Resource,
        resource: Some(Box::new(v2::ResourceMetricStatus { name: RESOURCE_CPU.to_owned(), current })),
        ..Default::default()
    }
}

/// The CPU use that a measurement speaks of, if it does.
pub(super) fn cpu_measured_of(metric: &v2::MetricStatus) -> Option<i32> {
    let resource = metric.resource.as_deref()?;
    if metric.type_ != v2::MetricSourceType::Resource || resource.name != RESOURCE_CPU {
        return None;
    }
    resource.current.average_utilization
}

pub(super) fn spec_to_hub(metric: MetricSpec) -> v2::MetricSpec {
    v2::MetricSpec {
        type_: metric.type_.as_str().into(),
        object: metric.object.map(|m| {
            Box::new(v2::ObjectMetricSource {
                described_object: reference_to_hub(m.target),
                target: value_target(beside(m.target_value, m.average_value.as_ref()), m.average_value),
                metric: v2::MetricIdentifier { name: m.metric_name, selector: m.selector },
            })
        }),
        pods: metric.pods.map(|m| {
            Box::new(v2::PodsMetricSource {
                metric: v2::MetricIdentifier { name: m.metric_name, selector: m.selector },
                target: value_target(None, Some(m.target_average_value)),
            })
        }),
        resource: metric.resource.map(|m| {
            let target = resource_target(m.target_average_utilization, m.target_average_value);
            Box::new(v2::ResourceMetricSource { name: m.name, target })
        }),
        container_resource: metric.container_resource.map(|m| {
            let target = resource_target(m.target_average_utilization, m.target_average_value);
            Box::new(v2::ContainerResourceMetricSource { name: m.name, target, container: m.container })
        }),
        external: metric.external.map(|m| {
            Box::new(v2::ExternalMetricSource {
                metric: v2::MetricIdentifier { name: m.metric_name, selector: m.metric_selector },
                target: value_target(m.target_value, m.target_average_value),
            })
        }),
    }
}

pub(super) fn spec_from_hub(metric: v2::MetricSpec) -> MetricSpec {
    MetricSpec {
        type_: metric.type_.as_str().into(),
        object: metric.object.map(|m| {
            Box::new(ObjectMetricSource {
                target: reference_from_hub(m.described_object),
                metric_name: m.metric.name,
                target_value: m.target.value.unwrap_or_default(),
                selector: m.metric.selector,
                average_value: m.target.average_value,
            })
        }),
        pods: metric.pods.map(|m| {
            Box::new(PodsMetricSource {
                metric_name: m.metric.name,
                target_average_value: m.target.average_value.unwrap_or_default(),
                selector: m.metric.selector,
            })
        }),
        resource: metric.resource.map(|m| {
            Box::new(ResourceMetricSource {
                name: m.name,
                target_average_utilization: m.target.average_utilization,
                target_average_value: m.target.average_value,
            })
        }),
        container_resource: metric.container_resource.map(|m| {
            Box::new(ContainerResourceMetricSource {
                name: m.name,
                target_average_utilization: m.target.average_utilization,
                target_average_value: m.target.average_value,
                container: m.container,
            })
        }),
        external: metric.external.map(|m| {
            Box::new(ExternalMetricSource {
                metric_name: m.metric.name,
                metric_selector: m.metric.selector,
                target_value: m.target.value,
                target_average_value: m.target.average_value,
            })
        }),
    }
}

pub(super) fn status_to_hub(metric: MetricStatus) -> v2::MetricStatus {
    v2::MetricStatus {
        type_: metric.type_.as_str().into(),
        object: metric.object.map(|m| {
            let value = beside(m.current_value, m.average_value.as_ref());
            Box::new(v2::ObjectMetricStatus {
                metric: v2::MetricIdentifier { name: m.metric_name, selector: m.selector },
                current: measured(value, m.average_value, None),
                described_object: reference_to_hub(m.target),
            })
        }),
        pods: metric.pods.map(|m| {
            Box::new(v2::PodsMetricStatus {
                metric: v2::MetricIdentifier { name: m.metric_name, selector: m.selector },
                current: measured(None, Some(m.current_average_value), None),
            })
        }),
        resource: metric.resource.map(|m| {
            let current = measured(None, Some(m.current_average_value), m.current_average_utilization);
            Box::new(v2::ResourceMetricStatus { name: m.name, current })
        }),
        container_resource: metric.container_resource.map(|m| {
            let current = measured(None, Some(m.current_average_value), m.current_average_utilization);
            Box::new(v2::ContainerResourceMetricStatus { name: m.name, current, container: m.container })
        }),
        external: metric.external.map(|m| {
            let value = beside(m.current_value, m.current_average_value.as_ref());
            Box::new(v2::ExternalMetricStatus {
                metric: v2::MetricIdentifier { name: m.metric_name, selector: m.metric_selector },
                current: measured(value, m.current_average_value, None),
            })
        }),
    }
}

pub(super) fn status_from_hub(metric: v2::MetricStatus) -> MetricStatus {
    MetricStatus {
        type_: metric.type_.as_str().into(),
        object: metric.object.map(|m| {
            Box::new(ObjectMetricStatus {
                target: reference_from_hub(m.described_object),
                metric_name: m.metric.name,
                current_value: m.current.value.unwrap_or_default(),
                selector: m.metric.selector,
                average_value: m.current.average_value,
            })
        }),
        pods: metric.pods.map(|m| {
            Box::new(PodsMetricStatus {
                metric_name: m.metric.name,
                current_average_value: m.current.average_value.unwrap_or_default(),
                selector: m.metric.selector,
            })
        }),
        resource: metric.resource.map(|m| {
            Box::new(ResourceMetricStatus {
                name: m.name,
                current_average_utilization: m.current.average_utilization,
                current_average_value: m.current.average_value.unwrap_or_default(),
            })
        }),
        container_resource: metric.container_resource.map(|m| {
            Box::new(ContainerResourceMetricStatus {
                name: m.name,
                current_average_utilization: m.current.average_utilization,
                current_average_value: m.current.average_value.unwrap_or_default(),
                container: m.container,
            })
        }),
        external: metric.external.map(|m| {
            Box::new(ExternalMetricStatus {
                metric_name: m.metric.name,
                metric_selector: m.metric.selector,
                current_value: m.current.value.unwrap_or_default(),
                current_average_value: m.current.average_value,
            })
        }),
    }
}

/// A value that v1 always writes: zero beside an average stands for "not given", which v1 cannot say.
fn beside(value: Quantity, average: Option<&Quantity>) -> Option<Quantity> {
    if average.is_some() && value == Quantity::default() { None } else { Some(value) }
}

fn value_target(value: Option<Quantity>, average_value: Option<Quantity>) -> v2::MetricTarget {
    let type_ = match average_value {
        Some(_) => v2::MetricTargetType::AverageValue,
        None => v2::MetricTargetType::Value,
    };
    v2::MetricTarget { type_, value, average_value, average_utilization: None }
}

fn resource_target(average_utilization: Option<i32>, average_value: Option<Quantity>) -> v2::MetricTarget {
    let type_ = match average_utilization {
        Some(_) => v2::MetricTargetType::Utilization,
        None => v2::MetricTargetType::AverageValue,
    };
    v2::MetricTarget { type_, value: None, average_value, average_utilization }
}

fn measured(
    value: Option<Quantity>,
    average_value: Option<Quantity>,
    average_utilization: Option<i32>,
) -> v2::MetricValueStatus {
    v2::MetricValueStatus { value, average_value, average_utilization }
}
