//! How fast the core decides: `cargo bench -p kubeforge-scheduler`.
//!
//! For each number of nodes it places 10,000 equal pods and then 10,000 of 50 kinds, and prints pods per second and the
//! seconds of CPU per 1,000 pods. Only decisions count; pods and nodes are made beforehand.

#![allow(clippy::print_stdout, clippy::expect_used, reason = "a benchmark prints, and stops where it can't go on")]

use std::{sync::Arc, time::Duration};

use kubeforge_api::core::v1::{Container, Node, NodeStatus, Pod, PodSpec, ResourceRequirements};
use kubeforge_machinery::{Quantity, meta::v1::ObjectMeta};
use kubeforge_scheduler::{
    SchedulerOptions,
    core::{Core, Decision},
    queue::Backoff,
};
use tokio::time::Instant;

const PODS: usize = 10_000;

fn main() {
    println!("{:>7} {:>6} {:>10} {:>14} {:>16}", "nodes", "kinds", "pods/s", "us per pod", "s per 1,000 pods");
    for nodes in [1_000, 5_000] {
        for kinds in [1, 50] {
            let took = place(nodes, kinds);
            let per_pod = took.as_secs_f64() / PODS as f64;
            println!("{nodes:>7} {kinds:>6} {:>10.0} {:>14.2} {:>16.4}", 1.0 / per_pod, per_pod * 1e6, per_pod * 1e3);
        }
    }
}

/// Places the pods, and returns how long the decisions took. One thread decides, so that is also the CPU it took.
fn place(nodes: usize, kinds: usize) -> Duration {
    let options = SchedulerOptions::default();
    let profiles = options.configuration.profiles(&options.registry).expect("the default profile");
    let mut core = Core::new(profiles, Backoff::default());
    let now = Instant::now();
    for number in 0..nodes {
        core.set_node(Arc::new(node(number)), now);
    }
    for number in 0..PODS {
        core.set_pod(Arc::new(pod(number, kinds)), now);
    }
    let began = std::time::Instant::now();
    let mut placed = 0;
    while let Some(decision) = core.schedule_next(now) {
        match decision {
            Decision::Bind(binding) => core.bound(&binding),
            Decision::Reject(rejection) => panic!("{}", rejection.message),
        }
        placed += 1;
    }
    assert_eq!(placed, PODS);
    began.elapsed()
}

fn amounts(amounts: &[(&str, &str)]) -> std::collections::BTreeMap<String, Quantity> {
    let parsed = amounts.iter().map(|(name, text)| ((*name).to_owned(), Quantity::parse(text).expect("a quantity")));
    parsed.collect()
}

fn node(number: usize) -> Node {
    let allocatable = amounts(&[("cpu", "32"), ("memory", "64Gi"), ("pods", "110")]);
    Node {
        metadata: ObjectMeta { name: format!("node-{number:05}"), ..Default::default() },
        status: NodeStatus { capacity: allocatable.clone(), allocatable, ..Default::default() },
        ..Default::default()
    }
}

fn pod(number: usize, kinds: usize) -> Pod {
    let requests = amounts(&[("cpu", &format!("{}m", 100 + number % kinds)), ("memory", "128Mi")]);
    let resources = ResourceRequirements { requests, ..Default::default() };
    Pod {
        metadata: ObjectMeta {
            name: format!("pod-{number:05}"),
            namespace: "default".to_owned(),
            uid: format!("uid-{number:05}"),
            ..Default::default()
        },
        spec: PodSpec {
            scheduler_name: "default-scheduler".to_owned(),
            containers: vec![Container { name: "app".to_owned(), resources, ..Default::default() }],
            ..Default::default()
        },
        ..Default::default()
    }
}
