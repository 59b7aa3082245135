use serde_json::json;
use tokio::time::Instant;

use super::*;
use crate::{
    config::KubeSchedulerConfiguration,
    core::{Core, Decision},
    framework::{ClusterObject, CycleState, NodeInfo, PodInfo, PreFilterOutcome, PreFilterPlugin, Registry, Snapshot},
    plugins,
};

const APP: &str = "app";

/// A cluster, and a pod that it has no room for.
#[derive(Clone)]
struct Situation {
    arguments: Value,
    nodes: Vec<Value>,
    /// Those on nodes, and pods for which room was made.
    pods: Vec<Value>,
    budgets: Vec<Value>,
    pod: Value,
}

/// A node of this name with so much CPU and room for so many pods.
fn node(name: &str, cpu: &str, pods: u32) -> Value {
    json!({ "metadata": { "name": name }, "status": { "allocatable": { "cpu": cpu, "memory": "8Gi", "pods": pods.to_string() } } })
}

fn pod(name: &str, priority: i32, cpu: &str, node: &str) -> Value {
    json!({
        "metadata": { "namespace": "ns", "name": name, "uid": name },
        "spec": {
            "schedulerName": "default-scheduler", "priority": priority, "nodeName": node,
            "containers": [{ "name": "c", "resources": { "requests": { "cpu": cpu } } }]
        }
    })
}

fn with(mut object: Value, path: &str, value: Value) -> Value {
    *object.pointer_mut(path).unwrap() = value;
    object
}

/// A pod that was told to go, for this reason.
fn going(mut pod: Value, reason: &str) -> Value {
    pod["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
    pod["status"] = json!({ "conditions": [{ "type": "DisruptionTarget", "status": "True", "reason": reason }] });
    pod
}

fn labelled(mut pod: Value) -> Value {
    pod["metadata"]["labels"] = json!({ APP: "x" });
    pod
}

fn started(mut pod: Value, minute: u32) -> Value {
    pod["status"] = json!({ "startTime": format!("2026-01-01T00:{minute:02}:00Z") });
    pod
}

fn nominated(mut pod: Value, node: &str) -> Value {
    pod["status"] = json!({ "nominatedNodeName": node });
    pod
}

fn budget(allowed: i32) -> Value {
    let selector = json!({ "matchLabels": { APP: "x" } });
    json!({
        "metadata": { "namespace": "ns", "name": "b" },
        "spec": { "selector": selector }, "status": { "disruptionsAllowed": allowed }
    })
}

fn situation(nodes: &[Value], pods: &[Value], pod: Value) -> Situation {
    Situation { arguments: json!({}), nodes: nodes.to_vec(), pods: pods.to_vec(), budgets: Vec::new(), pod }
}

/// Refuses to say what a node would be like without a pod, if the node says so.
struct Stubborn;

impl Plugin for Stubborn {
    fn name(&self) -> &'static str {
        "Stubborn"
    }

    fn pre_filter(&self) -> Option<&dyn PreFilterPlugin> {
        Some(self)
    }
}

impl PreFilterPlugin for Stubborn {
    fn pre_filter_pod(&self, _: &mut CycleState, _: &PodInfo, _: &Snapshot) -> PreFilterOutcome {
        PreFilterOutcome::AllNodes
    }

    fn remove_pod(&self, _: &mut CycleState, pod: &PodInfo, _: &PodInfo, node: &NodeInfo) -> Status {
        match node.label("stubborn") {
            Some(_) => Status::unschedulable(format!("failed to remove pod: {}", pod.key().name())),
            None => Status::success(),
        }
    }
}

impl Situation {
    /// `node: victims`, or what is said after the diagnosis.
    fn outcome(&self) -> String {
        let configuration = KubeSchedulerConfiguration::from_value(json!({
            "apiVersion": "kubescheduler.config.k8s.io/v1", "kind": "KubeSchedulerConfiguration",
            "profiles": [{
                "plugins": { "multiPoint": { "enabled": [{ "name": "Stubborn" }] } },
                "pluginConfig": [{ "name": "DefaultPreemption", "args": self.arguments }]
            }]
        }));
        let mut registry: Registry = plugins::in_tree();
        registry.register("Stubborn", |_| Ok(std::sync::Arc::new(Stubborn)));
        let configuration = configuration.unwrap();
        let (profiles, now) = (configuration.profiles(&registry).unwrap(), Instant::now());
        let mut core = Core::new(profiles, configuration.backoff());
        for node in &self.nodes {
            core.set_node(serde_json::from_value::<kubeforge_api::core::v1::Node>(node.clone()).unwrap().into(), now);
        }
        for budget in &self.budgets {
            let budget: kubeforge_api::policy::v1::PodDisruptionBudget =
                serde_json::from_value(budget.clone()).unwrap();
            core.set_object(ClusterObject::from(std::sync::Arc::new(budget)), now);
        }
        for pod in self.pods.iter().chain([&self.pod]) {
            let pod: kubeforge_api::core::v1::Pod = serde_json::from_value(pod.clone()).unwrap();
            core.set_pod(pod.into(), now);
        }
        while let Some(decision) = core.schedule_next(now) {
            let Decision::Reject(rejection) = decision else { continue };
            if rejection.pod.key().name() != "p" {
                continue;
            }
            return match rejection.preemption {
                Preemption::Nominate { node, victims } => {
                    let names: Vec<&str> = victims.iter().map(|victim| victim.key().name()).collect();
                    format!("{node}: {}", names.join(" "))
                }
                Preemption::None | Preemption::Clear => match rejection.message.split_once("preemption: ") {
                    Some((_, message)) => message.to_owned(),
                    None => rejection.message,
                },
            };
        }
        "placed".to_owned()
    }
}

#[test]
fn room_is_made_as_kube_scheduler_makes_it() {
    let p = || pod("p", 100, "3", "");
    let never = {
        let mut pod = p();
        pod["spec"]["preemptionPolicy"] = json!("Never");
        pod
    };
    let victim = |name: &str, node: &str| pod(name, 1, "3", node);
    let two = [node("n1", "4", 9), node("n2", "4", 9)];
    let five: Vec<Value> = (1..=5).map(|number| node(&format!("n{number}"), "4", 9)).collect();
    let stubborn = |name: &str| {
        let mut node = node(name, "4", 9);
        node["metadata"]["labels"] = json!({ "stubborn": "" });
        node
    };
    let kept = |name: &str, node: &str| labelled(victim(name, node));
    let of_five = |kept_ones: &[usize]| -> Vec<Value> {
        let of = |number: usize| (format!("v{number}"), format!("n{number}"));
        (1..=5)
            .map(|number| {
                let (name, node) = of(number);
                if kept_ones.contains(&number) { kept(&name, &node) } else { victim(&name, &node) }
            })
            .collect()
    };
    let none_helps = "0/1 nodes are available: 1 Preemption is not helpful for scheduling.";
    let going_already = "not eligible due to a terminating pod on the nominated node.";
    let rows: Vec<(&str, Situation, &str)> = vec![
        ("a lower one goes", situation(&two[..1], &[victim("v", "n1")], p()), "n1: v"),
        (
            "one of the same priority does not",
            situation(&two[..1], &[pod("v", 100, "3", "n1")], p()),
            "0/1 nodes are available: 1 No preemption victims found for incoming pod.",
        ),
        (
            "never, if the pod says so",
            situation(&two[..1], &[victim("v", "n1")], never),
            "not eligible due to preemptionPolicy=Never.",
        ),
        ("a node that is too small", situation(&[node("n1", "2", 9)], &[pod("v", 1, "1", "n1")], p()), none_helps),
        (
            "reasons are counted",
            situation(
                &[node("n1", "4", 9), node("n2", "4", 9), node("n3", "2", 9)],
                &[pod("v", 100, "3", "n1"), pod("w", 100, "2", "n2"), pod("x", 1, "1", "n2")],
                p(),
            ),
            "0/3 nodes are available: 1 Insufficient cpu, 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.",
        ),
        (
            "a small one of low priority stays",
            situation(&two[..1], &[pod("small", 1, "500m", "n1"), pod("large", 50, "3", "n1")], p()),
            "n1: large",
        ),
        (
            "of equals the younger goes",
            situation(
                &[node("n1", "4", 9)],
                &[started(pod("old", 1, "2", "n1"), 1), started(pod("young", 1, "2", "n1"), 5)],
                pod("p", 100, "2", ""),
            ),
            "n1: young",
        ),
        (
            "where the most important victim counts least",
            situation(&two, &[pod("v", 50, "3", "n1"), pod("w", 40, "3", "n2")], p()),
            "n2: w",
        ),
        (
            "a budget counts more than priorities",
            Situation {
                budgets: vec![budget(0)],
                ..situation(&two, &[pod("v", 50, "3", "n1"), labelled(pod("w", 40, "3", "n2"))], p())
            },
            "n1: v",
        ),
        (
            "pods that a budget keeps may stay first",
            Situation {
                budgets: vec![budget(0)],
                ..situation(&two[..1], &[labelled(pod("kept", 1, "1", "n1")), pod("v", 50, "2900m", "n1")], p())
            },
            "n1: v",
        ),
        (
            "the search goes on until a budget is kept",
            Situation {
                arguments: json!({ "minCandidateNodesPercentage": 40, "minCandidateNodesAbsolute": 1 }),
                budgets: vec![budget(0)],
                ..situation(&five, &of_five(&[1, 2, 4, 5]), p())
            },
            "n3: v3",
        ),
        (
            "victims that are going are waited for",
            situation(&two[..1], &[going(victim("v", "n1"), "PreemptionByScheduler")], nominated(p(), "n1")),
            going_already,
        ),
        (
            "but not those that go for another reason",
            situation(&two[..1], &[going(victim("v", "n1"), "EvictionByEvictionAPI")], nominated(p(), "n1")),
            "n1: v",
        ),
        (
            "nor those of a higher priority",
            situation(
                &two,
                &[going(pod("v", 200, "3", "n1"), "PreemptionByScheduler"), victim("w", "n2")],
                nominated(p(), "n1"),
            ),
            "n2: w",
        ),
        (
            "nor where the node is of no use any more",
            situation(
                &[with(node("n1", "4", 9), "/status/allocatable/cpu", json!("2")), node("n2", "4", 9)],
                &[going(pod("v", 1, "2", "n1"), "PreemptionByScheduler"), victim("w", "n2")],
                nominated(p(), "n1"),
            ),
            "n2: w",
        ),
        (
            "a plugin that fails for every node",
            situation(&[stubborn("n1")], &[victim("v", "n1")], p()),
            r#"running RemovePod on PreFilter plugin "Stubborn": failed to remove pod: p"#,
        ),
        (
            "a plugin that fails for one node",
            situation(&[stubborn("n1"), node("n2", "4", 9)], &[victim("v", "n1"), victim("w", "n2")], p()),
            "n2: w",
        ),
        (
            "room made for others of its priority is theirs",
            situation(&two[..1], &[victim("v", "n1"), nominated(pod("q", 100, "3", ""), "n1")], p()),
            "0/1 nodes are available: 1 Insufficient cpu.",
        ),
    ];
    for (name, situation, want) in rows {
        assert_eq!(situation.outcome(), want, "{name}");
    }
}

#[test]
fn enough_candidates_are_a_share_but_neither_too_few_nor_more_than_there_are() {
    let plugin = DefaultPreemption::new(None).unwrap();
    assert_eq!([0, 10, 500, 5000].map(|nodes| plugin.enough(nodes)), [0, 10, 100, 500]);
    let both_zero = json!({"minCandidateNodesPercentage": 0, "minCandidateNodesAbsolute": 0});
    assert!(DefaultPreemption::new(Some(&both_zero)).is_err());
}
