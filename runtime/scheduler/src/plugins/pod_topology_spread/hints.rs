//! What may help a pod that could not be spread. Follows the plugin's isSchedulableAfterPodChange and
//! isSchedulableAfterNodeChange.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError},
};

use kubeforge_api::core::v1::{Node, Pod, TopologySpreadConstraint, UnsatisfiableConstraintAction};
use kubeforge_machinery::labels::Selector;

use super::{
    PodTopologySpread,
    constraint::{is_honor, selector},
    default_selector,
};
use crate::framework::{Change, NodeChange, PodInfo};

type Labels = BTreeMap<String, String>;

/// The constraints that must hold for a pod, each with the pods that it is about.
struct Hard<'a>(Vec<(&'a TopologySpreadConstraint, Selector)>);

impl PodTopologySpread {
    /// Whether it may help the pod. Where the pod's constraints cannot be read, anything may.
    pub(super) fn may_help(&self, pod: &PodInfo, change: &Change<'_>) -> bool {
        let Ok(hard) = self.hard(pod) else { return true };
        let is_near = |other: &Pod| other.metadata.namespace == pod.key().namespace();
        match change {
            Change::AssignedPodAdded(other) | Change::AssignedPodDeleted(other) => {
                is_near(other) && hard.select(&other.metadata.labels)
            }
            Change::AssignedPodUpdated { old, new, .. } => is_near(new) && hard.tell_apart(old, new),
            Change::PodUpdated { old, new } => {
                old.spec.tolerations != new.spec.tolerations && hard.honor_taints() || hard.tell_apart(old, new)
            }
            Change::NodeAdded(node) | Change::NodeDeleted(node) => hard.are_on(node),
            Change::NodeUpdated { old, new, what } => hard.see(old, new, *what),
            _ => true,
        }
    }

    fn hard<'a>(&'a self, pod: &'a PodInfo) -> Result<Hard<'a>, String> {
        let own = &pod.pod().spec.topology_spread_constraints;
        let is_hard =
            |it: &&TopologySpreadConstraint| it.when_unsatisfiable == UnsatisfiableConstraintAction::DoNotSchedule;
        if !own.is_empty() {
            let read = |constraint| Ok((constraint, selector(constraint, pod.pod())?));
            return own.iter().filter(is_hard).map(read).collect::<Result<_, _>>().map(Hard);
        }
        let objects = Arc::clone(&self.objects.read().unwrap_or_else(PoisonError::into_inner));
        let of_kind = default_selector::of(pod.pod(), &objects);
        let defaults = self.defaults.iter().filter(is_hard);
        Ok(Hard(defaults.filter_map(|constraint| Some((constraint, of_kind.clone()?))).collect()))
    }
}

impl Hard<'_> {
    /// Whether one of them is about pods with these labels.
    fn select(&self, labels: &Labels) -> bool {
        self.0.iter().any(|(_, selector)| selector.matches(labels))
    }

    /// Whether one of them is about a pod as it was and not as it is, or the other way round.
    fn tell_apart(&self, old: &Pod, new: &Pod) -> bool {
        let (old, new) = (&old.metadata.labels, &new.metadata.labels);
        old != new && self.0.iter().any(|(_, selector)| selector.matches(old) != selector.matches(new))
    }

    /// Whether for one of them nodes do not count whose taints the pod does not tolerate.
    fn honor_taints(&self) -> bool {
        self.0.iter().any(|(constraint, _)| constraint.node_taints_policy.as_ref().is_some_and(is_honor))
    }

    /// Whether the node counts: it has all the labels.
    fn are_on(&self, node: &Node) -> bool {
        self.0.iter().all(|(constraint, _)| node.metadata.labels.contains_key(&constraint.topology_key))
    }

    /// Whether the node counts as another one than before.
    fn see(&self, old: &Node, new: &Node, what: NodeChange) -> bool {
        if !what.labels && !what.taints {
            return false;
        }
        let is_moved = |constraint: &TopologySpreadConstraint| {
            let key = &constraint.topology_key;
            old.metadata.labels.get(key) != new.metadata.labels.get(key)
        };
        let (was_on, is_on) = (self.are_on(old), self.are_on(new));
        let has_changed =
            || old.spec.taints != new.spec.taints || self.0.iter().any(|(constraint, _)| is_moved(constraint));
        was_on != is_on || is_on && has_changed()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kubeforge_api::core::v1::Service;
    use serde_json::{Value, from_value, json};

    use super::*;
    use crate::{
        framework::{Objects, Plugin},
        plugins::testing::{change_helps, node_helps, placed_helps, pod_of},
    };

    fn constraint(key: &str, fields: Value) -> Value {
        let selector = json!({"matchExpressions": [{"key": "app", "operator": "Exists"}]});
        let mut constraint = json!({"maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": "DoNotSchedule",
            "labelSelector": selector});
        for (name, value) in fields.as_object().unwrap() {
            constraint[name] = value.clone();
        }
        constraint
    }

    fn spread(labels: Value, constraints: &[Value]) -> Value {
        json!({"metadata": {"labels": labels}, "spec": {"topologySpreadConstraints": constraints}})
    }

    fn labelled(labels: Value) -> Value {
        json!({"metadata": {"name": "other", "labels": labels}, "spec": {"nodeName": "n1"}})
    }

    fn plugin() -> PodTopologySpread {
        PodTopologySpread::new(None).unwrap()
    }

    #[test]
    fn pods_help_that_are_spread_with_it() {
        let pod = pod_of(spread(json!({"app": "x"}), &[constraint("zone", json!({}))]));
        let helps = |old: &Value, new: &Value| placed_helps(&plugin(), &pod, old, new);
        let (counted, other) = (labelled(json!({"app": "y"})), labelled(json!({"tier": "y"})));
        let none = Value::Null;
        assert!(helps(&none, &counted) && helps(&counted, &none));
        assert!(!helps(&none, &other) && !helps(&other, &none));
        assert!(helps(&other, &counted) && helps(&counted, &other));
        assert!(!helps(&counted, &labelled(json!({"app": "z"}))) && !helps(&counted, &counted));
        let elsewhere = json!({"metadata": {"name": "o", "namespace": "elsewhere", "labels": {"app": "y"}}});
        assert!(!helps(&none, &elsewhere) && !helps(&elsewhere, &none));
        let soft = pod_of(spread(json!({}), &[constraint("zone", json!({"whenUnsatisfiable": "ScheduleAnyway"}))]));
        assert!(!placed_helps(&plugin(), &soft, &none, &counted));
    }

    #[test]
    fn only_pods_of_the_same_revision_help() {
        let keyed = constraint("zone", json!({"matchLabelKeys": ["rev"]}));
        let pod = pod_of(spread(json!({"app": "x", "rev": "2"}), &[keyed]));
        let helps = |labels: Value| placed_helps(&plugin(), &pod, &labelled(labels), &Value::Null);
        assert!(helps(json!({"app": "x", "rev": "2"})) && !helps(json!({"app": "x", "rev": "1"})));
    }

    #[test]
    fn it_helps_itself_by_labels_that_are_selected_and_by_tolerations_where_taints_count() {
        let with = |labels: Value, fields: &Value, key: &str| {
            let mut pod = spread(labels, &[constraint("zone", fields.clone())]);
            pod["spec"]["tolerations"] = json!([{"key": key, "operator": "Exists"}]);
            pod
        };
        let (plain, honor) = (json!({}), json!({"nodeTaintsPolicy": "Honor"}));
        let none = || json!({});
        assert!(change_helps(&plugin(), with(none(), &plain, "a"), with(json!({"app": "x"}), &plain, "a")));
        assert!(!change_helps(&plugin(), with(none(), &plain, "a"), with(json!({"tier": "x"}), &plain, "a")));
        assert!(!change_helps(&plugin(), with(none(), &plain, "a"), with(none(), &plain, "b")));
        assert!(change_helps(&plugin(), with(none(), &honor, "a"), with(none(), &honor, "b")));
        assert!(!change_helps(&plugin(), with(none(), &honor, "a"), with(none(), &honor, "a")));
    }

    #[test]
    fn nodes_help_that_count_as_others_than_before() {
        let pod = pod_of(spread(json!({}), &[constraint("zone", json!({})), constraint("node", json!({}))]));
        let helps = |old: &Value, new: &Value| node_helps(&plugin(), &pod, old, new);
        let node = |labels: Value| json!({"metadata": {"name": "n1", "labels": labels}});
        let (full, moved) = (node(json!({"zone": "1", "node": "a"})), node(json!({"zone": "2", "node": "a"})));
        let part = node(json!({"zone": "1"}));
        let none = Value::Null;
        assert!(helps(&none, &full) && helps(&full, &none) && !helps(&none, &part) && !helps(&part, &none));
        assert!(helps(&full, &part) && helps(&part, &full) && helps(&full, &moved));
        assert!(!helps(&part, &node(json!({"zone": "2"}))));
        assert!(!helps(&full, &node(json!({"zone": "1", "node": "a", "more": "b"}))));
        let with = |node: &Value, spec: Value| {
            let mut node = node.clone();
            node["spec"] = spec;
            node
        };
        let tainted = json!({"taints": [{"key": "a", "effect": "NoSchedule"}]});
        assert!(helps(&with(&full, tainted.clone()), &full) && !helps(&with(&part, tainted), &part));
        assert!(!helps(&with(&full, json!({"unschedulable": true})), &full), "that is no taint");
    }

    #[test]
    fn constraints_of_the_profile_are_about_the_pods_of_its_services() {
        let defaults = json!([{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"}]);
        let arguments = json!({"defaultConstraints": defaults, "defaultingType": "List"});
        let plugin = PodTopologySpread::new(Some(&arguments)).unwrap();
        let objects = Arc::new(Objects::default());
        let service = json!({"metadata": {"name": "s", "namespace": "ns"}, "spec": {"selector": {"app": "x"}}});
        objects.insert(Arc::new(from_value::<Service>(service).unwrap()).into());
        plugin.attach(&objects);
        let pod = pod_of(labelled(json!({"app": "x", "tier": "a"})));
        let helps = |labels: Value| placed_helps(&plugin, &pod, &Value::Null, &labelled(labels));
        assert!(helps(json!({"app": "x"})) && !helps(json!({"tier": "a"})));
    }
}
