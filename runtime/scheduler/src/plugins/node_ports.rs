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

    use serde_json::json;

    use super::*;
    use crate::plugins::testing::{check_filter, node, pod, pre_filter};

    #[test]
    fn a_port_is_taken_once() {
        let web = || pod(json!({"containers": [{"name": "c", "ports": [{"containerPort": 80, "hostPort": 80}]}]}));
        let mut node = node(json!({}), json!({}));
        check_filter(&NodePorts, &web(), &node, "");
        node.add_pod(Arc::new(web()));
        check_filter(&NodePorts, &web(), &node, "node(s) didn't have free ports for the requested pod ports");
        assert_eq!(pre_filter(&NodePorts, &pod(json!({}))), PreFilterOutcome::Skip);
    }
}
