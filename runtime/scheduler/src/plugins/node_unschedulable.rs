//! NodeUnschedulable: nodes closed for new pods.

use kubeforge_api::core::v1::{Pod, Taint, TaintEffect};

use crate::framework::{
    Change, ChangeKind, Changes, CycleState, FilterPlugin, NodeInfo, Plugin, PodInfo, QueueingHint, Scope, Status,
};
use crate::tolerations::{Comparison, tolerates};

/// The taint that stands for being closed; pods that tolerate it come nonetheless.
const TAINT_KEY: &str = "node.kubernetes.io/unschedulable";

/// Turns away nodes that are closed for new pods.
#[derive(Clone, Copy, Debug)]
pub struct NodeUnschedulable;

impl NodeUnschedulable {
    /// Its name.
    pub const NAME: &'static str = "NodeUnschedulable";
}

impl Plugin for NodeUnschedulable {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn scope(&self) -> Scope {
        Scope::Node
    }

    fn events_to_register(&self) -> Changes {
        Changes::of(&[ChangeKind::NodeAdded, ChangeKind::NodeUpdated, ChangeKind::PodUpdated])
    }

    fn queueing_hint(&self, _pod: &PodInfo, change: &Change<'_>) -> QueueingHint {
        let helps = match change {
            Change::NodeAdded(node) => !node.spec.unschedulable,
            Change::NodeUpdated { old, new, .. } => old.spec.unschedulable && !new.spec.unschedulable,
            Change::PodUpdated { old, new } => !comes_nonetheless(old) && comes_nonetheless(new),
            _ => false,
        };
        if helps { QueueingHint::Queue } else { QueueingHint::QueueSkip }
    }

    fn filter(&self) -> Option<&dyn FilterPlugin> {
        Some(self)
    }
}

impl FilterPlugin for NodeUnschedulable {
    fn filter_node(&self, _state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> Status {
        if !node.is_unschedulable() || comes_nonetheless(pod.pod()) {
            return Status::success();
        }
        Status::unresolvable("node(s) were unschedulable")
    }
}

fn comes_nonetheless(pod: &Pod) -> bool {
    let taint = Taint { key: TAINT_KEY.to_owned(), effect: TaintEffect::NoSchedule, ..Default::default() };
    // it has no value that could be compared
    tolerates(&pod.spec.tolerations, &taint, Comparison::Off)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::plugins::testing::{change_helps, check_filter, node, node_helps, pod};

    #[test]
    fn a_closed_node_takes_only_pods_that_tolerate_it() {
        let closed = node(json!({}), json!({"unschedulable": true}));
        check_filter(&NodeUnschedulable, &pod(json!({})), &closed, "node(s) were unschedulable");
        let tolerant = json!({"tolerations": [{"key": TAINT_KEY, "operator": "Exists", "effect": "NoSchedule"}]});
        check_filter(&NodeUnschedulable, &pod(tolerant), &closed, "");
        check_filter(&NodeUnschedulable, &pod(json!({})), &node(json!({}), json!({})), "");
    }

    #[test]
    fn nodes_help_that_open_and_pods_that_come_nonetheless() {
        let node = |closed: bool| json!({"metadata": {"name": "n1"}, "spec": {"unschedulable": closed}});
        let helps = |old: &Value, new: &Value| node_helps(&NodeUnschedulable, &pod(json!({})), old, new);
        assert!(helps(&Value::Null, &node(false)) && !helps(&Value::Null, &node(true)));
        assert!(helps(&node(true), &node(false)) && !helps(&node(false), &node(true)));
        let tainted = json!({"metadata": {"name": "n1"}, "spec": {"taints": [{"key": "a", "effect": "NoSchedule"}]}});
        assert!(!helps(&node(false), &tainted));
        let tolerant = |key: &str| json!({"spec": {"tolerations": [{"key": key, "operator": "Exists"}]}});
        assert!(change_helps(&NodeUnschedulable, json!({}), tolerant(TAINT_KEY)));
        assert!(!change_helps(&NodeUnschedulable, json!({}), tolerant("other")));
    }
}
