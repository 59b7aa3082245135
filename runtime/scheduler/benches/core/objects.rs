//! The nodes, the pods, and what they need besides.

use kubeforge_api::{
    core::v1::{Node, PersistentVolume, PersistentVolumeClaim, Pod},
    storage::v1::CSINode,
};
use serde_json::{Value, json};

use crate::cases::Case;

const HOST: &str = "kubernetes.io/hostname";
const ZONE: &str = "topology.kubernetes.io/zone";
const IMAGE: &str = "registry.example/app:1";

pub(crate) fn node(number: usize, case: Case) -> Node {
    let name = format!("node-{number}");
    let zone = format!("zone-{}", number % 3);
    let amounts = json!({"cpu": "32", "memory": "128Gi", "pods": "110"});
    let taints = match (case, number % 3) {
        (Case::Taints, 0) => json!([{"key": "tolerated", "effect": "NoSchedule"}]),
        (Case::Taints, 1) => json!([{"key": "other", "effect": "NoSchedule"}]),
        _ => json!([]),
    };
    let images = match case {
        Case::ImageLocality if number.is_multiple_of(10) => json!([{"names": [IMAGE], "sizeBytes": 600 << 20}]),
        _ => json!([]),
    };
    object(json!({
        "apiVersion": "v1", "kind": "Node", "spec": {"taints": taints},
        "metadata": {"name": name, "labels": {(HOST): name, (ZONE): zone}},
        "status": {
            "capacity": amounts, "allocatable": amounts, "images": images,
            "conditions": [{"type": "Ready", "status": "True"}],
        },
    }))
}

pub(crate) fn csi_node(number: usize) -> CSINode {
    let driver = json!({"name": "csi.example", "nodeID": "n", "allocatable": {"count": 39}});
    object(json!({"metadata": {"name": format!("node-{number}")}, "spec": {"drivers": [driver]}}))
}

pub(crate) fn volume(number: usize) -> PersistentVolume {
    let (name, zone) = (format!("volume-{number}"), format!("zone-{}", number % 3));
    let in_zone = json!({"key": ZONE, "operator": "In", "values": [zone]});
    object(json!({
        "metadata": {"name": name},
        "spec": {
            "csi": {"driver": "csi.example", "volumeHandle": name},
            "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [in_zone]}]}},
        },
    }))
}

pub(crate) fn claim(number: usize) -> PersistentVolumeClaim {
    let annotations = json!({"pv.kubernetes.io/bind-completed": "yes"});
    let metadata = json!({"name": format!("claim-{number}"), "namespace": "default", "annotations": annotations});
    object(json!({"metadata": metadata, "spec": {"volumeName": format!("volume-{number}")}}))
}

/// What fillers take, in thousandths: no other fits beside one.
const FILLER_CPU: usize = 31_950;

/// A pod of low priority that takes nearly all of its node.
pub(crate) fn filler(number: usize) -> Pod {
    let mut pod = pod_with(&format!("filler-{number}"), FILLER_CPU, json!({"priority": 0}));
    pod.spec.node_name = format!("node-{number}");
    pod
}

pub(crate) fn pod(number: usize, case: Case) -> Pod {
    let cpu = match case {
        Case::Ten => 100 + 10 * (number % 10),
        Case::Different => 100 + number,
        // what the pod takes that has to go
        Case::Preemption => FILLER_CPU,
        _ => 100,
    };
    let selector = json!({"matchLabels": {"app": "app"}});
    let term = |key: &str| json!({"topologyKey": key, "labelSelector": selector});
    let spread = |key: &str, action: &str| json!({"maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": action, "labelSelector": selector});
    let extra = match case {
        Case::Same | Case::Ten | Case::Different | Case::ImageLocality | Case::Churn => json!({}),
        Case::AntiAffinity => {
            json!({"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term(HOST)]}}})
        }
        Case::Affinity => {
            json!({"affinity": {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term(ZONE)]}}})
        }
        Case::PreferredAntiAffinity => json!({"affinity": {"podAntiAffinity": {
            "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 100, "podAffinityTerm": term(HOST)}]}}}),
        Case::ZoneSpread => json!({"topologySpreadConstraints": [spread(ZONE, "DoNotSchedule")]}),
        Case::HostSpread => json!({"topologySpreadConstraints": [spread(HOST, "DoNotSchedule")]}),
        Case::PreferredSpread => {
            let constraints = [spread(ZONE, "ScheduleAnyway"), spread(HOST, "ScheduleAnyway")];
            json!({"topologySpreadConstraints": constraints})
        }
        Case::Taints => json!({"tolerations": [{"key": "tolerated", "operator": "Exists"}]}),
        Case::Preemption => json!({"priority": 100}),
        Case::Volumes => {
            let claim = json!({"claimName": format!("claim-{number}")});
            json!({"volumes": [{"name": "v", "persistentVolumeClaim": claim}]})
        }
    };
    pod_with(&format!("pod-{number}"), cpu, extra)
}

fn pod_with(name: &str, milli_cpu: usize, extra: Value) -> Pod {
    let requests = json!({"cpu": format!("{milli_cpu}m"), "memory": "128Mi"});
    let mut spec = json!({
        "schedulerName": "default-scheduler",
        "containers": [{"name": "c", "image": IMAGE, "resources": {"requests": requests}}],
    });
    if let (Some(spec), Value::Object(extra)) = (spec.as_object_mut(), extra) {
        spec.extend(extra);
    }
    let uid = format!("uid-{name}");
    let metadata = json!({"name": name, "namespace": "default", "uid": uid, "labels": {"app": "app"}});
    object(json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}))
}

fn object<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("an object of its kind")
}
