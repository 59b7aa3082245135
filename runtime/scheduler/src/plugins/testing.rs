//! Pods and nodes for the tests of plugins, from as little JSON as they need.

use std::sync::Arc;

use kubeforge_api::core::v1::{Node, Pod};
use serde_json::{Value, json};

use crate::framework::{CycleState, FilterPlugin, NodeInfo, PodInfo, PreFilterOutcome, PreFilterPlugin, Snapshot};

/// A pod with this spec.
pub(super) fn pod(spec: Value) -> PodInfo {
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "ns"}, "spec": spec});
    PodInfo::new(Arc::new(serde_json::from_value::<Pod>(pod).unwrap()))
}

/// A pod with one container that asks for this.
pub(super) fn pod_asking(requests: Value) -> PodInfo {
    pod(json!({"containers": [{"name": "c", "resources": {"requests": requests}}]}))
}

/// A node `n1` with these labels and this spec, with 4 cores, 8 Gi and room for 10 pods.
pub(super) fn node(labels: Value, spec: Value) -> NodeInfo {
    node_having(labels, spec, json!({"cpu": "4", "memory": "8Gi", "pods": "10"}))
}

/// A node `n1` with these labels, this spec and so much of each resource.
pub(super) fn node_having(labels: Value, spec: Value, allocatable: Value) -> NodeInfo {
    let metadata = json!({"name": "n1", "labels": labels});
    let status = json!({"allocatable": allocatable});
    let node = json!({"apiVersion": "v1", "kind": "Node", "metadata": metadata, "spec": spec, "status": status});
    NodeInfo::of(Arc::new(serde_json::from_value::<Node>(node).unwrap()))
}

/// Checks what a filter says; success is the empty text.
#[track_caller]
pub(super) fn check_filter(plugin: &dyn FilterPlugin, pod: &PodInfo, node: &NodeInfo, want: &str) {
    let status = plugin.filter_node(&CycleState::default(), pod, node);
    assert_eq!((status.is_success(), status.message().as_str()), (want.is_empty(), want));
}

/// What PreFilter says where there are no nodes.
pub(super) fn pre_filter(plugin: &dyn PreFilterPlugin, pod: &PodInfo) -> PreFilterOutcome {
    plugin.pre_filter_pod(&mut CycleState::default(), pod, &Snapshot::default())
}
