//! What may help a pod that asks for more than there was. Follows the plugin's isSchedulableAfterPodEvent and
//! isSchedulableAfterNodeChange.

use kubeforge_api::core::v1::{Node, RESOURCE_PODS};
use kubeforge_machinery::Quantity;

use super::NodeResourcesFit;
use crate::framework::{Change, ClusterObject, PodInfo};
use crate::plugins::dynamic_resources::stands_for;
use crate::resources::{Amounts, PodResources, is_scalar};

impl NodeResourcesFit {
    /// Whether it may help the pod.
    pub(super) fn may_help(&self, pod: &PodInfo, change: &Change<'_>) -> bool {
        match change {
            Change::NodeAdded(node) => self.fits_alone(pod, node),
            Change::NodeUpdated { old, new, what } => {
                what.allocatable && self.fits_alone(pod, new) && self.offers_more(pod, old, new)
            }
            // an end frees a place among the node's pods at least
            Change::AssignedPodDeleted(_) => true,
            Change::AssignedPodUpdated { old, new, is_scaled_down: true } => {
                let (old, new) = (PodResources::of(old).requests, PodResources::of(new).requests);
                wanted(pod).any(|(name, _)| new.get(name) < old.get(name))
            }
            Change::PodUpdated { old, new } => {
                let (old, new) = (PodResources::of(old).requests, PodResources::of(new).requests);
                old.iter().any(|(name, amount)| new.get(name) < amount)
            }
            Change::ObjectAdded(ClusterObject::DeviceClass(new)) => {
                self.devices().is_on() && stands_for(pod, None, new)
            }
            Change::ObjectUpdated { old: ClusterObject::DeviceClass(old), new: ClusterObject::DeviceClass(new) } => {
                self.devices().is_on() && stands_for(pod, Some(old), new)
            }
            _ => false,
        }
    }

    /// Whether an empty node of this kind could take the pod.
    fn fits_alone(&self, pod: &PodInfo, node: &Node) -> bool {
        let has = Amounts::from_list(&node.status.allocatable);
        allowed_pods(node) > 0
            && wanted(pod).all(|(name, amount)| {
                amount <= has.get(name) || self.is_ignored(name) || self.may_be_devices(name, has.get(name))
            })
    }

    /// Whether the node has more than it had of something that the pod asks for.
    fn offers_more(&self, pod: &PodInfo, old: &Node, new: &Node) -> bool {
        let had = Amounts::from_list(&old.status.allocatable);
        let has = Amounts::from_list(&new.status.allocatable);
        allowed_pods(new) > allowed_pods(old)
            || wanted(pod).any(|(name, _)| {
                has.get(name) > had.get(name) || is_scalar(name) && self.may_be_devices(name, has.get(name))
            })
    }
}

/// What the pod asks for.
fn wanted(pod: &PodInfo) -> impl Iterator<Item = (&str, i64)> {
    pod.resources().requests.iter().filter(|(_, amount)| *amount > 0)
}

fn allowed_pods(node: &Node) -> i64 {
    node.status.allocatable.get(RESOURCE_PODS).map_or(0, Quantity::value)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::plugins::testing::{change_helps, node_helps, placed_helps, pod_asking, pod_of};

    fn having(allocatable: Value) -> Value {
        let mut allocatable = allocatable;
        if allocatable["pods"].is_null() {
            allocatable["pods"] = json!("10");
        }
        json!({"status": {"allocatable": allocatable}})
    }

    #[test]
    fn nodes_help_that_have_more_than_before_and_enough_for_the_pod() {
        let plugin = NodeResourcesFit::new(Some(&json!({"ignoredResources": ["a.example/y"]}))).unwrap();
        let pod = pod_asking(json!({"memory": "2", "a.example/x": "1", "a.example/y": "1"}));
        let helps = |old: Value, new: Value| node_helps(&plugin, &pod, &old, &having(new));
        let none = Value::Null;
        assert!(helps(none.clone(), json!({"memory": "4", "a.example/x": "2"})));
        assert!(!helps(none.clone(), json!({"memory": "1", "a.example/x": "2"})));
        assert!(!helps(none.clone(), json!({"memory": "4"})));
        assert!(!helps(none, json!({"memory": "4", "a.example/x": "2", "pods": "0"})));
        let old = || having(json!({"memory": "2", "a.example/x": "1"}));
        assert!(helps(old(), json!({"memory": "2", "a.example/x": "2"})));
        assert!(helps(old(), json!({"memory": "2", "a.example/x": "1", "pods": "11"})));
        assert!(!helps(old(), json!({"memory": "2", "a.example/x": "1", "pods": "9", "cpu": "1", "b.example/z": "1"})));
        assert!(!helps(old(), json!({"memory": "1", "a.example/x": "2"})));
        assert!(!helps(having(json!({"memory": "4", "a.example/x": "2"})), json!({"memory": "2", "a.example/x": "1"})));
        // the same in other words
        assert!(!helps(
            having(json!({"memory": "1Ki", "a.example/x": "1"})),
            json!({"memory": "1024", "a.example/x": "1"})
        ));
    }

    #[test]
    fn pods_that_shrink_help_those_that_want_what_they_give_back() {
        let plugin = NodeResourcesFit::new(None).unwrap();
        let asking =
            |requests: Value| json!({"spec": {"containers": [{"name": "c", "resources": {"requests": requests}}]}});
        let as_a_whole = |requests: Value| json!({"spec": {"resources": {"requests": requests}}});
        let helps = |pod: Value, old: &Value, new: &Value| placed_helps(&plugin, &pod_of(pod), old, new);
        let (one, two) = (json!({"cpu": "1"}), json!({"cpu": "2"}));
        assert!(helps(asking(one.clone()), &asking(two.clone()), &asking(one.clone())));
        assert!(helps(as_a_whole(one.clone()), &as_a_whole(two.clone()), &as_a_whole(one.clone())));
        assert!(!helps(asking(one.clone()), &asking(one.clone()), &asking(two.clone())));
        let (less, more) = (json!({"memory": "1"}), json!({"memory": "2"}));
        assert!(!helps(asking(one.clone()), &asking(more.clone()), &asking(less.clone())));
        assert!(!helps(as_a_whole(one.clone()), &as_a_whole(more), &as_a_whole(less)));
        assert!(helps(asking(one.clone()), &asking(two.clone()), &Value::Null));
        assert!(!helps(asking(one.clone()), &Value::Null, &asking(two.clone())));
        assert!(change_helps(&plugin, asking(two.clone()), asking(one.clone())));
        assert!(change_helps(&plugin, as_a_whole(two.clone()), as_a_whole(one.clone())));
        assert!(!change_helps(&plugin, asking(one), asking(two)));
    }
}
