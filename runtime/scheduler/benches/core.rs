//! How fast the scheduler's core decides, without an API server: pods per second, and CPU per 1,000 pods.
//!
//! `cargo bench -p kubeforge-scheduler -- [--nodes 100,1000,5000] [CASE…]`. Each run fills fresh nodes with pods of one
//! case; one thread works and never waits, so time is CPU time. Where nothing else is said, pods ask for a tenth of a core
//! and 128 MiB, and nodes have 32 cores and stand in three zones.

use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Parser;
use kubeforge_api::core::v1::{Node, PersistentVolume, PersistentVolumeClaim, Pod};
use kubeforge_api::storage::v1::CSINode;
use kubeforge_scheduler::config::KubeSchedulerConfiguration;
use kubeforge_scheduler::core::{Core, Decision};
use kubeforge_scheduler::framework::Preemption;
use kubeforge_scheduler::plugins;
use serde_json::{Value, json};

const PODS: usize = 10_000;

#[derive(Parser)]
struct Options {
    /// How many nodes.
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 5_000])]
    nodes: Vec<usize>,
    /// Which pods; all cases where none is named.
    #[arg(value_enum)]
    cases: Vec<Case>,
    /// What `cargo bench` says to all benchmarks.
    #[arg(long, hide = true)]
    bench: bool,
}

/// What pods ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Case {
    /// All the same.
    Same,
    /// Ten kinds in turn.
    Ten,
    /// Each an amount of its own: no answer of a plugin is used twice.
    Different,
    /// Each on a host of its own (required anti-affinity).
    AntiAffinity,
    /// In the zone of a first one (required affinity).
    Affinity,
    /// Rather not on a host with others of the kind (preferred anti-affinity).
    PreferredAntiAffinity,
    /// Even over zones (must).
    ZoneSpread,
    /// Even over hosts (must).
    HostSpread,
    /// Even over zones and hosts (had better).
    PreferredSpread,
    /// Nodes are full of pods of lower priority.
    Preemption,
    /// Each with a bound volume that is tied to a zone and counts against its node's limit.
    Volumes,
}

impl Case {
    fn pods(self, nodes: usize) -> usize {
        match self {
            Self::Different | Self::Volumes => PODS / 10,
            Self::AntiAffinity => PODS.min(nodes),
            Self::Affinity => PODS.min(nodes * 30),
            Self::Preemption => PODS.min(nodes) / 2,
            _ => PODS,
        }
    }
}

fn main() {
    let options = Options::parse();
    let cases = match options.cases.as_slice() {
        [] => <Case as clap::ValueEnum>::value_variants(),
        cases => cases,
    };
    for nodes in options.nodes {
        for case in cases {
            report(nodes, *case);
        }
    }
}

#[allow(clippy::print_stdout, clippy::cast_precision_loss, reason = "a benchmark prints its numbers")]
fn report(nodes: usize, case: Case) {
    let pods = case.pods(nodes);
    let took = run(nodes, pods, case).as_secs_f64();
    let (rate, each) = (pods as f64 / took, took * 1e6 / pods as f64);
    println!(
        "{nodes} nodes, {pods} pods, {case:?}: {rate:.0} pods/s, {each:.1} µs each, {:.3} s per 1,000",
        each / 1e3
    );
}

/// The time in which all pods are taken in, placed, and confirmed.
fn run(nodes: usize, pods: usize, case: Case) -> Duration {
    let mut core = new_core();
    let mut now = tokio::time::Instant::now();
    for number in 0..nodes {
        core.set_node(Arc::new(node(number)), now);
        match case {
            Case::Preemption => core.set_pod(Arc::new(filler(number)), now),
            Case::Volumes => core.set_object(Arc::new(csi_node(number)).into(), now),
            _ => {}
        }
    }
    for number in 0..if case == Case::Volumes { pods } else { 0 } {
        core.set_object(Arc::new(volume(number)).into(), now);
        core.set_object(Arc::new(claim(number)).into(), now);
    }
    let pods: Vec<Arc<Pod>> = (0..pods).map(|number| Arc::new(pod(number, case))).collect();
    let start = Instant::now();
    for pod in &pods {
        core.set_pod(Arc::clone(pod), now);
    }
    let mut placed = 0;
    while placed < pods.len() {
        match core.schedule_next(now) {
            Some(Decision::Bind(binding)) => {
                core.bound(&binding);
                let mut pod = Pod::clone(binding.pod.pod());
                pod.spec.node_name = binding.node.to_string();
                core.set_pod(Arc::new(pod), now);
                placed += 1;
            }
            Some(Decision::Reject(rejection)) => {
                let Preemption::Nominate { victims, .. } = &rejection.preemption else {
                    panic!("{}", rejection.message);
                };
                for victim in victims {
                    core.remove_pod(victim.pod(), now);
                }
            }
            None => now = core.next_wakeup().unwrap_or(now),
        }
    }
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

/// A pod of low priority that takes nearly all of its node.
fn filler(number: usize) -> Pod {
    let mut pod = pod_with(&format!("filler-{number}"), 31_950, json!({"priority": 0}));
    pod.spec.node_name = format!("node-{number}");
    pod
}

fn pod(number: usize, case: Case) -> Pod {
    let cpu = match case {
        Case::Ten => 100 + 10 * (number % 10),
        Case::Different => 100 + number,
        _ => 100,
    };
    let selector = json!({"matchLabels": {"app": "app"}});
    let term = |key: &str| json!({"topologyKey": key, "labelSelector": selector});
    let spread = |key: &str, action: &str| json!({"maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": action, "labelSelector": selector});
    let (host, zone) = ("kubernetes.io/hostname", "topology.kubernetes.io/zone");
    let extra = match case {
        Case::Same | Case::Ten | Case::Different => json!({}),
        Case::AntiAffinity => {
            json!({"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term(host)]}}})
        }
        Case::Affinity => {
            json!({"affinity": {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term(zone)]}}})
        }
        Case::PreferredAntiAffinity => json!({"affinity": {"podAntiAffinity": {
            "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 100, "podAffinityTerm": term(host)}]}}}),
        Case::ZoneSpread => json!({"topologySpreadConstraints": [spread(zone, "DoNotSchedule")]}),
        Case::HostSpread => json!({"topologySpreadConstraints": [spread(host, "DoNotSchedule")]}),
        Case::PreferredSpread => {
            let constraints = [spread(zone, "ScheduleAnyway"), spread(host, "ScheduleAnyway")];
            json!({"topologySpreadConstraints": constraints})
        }
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
        "containers": [{"name": "c", "image": "registry.example/app:1", "resources": {"requests": requests}}],
    });
    if let (Some(spec), Value::Object(extra)) = (spec.as_object_mut(), extra) {
        spec.extend(extra);
    }
    let uid = format!("uid-{name}");
    let metadata = json!({"name": name, "namespace": "default", "uid": uid, "labels": {"app": "app"}});
    object(json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}))
}

#[allow(clippy::expect_used, reason = "the objects are written above")]
fn object<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("an object of its kind")
}
