//! NodePorts: no two pods on one port of a node.

use crate::framework::{
    Change, ChangeKind, Changes, CycleState, FilterPlugin, NodeInfo, Plugin, PodInfo, PreFilterOutcome,
    PreFilterPlugin, QueueingHint, Scope, Snapshot, Status,
};
use crate::host_ports::HostPort;

/// Turns away nodes on which a port that the pod wants is taken.
#[derive(Clone, Copy, Debug)]
pub struct NodePorts;

impl NodePorts {
    /// Its name.
    pub const NAME: &'static str = "NodePorts";
}

impl Plugin for NodePorts {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn scope(&self) -> Scope {
        Scope::Node
    }

    fn events_to_register(&self) -> Changes {
        Changes::of(&[ChangeKind::NodeAdded, ChangeKind::AssignedPodDeleted])
    }

    fn queueing_hint(&self, pod: &PodInfo, change: &Change<'_>) -> QueueingHint {
        let helps = match change {
            Change::AssignedPodDeleted(gone) => {
                let freed = HostPort::of(gone);
                freed.iter().any(|freed| pod.host_ports().iter().any(|wanted| wanted.conflicts_with(freed)))
            }
            Change::NodeAdded(_) => true,
            _ => false,
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

impl PreFilterPlugin for NodePorts {
    fn pre_filter_pod(&self, _state: &mut CycleState, pod: &PodInfo, _nodes: &Snapshot) -> PreFilterOutcome {
        if pod.host_ports().is_empty() { PreFilterOutcome::Skip } else { PreFilterOutcome::AllNodes }
    }
}

impl FilterPlugin for NodePorts {
    fn filter_node(&self, _state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> Status {
        if node.host_ports().conflict_with(pod.host_ports()) {
            return Status::unschedulable("node(s) didn't have free ports for the requested pod ports");
        }
        Status::success()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::*;
    use crate::plugins::testing::{check_filter, node, node_helps, placed_helps, pod, pod_of, pre_filter};

    #[test]
    fn a_port_is_taken_once() {
        let web = || pod(json!({"containers": [{"name": "c", "ports": [{"containerPort": 80, "hostPort": 80}]}]}));
        let mut node = node(json!({}), json!({}));
        check_filter(&NodePorts, &web(), &node, "");
        node.add_pod(Arc::new(web()));
        check_filter(&NodePorts, &web(), &node, "node(s) didn't have free ports for the requested pod ports");
        assert_eq!(pre_filter(&NodePorts, &pod(json!({}))), PreFilterOutcome::Skip);
    }

    #[test]
    fn pods_help_that_give_back_a_port_that_is_wanted() {
        let on = |ip: &str, protocol: &str, port: u16| {
            let port = json!({"containerPort": 80, "hostPort": port, "hostIP": ip, "protocol": protocol});
            json!({"spec": {"nodeName": "n1", "containers": [{"name": "c", "ports": [port]}]}})
        };
        let helps = |gone: &Value| placed_helps(&NodePorts, &pod_of(on("", "", 80)), gone, &Value::Null);
        assert!(helps(&on("10.0.0.1", "TCP", 80)) && helps(&on("", "", 80)));
        assert!(!helps(&on("", "UDP", 80)) && !helps(&on("", "", 81)) && !helps(&json!({"spec": {}})));
        let other = pod_of(on("10.0.0.2", "", 80));
        assert!(!placed_helps(&NodePorts, &other, &on("10.0.0.1", "", 80), &Value::Null));
        assert!(!placed_helps(&NodePorts, &other, &Value::Null, &on("10.0.0.2", "", 80)), "it takes one");
        assert!(node_helps(&NodePorts, &other, &Value::Null, &json!({"metadata": {"name": "n2"}})));
    }
}
