//! Pods and nodes for the tests of plugins, from as little JSON as they need.

use std::sync::Arc;

use kubeforge_api::core::v1::{Node, PersistentVolume, PersistentVolumeClaim, Pod};
use kubeforge_api::storage::v1::{CSIDriver, CSINode, CSIStorageCapacity, StorageClass, VolumeAttachment};
use serde_json::{Value, json};

use crate::columns::Columns;
use crate::framework::{
    Change, ClusterObject, CycleState, FilterPlugin, NodeChange, NodeInfo, Plugin, PodInfo, PreFilterOutcome,
    PreFilterPlugin, QueueingHint, Snapshot,
};
use crate::resources::PodResources;

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

/// A pod of namespace `ns`, unless it says otherwise, from parts of its manifest.
pub(super) fn pod_of(manifest: Value) -> PodInfo {
    PodInfo::new(Arc::new(object(manifest)))
}

fn object<T: serde::de::DeserializeOwned>(mut manifest: Value) -> T {
    if manifest["metadata"]["namespace"].is_null() {
        manifest["metadata"]["namespace"] = json!("ns");
    }
    serde_json::from_value(manifest).unwrap()
}

/// Whether it may help a pod that a node changes like this; it comes or goes where one of the two is null.
pub(super) fn node_helps(plugin: &dyn Plugin, pod: &PodInfo, old: &Value, new: &Value) -> bool {
    let node = |manifest: &Value| (!manifest.is_null()).then(|| object::<Node>(manifest.clone()));
    match (&node(old), &node(new)) {
        (Some(old), Some(new)) => {
            let what = NodeChange::between(old, new);
            helps(plugin, pod, &Change::NodeUpdated { old, new, what })
        }
        (None, Some(new)) => helps(plugin, pod, &Change::NodeAdded(new)),
        (Some(old), None) => helps(plugin, pod, &Change::NodeDeleted(old)),
        (None, None) => panic!("nothing happens"),
    }
}

/// The same of a pod that has a node.
pub(super) fn placed_helps(plugin: &dyn Plugin, pod: &PodInfo, old: &Value, new: &Value) -> bool {
    let other = |manifest: &Value| (!manifest.is_null()).then(|| object::<Pod>(manifest.clone()));
    match (&other(old), &other(new)) {
        (Some(old), Some(new)) => {
            let asked = |pod: &Pod| PodResources::of(pod).requests;
            let is_scaled_down = asked(new).is_less_of_something(&asked(old));
            helps(plugin, pod, &Change::AssignedPodUpdated { old, new, is_scaled_down })
        }
        (None, Some(new)) => helps(plugin, pod, &Change::AssignedPodAdded(new)),
        (Some(old), None) => helps(plugin, pod, &Change::AssignedPodDeleted(old)),
        (None, None) => panic!("nothing happens"),
    }
}

/// Whether it may help a pod that it itself changes like this.
pub(super) fn change_helps(plugin: &dyn Plugin, old: Value, new: Value) -> bool {
    let (old, new) = (pod_of(old), pod_of(new));
    helps(plugin, &new, &Change::PodUpdated { old: old.pod(), new: new.pod() })
}

fn helps(plugin: &dyn Plugin, pod: &PodInfo, change: &Change<'_>) -> bool {
    plugin.events_to_register().contains(change.kind()) && plugin.queueing_hint(pod, change) == QueueingHint::Queue
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
