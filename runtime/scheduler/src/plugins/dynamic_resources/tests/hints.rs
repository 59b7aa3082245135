//! Which changes wake a pod.

use std::sync::Arc;

use kubeforge_api::{
    core::v1::{Node, Pod},
    resource::v1::{DeviceClass, ResourceClaim, ResourceSlice},
};
use serde_json::{Value, from_value, json};

use super::{
    super::hints,
    world::{claim, class, node, pod, pod_with, slice},
};
use crate::framework::{Change, ClusterObject, NodeChange, Objects, PodInfo, QueueingHint};

fn of_claim(value: &Value) -> ClusterObject {
    Arc::new(from_value::<ResourceClaim>(value.clone()).unwrap()).into()
}

/// What is said of a change, where the cluster has these claims.
fn hint(claims: &[&Value], pod: &Value, change: &Change<'_>) -> QueueingHint {
    let objects = Objects::default();
    for claim in claims {
        objects.resource_claims.insert(Arc::new(from_value((*claim).clone()).unwrap()));
    }
    hints::hint(&objects, &PodInfo::new(Arc::new(from_value(pod.clone()).unwrap())), change)
}

/// A claim with something in its status.
fn with_status(name: &str, status: Value) -> Value {
    let mut claim = claim(name, 1);
    claim["status"] = status;
    claim
}

/// A pod whose claim is made from a template, and has been.
fn made(its: &str) -> Value {
    let mut pod =
        pod_with("p", json!({"resourceClaims": [{"name": "it", "resourceClaimTemplateName": "t"}], "containers": []}));
    pod["status"] = json!({"resourceClaimStatuses": [{"name": "it", "resourceClaimName": its}]});
    pod
}

#[test]
fn claims_wake_pods_that_use_them_and_those_that_may_get_their_devices() {
    use QueueingHint::{Queue, QueueSkip};
    let (one, other, user) = (claim("one", 1), claim("other", 1), pod("p", "one"));
    let mut finalized = one.clone();
    finalized["metadata"]["finalizers"] = json!(["x"]);
    let allocated = |name: &str| with_status(name, json!({"allocation": {"devices": {}}}));
    let reserved = with_status(
        "other",
        json!({"allocation": {"devices": {}}, "reservedFor": [{"resource": "pods", "name": "q", "uid": "q"}]}),
    );
    let mut its = one.clone();
    its["metadata"]["ownerReferences"] =
        json!([{"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "p", "controller": true}]);
    for (what, pod, claims, old, new, want) in [
        ("its own comes", &user, vec![&one], None, Some(&one), Queue),
        ("one of another comes", &user, vec![&one, &other], None, Some(&other), QueueSkip),
        ("one comes that was made for it", &made("one"), vec![&its], None, Some(&its), Queue),
        ("one comes that was not made for it", &made("one"), vec![&one], None, Some(&one), QueueSkip),
        ("its own is finalized", &user, vec![&finalized], Some(&one), Some(&finalized), QueueSkip),
        ("its own gets devices", &user, vec![&allocated("one")], Some(&one), Some(&allocated("one")), Queue),
        ("another gets devices", &user, vec![&one], Some(&other), Some(&allocated("other")), QueueSkip),
        ("another gives devices back", &user, vec![&one], Some(&reserved), Some(&other), Queue),
        ("another is no longer used", &user, vec![&one], Some(&reserved), Some(&allocated("other")), QueueSkip),
        ("devices are back, its own is missing", &user, vec![], Some(&reserved), Some(&other), QueueSkip),
        ("one with devices goes", &user, vec![&one], Some(&reserved), None, Queue),
        ("one without devices goes", &user, vec![&one], Some(&other), None, QueueSkip),
        ("one goes that was made up for it", &user, vec![&one], Some(&its), None, Queue),
    ] {
        let (old, new) = (old.map(of_claim), new.map(of_claim));
        let change = match (&old, &new) {
            (None, Some(new)) => Change::ObjectAdded(new),
            (Some(old), Some(new)) => Change::ObjectUpdated { old, new },
            (Some(old), None) => Change::ObjectDeleted(old),
            (None, None) => continue,
        };
        assert_eq!(hint(&claims, pod, &change), want, "{what}");
    }
}

#[test]
fn pods_wake_once_all_of_their_claims_are_there() {
    use QueueingHint::{Queue, QueueSkip};
    let mut its = claim("one", 1);
    its["metadata"]["ownerReferences"] =
        json!([{"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "p", "controller": true}]);
    let mut before = made("one");
    before["status"] = json!({});
    let mut labelled = made("one");
    labelled["metadata"]["labels"] = json!({"a": "b"});
    for (what, claims, old, new, want) in [
        ("its claim is told", vec![&its], &before, &made("one"), Queue),
        ("its claim is told before it is there", vec![], &before, &made("one"), QueueSkip),
        ("nothing is told", vec![&its], &made("one"), &labelled, QueueSkip),
    ] {
        let [old, new]: [Pod; 2] = [old, new].map(|pod| from_value(pod.clone()).unwrap());
        let change = Change::PodUpdated { old: &old, new: &new };
        assert_eq!(hint(&claims, &made("one"), &change), want, "{what}");
    }
}

#[test]
fn whatever_may_bring_devices_wakes_pods() {
    use QueueingHint::{Queue, QueueSkip};
    let user = pod("p", "one");
    let node: Node = from_value(node("n1")).unwrap();
    let devices: ClusterObject = Arc::new(from_value::<ResourceSlice>(slice("n1", json!([]))).unwrap()).into();
    let class: ClusterObject = Arc::new(from_value::<DeviceClass>(class("c")).unwrap()).into();
    let changed = |what: NodeChange| Change::NodeUpdated { old: &node, new: &node, what };
    for (what, change, want) in [
        ("a node comes", Change::NodeAdded(&node), Queue),
        ("a node's labels", changed(NodeChange { labels: true, ..NodeChange::default() }), Queue),
        ("what a node has", changed(NodeChange { allocatable: true, ..NodeChange::default() }), Queue),
        ("a node's images", changed(NodeChange { images: true, ..NodeChange::default() }), QueueSkip),
        ("devices come", Change::ObjectAdded(&devices), Queue),
        ("devices change", Change::ObjectUpdated { old: &devices, new: &devices }, Queue),
        ("a class comes", Change::ObjectAdded(&class), Queue),
    ] {
        assert!(hints::EVENTS.contains(change.kind()), "{what}");
        assert_eq!(hint(&[], &user, &change), want, "{what}");
    }
    // classes are not told of when they go, nor devices
    assert!(!hints::EVENTS.contains(Change::ObjectDeleted(&devices).kind()));
    assert!(!hints::EVENTS.contains(Change::ObjectDeleted(&class).kind()));
}
