//! NodeName: a pod that names its node runs there or nowhere.

use crate::framework::{ChangeKind, Changes, CycleState, FilterPlugin, NodeInfo, Plugin, PodInfo, Scope, Status};

/// Turns away nodes that the pod does not name, where it names one.
#[derive(Clone, Copy, Debug)]
pub struct NodeName;

impl NodeName {
    /// Its name.
    pub const NAME: &'static str = "NodeName";
}

impl Plugin for NodeName {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn scope(&self) -> Scope {
        Scope::Node
    }

    fn events_to_register(&self) -> Changes {
        Changes::of(&[ChangeKind::NodeAdded])
    }

    fn filter(&self) -> Option<&dyn FilterPlugin> {
        Some(self)
    }
}

impl FilterPlugin for NodeName {
    fn filter_node(&self, _state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> Status {
        let wanted = &pod.pod().spec.node_name;
        if wanted.is_empty() || wanted == node.name() {
            return Status::success();
        }
        Status::unresolvable("node(s) didn't match the requested node name")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::plugins::testing::{check_filter, node, pod};

    #[test]
    fn only_the_named_node_will_do() {
        let n1 = node(json!({}), json!({}));
        check_filter(&NodeName, &pod(json!({})), &n1, "");
        check_filter(&NodeName, &pod(json!({"nodeName": "n1"})), &n1, "");
        let refusal = "node(s) didn't match the requested node name";
        check_filter(&NodeName, &pod(json!({"nodeName": "n2"})), &n1, refusal);
    }
}
