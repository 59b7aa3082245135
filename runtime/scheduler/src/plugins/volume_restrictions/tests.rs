use serde_json::{Value, json};

use super::*;
use crate::plugins::testing::{objects, pod, snapshot};

#[track_caller]
fn check_conflict(wanted: Value, used: Value, want: bool) {
    let source = |source: Value| serde_json::from_value::<VolumeSource>(source).unwrap();
    assert_eq!(conflict(&source(wanted.clone()), &source(used.clone())), want, "{wanted} and {used}");
}

#[test]
fn disks_are_shared_by_readers_only() {
    let gce = |read_only: bool| json!({"gcePersistentDisk": {"pdName": "d", "readOnly": read_only}});
    check_conflict(gce(false), gce(true), true);
    check_conflict(gce(true), gce(true), false);
    check_conflict(gce(false), json!({"gcePersistentDisk": {"pdName": "e"}}), false);
    let ebs = json!({"awsElasticBlockStore": {"volumeID": "v", "readOnly": true}});
    check_conflict(ebs.clone(), ebs, true);
    let iscsi = |iqn: &str| json!({"iscsi": {"targetPortal": "1", "iqn": iqn, "lun": 0}});
    check_conflict(iscsi("a"), iscsi("a"), true);
    check_conflict(iscsi("a"), iscsi("b"), false);
    let reader = |iqn: &str| json!({"iscsi": {"targetPortal": "1", "iqn": iqn, "lun": 1, "readOnly": true}});
    check_conflict(reader("a"), reader("a"), false);
    check_conflict(reader("a"), iscsi("a"), true);
    let rbd = |monitors: &[&str], image: &str| json!({"rbd": {"monitors": monitors, "image": image, "pool": "p"}});
    check_conflict(rbd(&["1", "2"], "i"), rbd(&["2"], "i"), true);
    check_conflict(rbd(&["1"], "i"), rbd(&["2"], "i"), false);
    check_conflict(rbd(&["1"], "i"), rbd(&["1"], "j"), false);
    let other_pool = json!({"rbd": {"monitors": ["1"], "image": "i", "pool": "q"}});
    check_conflict(rbd(&["1"], "i"), other_pool, false);
    let reader = json!({"rbd": {"monitors": ["1"], "image": "i", "pool": "p", "readOnly": true}});
    check_conflict(reader.clone(), reader.clone(), false);
    check_conflict(reader, rbd(&["1"], "i"), true);
    check_conflict(gce(false), json!({"awsElasticBlockStore": {"volumeID": "d"}}), false);
}

#[test]
fn a_claim_for_one_pod_is_in_use_until_that_pod_is_taken_away() {
    let using = || pod(json!({"volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "c"}}]}));
    let claim = json!({"kind": "PersistentVolumeClaim", "metadata": {"name": "c", "namespace": "ns"},
        "spec": {"accessModes": ["ReadWriteOncePod"]}});
    let claims = objects(&[claim]);
    let (used, unused) = (snapshot(&[("n1", vec![using()])], claims.clone()), snapshot(&[], claims));
    let mut state = CycleState::default();
    assert_eq!(VolumeRestrictions.pre_filter_pod(&mut state, &using(), &unused), PreFilterOutcome::Skip);
    assert_eq!(VolumeRestrictions.pre_filter_pod(&mut state, &using(), &used), PreFilterOutcome::AllNodes);
    let node = used.by_name("n1").unwrap();
    assert_eq!(VolumeRestrictions.filter_node(&state, &using(), node).message(), CLAIM_IN_USE);
    let mut rows: RowSet = used.row("n1").into_iter().collect();
    assert_eq!(VolumeRestrictions.filter_set(&state, &using(), &used, &mut rows), FilteredSet::Told);
    assert!(rows.is_empty());
    VolumeRestrictions.remove_pod(&mut state, &using(), &using(), node);
    assert!(VolumeRestrictions.filter_node(&state, &using(), node).is_success());
    let missing = VolumeRestrictions.pre_filter_pod(&mut state, &using(), &Snapshot::default());
    let status = Status::unresolvable("persistentvolumeclaim \"c\" not found");
    assert_eq!(missing, PreFilterOutcome::Rejected(status));
}

#[test]
fn what_pods_left_wakes_those_that_wanted_it() {
    let volumes = |source: Value| {
        let mut volume = json!({"name": "v"});
        volume.as_object_mut().unwrap().extend(source.as_object().unwrap().clone());
        json!({"volumes": [volume]})
    };
    let hint = |wanted: Value, namespace: &str, left: Value| {
        let mut left = Pod::clone(pod(volumes(left)).pod());
        namespace.clone_into(&mut left.metadata.namespace);
        VolumeRestrictions.queueing_hint(&pod(volumes(wanted)), &Change::AssignedPodDeleted(&left))
    };
    let disk = |name: &str| json!({"gcePersistentDisk": {"pdName": name}});
    let claim = |name: &str| json!({"persistentVolumeClaim": {"claimName": name}});
    assert_eq!(hint(disk("d"), "ns", disk("d")), QueueingHint::Queue);
    assert_eq!(hint(disk("d"), "ns", disk("e")), QueueingHint::QueueSkip);
    assert_eq!(hint(disk("d"), "other", disk("d")), QueueingHint::QueueSkip);
    assert_eq!(hint(claim("c"), "ns", claim("c")), QueueingHint::Queue);
    assert_eq!(hint(claim("c"), "ns", claim("d")), QueueingHint::QueueSkip);
    assert_eq!(hint(claim("c"), "other", claim("c")), QueueingHint::QueueSkip);
    let added = |namespace: &str| {
        let claim = json!({"kind": "PersistentVolumeClaim", "metadata": {"name": "c", "namespace": namespace}});
        VolumeRestrictions.queueing_hint(
            &pod(volumes(json!({"persistentVolumeClaim": {"claimName": "c"}}))),
            &Change::ObjectAdded(&objects(&[claim])[0]),
        )
    };
    assert_eq!((added("ns"), added("other")), (QueueingHint::Queue, QueueingHint::QueueSkip));
}
