//! Horizontal pod autoscalers of v1 to and from v2, the hub: what the generated conversion leaves to us.
//!
//! v1 knows one metric, the average CPU use. What else an autoscaler of v2 says travels in four annotations, under the names and in
//! the forms that Kubernetes uses (it follows pkg/apis/autoscaling/v1/conversion.go), so that a client that reads and
//! writes v1 loses nothing. The hub never carries these annotations. An annotation that cannot be read is dropped.

mod behavior;
mod cpu;
mod sources;
mod statuses;

use kubeforge_machinery::ConversionError;
use kubeforge_machinery::codec::{Json, from_json_slice, to_json_vec};
use kubeforge_machinery::meta::v1::ObjectMeta;

use super::generated::conversion as generated;
use super::{
    HorizontalPodAutoscaler, HorizontalPodAutoscalerCondition, HorizontalPodAutoscalerSpec,
    HorizontalPodAutoscalerStatus, MetricSpec, MetricStatus,
};
use crate::autoscaling::v2;

pub(super) use sources::{
    container_resource_metric_source_from_hub, container_resource_metric_source_to_hub,
    external_metric_source_from_hub, external_metric_source_to_hub, object_metric_source_from_hub,
    object_metric_source_to_hub, pods_metric_source_from_hub, pods_metric_source_to_hub,
    resource_metric_source_from_hub, resource_metric_source_to_hub,
};
pub(super) use statuses::{
    container_resource_metric_status_from_hub, container_resource_metric_status_to_hub,
    external_metric_status_from_hub, external_metric_status_to_hub, object_metric_status_from_hub,
    object_metric_status_to_hub, pods_metric_status_from_hub, pods_metric_status_to_hub,
    resource_metric_status_from_hub, resource_metric_status_to_hub,
};

/// Metric targets other than the average CPU use, as a JSON list of [`MetricSpec`].
const METRICS: &str = "autoscaling.alpha.kubernetes.io/metrics";
/// What the autoscaler last measured, as a JSON list of [`MetricStatus`].
const CURRENT_METRICS: &str = "autoscaling.alpha.kubernetes.io/current-metrics";
/// The conditions, as a JSON list of [`HorizontalPodAutoscalerCondition`].
const CONDITIONS: &str = "autoscaling.alpha.kubernetes.io/conditions";
/// How fast to scale; see [`behavior`] for its form.
const BEHAVIOR: &str = "autoscaling.alpha.kubernetes.io/behavior";

/// The CPU use, in percent of what was requested, that v1 aims at where an autoscaler names no metric.
const CPU_UTILIZATION_DEFAULT: i32 = 80;

/// Takes what the annotations say.
pub(super) fn horizontal_pod_autoscaler_to_hub(
    from: &HorizontalPodAutoscaler,
    to: &mut v2::HorizontalPodAutoscaler,
) -> Result<(), ConversionError> {
    let notes = &from.metadata;
    let others: Vec<MetricSpec> = read(notes, METRICS).unwrap_or_default();
    let others = others.into_iter().map(generated::metric_spec_to_hub).collect::<Result<Vec<_>, _>>()?;
    to.spec.metrics.splice(0..0, others);
    if to.spec.metrics.is_empty() {
        to.spec.metrics.push(cpu::target(CPU_UTILIZATION_DEFAULT));
    }
    to.spec.behavior = notes.annotations.get(BEHAVIOR).and_then(|text| behavior::read(text));
    if let Some(measured) = read::<Vec<MetricStatus>>(notes, CURRENT_METRICS) {
        let measured = measured.into_iter().map(generated::metric_status_to_hub);
        to.status.current_metrics = measured.collect::<Result<_, _>>()?;
    }
    let conditions: Vec<HorizontalPodAutoscalerCondition> = read(notes, CONDITIONS).unwrap_or_default();
    let conditions = conditions.into_iter().map(generated::horizontal_pod_autoscaler_condition_to_hub);
    to.status.conditions = conditions.collect::<Result<_, _>>()?;
    remove_notes(&mut to.metadata);
    Ok(())
}

/// Writes the annotations.
pub(super) fn horizontal_pod_autoscaler_from_hub(
    from: &v2::HorizontalPodAutoscaler,
    to: &mut HorizontalPodAutoscaler,
) -> Result<(), ConversionError> {
    let (spec, status) = (&from.spec, &from.status);
    let cpu = spec.metrics.iter().position(|metric| cpu::target_of(metric).is_some());
    let others = spec.metrics.iter().enumerate().filter(|(at, _)| Some(*at) != cpu);
    let others = others.map(|(_, metric)| generated::metric_spec_from_hub(metric.clone()));
    // All measurements travel, also that of the CPU: v1 has no place for its raw value.
    let measured = status.current_metrics.iter().cloned().map(generated::metric_status_from_hub);
    let conditions = status.conditions.iter().cloned().map(generated::horizontal_pod_autoscaler_condition_from_hub);

    remove_notes(&mut to.metadata);
    write(&mut to.metadata, METRICS, &others.collect::<Result<Vec<MetricSpec>, _>>()?);
    write(&mut to.metadata, CURRENT_METRICS, &measured.collect::<Result<Vec<MetricStatus>, _>>()?);
    write(&mut to.metadata, CONDITIONS, &conditions.collect::<Result<Vec<HorizontalPodAutoscalerCondition>, _>>()?);
    if let Some(text) = spec.behavior.as_ref().and_then(behavior::write) {
        to.metadata.annotations.insert(BEHAVIOR.to_owned(), text);
    }
    Ok(())
}

/// The one target of v1 is the last metric of v2; those before it come from the annotations.
pub(super) fn horizontal_pod_autoscaler_spec_to_hub(
    from: &HorizontalPodAutoscalerSpec,
    to: &mut v2::HorizontalPodAutoscalerSpec,
) -> Result<(), ConversionError> {
    to.metrics.extend(from.target_cpu_utilization_percentage.map(cpu::target));
    Ok(())
}

/// The first metric that v1 has a field for.
pub(super) fn horizontal_pod_autoscaler_spec_from_hub(
    from: &v2::HorizontalPodAutoscalerSpec,
    to: &mut HorizontalPodAutoscalerSpec,
) -> Result<(), ConversionError> {
    to.target_cpu_utilization_percentage = from.metrics.iter().find_map(cpu::target_of);
    Ok(())
}

/// The one measurement of v1, where the annotations say nothing of measurements.
pub(super) fn horizontal_pod_autoscaler_status_to_hub(
    from: &HorizontalPodAutoscalerStatus,
    to: &mut v2::HorizontalPodAutoscalerStatus,
) -> Result<(), ConversionError> {
    to.current_metrics.extend(from.current_cpu_utilization_percentage.map(cpu::measured));
    Ok(())
}

/// The first measurement that v1 has a field for.
pub(super) fn horizontal_pod_autoscaler_status_from_hub(
    from: &v2::HorizontalPodAutoscalerStatus,
    to: &mut HorizontalPodAutoscalerStatus,
) -> Result<(), ConversionError> {
    to.current_cpu_utilization_percentage = from.current_metrics.iter().find_map(cpu::measured_of);
    Ok(())
}

/// The value of an annotation, where it is there and can be read.
fn read<T: Json + Default>(metadata: &ObjectMeta, key: &str) -> Option<T> {
    from_json_slice(metadata.annotations.get(key)?.as_bytes()).ok()
}

/// Puts a list into an annotation; an empty list needs none.
fn write<T: Json>(metadata: &mut ObjectMeta, key: &str, list: &Vec<T>)
where
    Vec<T>: Json,
{
    if list.is_empty() {
        return;
    }
    if let Ok(text) = String::from_utf8(to_json_vec(list)) {
        metadata.annotations.insert(key.to_owned(), text);
    }
}

fn remove_notes(metadata: &mut ObjectMeta) {
    for key in [METRICS, CURRENT_METRICS, CONDITIONS, BEHAVIOR] {
        metadata.annotations.remove(key);
    }
}

#[cfg(test)]
mod tests;
