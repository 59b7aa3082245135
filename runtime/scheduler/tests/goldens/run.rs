//! Plays a case: objects and steps go into the scheduler's core, its decisions are carried out on the cluster.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use kubeforge_api::core::v1::{ConditionStatus, Pod, PodCondition};
use kubeforge_scheduler::core::{Binding, Core, Decision, NodeScore, Rejection};
use kubeforge_scheduler::framework::Preemption;
use kubeforge_scheduler::queue::Backoff;
use serde_json::Value;
use tokio::time::Instant;

use crate::cases::{Case, Expect, ExpectPod, Scores, Step};
use crate::cluster::{self, Change, Cluster, key};

/// The longest backoff is shorter, and the flush of pods that wait for an event comes later.
const PATIENCE: Duration = Duration::from_secs(15);
/// More decisions than any case needs; a core that goes round in circles ends here.
const DECISIONS_MAX: usize = 200;

/// Plays the case; what did not come out as recorded, one line each.
pub(crate) fn play(case: &Case) -> Vec<String> {
    let profiles = match crate::profiles(&case.config) {
        Ok(profiles) => profiles,
        Err(error) => return vec![error],
    };
    let mut run = Run {
        cluster: Cluster::default(),
        core: Core::new(profiles, Backoff::default()),
        now: Instant::now(),
        outcomes: BTreeMap::new(),
        running: BTreeSet::new(),
        is_binding_volumes: false,
        wrong: Vec::new(),
    };
    run.running = case.objects.iter().filter(|object| object["kind"] == "Pod").map(cluster::key_of).collect();
    for object in &case.objects {
        let change = run.cluster.create(object);
        run.tell(change);
    }
    run.is_binding_volumes = case.emulate.iter().any(|what| what == "bind-volumes");
    let is_started_late = case.start_scheduler == "afterPods";
    for step in &case.steps {
        run.step(step, is_started_late);
        run.check(&step.expect);
    }
    run.wrong
}

struct Run {
    cluster: Cluster,
    core: Core,
    now: Instant,
    outcomes: BTreeMap<String, Outcome>,
    /// The pods that were there before the first step.
    running: BTreeSet<String>,
    /// Whether somebody binds the volumes that were taken.
    is_binding_volumes: bool,
    wrong: Vec<String>,
}

/// The last decision about a pod.
#[derive(Default)]
struct Outcome {
    node: Option<String>,
    nodes: Vec<NodeScore>,
    reason: &'static str,
    message: String,
    nominated: Option<String>,
}

impl Run {
    fn step(&mut self, step: &Step, is_started_late: bool) {
        for object in &step.create {
            let change = self.cluster.create(object);
            self.tell(change);
            if !is_started_late {
                self.settle();
            }
        }
        for reference in &step.delete {
            let change = self.cluster.delete(reference);
            self.tell(change);
        }
        for reference in &step.patch {
            let change = self.cluster.patch(reference);
            self.tell(Some(change));
        }
        if step.reap {
            for change in self.cluster.reap() {
                self.tell(Some(change));
            }
        }
        self.settle();
    }

    fn tell(&mut self, change: Option<Change>) {
        let now = self.now;
        match change {
            Some(Change::NodeSet(node)) => self.core.set_node(Arc::new(node), now),
            Some(Change::NodeDeleted(node)) => self.core.remove_node(&node.metadata.name, now),
            Some(Change::PodSet(pod)) => self.core.set_pod(Arc::new(pod), now),
            Some(Change::PodDeleted(pod)) => self.core.remove_pod(&pod, now),
            Some(Change::ObjectSet(object)) => self.core.set_object(object, now),
            None => {}
        }
        for object in self.cluster.volumes.changes() {
            self.core.set_object(object, now);
        }
    }

    fn settle(&mut self) {
        // a pod for which there is no node at all is tried again and again
        let end = self.now + PATIENCE;
        for _ in 0..DECISIONS_MAX {
            let mut assessed = self.assess();
            match self.core.schedule_next(self.now) {
                Some(Decision::Bind(binding)) => {
                    let nodes = assessed.remove(&key(binding.pod.pod())).unwrap_or_default();
                    self.bind(binding, nodes);
                }
                Some(Decision::Reject(rejection)) => self.reject(&rejection),
                None => match self.core.next_wakeup() {
                    Some(wakeup) if wakeup <= end => self.now = wakeup.max(self.now),
                    _ => return,
                },
            }
        }
        self.wrong.push("the scheduler does not come to rest".to_owned());
    }

    /// What each waiting pod would be told, before one of them is taken up.
    fn assess(&mut self) -> BTreeMap<String, Vec<NodeScore>> {
        let waiting = self.cluster.pods.values().filter(|pod| pod.spec.node_name.is_empty());
        let waiting: Vec<Pod> = waiting.cloned().collect();
        let assess = |pod: Pod| Some((key(&pod), self.core.assess(Arc::new(pod)).ok()?));
        waiting.into_iter().filter_map(assess).collect()
    }

    fn bind(&mut self, binding: Binding, nodes: Vec<NodeScore>) {
        let node = binding.node.to_string();
        let key = key(binding.pod.pod());
        let binding = Arc::new(binding);
        if binding.is_announced {
            let outcome = Outcome { nominated: Some(node.clone()), nodes: nodes.clone(), ..Default::default() };
            self.outcomes.insert(key.clone(), outcome);
            let task = self.cluster.volumes.pre_bind(Arc::clone(&binding));
            self.tell(None);
            if self.is_binding_volumes {
                self.cluster.volumes.bind_claims();
                self.tell(None);
            }
            match self.cluster.volumes.outcome(task) {
                Some(status) if status.is_success() => {}
                Some(status) => self.wrong.push(format!("{key}: {}", status.message())),
                // it waits for volumes
                None => return,
            }
        }
        self.core.bound(&binding);
        let change = self.cluster.update_pod(&key, |pod| pod.spec.node_name.clone_from(&node));
        self.tell(Some(change));
        self.outcomes.insert(key, Outcome { node: Some(node), nodes, ..Default::default() });
    }

    fn reject(&mut self, rejection: &Rejection) {
        let key = key(rejection.pod.pod());
        let outcome = self.outcomes.entry(key.clone()).or_default();
        outcome.reason = rejection.reason;
        outcome.message.clone_from(&rejection.message);
        let mut going = Vec::new();
        match &rejection.preemption {
            Preemption::None => {}
            Preemption::Clear => outcome.nominated = None,
            Preemption::Nominate { node, victims } => {
                outcome.nominated = Some(node.clone());
                going.extend(victims.iter().map(|victim| crate::cluster::key(victim.pod())));
            }
        }
        let nominated = outcome.nominated.clone().unwrap_or_default();
        let change = self.cluster.update_pod(&key, |pod| pod.status.nominated_node_name = nominated);
        self.tell(Some(change));
        for victim in going {
            let change = self.cluster.update_pod(&victim, |pod| pod.status.conditions.push(disruption_target()));
            self.tell(Some(change));
            let change = self.cluster.mark_for_deletion(&victim);
            self.tell(change);
        }
    }

    fn check(&mut self, expect: &Expect) {
        for (key, expected) in &expect.pods {
            if expected.gone {
                if self.cluster.pods.contains_key(key) {
                    self.wrong.push(format!("{key} is still there"));
                }
                continue;
            }
            let nothing = Outcome::default();
            let outcome = self.outcomes.get(key).unwrap_or(&nothing);
            self.wrong.extend(differences(outcome, expected).into_iter().map(|line| format!("{key}: {line}")));
        }
        for (key, expected) in &expect.claims {
            let found = self.cluster.volumes.claim(key);
            if found.as_ref() != Some(expected) {
                self.wrong.push(format!("claim {key}: {found:?}, not {expected:?}"));
            }
        }
        if let Some(victims) = &expect.victims {
            let wanted: BTreeSet<String> = victims.iter().cloned().collect();
            let is_gone =
                |key: &&String| self.cluster.pods.get(*key).is_none_or(|pod| pod.metadata.deletion_timestamp.is_some());
            let victims: BTreeSet<String> = self.running.iter().filter(is_gone).cloned().collect();
            if wanted != victims {
                self.wrong.push(format!("victims: {victims:?}, not {wanted:?}"));
            }
        }
    }
}

fn disruption_target() -> PodCondition {
    PodCondition {
        type_: "DisruptionTarget".to_owned(),
        status: ConditionStatus::True,
        reason: "PreemptionByScheduler".to_owned(),
        ..Default::default()
    }
}

fn differences(outcome: &Outcome, expected: &ExpectPod) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(nodes) = &expected.nodes {
        if !outcome.node.as_ref().is_some_and(|node| nodes.contains(node)) {
            lines.push(format!("node {:?} ({}), not one of {nodes:?}", outcome.node, outcome.message));
        }
        if let Some(feasible) = &expected.feasible {
            let mut found: Vec<&String> = outcome.nodes.iter().map(|node| &node.node).collect();
            found.sort();
            // without scores kube-scheduler stops at the first node that can take the pod
            if outcome.nodes.iter().all(|node| node.plugins.is_empty()) {
                found.retain(|node| feasible.contains(node));
            }
            if found != feasible.iter().collect::<Vec<_>>() {
                lines.push(format!("feasible {found:?}, not {feasible:?}"));
            }
        }
        for (node, expected) in expected.scores.iter().flatten() {
            lines.extend(score_difference(outcome, node, expected));
        }
        return lines;
    }
    if outcome.nominated != expected.nominated_node {
        lines.push(format!("nominated {:?}, not {:?}", outcome.nominated, expected.nominated_node));
    }
    // the API server writes the condition of gated pods
    let is_gated = expected.condition.as_ref().is_some_and(|condition| condition["reason"] == "SchedulingGated");
    match expected.condition.as_ref().filter(|_| !is_gated) {
        None | Some(Value::Null) if outcome.reason.is_empty() && outcome.node.is_none() => {}
        None | Some(Value::Null) => lines.push(format!("{:?} {}, not nothing", outcome.node, outcome.message)),
        Some(condition) => {
            let (reason, message) = (&condition["reason"], &condition["message"]);
            if outcome.reason != reason || outcome.message != *message {
                lines.push(format!("{} {:?}, not {reason} {message}", outcome.reason, outcome.message));
            }
        }
    }
    lines
}

fn score_difference(outcome: &Outcome, node: &str, expected: &Scores) -> Option<String> {
    let Some(found) = outcome.nodes.iter().find(|found| found.node == node) else {
        return Some(format!("{node} has no scores"));
    };
    let found: BTreeMap<String, i64> =
        found.plugins.iter().map(|(plugin, score)| ((*plugin).to_owned(), *score)).collect();
    let mut expected = expected.plugins.clone();
    // it never has anything to say for pods without claims, and is not asked
    expected.remove("DynamicResources");
    (found != expected).then(|| format!("{node} scores {found:?}, not {expected:?}"))
}
