//! Everything beside nodes and pods.

use proptest::strategy::{Strategy, Union};
use serde_json::{Value, json};

use super::{
    NODES, Part, always, any_of,
    cases::Theme,
    list_of, maybe, object,
    terms::{ZONE, pod_labels, pod_selector},
};

const DRIVER: &str = "csi.example";
/// The driver that took an old type of volumes over.
const OLD_DRIVER: &str = "ebs.csi.aws.com";
const OLD_TYPE: &str = "kubernetes.io/aws-ebs";

fn named(kind: &'static str, version: &'static str, metadata: Part, fields: Vec<(&'static str, Part)>) -> Part {
    let mut all = vec![("apiVersion", always(version)), ("kind", always(kind)), ("metadata", metadata)];
    all.extend(fields);
    object(all)
}

fn in_namespace(names: &[&str]) -> Part {
    object([("namespace", any_of(&["a", "b"])), ("name", any_of(names))])
}

fn called(names: &[&str]) -> Part {
    object([("name", any_of(names))])
}

fn namespace() -> Part {
    let labels = object([("team", maybe(60, any_of(&["red", "blue"])))]);
    let metadata = object([("name", any_of(&["a", "b"])), ("labels", labels)]);
    named("Namespace", "v1", metadata, vec![])
}

fn service() -> Part {
    named("Service", "v1", in_namespace(&["s", "t"]), vec![("spec", object([("selector", some_labels())]))])
}

/// At least one label: services without a selector select nothing.
fn some_labels() -> Part {
    any_of(&[json!({"app": "x"}), json!({"app": "y"}), json!({"rev": "1"})])
}

fn replica_set() -> Part {
    let selector = object([("matchLabels", some_labels())]);
    named("ReplicaSet", "apps/v1", in_namespace(&["set"]), vec![("spec", object([("selector", selector)]))])
}

fn budget() -> Part {
    let disrupted = maybe(10, always(json!({"p1": "2026-01-01T00:00:00Z"})));
    let status = object([("disruptionsAllowed", any_of(&[0, 1, 2])), ("disruptedPods", disrupted)]);
    let spec = object([("selector", maybe(90, pod_selector()))]);
    named("PodDisruptionBudget", "policy/v1", in_namespace(&["m", "n"]), vec![("spec", spec), ("status", status)])
}

fn zone_term(zones: &[&str]) -> Value {
    json!({"required": {"nodeSelectorTerms": [{"matchExpressions": [{"key": ZONE, "operator": "In", "values": zones}]}]}})
}

fn volume() -> Part {
    let handle = || any_of(&["h0", "h1", "h2"]);
    let drivers = [DRIVER, DRIVER, "other.example", OLD_DRIVER];
    let csi = object([("csi", object([("driver", any_of(&drivers)), ("volumeHandle", handle())]))]);
    let old = object([("awsElasticBlockStore", object([("volumeID", handle())]))]);
    let source = Union::new_weighted(vec![(3, csi), (1, old)]);
    let spec = object([
        ("capacity", object([("storage", any_of(&["1Gi", "2Gi", "5Gi"]))])),
        ("source", source.boxed()),
        ("storageClassName", any_of(&["by-hand", "by-hand", "late"])),
        ("accessModes", always(json!(["ReadWriteOnce", "ReadWriteOncePod"]))),
        ("nodeAffinity", maybe(50, any_of(&[zone_term(&["a"]), zone_term(&["b", "c"])]))),
        ("claimRef", maybe(10, always(json!({"namespace": "a", "name": "c0"})))),
    ]);
    let labels = object([(ZONE, maybe(30, any_of(&["a", "b__c"])))]);
    let metadata = object([("name", any_of(&["v0", "v1", "v2"])), ("labels", labels)]);
    let status = object([("phase", any_of(&["Available", "Available", "Released"]))]);
    // the source is drawn whole and stands among the other fields
    let flat = |mut spec: Value| {
        let source = spec["source"].take();
        if let (Some(fields), Value::Object(source)) = (spec.as_object_mut(), source) {
            fields.remove("source");
            fields.extend(source);
        }
        spec
    };
    named("PersistentVolume", "v1", metadata, vec![("spec", spec.prop_map(flat).boxed()), ("status", status)])
}

fn claim() -> Part {
    let is_bound = json!({"pv.kubernetes.io/bind-completed": "yes"});
    let of = |bound: bool| {
        let (annotations, volume) = match bound {
            true => (always(is_bound.clone()), any_of(&["v0", "v1", "v2", "v0", "v1", "v9"])),
            false => (always(Value::Null), always(Value::Null)),
        };
        let metadata = object([
            ("namespace", any_of(&["a", "a", "a", "b"])),
            ("name", any_of(&["c0", "c1", "c2"])),
            ("annotations", annotations),
        ]);
        let spec = object([
            ("volumeName", volume),
            ("storageClassName", any_of(&["late", "by-hand", "late", "by-hand", "old", "now"])),
            ("accessModes", any_of(&[json!(["ReadWriteOnce"]), json!(["ReadWriteOncePod"])])),
            ("resources", object([("requests", object([("storage", any_of(&["1Gi", "2Gi"]))]))])),
        ]);
        let status = object([("phase", maybe(if bound { 5 } else { 0 }, always("Lost")))]);
        named("PersistentVolumeClaim", "v1", metadata, vec![("spec", spec), ("status", status)])
    };
    Union::new([of(true), of(false)]).boxed()
}

/// One of each.
pub(super) fn classes() -> Vec<Part> {
    let zones = |zones: &[&str]| json!([{"matchLabelExpressions": [{"key": ZONE, "values": zones}]}]);
    let of = |name: &'static str, provisioner: &'static str, mode: &'static str| {
        let fields = vec![
            ("provisioner", always(provisioner)),
            ("volumeBindingMode", always(mode)),
            ("allowedTopologies", maybe(40, any_of(&[zones(&["a"]), zones(&["b", "c"])]))),
        ];
        named("StorageClass", "storage.k8s.io/v1", called(&[name]), fields)
    };
    vec![
        of("late", DRIVER, "WaitForFirstConsumer"),
        of("by-hand", "kubernetes.io/no-provisioner", "WaitForFirstConsumer"),
        of("now", DRIVER, "Immediate"),
        of("old", OLD_TYPE, "WaitForFirstConsumer"),
    ]
}

fn csi_node() -> Part {
    let driver = object([
        ("name", any_of(&[DRIVER, OLD_DRIVER, "other.example"])),
        ("nodeID", always("n")),
        ("allocatable", maybe(90, object([("count", any_of(&[1, 2, 0]))]))),
    ]);
    let drivers = list_of(driver, 2).prop_map(|mut drivers| {
        if let Some(drivers) = drivers.as_array_mut() {
            drivers.dedup_by_key(|driver| driver["name"].clone());
        }
        drivers
    });
    let served = object([("storage.alpha.kubernetes.io/migrated-plugins", always(OLD_TYPE))]);
    let metadata = object([("name", any_of(&NODES)), ("annotations", maybe(60, served))]);
    named("CSINode", "storage.k8s.io/v1", metadata, vec![("spec", object([("drivers", drivers.boxed())]))])
}

fn attachment() -> Part {
    let spec = object([
        ("attacher", any_of(&[DRIVER, OLD_DRIVER])),
        ("nodeName", any_of(&NODES)),
        ("source", object([("persistentVolumeName", any_of(&["v0", "v1", "v2"]))])),
    ]);
    named("VolumeAttachment", "storage.k8s.io/v1", called(&["at0", "at1"]), vec![("spec", spec)])
}

fn driver() -> Part {
    let spec = object([("storageCapacity", any_of(&[true, false]))]);
    named("CSIDriver", "storage.k8s.io/v1", called(&[DRIVER]), vec![("spec", spec)])
}

fn capacity() -> Part {
    let fields = vec![
        ("storageClassName", any_of(&["late", "now"])),
        ("capacity", any_of(&["1Gi", "5Gi"])),
        ("nodeTopology", maybe(90, object([("matchLabels", object([(ZONE, maybe(80, any_of(&["a", "b"])))]))]))),
    ];
    named("CSIStorageCapacity", "storage.k8s.io/v1", in_namespace(&["k0", "k1"]), fields)
}

/// Any of them; those that the theme needs more often.
pub(super) fn other(theme: Theme) -> Part {
    let volumes = Union::new_weighted(vec![
        (2, volume()),
        (4, claim()),
        (2, Union::new(classes()).boxed()),
        (2, csi_node()),
        (1, attachment()),
        (1, driver()),
        (1, capacity()),
    ]);
    let weight = |own: Theme| if theme == own { 8 } else { 1 };
    let all = [
        (weight(Theme::Others), namespace()),
        (weight(Theme::Others), service()),
        (1, replica_set()),
        (weight(Theme::Room), budget()),
        (weight(Theme::Room), simple_budget()),
        (2 * weight(Theme::Volumes), volumes.boxed()),
    ];
    Union::new_weighted(all.to_vec()).boxed()
}

/// A budget over one label: more of them than of those with odd selectors.
fn simple_budget() -> Part {
    let spec = object([("selector", object([("matchLabels", pod_labels())]))]);
    let status = object([("disruptionsAllowed", any_of(&[0, 1]))]);
    named("PodDisruptionBudget", "policy/v1", in_namespace(&["m", "n"]), vec![("spec", spec), ("status", status)])
}
