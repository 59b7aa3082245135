//! What becomes of pods that are not placed, and who is woken by what.

use std::time::Duration;

use serde_json::Value;

use super::*;
use crate::framework::{
    FilterPlugin, NodeInfo, Normalize, PermitDecision, PermitPlugin, Plugin, PreFilterOutcome, PreFilterPlugin,
    PreScorePlugin, Preemption, ReservePlugin, Row, ScorePlugin, ScoringPlugin, WaitingPermit,
};

fn pod(name: &str, rest: &Value) -> Arc<Pod> {
    let mut pod = json!({
        "metadata": { "namespace": "default", "name": name, "uid": name },
        "spec": { "schedulerName": "default-scheduler", "containers": [{ "name": "c" }] }
    });
    merge(&mut pod, rest);
    Arc::new(serde_json::from_value(pod).unwrap())
}

fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (name, value) in from {
                merge(into.entry(name).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from.clone(),
    }
}

fn rejection(core: &mut Core) -> Rejection {
    match core.schedule_next(Instant::now()) {
        Some(Decision::Reject(rejection)) => rejection,
        Some(Decision::Bind(binding)) => panic!("placed on {}", binding.node),
        None => panic!("nothing was decided"),
    }
}

fn bound(core: &mut Core, binding: &Binding) {
    let mut pod = Pod::clone(binding.pod.pod());
    pod.spec.node_name = binding.node.to_string();
    core.bound(binding);
    core.set_pod(Arc::new(pod), Instant::now());
}

#[test]
fn a_pod_that_is_placed_here_wakes_those_that_want_to_be_with_it() {
    let mut core = core(100, 2);
    let term = json!({ "topologyKey": "kubernetes.io/hostname", "labelSelector": { "matchLabels": { "app": "web" } } });
    let affinity = json!({ "podAffinity": { "requiredDuringSchedulingIgnoredDuringExecution": [term] } });
    for number in 0..2 {
        let name = format!("n{number}");
        let node = json!({
            "metadata": { "name": name, "labels": { "kubernetes.io/hostname": name } },
            "status": { "allocatable": { "cpu": "4", "memory": "8Gi", "pods": "9" } }
        });
        core.set_node(Arc::new(serde_json::from_value(node).unwrap()), Instant::now());
    }
    core.set_pod(pod("follower", &json!({ "spec": { "affinity": affinity } })), Instant::now());
    rejection(&mut core);
    core.set_pod(pod("web", &json!({ "metadata": { "labels": { "app": "web" } } })), Instant::now());
    let Some(Decision::Bind(binding)) = core.schedule_next(Instant::now()) else { panic!("web is not placed") };
    assert!(core.schedule_next(Instant::now()).is_none(), "it may come to nothing yet");
    bound(&mut core, &binding);
    let Some(Decision::Bind(follower)) = core.schedule_next(Instant::now()) else { panic!("it was not woken") };
    assert_eq!(follower.node, binding.node);
}

#[test]
fn a_pod_that_is_being_deleted_is_told_of_and_left() {
    let mut core = core(100, 1);
    core.set_pod(pod("p", &json!({ "metadata": { "deletionTimestamp": "2026-01-01T00:00:00Z" } })), Instant::now());
    let rejection = rejection(&mut core);
    assert_eq!((rejection.is_skipped, &*rejection.message), (true, "skip schedule deleting pod: default/p"));
    assert!(core.schedule_next(Instant::now() + Duration::from_secs(600)).is_none());
}

#[test]
fn room_is_kept_as_a_pods_status_says() {
    let mut core = core(100, 1);
    let big = |name: &str, node: &str, priority: i32| {
        let resources = json!([{ "name": "c", "resources": { "requests": { "cpu": "3" } } }]);
        let spec = json!({ "priority": priority, "containers": resources, "schedulingGates": [{ "name": "g" }] });
        pod(name, &json!({ "spec": spec, "status": { "nominatedNodeName": node } }))
    };
    let other = json!({ "spec": { "containers": [{ "name": "c", "resources": { "requests": { "cpu": "2" } } }] } });
    core.set_pod(big("big", "", 1), Instant::now());
    core.set_pod(big("big", "n0", 1), Instant::now());
    core.set_pod(pod("other", &other), Instant::now());
    assert!(rejection(&mut core).message.contains("1 Insufficient cpu"));
    core.set_pod(big("big", "", 1), Instant::now());
    assert!(matches!(core.schedule_next(Instant::now()), Some(Decision::Bind(_))), "the room is free, which wakes it");
}

#[test]
fn where_there_are_no_nodes_a_pod_is_tried_again_after_a_while() {
    let mut core = core(100, 0);
    core.set_pod(pod("p", &json!({ "status": { "nominatedNodeName": "n9" } })), Instant::now());
    let first = rejection(&mut core);
    assert_eq!((first.reason, &*first.message), (REASON_UNSCHEDULABLE, "no nodes available to schedule pods"));
    assert!(matches!(first.preemption, Preemption::Clear));
    assert!(core.next_wakeup().is_some_and(|at| at <= Instant::now() + Duration::from_secs(1)));
}

/// Says one thing at one extension point.
#[derive(Clone)]
struct Says {
    point: &'static str,
    status: Status,
}

impl Says {
    fn at(&self, point: &str) -> Status {
        if self.point == point { self.status.clone() } else { Status::success() }
    }
}

impl Plugin for Says {
    fn name(&self) -> &'static str {
        "Says"
    }

    fn pre_filter(&self) -> Option<&dyn PreFilterPlugin> {
        (self.point == "PreFilter").then_some(self)
    }

    fn filter(&self) -> Option<&dyn FilterPlugin> {
        Some(self)
    }

    fn pre_score(&self) -> Option<&dyn PreScorePlugin> {
        Some(self)
    }

    fn score(&self) -> Option<&dyn ScorePlugin> {
        Some(self)
    }

    fn reserve(&self) -> Option<&dyn ReservePlugin> {
        Some(self)
    }

    fn permit(&self) -> Option<&dyn PermitPlugin> {
        Some(self)
    }
}

impl PreFilterPlugin for Says {
    fn pre_filter_pod(&self, _: &mut CycleState, _: &PodInfo, _: &Snapshot) -> PreFilterOutcome {
        PreFilterOutcome::Rejected(self.status.clone())
    }
}

impl FilterPlugin for Says {
    fn filter_node(&self, _: &CycleState, _: &PodInfo, _: &NodeInfo) -> Status {
        self.at("Filter")
    }
}

impl PreScorePlugin for Says {
    fn pre_score_pod(&self, _: &mut CycleState, _: &PodInfo, _: &Snapshot, _: Option<&[Row]>) -> Status {
        self.at("PreScore")
    }
}

impl ScorePlugin for Says {
    fn score_node(&self, _: &CycleState, _: &PodInfo, _: &NodeInfo) -> Result<i64, Status> {
        match self.at("Score") {
            status if status.is_success() => Ok(if self.point == "Range" { 101 } else { 7 }),
            status => Err(status),
        }
    }

    fn normalize(&self) -> Normalize {
        Normalize::Custom
    }

    fn normalize_scores(&self, _: &CycleState, _: &PodInfo, _: &mut [i64]) -> Status {
        self.at("NormalizeScore")
    }
}

impl ReservePlugin for Says {
    fn reserve_pod(&self, _: &mut CycleState, _: &PodInfo, _: &str) -> Status {
        self.at("Reserve")
    }

    fn unreserve_pod(&self, _: &mut CycleState, _: &PodInfo, _: &str) {}
}

impl PermitPlugin for Says {
    fn permit_pod(&self, _: &CycleState, _: &PodInfo, _: &str) -> PermitDecision {
        match self.point {
            "Permit" => PermitDecision::Reject(self.status.clone()),
            "WaitOnPermit" => {
                let (limit, (_, verdict)) = (Duration::from_secs(9), tokio::sync::oneshot::channel());
                PermitDecision::Wait(WaitingPermit { plugin: "Says", limit, verdict })
            }
            _ => PermitDecision::Allow,
        }
    }
}

#[test]
fn users_see_what_a_plugin_said_and_where() {
    let no = || Status::unschedulable("no");
    let broken = || Status::error("broken");
    for (point, status, message) in [
        ("PreFilter", no(), "0/2 nodes are available: no."),
        ("PreFilter", broken(), r#"running PreFilter plugin "Says": broken"#),
        ("Filter", no(), "0/2 nodes are available: 2 no."),
        ("Filter", broken(), r#"running "Says" filter plugin: broken"#),
        ("PreScore", broken(), r#"running PreScore plugin "Says": broken"#),
        ("Score", broken(), r#"running Score plugins: plugin "Says" failed with: broken"#),
        ("NormalizeScore", broken(), r#"running Normalize on Score plugins: plugin "Says" failed with: broken"#),
        (
            "Range",
            broken(),
            "applying score defaultWeights on Score plugins: plugin \"Says\" returns an invalid score 101, it should in \
             the range of [0, 100] after normalizing",
        ),
        ("Reserve", no(), "0/1 nodes are available: 1 no."),
        ("Reserve", broken(), r#"running Reserve plugin "Says": broken"#),
        ("Permit", no(), "0/1 nodes are available: 1 no."),
        ("Permit", broken(), r#"running Permit plugin "Says": broken"#),
        ("WaitOnPermit", no(), "0/1 nodes are available: 1 no."),
        ("PreBind", no(), "no"),
    ] {
        let mut core = core(100, 2);
        let plugin: Arc<dyn Plugin> = Arc::new(Says { point, status: status.clone() });
        let mut profile = Profile { scheduler_name: "default-scheduler".to_owned(), ..Profile::default() };
        profile.pre_filter.extend(plugin.pre_filter().is_some().then(|| Arc::clone(&plugin)));
        profile.filter.push(Arc::clone(&plugin));
        profile.pre_score.push(Arc::clone(&plugin));
        profile.score.push(ScoringPlugin { plugin: Arc::clone(&plugin), weight: 1 });
        profile.reserve.push(Arc::clone(&plugin));
        profile.permit.push(plugin);
        core.profiles.insert(profile.scheduler_name.clone(), Arc::new(profile));
        core.set_pod(pod("p", &json!({})), Instant::now());
        let rejection = match core.schedule_next(Instant::now()) {
            Some(Decision::Reject(rejection)) => rejection,
            Some(Decision::Bind(mut binding)) => {
                binding.is_permitted |= point == "PreBind";
                core.bind_failed(&binding, &status.clone().by("Says"), Instant::now()).unwrap()
            }
            None => panic!("nothing was decided"),
        };
        let reason = if status.is_rejected() { REASON_UNSCHEDULABLE } else { REASON_SCHEDULER_ERROR };
        assert_eq!((rejection.reason, &*rejection.message), (reason, message), "{point}");
        assert!(matches!(rejection.preemption, Preemption::Clear), "{point}");
        // it waits for something to happen, unless it is to be tried again anyway
        let is_waiting = status.is_rejected() && point != "PreBind";
        let soon = core.next_wakeup().unwrap() <= Instant::now() + Duration::from_secs(1);
        assert_eq!(soon, !is_waiting, "{point}");
    }
}
