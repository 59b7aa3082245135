//! Pods, without names and nodes.

use proptest::strategy::Strategy;
use serde_json::{Value, json};

use super::{
    Part, always, any_of,
    cases::Theme,
    list_of, maybe, object, some_of,
    terms::{node_condition, node_term, pod_labels, pod_selector, pod_term, topology_key},
};

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

fn container(is_first: bool) -> Part {
    let requests = object([
        ("cpu", maybe(70, any_of(&["100m", "500m", "1", "1500m", "3"]))),
        ("memory", maybe(60, any_of(&["256Mi", "1Gi", "3Gi"]))),
        ("ephemeral-storage", maybe(5, any_of(&["4Gi"]))),
        ("example.com/gpu", maybe(10, any_of(&["1"]))),
    ]);
    let port = any_of(&[
        json!({"containerPort": 80, "hostPort": 80}),
        json!({"containerPort": 80, "hostPort": 80, "hostIP": "10.0.0.1"}),
        json!({"containerPort": 80, "hostPort": 80, "protocol": "UDP"}),
    ]);
    let restart = if is_first { always(Value::Null) } else { maybe(50, always("Always")) };
    object([
        ("image", any_of(&["app", "host:5000/db:2", "small:1", "other"])),
        ("resources", object([("requests", requests)])),
        ("ports", maybe(12, list_of(port, 2))),
        ("restartPolicy", restart),
    ])
}

/// What is said of a pod as a whole.
fn own_resources() -> Part {
    let requests =
        object([("cpu", maybe(60, any_of(&["0", "500m", "2", "3"]))), ("memory", maybe(60, any_of(&["1Gi", "3Gi"])))]);
    object([("requests", requests)])
}

/// Gives containers names, each its own.
fn named(mut pod: Value) -> Value {
    for (list, prefix) in [("containers", 'c'), ("initContainers", 'i')] {
        let containers = pod["spec"].get_mut(list).and_then(Value::as_array_mut).into_iter().flatten();
        for (number, container) in containers.enumerate() {
            container["name"] = format!("{prefix}{number}").into();
        }
    }
    pod
}

/// What a kubelet says of the resources of a pod that is being resized.
pub(super) fn resize() -> Part {
    let amounts = || {
        let cpu = any_of(&["100m", "1", "2500m"]);
        object([("cpu", maybe(70, cpu)), ("memory", maybe(50, any_of(&["512Mi", "2Gi"])))])
    };
    let given = || maybe(80, object([("requests", maybe(80, amounts()))]));
    let status = |name: &'static str| {
        object([("name", always(name)), ("resources", given()), ("allocatedResources", maybe(60, amounts()))])
    };
    let pending = any_of(&[
        json!([{"type": "PodResizePending", "status": "True", "reason": "Infeasible"}]),
        json!([{"type": "PodResizePending", "status": "True", "reason": "Deferred"}]),
    ]);
    let both = |first: Part, second: Part| (first, second).prop_map(|(a, b)| json!([a, b])).boxed();
    object([
        ("containerStatuses", maybe(80, both(status("c0"), status("c1")))),
        ("initContainerStatuses", maybe(60, both(status("i0"), status("i1")))),
        ("resources", given()),
        ("allocatedResources", maybe(60, amounts())),
        ("conditions", maybe(40, pending)),
    ])
}

fn affinity(theme: Theme) -> Part {
    let terms = || object([("nodeSelectorTerms", some_of(node_term(), 2))]);
    let preferred = object([("weight", any_of(&[1, 10, 60])), ("preference", node_term())]);
    let weighted = || object([("weight", any_of(&[1, 10, 100])), ("podAffinityTerm", pod_term())]);
    let near = |required: u8, preferred: u8| {
        object([
            (REQUIRED, maybe(required, list_of(pod_term(), 2))),
            (PREFERRED, maybe(preferred, list_of(weighted(), 2))),
        ])
    };
    object([
        (
            "nodeAffinity",
            maybe(
                theme.percent(Theme::Anything, 40, 40),
                object([(REQUIRED, maybe(50, terms())), (PREFERRED, maybe(50, list_of(preferred, 2)))]),
            ),
        ),
        ("podAffinity", maybe(theme.percent(Theme::Others, 35, 50), near(50, 60))),
        ("podAntiAffinity", maybe(theme.percent(Theme::Others, 40, 60), near(60, 50))),
    ])
}

/// A constraint on how pods are spread. Only one that must hold may ask for a number of domains.
fn spread() -> Part {
    let of = |action: &'static str, min_domains: u8| {
        object([
            ("maxSkew", any_of(&[1, 2])),
            ("topologyKey", topology_key()),
            ("whenUnsatisfiable", always(action)),
            ("labelSelector", maybe(90, pod_selector())),
            ("minDomains", maybe(min_domains, any_of(&[1, 2, 4]))),
            ("nodeAffinityPolicy", maybe(25, any_of(&["Ignore", "Honor"]))),
            ("nodeTaintsPolicy", maybe(25, any_of(&["Honor", "Ignore"]))),
            ("matchLabelKeys", maybe(20, always(json!(["rev"])))),
        ])
    };
    let either = proptest::strategy::Union::new([of("DoNotSchedule", 40), of("ScheduleAnyway", 0)]);
    proptest::strategy::Strategy::boxed(either)
}

fn volumes() -> Part {
    let volume = any_of(&[
        json!({"name": "v", "persistentVolumeClaim": {"claimName": "c0"}}),
        json!({"name": "v", "persistentVolumeClaim": {"claimName": "c1"}}),
        json!({"name": "v", "persistentVolumeClaim": {"claimName": "c2"}}),
        json!({"name": "v", "gcePersistentDisk": {"pdName": "d"}}),
        json!({"name": "v", "gcePersistentDisk": {"pdName": "d", "readOnly": true}}),
        // of a type that a driver took over on some nodes
        json!({"name": "v", "awsElasticBlockStore": {"volumeID": "h0"}}),
        json!({"name": "v", "awsElasticBlockStore": {"volumeID": "h3"}}),
        made_for_it("its", "late", json!(null)),
        made_for_it("its", "by-hand", json!(null)),
        made_for_it("its", "late", json!("v0")),
        made_for_it("its", "old", json!("v1")),
        made_for_it("nobody's", "late", json!(null)),
        made_for_it("another's", "late", json!(null)),
    ]);
    some_of(volume, 2)
}

/// A volume whose claim is made for the pod. `whose` says whose the claim is that there is; see `Run::make_claims`.
fn made_for_it(whose: &str, class: &str, volume: serde_json::Value) -> serde_json::Value {
    let requests = json!({"storage": "1Gi"});
    let spec = json!({"storageClassName": class, "accessModes": ["ReadWriteOnce"], "volumeName": volume,
        "resources": {"requests": requests}});
    let template = json!({"metadata": {"labels": {"whose": whose}}, "spec": spec});
    json!({"name": "e", "ephemeral": {"volumeClaimTemplate": template}})
}

fn tolerations() -> Part {
    let toleration = any_of(&[
        json!({"key": "t", "operator": "Equal", "value": "1", "effect": "NoSchedule"}),
        json!({"key": "t", "operator": "Exists"}),
        json!({"operator": "Exists"}),
        json!({"key": "u", "operator": "Exists", "effect": "PreferNoSchedule"}),
        json!({"key": "u", "value": "2"}),
    ]);
    list_of(toleration, 2)
}

pub(super) fn pod(theme: Theme) -> Part {
    let owner =
        json!([{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "set", "uid": "set", "controller": true}]);
    let metadata = object([
        ("namespace", any_of(&["a", "a", "a", "b"])),
        ("labels", pod_labels()),
        ("ownerReferences", maybe(15, always(owner))),
    ]);
    let simple = |key: &'static str| object([(key, any_of(&["a", "ssd"]))]);
    let selectors = [simple("disk"), simple(super::terms::ZONE)];
    let node_selector = proptest::strategy::Strategy::boxed(proptest::strategy::Union::new(selectors));
    let spec = object([
        ("priority", any_of(if theme == Theme::Room { &[0, 5, 10] } else { &[0, 0, 5] })),
        ("preemptionPolicy", maybe(5, always("Never"))),
        ("containers", some_of(container(true), 2)),
        ("initContainers", maybe(15, list_of(container(false), 2))),
        ("resources", maybe(12, own_resources())),
        ("overhead", maybe(5, object([("cpu", always("250m"))]))),
        ("tolerations", maybe(theme.percent(Theme::Anything, 25, 25), tolerations())),
        ("nodeSelector", maybe(10, node_selector)),
        ("affinity", maybe(theme.percent(Theme::Others, 40, 70), affinity(theme))),
        ("topologySpreadConstraints", maybe(theme.percent(Theme::Others, 35, 50), list_of(spread(), 2))),
        ("volumes", maybe(theme.percent(Theme::Volumes, 15, 90), volumes())),
    ]);
    object([("metadata", metadata), ("spec", spec)]).prop_map(named).boxed()
}

/// An affinity that a profile adds to that of all pods.
pub(super) fn added_affinity() -> Part {
    let term = || object([("matchExpressions", some_of(node_condition(), 1))]);
    let preferred = object([("weight", always(20)), ("preference", term())]);
    object([
        (REQUIRED, maybe(50, object([("nodeSelectorTerms", some_of(term(), 1))]))),
        (PREFERRED, maybe(50, list_of(preferred, 1))),
    ])
}
