//! Metrics to scale by: v1 has a field per way to aim at a value, v2 one target with a type.

use kubeforge_machinery::meta::v1::LabelSelector;
use kubeforge_machinery::{ConversionError, Quantity};

use crate::autoscaling::v1::{
    ContainerResourceMetricSource, ExternalMetricSource, ObjectMetricSource, PodsMetricSource, ResourceMetricSource,
};
use crate::autoscaling::v2;

pub(in crate::autoscaling::v1) fn object_metric_source_to_hub(
    from: &ObjectMetricSource,
    to: &mut v2::ObjectMetricSource,
) -> Result<(), ConversionError> {
    let value = beside(&from.target_value, from.average_value.as_ref());
    to.target = value_target(value, from.average_value.clone());
    to.metric = identifier(&from.metric_name, from.selector.as_deref());
    Ok(())
}

pub(in crate::autoscaling::v1) fn object_metric_source_from_hub(
    from: &v2::ObjectMetricSource,
    to: &mut ObjectMetricSource,
) -> Result<(), ConversionError> {
    to.metric_name.clone_from(&from.metric.name);
    to.selector.clone_from(&from.metric.selector);
    to.target_value = from.target.value.clone().unwrap_or_default();
    to.average_value.clone_from(&from.target.average_value);
    Ok(())
}

pub(in crate::autoscaling::v1) fn pods_metric_source_to_hub(
    from: &PodsMetricSource,
    to: &mut v2::PodsMetricSource,
) -> Result<(), ConversionError> {
    to.target = value_target(None, Some(from.target_average_value.clone()));
    to.metric = identifier(&from.metric_name, from.selector.as_deref());
    Ok(())
}

pub(in crate::autoscaling::v1) fn pods_metric_source_from_hub(
    from: &v2::PodsMetricSource,
    to: &mut PodsMetricSource,
) -> Result<(), ConversionError> {
    to.metric_name.clone_from(&from.metric.name);
    to.selector.clone_from(&from.metric.selector);
    to.target_average_value = from.target.average_value.clone().unwrap_or_default();
    Ok(())
}

pub(in crate::autoscaling::v1) fn resource_metric_source_to_hub(
    from: &ResourceMetricSource,
    to: &mut v2::ResourceMetricSource,
) -> Result<(), ConversionError> {
    to.target = resource_target(from.target_average_utilization, from.target_average_value.clone());
    Ok(())
}

pub(in crate::autoscaling::v1) fn resource_metric_source_from_hub(
    from: &v2::ResourceMetricSource,
    to: &mut ResourceMetricSource,
) -> Result<(), ConversionError> {
    to.target_average_utilization = from.target.average_utilization;
    to.target_average_value.clone_from(&from.target.average_value);
    Ok(())
}

pub(in crate::autoscaling::v1) fn container_resource_metric_source_to_hub(
    from: &ContainerResourceMetricSource,
    to: &mut v2::ContainerResourceMetricSource,
) -> Result<(), ConversionError> {
    to.target = resource_target(from.target_average_utilization, from.target_average_value.clone());
    Ok(())
}

pub(in crate::autoscaling::v1) fn container_resource_metric_source_from_hub(
    from: &v2::ContainerResourceMetricSource,
    to: &mut ContainerResourceMetricSource,
) -> Result<(), ConversionError> {
    to.target_average_utilization = from.target.average_utilization;
    to.target_average_value.clone_from(&from.target.average_value);
    Ok(())
}

pub(in crate::autoscaling::v1) fn external_metric_source_to_hub(
    from: &ExternalMetricSource,
    to: &mut v2::ExternalMetricSource,
) -> Result<(), ConversionError> {
    to.target = value_target(from.target_value.clone(), from.target_average_value.clone());
    to.metric = identifier(&from.metric_name, from.metric_selector.as_deref());
    Ok(())
}

pub(in crate::autoscaling::v1) fn external_metric_source_from_hub(
    from: &v2::ExternalMetricSource,
    to: &mut ExternalMetricSource,
) -> Result<(), ConversionError> {
    to.metric_name.clone_from(&from.metric.name);
    to.metric_selector.clone_from(&from.metric.selector);
    to.target_value.clone_from(&from.target.value);
    to.target_average_value.clone_from(&from.target.average_value);
    Ok(())
}

/// What v1 has in two fields.
pub(super) fn identifier(name: &str, selector: Option<&LabelSelector>) -> v2::MetricIdentifier {
    v2::MetricIdentifier { name: name.to_owned(), selector: selector.cloned().map(Box::new) }
}

/// A value that v1 always writes: zero beside an average stands for "not given", which v1 cannot say.
pub(super) fn beside(value: &Quantity, average: Option<&Quantity>) -> Option<Quantity> {
    if average.is_some() && *value == Quantity::default() { None } else { Some(value.clone()) }
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
