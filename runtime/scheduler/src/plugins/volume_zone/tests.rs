use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::{
    columns::Columns,
    plugins::testing::{objects, pod, snapshot},
};

fn claimed() -> PodInfo {
    pod(json!({"volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "c"}}]}))
}

const ZONE: &str = "topology.kubernetes.io/zone";
const REGION: &str = "topology.kubernetes.io/region";

/// A claim like this, a volume with these labels, and classes.
fn described(labels: Value, claim: Value) -> Vec<ClusterObject> {
    let class =
        |name: &str, mode: &str| json!({"kind": "StorageClass", "metadata": {"name": name}, "volumeBindingMode": mode});
    objects(&[
        json!({"kind": "PersistentVolume", "metadata": {"name": "v", "labels": labels}}),
        json!({"kind": "PersistentVolumeClaim", "metadata": {"name": "c", "namespace": "ns"}, "spec": claim}),
        class("now", "Immediate"),
        class("later", "WaitForFirstConsumer"),
    ])
}

fn cluster(labels: Value, claim: Value) -> Snapshot {
    snapshot(&[], described(labels, claim))
}

/// Checks what is said of one node, and of it in a set.
#[track_caller]
fn check(volume: Value, labels: Value, want: &str) {
    let mut columns = Columns::default();
    for object in described(volume, json!({"volumeName": "v"})) {
        columns.snapshot().objects().insert(object);
    }
    let node = json!({"metadata": {"name": "n", "labels": labels}});
    columns.set_node(Arc::new(serde_json::from_value(node).unwrap()));
    let (nodes, mut state) = (columns.snapshot(), CycleState::default());
    assert_eq!(VolumeZone.pre_filter_pod(&mut state, &claimed(), nodes), PreFilterOutcome::AllNodes);
    let status = VolumeZone.filter_node(&state, &claimed(), nodes.by_name("n").unwrap());
    assert_eq!(status.message(), want);
    let mut rows: RowSet = nodes.row("n").into_iter().collect();
    assert_eq!(VolumeZone.filter_set(&state, &claimed(), nodes, &mut rows), FilteredSet::Told);
    assert_eq!(rows.is_empty(), !want.is_empty());
}

#[test]
fn a_node_must_be_where_the_volume_is() {
    let zone = |value: &str| json!({"topology.kubernetes.io/zone": value});
    let beta = |value: &str| json!({"failure-domain.beta.kubernetes.io/zone": value});
    check(zone("a"), zone("a"), "");
    check(zone("a__b"), zone("b"), "");
    check(zone("a"), zone("b"), CONFLICT);
    check(zone("a"), json!({}), "");
    check(zone("a"), json!({"topology.kubernetes.io/region": "r"}), CONFLICT);
    check(beta("a"), zone("a"), "");
    check(beta("a"), json!({"failure-domain.beta.kubernetes.io/zone": "b", ZONE: "a"}), CONFLICT);
    check(beta("b"), json!({"failure-domain.beta.kubernetes.io/zone": "b", ZONE: "a"}), "");
    check(zone("a"), beta("a"), CONFLICT);
    check(zone(" a __ c "), zone("c"), "");
    let both = json!({ZONE: "a", "topology.kubernetes.io/region": "r"});
    check(both.clone(), both.clone(), "");
    check(both, zone("a"), CONFLICT);
    check(json!({"failure-domain.beta.kubernetes.io/region": "r"}), json!({REGION: "r"}), "");
    check(json!({"failure-domain.beta.kubernetes.io/region": "r"}), json!({REGION: "s"}), CONFLICT);
    check(zone("a"), json!({"other": "a"}), "");
}

#[test]
fn claims_are_bound_or_will_be_once_the_pod_has_a_node() {
    let mut state = CycleState::default();
    let mut ask = |claim: Value| VolumeZone.pre_filter_pod(&mut state, &claimed(), &cluster(json!({}), claim));
    let refused = |reason: &str| PreFilterOutcome::Rejected(Status::unresolvable(reason.to_owned()));
    assert_eq!(ask(json!({"volumeName": "v"})), PreFilterOutcome::Skip);
    let odd = cluster(json!({ZONE: "a____b"}), json!({"volumeName": "v"}));
    let said = VolumeZone.pre_filter_pod(&mut CycleState::default(), &claimed(), &odd);
    assert_eq!(said, PreFilterOutcome::Skip, "a label with an empty zone counts for nothing");
    assert_eq!(ask(json!({"volumeName": "w"})), refused("persistentvolume \"w\" not found"));
    assert_eq!(ask(json!({"storageClassName": "later"})), PreFilterOutcome::Skip);
    assert_eq!(ask(json!({"storageClassName": "now"})), refused("PersistentVolume had no name"));
    assert_eq!(ask(json!({"storageClassName": "x"})), refused("storageclass.storage.k8s.io \"x\" not found"));
    assert_eq!(ask(json!({})), refused("PersistentVolumeClaim had no pv name and storageClass name"));
}

#[test]
fn what_does_not_say_where_a_volume_is_does_not_wake() {
    let object = |kind: &str, fields: Value| {
        let mut object = json!({"kind": kind, "metadata": {"name": "c", "namespace": "ns"}});
        object.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        objects(&[object]).remove(0)
    };
    let added =
        |kind: &str, fields: Value| VolumeZone.queueing_hint(&claimed(), &Change::ObjectAdded(&object(kind, fields)));
    let updated = |kind: &str, old: Value, new: Value| {
        let (old, new) = (object(kind, old), object(kind, new));
        VolumeZone.queueing_hint(&claimed(), &Change::ObjectUpdated { old: &old, new: &new })
    };
    use QueueingHint::{Queue, QueueSkip};
    assert_eq!(added("StorageClass", json!({"volumeBindingMode": "WaitForFirstConsumer"})), Queue);
    assert_eq!(added("StorageClass", json!({"volumeBindingMode": "Immediate"})), QueueSkip);
    assert_eq!(added("StorageClass", json!({})), QueueSkip);
    assert_eq!(added("PersistentVolumeClaim", json!({})), Queue);
    assert_eq!(added("PersistentVolumeClaim", json!({"metadata": {"name": "c", "namespace": "b"}})), QueueSkip);
    assert_eq!(updated("PersistentVolumeClaim", json!({}), json!({"spec": {"volumeName": "v"}})), Queue);
    let at = |zone: &str| json!({"metadata": {"name": "v", "labels": {ZONE: zone, "k": zone}}});
    assert_eq!(added("PersistentVolume", at("a")), Queue);
    assert_eq!(updated("PersistentVolume", at("a"), at("b")), Queue);
    assert_eq!(updated("PersistentVolume", at("a__b"), at("b__a")), QueueSkip);
}
