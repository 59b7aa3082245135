//! From manifests to what the core takes.

use std::sync::Arc;

use kubeforge_api::{
    apps::v1::ReplicaSet,
    core::v1::{Namespace, PersistentVolume, PersistentVolumeClaim, Service},
    policy::v1::PodDisruptionBudget,
    storage::v1::{CSIDriver, CSINode, CSIStorageCapacity, StorageClass, VolumeAttachment},
};
use kubeforge_machinery::yaml;
use kubeforge_scheduler::framework::ClusterObject;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{json::text, world::World};

pub(crate) fn typed<T: DeserializeOwned>(object: &Value) -> T {
    serde_json::from_value(object.clone()).unwrap_or_else(|error| panic!("{error}: {object}"))
}

/// An object beside nodes and pods.
pub(crate) fn cluster_object(object: &Value) -> ClusterObject {
    fn shared<T: DeserializeOwned>(object: &Value) -> ClusterObject
    where
        Arc<T>: Into<ClusterObject>,
    {
        Arc::new(typed::<T>(object)).into()
    }
    match text(&object["kind"]) {
        "Namespace" => shared::<Namespace>(object),
        "Service" => shared::<Service>(object),
        "ReplicaSet" => shared::<ReplicaSet>(object),
        "PodDisruptionBudget" => shared::<PodDisruptionBudget>(object),
        "PersistentVolume" => shared::<PersistentVolume>(object),
        "PersistentVolumeClaim" => shared::<PersistentVolumeClaim>(object),
        "StorageClass" => shared::<StorageClass>(object),
        "CSINode" => shared::<CSINode>(object),
        "CSIDriver" => shared::<CSIDriver>(object),
        "CSIStorageCapacity" => shared::<CSIStorageCapacity>(object),
        "VolumeAttachment" => shared::<VolumeAttachment>(object),
        kind => panic!("no {kind} is drawn"),
    }
}

/// The cluster as a file for `kube-scheduler explain --snapshot`, and the pod as one for its `--filename`.
pub(crate) fn files(world: &World, pod: &Value) -> String {
    let objects = world.nodes.values().chain(world.placed.values()).chain(world.others.values());
    let cluster: Vec<String> = objects.map(yaml::from_value).collect();
    format!("# cluster.yaml\n{}\n# pod.yaml\n{}", cluster.join("---\n"), yaml::from_value(pod))
}
