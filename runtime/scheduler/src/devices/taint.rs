//! Taints of devices, and who tolerates them.
//!
//! Drivers report some with the devices. Administrators put others on them, with rules that are taken as what they are:
//! kube-scheduler changes the slices that it knows (resourceslice/tracker), so that a rule costs as much as all the slices.

use kubeforge_api::{
    resource::v1::{DeviceTaint, DeviceTaintEffect, DeviceToleration, DeviceTolerationOperator},
    resource::v1beta2::{DeviceTaintRule, DeviceTaintSelector},
};

use super::id::DeviceId;
use crate::framework::Objects;

/// The taints that administrators put on devices.
#[derive(Debug, Default)]
pub(crate) struct Rules(Vec<(DeviceTaintSelector, DeviceTaint)>);

impl Rules {
    /// Those of all rules.
    pub(crate) fn of(objects: &Objects) -> Self {
        let of_rule = |rule: &DeviceTaintRule| {
            let taint = &rule.spec.taint;
            let taint = DeviceTaint {
                key: taint.key.clone(),
                value: taint.value.clone(),
                effect: DeviceTaintEffect::from(taint.effect.as_str()),
                time_added: taint.time_added,
            };
            Some((DeviceTaintSelector::clone(rule.spec.device_selector.as_deref()?), taint))
        };
        Self(objects.device_taint_rules.list().iter().filter_map(|rule| of_rule(rule)).collect())
    }

    /// Those of a device.
    pub(crate) fn taints(&self, id: &DeviceId) -> impl Iterator<Item = &DeviceTaint> {
        self.0.iter().filter(|(selector, _)| selects(selector, id)).map(|(_, taint)| taint)
    }
}

fn selects(selector: &DeviceTaintSelector, id: &DeviceId) -> bool {
    let fits = |asked: &Option<String>, is: &str| asked.as_deref().is_none_or(|asked| asked == is);
    fits(&selector.driver, id.driver()) && fits(&selector.pool, id.pool()) && fits(&selector.device, id.device())
}

/// Whether one of the taints keeps a request with these tolerations from a device.
pub(crate) fn keep_away<'a>(
    taints: impl IntoIterator<Item = &'a DeviceTaint>,
    tolerations: &[DeviceToleration],
) -> bool {
    let counts =
        |taint: &&DeviceTaint| matches!(taint.effect, DeviceTaintEffect::NoSchedule | DeviceTaintEffect::NoExecute);
    let is_tolerated = |taint: &DeviceTaint| tolerations.iter().any(|toleration| tolerates(toleration, taint));
    taints.into_iter().filter(counts).any(|taint| !is_tolerated(taint))
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
    use std::sync::Arc;

    use serde_json::{Value, from_value, json};

    use super::*;

    #[track_caller]
    fn check(taint: Value, toleration: Value, want: bool) {
        let taint: DeviceTaint = from_value(taint).unwrap();
        let toleration: DeviceToleration = from_value(toleration).unwrap();
        assert_eq!(keep_away([&taint], &[toleration]), want);
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

    #[test]
    fn rules_are_for_the_devices_that_they_select() {
        let id = DeviceId::new("d.org", "p", "a");
        for (selector, want) in [
            (json!({"deviceSelector": {}}), true),
            (json!({}), false),
            (json!({"deviceSelector": {"driver": "d.org", "pool": "p", "device": "a"}}), true),
            (json!({"deviceSelector": {"driver": "other.org"}}), false),
            (json!({"deviceSelector": {"pool": "q"}}), false),
            (json!({"deviceSelector": {"driver": "d.org", "device": "b"}}), false),
        ] {
            let mut spec = selector.clone();
            spec["taint"] = json!({"key": "k", "effect": "NoExecute"});
            let objects = Objects::default();
            let rule: DeviceTaintRule = from_value(json!({"metadata": {"name": "r"}, "spec": spec})).unwrap();
            objects.device_taint_rules.insert(Arc::new(rule));
            assert_eq!(Rules::of(&objects).taints(&id).count(), usize::from(want), "{selector}");
            assert_eq!(keep_away(Rules::of(&objects).taints(&id), &[]), want, "{selector}");
        }
    }
}
