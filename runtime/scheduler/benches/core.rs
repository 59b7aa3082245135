//! How fast the scheduler's core decides, without an API server: pods per second, and CPU per 1,000 pods.
//!
//! `cargo bench -p kubeforge-scheduler`. Each run fills fresh nodes with 10,000 pods. The kinds of pods: all alike, as
//! a workload's replicas are; ten kinds in turn; and each asking for an amount of its own, the worst case, for which no
//! answer of a plugin can be used twice; and alike but for a bound volume each, which is tied to a zone and counts against
//! its node's limit.

use std::sync::Arc;
use std::time::{Duration, Instant};

use kubeforge_api::core::v1::{Node, PersistentVolume, PersistentVolumeClaim, Pod};
use kubeforge_api::storage::v1::CSINode;
use kubeforge_scheduler::config::KubeSchedulerConfiguration;
use kubeforge_scheduler::core::{Core, Decision};
use kubeforge_scheduler::plugins;
use serde_json::json;

const PODS: usize = 10_000;

/// How many different pods there are.
#[derive(Clone, Copy, Debug)]
enum Kinds {
    One,
    Ten,
    AllDifferent,
    Volumes,
}

fn main() {
    for nodes in [1_000, 5_000] {
        for kinds in [Kinds::One, Kinds::Ten, Kinds::AllDifferent, Kinds::Volumes] {
            report(nodes, kinds);
        }
    }
}

#[allow(clippy::print_stdout, clippy::cast_precision_loss, reason = "a benchmark prints its numbers")]
fn report(nodes: usize, kinds: Kinds) {
    let pods = match kinds {
        Kinds::AllDifferent | Kinds::Volumes => PODS / 10,
        Kinds::One | Kinds::Ten => PODS,
    };
    let took = run(nodes, pods, kinds).as_secs_f64();
    let (rate, each) = (pods as f64 / took, took * 1e6 / pods as f64);
    println!(
        "{nodes} nodes, {pods} pods, {kinds:?}: {rate:.0} pods/s, {each:.1} µs each, {:.3} s per 1,000",
        each / 1e3
    );
}

/// The time in which all pods are taken in, placed, and confirmed. One thread works and never waits, so it is CPU time.
fn run(nodes: usize, pods: usize, kinds: Kinds) -> Duration {
    let mut core = new_core();
    let now = tokio::time::Instant::now();
    for number in 0..nodes {
        core.set_node(Arc::new(node(number)), now);
        core.set_object(Arc::new(csi_node(number)).into(), now);
    }
    for number in 0..if matches!(kinds, Kinds::Volumes) { pods } else { 0 } {
        core.set_object(Arc::new(volume(number)).into(), now);
        core.set_object(Arc::new(claim(number)).into(), now);
    }
    let pods: Vec<Arc<Pod>> = (0..pods).map(|number| Arc::new(pod(number, kinds))).collect();
    let start = Instant::now();
    for pod in &pods {
        core.set_pod(Arc::clone(pod), now);
    }
    let mut placed = 0;
    while let Some(decision) = core.schedule_next(now) {
        let Decision::Bind(binding) = decision else { continue };
        core.bound(&binding);
        let mut pod = Pod::clone(binding.pod.pod());
        pod.spec.node_name = binding.node.to_string();
        core.set_pod(Arc::new(pod), now);
        placed += 1;
    }
    assert_eq!(placed, pods.len(), "every pod finds a node");
    start.elapsed()
}

#[allow(clippy::expect_used, reason = "the default configuration can be used")]
fn new_core() -> Core {
    let config = KubeSchedulerConfiguration::default();
    let profiles = config.profiles(&plugins::in_tree()).expect("the default profile");
    Core::new(profiles, config.backoff())
}

fn node(number: usize) -> Node {
    let name = format!("node-{number}");
    let zone = format!("zone-{}", number % 3);
    let amounts = json!({"cpu": "32", "memory": "128Gi", "pods": "110"});
    object(json!({
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name, "topology.kubernetes.io/zone": zone}},
        "status": {"capacity": amounts, "allocatable": amounts},
    }))
}

fn csi_node(number: usize) -> CSINode {
    let driver = json!({"name": "csi.example", "nodeID": "n", "allocatable": {"count": 39}});
    object(json!({"metadata": {"name": format!("node-{number}")}, "spec": {"drivers": [driver]}}))
}

fn volume(number: usize) -> PersistentVolume {
    let (name, zone) = (format!("volume-{number}"), format!("zone-{}", number % 3));
    let in_zone = json!({"key": "topology.kubernetes.io/zone", "operator": "In", "values": [zone]});
    object(json!({
        "metadata": {"name": name},
        "spec": {
            "csi": {"driver": "csi.example", "volumeHandle": name},
            "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [in_zone]}]}},
        },
    }))
}

fn claim(number: usize) -> PersistentVolumeClaim {
    let annotations = json!({"pv.kubernetes.io/bind-completed": "yes"});
    let metadata = json!({"name": format!("claim-{number}"), "namespace": "default", "annotations": annotations});
    object(json!({"metadata": metadata, "spec": {"volumeName": format!("volume-{number}")}}))
}

fn pod(number: usize, kinds: Kinds) -> Pod {
    let cpu = match kinds {
        Kinds::One | Kinds::Volumes => 100,
        Kinds::Ten => 100 + 10 * (number % 10),
        Kinds::AllDifferent => 100 + number,
    };
    let volumes = match kinds {
        Kinds::Volumes => json!([{"name": "v", "persistentVolumeClaim": {"claimName": format!("claim-{number}")}}]),
        Kinds::One | Kinds::Ten | Kinds::AllDifferent => json!([]),
    };
    let requests = json!({"cpu": format!("{cpu}m"), "memory": "128Mi"});
    object(json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": format!("pod-{number}"), "namespace": "default", "uid": format!("uid-{number}")},
        "spec": {
            "schedulerName": "default-scheduler",
            "volumes": volumes,
            "containers": [{"name": "c", "image": "registry.example/app:1", "resources": {"requests": requests}}],
        },
    }))
}

#[allow(clippy::expect_used, reason = "the objects are written above")]
fn object<T: serde::de::DeserializeOwned>(value: serde_json::Value) -> T {
    serde_json::from_value(value).expect("an object of its kind")
}
