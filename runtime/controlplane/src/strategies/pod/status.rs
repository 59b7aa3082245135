//! Writes of a pod's status, most of them by its node.

use std::collections::{BTreeMap, VecDeque};

use kubeforge_api::core::v1::Pod;
use kubeforge_machinery::validation::FeatureGates;

use super::disabled_fields;

/// Restores what a write of the status may not change, and what older nodes forget to send.
pub(super) fn prepare(new: &mut Pod, old: &Pod, gates: &FeatureGates) {
    new.metadata.deletion_timestamp.clone_from(&old.metadata.deletion_timestamp);
    // older nodes would corrupt them, and garbage collection with them
    new.metadata.owner_references.clone_from(&old.metadata.owner_references);
    if new.status.qos_class.is_empty() {
        new.status.qos_class.clone_from(&old.status.qos_class);
    }
    keep_observed_generations(new, old);
    disabled_fields::drop_of_status(new, old, gates);
}

/// A generation that was seen stays seen where the client says nothing of it. There may be several conditions of one
/// type, which are matched in their order.
fn keep_observed_generations(new: &mut Pod, old: &Pod) {
    if new.status.observed_generation == 0 {
        new.status.observed_generation = old.status.observed_generation;
    }
    let mut seen: BTreeMap<&str, VecDeque<i64>> = BTreeMap::new();
    for condition in &old.status.conditions {
        seen.entry(&condition.type_).or_default().push_back(condition.observed_generation);
    }
    for condition in &mut new.status.conditions {
        let before = seen.get_mut(condition.type_.as_str()).and_then(VecDeque::pop_front).unwrap_or(0);
        if condition.observed_generation == 0 {
            condition.observed_generation = before;
        }
    }
}

#[cfg(test)]
mod tests {
    use kubeforge_api::core::v1::PodCondition;

    use super::*;

    #[test]
    fn generations_that_were_seen_stay_seen() {
        let condition = |type_: &str, observed_generation| PodCondition {
            type_: type_.to_owned(),
            observed_generation,
            ..PodCondition::default()
        };
        let (mut new, mut old) = (Pod::default(), Pod::default());
        old.status.conditions = vec![condition("Ready", 2), condition("Ready", 3), condition("x", 4)];
        new.status.conditions = vec![condition("Ready", 5), condition("Ready", 0), condition("y", 0)];
        keep_observed_generations(&mut new, &old);
        let found: Vec<i64> = new.status.conditions.iter().map(|it| it.observed_generation).collect();
        assert_eq!(found, [5, 3, 0]);
    }
}
