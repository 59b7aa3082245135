//! Taints of devices, and who tolerates them.

use kubeforge_api::resource::v1::{Device, DeviceTaint, DeviceTaintEffect, DeviceToleration, DeviceTolerationOperator};

/// Whether a taint of the device keeps a request with these tolerations from it.
pub(crate) fn keeps_away(device: &Device, tolerations: &[DeviceToleration]) -> bool {
    let counts =
        |taint: &&DeviceTaint| matches!(taint.effect, DeviceTaintEffect::NoSchedule | DeviceTaintEffect::NoExecute);
    let is_tolerated = |taint: &DeviceTaint| tolerations.iter().any(|toleration| tolerates(toleration, taint));
    device.taints.iter().filter(counts).any(|taint| !is_tolerated(taint))
}

fn tolerates(toleration: &DeviceToleration, taint: &DeviceTaint) -> bool {
    let any_effect = toleration.effect.as_str().is_empty();
    if !any_effect && toleration.effect != taint.effect || !toleration.key.is_empty() && toleration.key != taint.key {
        return false;
    }
    match &toleration.operator {
        DeviceTolerationOperator::Exists => true,
        DeviceTolerationOperator::Equal => toleration.value == taint.value,
        DeviceTolerationOperator::Other(other) => other.is_empty() && toleration.value == taint.value,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json};

    use super::*;

    #[track_caller]
    fn check(taint: Value, toleration: Value, want: bool) {
        let device: Device = from_value(json!({"name": "d", "taints": [taint]})).unwrap();
        let toleration: DeviceToleration = from_value(toleration).unwrap();
        assert_eq!(keeps_away(&device, &[toleration]), want);
    }

    #[test]
    fn taints_keep_away_unless_they_are_tolerated() {
        let taint = json!({"key": "k", "value": "v", "effect": "NoSchedule"});
        check(taint.clone(), json!({"key": "k", "operator": "Equal", "value": "v"}), false);
        check(taint.clone(), json!({"key": "k", "operator": "Equal", "value": "w"}), true);
        check(taint.clone(), json!({"key": "k", "operator": "Exists", "effect": "NoExecute"}), true);
        check(taint.clone(), json!({"operator": "Exists"}), false);
        check(taint, json!({"key": "other", "operator": "Exists"}), true);
        check(json!({"key": "k", "effect": "None"}), json!({"key": "other", "operator": "Exists"}), false);
        check(json!({"key": "k", "effect": "NoExecute"}), json!({"key": "other", "operator": "Exists"}), true);
    }
}
