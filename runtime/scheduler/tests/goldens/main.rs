//! The scheduler's core against recordings of kube-scheduler 1.36: which nodes can take a pod, what each plugin scores
//! them, where the pod goes, and what its condition says.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "helpers of a test: what fails here fails it")]

mod cases;
mod cluster;
mod run;
mod volumes;

use kubeforge_scheduler::config::KubeSchedulerConfiguration;
use kubeforge_scheduler::framework::Profile;
use kubeforge_scheduler::plugins;
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
    "mixed-failures",
    "random-clusters",
    "inter-pod-affinity",
    "pod-topology-spread",
    "preemption",
    "profiles-and-plugins",
    "volumes",
    "volume-zone-and-restrictions",
    "node-volume-limits",
];

/// Cases of these topics that need an API server that refuses a binding.
const SKIPPED: &[&str] = &["plugins-no-gates"];

#[test]
fn decisions_are_as_recorded() {
    let Some(directory) = cases::directory() else { return };
    let mut wrong = Vec::new();
    for topic in COMPLETE {
        let cases = cases::read(&directory, topic);
        let mut passed = 0;
        for case in &cases {
            let lines = run::play(case);
            passed += usize::from(lines.is_empty());
            if std::env::var_os("GOLDENS_VERBOSE").is_some() {
                lines.iter().for_each(|line| println!("{}: {line}", case.id));
            }
            if !SKIPPED.contains(&case.id.as_str()) {
                wrong.extend(lines.into_iter().map(|line| format!("{}: {line}", case.id)));
            }
        }
        println!("{topic}: {passed} of {}", cases.len());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The profiles of a KubeSchedulerConfiguration; the default one where it is null.
fn profiles(config: &Value) -> Result<Vec<Profile>, String> {
    let config = match config {
        Value::Null => Ok(KubeSchedulerConfiguration::default()),
        config => KubeSchedulerConfiguration::from_value(config.clone()),
    };
    let profiles = config.and_then(|config| config.profiles(&plugins::in_tree()));
    profiles.map_err(|error| {
        let source = std::error::Error::source(&error).map(ToString::to_string);
        format!("{error}: {}", source.unwrap_or_default())
    })
}
