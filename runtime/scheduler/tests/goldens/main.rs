//! The scheduler's core against recordings of kube-scheduler 1.36: which nodes can take a pod, what each plugin scores
//! them, where the pod goes, and what its condition says.

mod cases;
mod cluster;
mod run;

use kubeforge_scheduler::framework::Profile;
use serde_json::Value;

/// The topics of which every case must come out as recorded: all of their plugins are there.
const COMPLETE: &[&str] = &[
    "node-basics",
    "noderesources-fit",
    "noderesources-score",
    "balanced-allocation",
    "taint-toleration",
    "node-affinity",
    "node-ports",
    "image-locality",
    "scheduling-gates",
    "queue-order",
];

/// The topics of which some cases need plugins that are not there yet: how many come out as recorded is printed.
const PARTIAL: &[&str] = &[
    "mixed-failures",
    "preemption",
    "profiles-and-plugins",
    "random-clusters",
    "inter-pod-affinity",
    "pod-topology-spread",
    "volumes",
    "volume-zone-and-restrictions",
    "node-volume-limits",
];

#[test]
fn decisions_are_as_recorded() {
    let Some(directory) = cases::directory() else { return };
    let mut wrong = Vec::new();
    for topic in COMPLETE.iter().chain(PARTIAL) {
        let cases = cases::read(&directory, topic);
        let mut passed = 0;
        for case in &cases {
            let lines = run::play(case);
            passed += usize::from(lines.is_empty());
            if std::env::var_os("GOLDENS_VERBOSE").is_some() {
                lines.iter().for_each(|line| println!("{}: {line}", case.id));
            }
            if COMPLETE.contains(topic) {
                wrong.extend(lines.into_iter().map(|line| format!("{}: {line}", case.id)));
            }
        }
        println!("{topic}: {passed} of {}", cases.len());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The profiles of a KubeSchedulerConfiguration; the default one where it is null.
fn profiles(config: &Value) -> Result<Vec<Profile>, String> {
    use kubeforge_scheduler::framework::ScoringPlugin;
    let registry = kubeforge_scheduler::plugins::in_tree();
    let default = serde_json::json!([{"schedulerName": "default-scheduler"}]);
    let specs = if config.is_null() { &default } else { &config["profiles"] };
    let mut out = vec![];
    for spec in specs.as_array().unwrap() {
        let disabled = |point: &str, name: &str| {
            ["multiPoint", point].iter().any(|p| {
                spec["plugins"][p]["disabled"].as_array().is_some_and(|l| l.iter().any(|d| d["name"] == name || d["name"] == "*"))
            })
        };
        let mut names: Vec<(String, i64)> = [("SchedulingGates", 0), ("PrioritySort", 0), ("NodeUnschedulable", 0), ("NodeName", 0),
            ("TaintToleration", 3), ("NodeAffinity", 2), ("NodePorts", 0), ("NodeResourcesFit", 1), ("DynamicResources", 2),
            ("DefaultPreemption", 0), ("NodeResourcesBalancedAllocation", 1), ("ImageLocality", 1), ("DefaultBinder", 0)]
            .map(|(n, w)| (n.to_owned(), w)).to_vec();
        for e in spec["plugins"]["multiPoint"]["enabled"].as_array().unwrap_or(&vec![]) {
            let n = e["name"].as_str().unwrap();
            names.iter_mut().filter(|x| x.0 == n).for_each(|x| x.1 = e["weight"].as_i64().unwrap_or(1));
        }
        let mut profile = Profile { scheduler_name: spec["schedulerName"].as_str().unwrap().to_owned(), ..Default::default() };
        for (name, weight) in names {
            let mut args = spec["pluginConfig"].as_array().and_then(|l| l.iter().find(|c| c["name"] == name)).map(|c| c["args"].clone());
            if let Some(Value::Object(a)) = &mut args {
                a.remove("kind");
                a.remove("apiVersion");
            }
            let plugin = registry.make(&name, args.as_ref()).map_err(|e| e.to_string())?;
            macro_rules! put { ($field:ident, $point:literal) => {
                if plugin.$field().is_some() && !disabled($point, &name) { profile.$field.push(plugin.clone()); }
            } }
            put!(pre_enqueue, "preEnqueue"); put!(queue_sort, "queueSort"); put!(pre_filter, "preFilter"); put!(filter, "filter");
            put!(post_filter, "postFilter"); put!(pre_score, "preScore"); put!(bind, "bind");
            let e = spec["plugins"]["score"]["enabled"].as_array().and_then(|l| l.iter().find(|c| c["name"] == name));
            let weight = e.map_or(weight, |e| e["weight"].as_i64().unwrap_or(1));
            if plugin.score().is_some() && (e.is_some() || !disabled("score", &name)) {
                profile.score.push(ScoringPlugin { plugin: plugin.clone(), weight });
            }
        }
        out.push(profile);
    }
    Ok(out)
}
