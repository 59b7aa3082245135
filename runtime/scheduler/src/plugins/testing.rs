//! Pods and nodes for the tests of plugins, from as little JSON as they need.

use std::sync::Arc;

use kubeforge_api::core::v1::{Node, PersistentVolume, PersistentVolumeClaim, Pod};
use kubeforge_api::storage::v1::{CSIDriver, CSINode, CSIStorageCapacity, StorageClass, VolumeAttachment};
use serde_json::{Value, json};

use crate::columns::Columns;
use crate::framework::{
    ClusterObject, CycleState, FilterPlugin, NodeInfo, PodInfo, PreFilterOutcome, PreFilterPlugin, Snapshot,
};

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

/// Objects of the kinds that they name.
pub(super) fn objects(objects: &[Value]) -> Vec<ClusterObject> {
    fn typed<T: serde::de::DeserializeOwned>(object: &Value) -> Arc<T> {
        Arc::new(serde_json::from_value(object.clone()).unwrap())
    }
    let object = |object: &Value| -> ClusterObject {
        match object["kind"].as_str().unwrap() {
            "PersistentVolume" => typed::<PersistentVolume>(object).into(),
            "PersistentVolumeClaim" => typed::<PersistentVolumeClaim>(object).into(),
            "StorageClass" => typed::<StorageClass>(object).into(),
            "CSINode" => typed::<CSINode>(object).into(),
            "CSIDriver" => typed::<CSIDriver>(object).into(),
            "CSIStorageCapacity" => typed::<CSIStorageCapacity>(object).into(),
            "VolumeAttachment" => typed::<VolumeAttachment>(object).into(),
            kind => panic!("no {kind} here"),
        }
    };
    objects.iter().map(object).collect()
}

/// Nodes with labels `host` (their name) and the pods on them, and these objects.
pub(super) fn snapshot(nodes: &[(&str, Vec<PodInfo>)], objects: Vec<ClusterObject>) -> Snapshot {
    let mut columns = Columns::default();
    for object in objects {
        columns.snapshot().objects().insert(object.clone());
        columns.object_changed(&object);
    }
    for (name, pods) in nodes {
        let node = json!({"metadata": {"name": name, "labels": {"host": name}}});
        columns.set_node(Arc::new(serde_json::from_value(node).unwrap()));
        for pod in pods {
            columns.add_pod(name, Arc::new(PodInfo::new(Arc::clone(pod.pod()))));
        }
    }
    columns.into_snapshot()
}
