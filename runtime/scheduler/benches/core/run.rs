//! One run: nodes, pods, and the time in which all pods are placed.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use kubeforge_api::core::v1::{ConditionStatus, NodeCondition, Pod};
use kubeforge_machinery::Time;
use kubeforge_scheduler::{
    config::KubeSchedulerConfiguration,
    core::{Core, Decision},
    framework::Preemption,
    plugins,
};

use crate::{
    cases::Case,
    objects::{claim, csi_node, filler, node, pod, volume},
};

/// So many nodes report that they are well between two pods, where they do.
const HEARTBEATS_PER_POD: usize = 5;

/// What came out.
pub(crate) struct Measured {
    pub(crate) pods: usize,
    pub(crate) memory_bytes: u64,
    took: Duration,
}

#[allow(clippy::cast_precision_loss, reason = "numbers for people")]
impl Measured {
    pub(crate) fn pods_per_second(&self) -> f64 {
        self.pods as f64 / self.took.as_secs_f64()
    }

    pub(crate) fn micros_per_pod(&self) -> f64 {
        self.took.as_secs_f64() * 1e6 / self.pods as f64
    }
}

/// Places a case's pods on so many nodes. All pods are taken in, placed, and confirmed.
pub(crate) fn measure(nodes: usize, case: Case) -> Measured {
    let mut core = new_core();
    let mut now = tokio::time::Instant::now();
    let pods = case.pods(nodes);
    let all: Vec<_> = (0..nodes).map(|number| node(number, case)).collect();
    for (number, node) in all.iter().enumerate() {
        core.set_node(Arc::new(node.clone()), now);
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
        if case == Case::Churn {
            for place in 0..HEARTBEATS_PER_POD {
                let mut beat = all[(placed * HEARTBEATS_PER_POD + place) % all.len()].clone();
                beat.status.conditions = vec![ready(placed)];
                core.set_node(Arc::new(beat), now);
            }
        }
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
    let took = start.elapsed();
    Measured { pods: pods.len(), memory_bytes: resident_bytes(), took }
}

/// A node says that it is well, a little later each time.
fn ready(seconds: usize) -> NodeCondition {
    let beat = Time::from_unix(i64::try_from(seconds).unwrap_or(0));
    NodeCondition {
        type_: "Ready".to_owned(),
        status: ConditionStatus::True,
        last_heartbeat_time: beat,
        ..NodeCondition::default()
    }
}

fn new_core() -> Core {
    let config = KubeSchedulerConfiguration::default();
    let profiles = config.profiles(&plugins::in_tree()).expect("the default profile");
    Core::new(profiles, config.backoff())
}

/// How much memory the process has; zero where the system does not say.
fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) << 10
}
