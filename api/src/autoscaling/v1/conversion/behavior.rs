//! The form of the behavior annotation.
//!
//! Kubernetes writes it from a type without JSON names, so its keys are the Go field names and what is not given is `null`:
//! `{"ScaleUp":{"StabilizationWindowSeconds":0,"SelectPolicy":"Max","Policies":[…],"Tolerance":null},"ScaleDown":null}`.
//! Older servers must read what this one writes, so the form stays. Read is either spelling, as Go does.

use kubeforge_machinery::Quantity;
use serde::{Deserialize, Serialize};

use crate::autoscaling::v2;

#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Behavior {
    #[serde(alias = "scaleUp")]
    scale_up: Option<Rules>,
    #[serde(alias = "scaleDown")]
    scale_down: Option<Rules>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Rules {
    #[serde(alias = "stabilizationWindowSeconds")]
    stabilization_window_seconds: Option<i32>,
    #[serde(alias = "selectPolicy")]
    select_policy: Option<String>,
    #[serde(alias = "policies")]
    policies: Option<Vec<Policy>>,
    #[serde(alias = "tolerance")]
    tolerance: Option<String>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Policy {
    #[serde(rename = "Type", alias = "type")]
    type_: String,
    #[serde(alias = "value")]
    value: i32,
    #[serde(alias = "periodSeconds")]
    period_seconds: i32,
}

/// The behavior that an annotation holds, where it can be read and says anything.
pub(super) fn read(text: &str) -> Option<v2::HorizontalPodAutoscalerBehavior> {
    let Behavior { scale_up, scale_down } = serde_json::from_str(text).ok()?;
    let behavior = v2::HorizontalPodAutoscalerBehavior {
        scale_up: scale_up.map(rules_to_hub).map(Box::new),
        scale_down: scale_down.map(rules_to_hub).map(Box::new),
    };
    (behavior != v2::HorizontalPodAutoscalerBehavior::default()).then_some(behavior)
}

/// The annotation's text for a behavior.
pub(super) fn write(behavior: &v2::HorizontalPodAutoscalerBehavior) -> Option<String> {
    let form = Behavior {
        scale_up: behavior.scale_up.as_deref().map(rules_from_hub),
        scale_down: behavior.scale_down.as_deref().map(rules_from_hub),
    };
    serde_json::to_string(&form).ok()
}

fn rules_to_hub(rules: Rules) -> v2::HPAScalingRules {
    v2::HPAScalingRules {
        stabilization_window_seconds: rules.stabilization_window_seconds,
        select_policy: rules.select_policy.map(|policy| policy.as_str().into()),
        policies: rules.policies.unwrap_or_default().into_iter().map(policy_to_hub).collect(),
        tolerance: rules.tolerance.and_then(|text| text.parse::<Quantity>().ok()),
    }
}

fn rules_from_hub(rules: &v2::HPAScalingRules) -> Rules {
    Rules {
        stabilization_window_seconds: rules.stabilization_window_seconds,
        select_policy: rules.select_policy.as_ref().map(ToString::to_string),
        policies: (!rules.policies.is_empty()).then(|| rules.policies.iter().map(policy_from_hub).collect()),
        tolerance: rules.tolerance.as_ref().map(ToString::to_string),
    }
}

fn policy_to_hub(policy: Policy) -> v2::HPAScalingPolicy {
    let Policy { type_, value, period_seconds } = policy;
    v2::HPAScalingPolicy { type_: type_.as_str().into(), value, period_seconds }
}

fn policy_from_hub(policy: &v2::HPAScalingPolicy) -> Policy {
    Policy { type_: policy.type_.to_string(), value: policy.value, period_seconds: policy.period_seconds }
}
