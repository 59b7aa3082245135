//! NodeDeclaredFeatures: nodes must declare the features that a pod needs.

use crate::{
    declared_features::needed_by,
    framework::{
        Change, ChangeKind, Changes, CycleState, FilterPlugin, NodeInfo, Plugin, PodInfo, PreFilterOutcome,
        PreFilterPlugin, QueueingHint, Scope, Snapshot, Status,
    },
};

/// Turns away nodes that do not declare what the pod needs.
#[derive(Clone, Copy, Debug)]
pub struct NodeDeclaredFeatures;

impl NodeDeclaredFeatures {
    /// Its name.
    pub const NAME: &'static str = "NodeDeclaredFeatures";
}

impl Plugin for NodeDeclaredFeatures {
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
            Change::NodeUpdated { old, new, .. } => old.status.declared_features != new.status.declared_features,
            Change::PodUpdated { old, new } => !needed_by(old).eq(needed_by(new)),
            _ => true,
        };
        if helps { QueueingHint::Queue } else { QueueingHint::QueueSkip }
    }

    fn pre_filter(&self) -> Option<&dyn PreFilterPlugin> {
        Some(self)
    }

    fn filter(&self) -> Option<&dyn FilterPlugin> {
        Some(self)
    }
}

impl PreFilterPlugin for NodeDeclaredFeatures {
    fn pre_filter_pod(&self, _state: &mut CycleState, pod: &PodInfo, _nodes: &Snapshot) -> PreFilterOutcome {
        match needed_by(pod.pod()).next() {
            Some(_) => PreFilterOutcome::AllNodes,
            None => PreFilterOutcome::Skip,
        }
    }
}

impl FilterPlugin for NodeDeclaredFeatures {
    fn filter_node(&self, _state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> Status {
        let declared = node.node().map_or(&[][..], |node| &node.status.declared_features);
        match needed_by(pod.pod()).all(|feature| declared.iter().any(|declared| declared == feature)) {
            true => Status::success(),
            false => Status::unresolvable("node(s) didn't match Pod's required features"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, from_value, json};

    use super::*;
    use crate::plugins::testing::{change_helps, check_filter, node_helps, pod, pre_filter};

    #[track_caller]
    fn check(spec: Value, declared: &[&str], want: &str) {
        let node = json!({"metadata": {"name": "n1"}, "status": {"declaredFeatures": declared}});
        let node = NodeInfo::of(Arc::new(from_value(node).unwrap()));
        check_filter(&NodeDeclaredFeatures, &pod(spec), &node, want);
    }

    #[test]
    fn nodes_must_declare_what_a_pod_needs() {
        let missing = "node(s) didn't match Pod's required features";
        let rule = |action: &str| {
            let rule = json!({"action": action, "exitCodes": {"operator": "In", "values": [1]}});
            json!({"containers": [{"name": "c", "restartPolicyRules": [rule]}]})
        };
        let restart = "RestartAllContainersOnContainerExits";
        check(rule("RestartAllContainers"), &[], missing);
        check(rule("RestartAllContainers"), &["Other", restart], "");
        check(rule("Restart"), &[], "");
        check(json!({"hostNetwork": true, "hostUsers": false}), &[restart], missing);
        check(json!({"hostNetwork": true, "hostUsers": false}), &["UserNamespacesHostNetworkSupport"], "");
        check(json!({"hostNetwork": true}), &[], "");
        assert_eq!(pre_filter(&NodeDeclaredFeatures, &pod(rule("Restart"))), PreFilterOutcome::Skip);
    }

    #[test]
    fn nodes_help_that_declare_something_else_and_pods_that_need_something_else() {
        let declaring =
            |features: &[&str]| json!({"metadata": {"name": "n1"}, "status": {"declaredFeatures": features}});
        let plain = pod(json!({}));
        let helps = |old: &Value, new: &Value| node_helps(&NodeDeclaredFeatures, &plain, old, new);
        assert!(helps(&Value::Null, &declaring(&[])) && helps(&declaring(&[]), &declaring(&["A"])));
        assert!(helps(&declaring(&["A"]), &declaring(&["B"])) && helps(&declaring(&["A"]), &declaring(&[])));
        let relabelled =
            json!({"metadata": {"name": "n1", "labels": {"a": "b"}}, "status": {"declaredFeatures": ["A"]}});
        assert!(!helps(&declaring(&["A"]), &relabelled));
        let needing = |needs: bool| json!({"spec": {"hostNetwork": needs, "hostUsers": false}});
        assert!(change_helps(&NodeDeclaredFeatures, needing(true), needing(false)));
        assert!(!change_helps(&NodeDeclaredFeatures, needing(false), needing(false)));
    }
}
