//! Defaults that the markers cannot say.

use super::{
    HPAScalingPolicy, HPAScalingPolicyType, HPAScalingRules, HorizontalPodAutoscaler, MetricSourceType, MetricSpec,
    MetricTarget, MetricTargetType, ResourceMetricSource, ScalingPolicySelect,
};
use crate::core::v1::RESOURCE_CPU;

/// At least one replica, four fifths of the requested CPU, and full scaling rules where any behavior is asked for.
pub fn default_horizontal_pod_autoscaler(hpa: &mut HorizontalPodAutoscaler) {
    hpa.spec.min_replicas.get_or_insert(1);
    if hpa.spec.metrics.is_empty() {
        hpa.spec.metrics.push(cpu_utilization(80));
    }
    if let Some(behavior) = &mut hpa.spec.behavior {
        default_rules(behavior.scale_up.get_or_insert_default(), scale_up());
        default_rules(behavior.scale_down.get_or_insert_default(), scale_down());
    }
}

fn cpu_utilization(percent: i32) -> MetricSpec {
    let target = MetricTarget {
        type_: MetricTargetType::Utilization,
        average_utilization: Some(percent),
        ..MetricTarget::default()
    };
    MetricSpec {
        type_: MetricSourceType::Resource,
        resource: Some(Box::new(ResourceMetricSource { name: RESOURCE_CPU.to_owned(), target })),
        ..MetricSpec::default()
    }
}

/// Up fast: four pods or a doubling in 15 seconds, whichever is more, without looking back.
fn scale_up() -> HPAScalingRules {
    HPAScalingRules {
        stabilization_window_seconds: Some(0),
        select_policy: Some(ScalingPolicySelect::Max),
        policies: [policy(HPAScalingPolicyType::Pods, 4), policy(HPAScalingPolicyType::Percent, 100)].into(),
        tolerance: None,
    }
}

/// Down as far as needed; how long to look back is the controller's setting.
fn scale_down() -> HPAScalingRules {
    HPAScalingRules {
        stabilization_window_seconds: None,
        select_policy: Some(ScalingPolicySelect::Max),
        policies: [policy(HPAScalingPolicyType::Percent, 100)].into(),
        tolerance: None,
    }
}

fn policy(type_: HPAScalingPolicyType, value: i32) -> HPAScalingPolicy {
    HPAScalingPolicy { type_, value, period_seconds: 15 }
}

/// Fills what `rules` leaves open.
fn default_rules(rules: &mut HPAScalingRules, from: HPAScalingRules) {
    rules.stabilization_window_seconds = rules.stabilization_window_seconds.or(from.stabilization_window_seconds);
    if rules.select_policy.is_none() {
        rules.select_policy = from.select_policy;
    }
    // an empty list is asked for, and refused later
    if rules.policies.is_nil() {
        rules.policies = from.policies;
    }
}
