//! Horizontal pod autoscalers of v1 to and from v2, the hub.
//!
//! v1 knows one metric, the average CPU use. What else an autoscaler of v2 says travels in four annotations, under the names and in
//! the forms that Kubernetes uses (it follows pkg/apis/autoscaling/v1/conversion.go), so that a client that reads and
//! writes v1 loses nothing. The hub never carries these annotations. An annotation that cannot be read is dropped.

mod behavior;
mod metrics;

use kubeforge_machinery::ConversionError;
use kubeforge_machinery::codec::{Json, from_json_slice, to_json_vec};
use kubeforge_machinery::meta::v1::ObjectMeta;

use super::{
    CrossVersionObjectReference, HorizontalPodAutoscaler, HorizontalPodAutoscalerCondition,
    HorizontalPodAutoscalerSpec, HorizontalPodAutoscalerStatus, MetricSpec, MetricStatus,
};
use crate::autoscaling::v2;

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

/// The v2 form of a v1 autoscaler.
///
/// # Errors
/// None today; the signature is that of every conversion.
pub fn horizontal_pod_autoscaler_to_hub(
    spoke: &HorizontalPodAutoscaler,
) -> Result<v2::HorizontalPodAutoscaler, ConversionError> {
    let notes = &spoke.metadata;
    let mut metrics: Vec<v2::MetricSpec> =
        read::<Vec<MetricSpec>>(notes, METRICS).unwrap_or_default().into_iter().map(metrics::spec_to_hub).collect();
    metrics.extend(spoke.spec.target_cpu_utilization_percentage.map(metrics::cpu_target));
    if metrics.is_empty() {
        metrics.push(metrics::cpu_target(CPU_UTILIZATION_DEFAULT));
    }
    let current_metrics = match read::<Vec<MetricStatus>>(notes, CURRENT_METRICS) {
        Some(measured) => measured.into_iter().map(metrics::status_to_hub).collect(),
        None => spoke.status.current_cpu_utilization_percentage.map(metrics::cpu_measured).into_iter().collect(),
    };
    let conditions = read::<Vec<HorizontalPodAutoscalerCondition>>(notes, CONDITIONS).unwrap_or_default();

    Ok(v2::HorizontalPodAutoscaler {
        metadata: without_notes(notes),
        spec: v2::HorizontalPodAutoscalerSpec {
            scale_target_ref: reference_to_hub(spoke.spec.scale_target_ref.clone()),
            min_replicas: spoke.spec.min_replicas,
            max_replicas: spoke.spec.max_replicas,
            metrics,
            behavior: notes.annotations.get(BEHAVIOR).and_then(|text| behavior::read(text)),
        },
        status: v2::HorizontalPodAutoscalerStatus {
            observed_generation: spoke.status.observed_generation,
            last_scale_time: spoke.status.last_scale_time,
            current_replicas: spoke.status.current_replicas,
            desired_replicas: spoke.status.desired_replicas,
            current_metrics,
            conditions: conditions.into_iter().map(condition_to_hub).collect(),
        },
    })
}

/// The v1 form of a v2 autoscaler.
///
/// # Errors
/// None today; the signature is that of every conversion.
pub fn horizontal_pod_autoscaler_from_hub(
    hub: &v2::HorizontalPodAutoscaler,
) -> Result<HorizontalPodAutoscaler, ConversionError> {
    let cpu = hub.spec.metrics.iter().position(|metric| metrics::cpu_target_of(metric).is_some());
    let others: Vec<MetricSpec> = (hub.spec.metrics.iter().enumerate())
        .filter(|(at, _)| Some(*at) != cpu)
        .map(|(_, metric)| metrics::spec_from_hub(metric.clone()))
        .collect();
    // All measurements travel, also that of the CPU: v1 has no place for its raw value.
    let measured: Vec<MetricStatus> =
        hub.status.current_metrics.iter().cloned().map(metrics::status_from_hub).collect();
    let conditions: Vec<_> = hub.status.conditions.iter().cloned().map(condition_from_hub).collect();

    let mut metadata = without_notes(&hub.metadata);
    write(&mut metadata, METRICS, &others);
    write(&mut metadata, CURRENT_METRICS, &measured);
    write(&mut metadata, CONDITIONS, &conditions);
    if let Some(text) = hub.spec.behavior.as_ref().and_then(behavior::write) {
        metadata.annotations.insert(BEHAVIOR.to_owned(), text);
    }

    Ok(HorizontalPodAutoscaler {
        metadata,
        spec: HorizontalPodAutoscalerSpec {
            scale_target_ref: reference_from_hub(hub.spec.scale_target_ref.clone()),
            min_replicas: hub.spec.min_replicas,
            max_replicas: hub.spec.max_replicas,
            target_cpu_utilization_percentage: (cpu.and_then(|at| hub.spec.metrics.get(at)))
                .and_then(metrics::cpu_target_of),
        },
        status: HorizontalPodAutoscalerStatus {
            observed_generation: hub.status.observed_generation,
            last_scale_time: hub.status.last_scale_time,
            current_replicas: hub.status.current_replicas,
            desired_replicas: hub.status.desired_replicas,
            current_cpu_utilization_percentage: hub.status.current_metrics.iter().find_map(metrics::cpu_measured_of),
        },
    })
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

fn without_notes(metadata: &ObjectMeta) -> ObjectMeta {
    let mut metadata = metadata.clone();
    for key in [METRICS, CURRENT_METRICS, CONDITIONS, BEHAVIOR] {
        metadata.annotations.remove(key);
    }
    metadata
}

fn reference_to_hub(reference: CrossVersionObjectReference) -> v2::CrossVersionObjectReference {
    let CrossVersionObjectReference { kind, name, api_version } = reference;
    v2::CrossVersionObjectReference { kind, name, api_version }
}

fn reference_from_hub(reference: v2::CrossVersionObjectReference) -> CrossVersionObjectReference {
    let v2::CrossVersionObjectReference { kind, name, api_version } = reference;
    CrossVersionObjectReference { kind, name, api_version }
}

fn condition_to_hub(condition: HorizontalPodAutoscalerCondition) -> v2::HorizontalPodAutoscalerCondition {
    let HorizontalPodAutoscalerCondition { type_, status, last_transition_time, reason, message } = condition;
    v2::HorizontalPodAutoscalerCondition { type_, status, last_transition_time, reason, message }
}

fn condition_from_hub(condition: v2::HorizontalPodAutoscalerCondition) -> HorizontalPodAutoscalerCondition {
    let v2::HorizontalPodAutoscalerCondition { type_, status, last_transition_time, reason, message } = condition;
    HorizontalPodAutoscalerCondition { type_, status, last_transition_time, reason, message }
}

#[cfg(test)]
mod tests;
