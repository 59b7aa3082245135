//! What metrics were last: v1 has a field per way to measure, v2 one struct for all.

use kubeforge_machinery::ConversionError;

use super::sources::{beside, identifier};
use crate::autoscaling::v1::{
    ContainerResourceMetricStatus, ExternalMetricStatus, ObjectMetricStatus, PodsMetricStatus, ResourceMetricStatus,
};
use crate::autoscaling::v2;

pub(in crate::autoscaling::v1) fn object_metric_status_to_hub(
    from: &ObjectMetricStatus,
    to: &mut v2::ObjectMetricStatus,
) -> Result<(), ConversionError> {
    to.metric = identifier(&from.metric_name, from.selector.as_deref());
    to.current.value = beside(&from.current_value, from.average_value.as_ref());
    to.current.average_value.clone_from(&from.average_value);
    Ok(())
}

pub(in crate::autoscaling::v1) fn object_metric_status_from_hub(
    from: &v2::ObjectMetricStatus,
    to: &mut ObjectMetricStatus,
) -> Result<(), ConversionError> {
    to.metric_name.clone_from(&from.metric.name);
    to.selector.clone_from(&from.metric.selector);
    to.current_value = from.current.value.clone().unwrap_or_default();
    to.average_value.clone_from(&from.current.average_value);
    Ok(())
}

pub(in crate::autoscaling::v1) fn pods_metric_status_to_hub(
    from: &PodsMetricStatus,
    to: &mut v2::PodsMetricStatus,
) -> Result<(), ConversionError> {
    to.metric = identifier(&from.metric_name, from.selector.as_deref());
    to.current.average_value = Some(from.current_average_value.clone());
    Ok(())
}

pub(in crate::autoscaling::v1) fn pods_metric_status_from_hub(
    from: &v2::PodsMetricStatus,
    to: &mut PodsMetricStatus,
) -> Result<(), ConversionError> {
    to.metric_name.clone_from(&from.metric.name);
    to.selector.clone_from(&from.metric.selector);
    to.current_average_value = from.current.average_value.clone().unwrap_or_default();
    Ok(())
}

pub(in crate::autoscaling::v1) fn resource_metric_status_to_hub(
    from: &ResourceMetricStatus,
    to: &mut v2::ResourceMetricStatus,
) -> Result<(), ConversionError> {
    to.current.average_utilization = from.current_average_utilization;
    to.current.average_value = Some(from.current_average_value.clone());
    Ok(())
}

pub(in crate::autoscaling::v1) fn resource_metric_status_from_hub(
    from: &v2::ResourceMetricStatus,
    to: &mut ResourceMetricStatus,
) -> Result<(), ConversionError> {
    to.current_average_utilization = from.current.average_utilization;
    to.current_average_value = from.current.average_value.clone().unwrap_or_default();
    Ok(())
}

pub(in crate::autoscaling::v1) fn container_resource_metric_status_to_hub(
    from: &ContainerResourceMetricStatus,
    to: &mut v2::ContainerResourceMetricStatus,
) -> Result<(), ConversionError> {
    to.current.average_utilization = from.current_average_utilization;
    to.current.average_value = Some(from.current_average_value.clone());
    Ok(())
}

pub(in crate::autoscaling::v1) fn container_resource_metric_status_from_hub(
    from: &v2::ContainerResourceMetricStatus,
    to: &mut ContainerResourceMetricStatus,
) -> Result<(), ConversionError> {
    to.current_average_utilization = from.current.average_utilization;
    to.current_average_value = from.current.average_value.clone().unwrap_or_default();
    Ok(())
}

pub(in crate::autoscaling::v1) fn external_metric_status_to_hub(
    from: &ExternalMetricStatus,
    to: &mut v2::ExternalMetricStatus,
) -> Result<(), ConversionError> {
    to.metric = identifier(&from.metric_name, from.metric_selector.as_deref());
    to.current.value = beside(&from.current_value, from.current_average_value.as_ref());
    to.current.average_value.clone_from(&from.current_average_value);
    Ok(())
}

pub(in crate::autoscaling::v1) fn external_metric_status_from_hub(
    from: &v2::ExternalMetricStatus,
    to: &mut ExternalMetricStatus,
) -> Result<(), ConversionError> {
    to.metric_name.clone_from(&from.metric.name);
    to.metric_selector.clone_from(&from.metric.selector);
    to.current_value = from.current.value.clone().unwrap_or_default();
    to.current_average_value.clone_from(&from.current.average_value);
    Ok(())
}
