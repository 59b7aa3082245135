//! How fast an autoscaler may scale.

use kubeforge_api::autoscaling::v2::{
    HPAScalingPolicy, HPAScalingPolicyType, HPAScalingRules, HorizontalPodAutoscalerBehavior, ScalingPolicySelect,
};
use kubeforge_machinery::field::{Error, ErrorList, Path};

use crate::common::non_negative_quantity;

const PERIOD_SECONDS_MAX: i32 = 1800;
const STABILIZATION_WINDOW_SECONDS_MAX: i32 = 3600;

const NOT_POSITIVE: &str = "must be greater than zero";

/// What is wrong with both directions.
pub(super) fn validate(behavior: &HorizontalPodAutoscalerBehavior, path: &Path<'_>, errors: &mut ErrorList) {
    for (rules, field) in [(&behavior.scale_up, "scaleUp"), (&behavior.scale_down, "scaleDown")] {
        if let Some(rules) = rules {
            validate_rules(rules, &path.child(field), errors);
        }
    }
}

fn validate_rules(rules: &HPAScalingRules, path: &Path<'_>, errors: &mut ErrorList) {
    if let Some(seconds) = rules.stabilization_window_seconds {
        let path = path.child("stabilizationWindowSeconds");
        if seconds < 0 {
            errors.push(Error::invalid(&path, seconds, "must be greater than or equal to zero"));
        }
        if seconds > STABILIZATION_WINDOW_SECONDS_MAX {
            let text = format!("must be less than or equal to {STABILIZATION_WINDOW_SECONDS_MAX}");
            errors.push(Error::invalid(&path, seconds, text));
        }
    }
    if let Some(ScalingPolicySelect::Other(policy)) = &rules.select_policy {
        errors.push(Error::not_supported(&path.child("selectPolicy"), policy, &["Disabled", "Max", "Min"]));
    }
    let policies = path.child("policies");
    if rules.policies.is_empty() {
        errors.push(Error::required(&policies, "must specify at least one Policy"));
    }
    for (at, policy) in rules.policies.iter().enumerate() {
        validate_policy(policy, &policies.index(at), errors);
    }
    if let Some(tolerance) = &rules.tolerance {
        non_negative_quantity(tolerance, &path.child("tolerance"), errors);
    }
}

fn validate_policy(policy: &HPAScalingPolicy, path: &Path<'_>, errors: &mut ErrorList) {
    if let HPAScalingPolicyType::Other(type_) = &policy.type_ {
        errors.push(Error::not_supported(&path.child("type"), type_, &["Percent", "Pods"]));
    }
    if policy.value <= 0 {
        errors.push(Error::invalid(&path.child("value"), policy.value, NOT_POSITIVE));
    }
    let period = path.child("periodSeconds");
    if policy.period_seconds <= 0 {
        errors.push(Error::invalid(&period, policy.period_seconds, NOT_POSITIVE));
    }
    if policy.period_seconds > PERIOD_SECONDS_MAX {
        let text = format!("must be less than or equal to {PERIOD_SECONDS_MAX}");
        errors.push(Error::invalid(&period, policy.period_seconds, text));
    }
}
