//! Pods.

use kubeforge_api::core::v1::{ConditionStatus, ContainerStatus, Pod, PodPhase, PodSpec, PodTemplate, RestartPolicy};
use kubeforge_apiserver::table::{Cell, Row, RowCondition};
use kubeforge_machinery::Time;

use super::{Tables, age_of, text};

/// The reason of pods on nodes that don't answer any more.
const NODE_UNREACHABLE: &str = "NodeLost";

pub(super) fn register(tables: &mut Tables) {
    tables.add::<Pod>(row);
    tables.add::<PodTemplate>(|template| {
        let containers = &template.template.spec.containers;
        vec![
            template.metadata.name.clone().into(),
            text::container_names(containers),
            text::container_images(containers),
            text::labels(&template.template.metadata.labels),
        ]
        .into()
    });
}

fn row(pod: &Pod) -> Row {
    let summary = Summary::of(pod);
    let restarts = match summary.last_restart {
        Some(since) if summary.restarts != 0 => {
            Cell::TextAge { before: format!("{} (", summary.restarts), since, after: " ago)".into() }
        }
        _ => summary.restarts.to_string().into(),
    };
    let address = pod.status.pod_ips.first().map_or("", |ip| &ip.ip);
    let address = if address.is_empty() { &pod.status.pod_ip } else { address };
    let gates = if pod.spec.readiness_gates.is_empty() {
        text::NONE.into()
    } else {
        let passed = pod.spec.readiness_gates.iter().filter(|gate| condition_is_true(pod, &gate.condition_type));
        format!("{}/{}", passed.count(), pod.spec.readiness_gates.len()).into()
    };
    Row {
        cells: vec![
            pod.metadata.name.clone().into(),
            format!("{}/{}", summary.ready, summary.containers).into(),
            summary.reason.into(),
            restarts,
            age_of(&pod.metadata),
            text::or_none(address),
            text::or_none(&pod.spec.node_name),
            text::or_none(&pod.status.nominated_node_name),
            gates,
        ],
        conditions: match pod.status.phase {
            PodPhase::Succeeded => vec![completed("Succeeded", "The pod has completed successfully.")],
            PodPhase::Failed => vec![completed("Failed", "The pod failed.")],
            _ => Vec::new(),
        },
    }
}

fn completed(reason: &str, message: &str) -> RowCondition {
    RowCondition { type_: "Completed", status: "True", reason: reason.to_owned(), message: message.to_owned() }
}

fn condition_is_true(pod: &Pod, type_: &str) -> bool {
    pod.status.conditions.iter().any(|c| c.type_ == type_ && c.status == ConditionStatus::True)
}

/// What one line says of a pod's containers.
struct Summary {
    reason: String,
    ready: usize,
    containers: usize,
    restarts: i64,
    last_restart: Option<Time>,
}

impl Summary {
    fn of(pod: &Pod) -> Self {
        let mut summary = Self {
            reason: if pod.status.reason.is_empty() {
                pod.status.phase.as_str().to_owned()
            } else {
                pod.status.reason.clone()
            },
            ready: 0,
            containers: pod.spec.containers.len(),
            restarts: 0,
            last_restart: None,
        };
        for condition in &pod.status.conditions {
            if condition.type_ == "PodScheduled" && condition.reason == "SchedulingGated" {
                summary.reason.clone_from(&condition.reason);
            }
        }
        if !summary.init_containers(pod) || condition_is_true(pod, "Initialized") {
            summary.main_containers(pod);
        }
        if pod.metadata.deletion_timestamp.is_some() {
            let ended = matches!(pod.status.phase, PodPhase::Succeeded | PodPhase::Failed);
            if pod.status.reason == NODE_UNREACHABLE {
                summary.reason = "Unknown".to_owned();
            } else if !ended {
                summary.reason = "Terminating".to_owned();
            }
        }
        summary
    }

    /// Takes in the init containers; says whether one of them is still at work.
    fn init_containers(&mut self, pod: &Pod) -> bool {
        self.containers += pod.spec.init_containers.iter().filter(|c| restarts_always(&pod.spec, &c.name)).count();
        let mut sidecars = (0, None);
        for (index, status) in pod.status.init_container_statuses.iter().enumerate() {
            self.restarts += i64::from(status.restart_count);
            self.note_restart(status);
            let sidecar = restarts_always(&pod.spec, &status.name);
            if sidecar {
                sidecars.0 += i64::from(status.restart_count);
                sidecars.1 = sidecars.1.max(last_finish(status));
            }
            let state = &status.state;
            if state.terminated.as_ref().is_some_and(|ended| ended.exit_code == 0) {
                continue;
            }
            if sidecar && status.started == Some(true) {
                if status.ready {
                    self.ready += 1;
                }
                continue;
            }
            self.reason = match (&state.terminated, &state.waiting) {
                (Some(ended), _) => format!("Init:{}", ended_reason(ended.exit_code, ended.signal, &ended.reason)),
                (None, Some(waiting)) if !waiting.reason.is_empty() && waiting.reason != "PodInitializing" => {
                    format!("Init:{}", waiting.reason)
                }
                _ => format!("Init:{index}/{}", pod.spec.init_containers.len()),
            };
            return true;
        }
        // once all are through, only sidecars' restarts count beside the main containers'
        (self.restarts, self.last_restart) = sidecars;
        false
    }

    fn main_containers(&mut self, pod: &Pod) {
        let mut running = false;
        let mut failure = None;
        for status in pod.status.container_statuses.iter().rev() {
            self.restarts += i64::from(status.restart_count);
            self.note_restart(status);
            let state = &status.state;
            match (&state.waiting, &state.terminated) {
                (Some(waiting), _) if !waiting.reason.is_empty() => self.reason.clone_from(&waiting.reason),
                (_, Some(ended)) => {
                    self.reason = ended_reason(ended.exit_code, ended.signal, &ended.reason);
                    if ended.exit_code != 0 {
                        failure = Some(self.reason.clone());
                    }
                }
                _ if status.ready && state.running.is_some() => {
                    running = true;
                    self.ready += 1;
                }
                _ => {}
            }
        }
        // a container that has completed says little of a pod that goes on, or of one whose other container failed
        if self.reason == "Completed" {
            match failure {
                _ if running && condition_is_true(pod, "Ready") => self.reason = "Running".to_owned(),
                Some(failure) => self.reason = failure,
                None if running => self.reason = "NotReady".to_owned(),
                None => {}
            }
        }
    }

    fn note_restart(&mut self, status: &ContainerStatus) {
        self.last_restart = self.last_restart.max(last_finish(status));
    }
}

fn last_finish(status: &ContainerStatus) -> Option<Time> {
    status.last_termination_state.terminated.as_ref().map(|ended| ended.finished_at).filter(|time| !time.is_zero())
}

fn ended_reason(exit_code: i32, signal: i32, reason: &str) -> String {
    match (reason, signal) {
        ("", 0) => format!("ExitCode:{exit_code}"),
        ("", signal) => format!("Signal:{signal}"),
        (reason, _) => reason.to_owned(),
    }
}

/// Whether an init container is a sidecar: one that goes on running (KEP-753).
fn restarts_always(spec: &PodSpec, container: &str) -> bool {
    spec.init_containers.iter().any(|c| {
        c.name == container && c.restart_policy.as_ref().is_some_and(|p| p.as_str() == RestartPolicy::Always.as_str())
    })
}
