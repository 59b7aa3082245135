mod outcomes;
mod walk;

use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::{config::KubeSchedulerConfiguration, framework::Code, plugins};

fn core(percentage: i32, nodes: usize) -> Core {
    let configuration = KubeSchedulerConfiguration::from_value(json!({
        "apiVersion": "kubescheduler.config.k8s.io/v1", "kind": "KubeSchedulerConfiguration",
        "percentageOfNodesToScore": percentage
    }))
    .unwrap();
    let mut core = Core::new(configuration.profiles(&plugins::in_tree()).unwrap(), configuration.backoff());
    for number in 0..nodes {
        let node = json!({
            "metadata": { "name": format!("n{number}") },
            "status": { "allocatable": { "cpu": "4", "memory": "8Gi", "pods": "9" } }
        });
        core.set_node(Arc::new(serde_json::from_value(node).unwrap()), Instant::now());
    }
    core
}

fn place(core: &mut Core, name: &str) -> Binding {
    let pod = json!({
        "metadata": { "namespace": "default", "name": name, "uid": name },
        "spec": { "schedulerName": "default-scheduler", "containers": [{ "name": "c" }] }
    });
    core.set_pod(Arc::new(serde_json::from_value(pod).unwrap()), Instant::now());
    match core.schedule_next(Instant::now()) {
        Some(Decision::Bind(binding)) => binding,
        Some(Decision::Reject(rejection)) => panic!("{}", rejection.message),
        None => panic!("nothing was decided"),
    }
}

/// The number of a node, from its name.
fn number(binding: &Binding) -> usize {
    binding.node[1..].parse().unwrap()
}

#[test]
fn a_part_of_the_nodes_is_compared_and_the_next_pod_gets_the_next_part() {
    let mut core = core(50, 300);
    let first = place(&mut core, "first");
    assert_eq!(first.looked, Looked { evaluated: 150, feasible: 150, walked: 150 });
    assert!(number(&first) < 150, "{}", first.node);
    let second = place(&mut core, "second");
    assert!(number(&second) >= 150, "{}", second.node);
}

#[test]
fn all_nodes_are_compared_where_they_are_few_or_it_is_said() {
    for (percentage, nodes) in [(10, 99), (100, 300)] {
        let mut core = core(percentage, nodes);
        let looked = place(&mut core, "p").looked;
        assert_eq!((looked.evaluated, looked.feasible), (nodes, nodes));
    }
}

/// A scheduler that counts, and what it counts.
fn counting() -> (Core, Arc<SchedulerMetrics>) {
    let metrics = Arc::new(SchedulerMetrics::default());
    let configuration = KubeSchedulerConfiguration::default();
    let profiles = configuration.profiles(&plugins::in_tree()).unwrap();
    (Core::with_metrics(profiles, Backoff::default(), Arc::clone(&metrics)), metrics)
}

fn set_pod(core: &mut Core, name: &str, more: &Value) {
    let mut pod = json!({
        "metadata": { "namespace": "default", "name": name, "uid": name },
        "spec": { "schedulerName": "default-scheduler", "containers": [{ "name": "c" }] }
    });
    let fields = more.as_object().into_iter().flatten();
    fields.for_each(|(key, value)| pod["spec"][key] = value.clone());
    core.set_pod(Arc::new(serde_json::from_value(pod).unwrap()), Instant::now());
}

fn set_node(core: &mut Core) {
    let node = json!({
        "metadata": { "name": "n" }, "status": { "allocatable": { "cpu": "4", "memory": "8Gi", "pods": "10" } }
    });
    core.set_node(Arc::new(serde_json::from_value(node).unwrap()), Instant::now());
}

/// Lines that are there, and lines that are not: those begin with `!`.
#[track_caller]
fn check_counts(core: &Core, metrics: &SchedulerMetrics, want: &[&str]) {
    core.measure();
    let text = metrics.render();
    for line in want {
        let (is_wanted, line) = line.strip_prefix('!').map_or((true, *line), |line| (false, line));
        assert_eq!(text.lines().any(|found| found.starts_with(line)), is_wanted, "{line} in\n{text}");
    }
}

#[test]
fn what_happens_to_pods_is_counted() {
    let (mut core, metrics) = counting();
    set_pod(&mut core, "p", &json!({}));
    assert!(matches!(core.schedule_next(Instant::now()), Some(Decision::Reject(_))), "there is no node");
    check_counts(
        &core,
        &metrics,
        &[
            r#"scheduler_schedule_attempts_total{profile="default-scheduler",result="unschedulable"} 1"#,
            r#"!scheduler_schedule_attempts_total{profile="default-scheduler",result="scheduled"}"#,
            r#"scheduler_queue_incoming_pods_total{event="UnschedulablePodAdd",queue="active"} 1"#,
            r#"scheduler_queue_incoming_pods_total{event="ScheduleAttemptFailure",queue="backoff"} 1"#,
            r#"scheduler_pending_pods{queue="backoff"} 1"#,
            r#"scheduler_cache_size{type="nodes"} 0"#,
            "scheduler_scheduling_algorithm_duration_seconds_count 1",
        ],
    );
    set_node(&mut core);
    let later = Instant::now() + Duration::from_secs(2);
    assert!(matches!(core.schedule_next(later), Some(Decision::Bind(_))));
    let tried = r#"scheduler_queue_incoming_pods_total{event="BackoffComplete",queue="active"} 1"#;
    check_counts(&core, &metrics, &[tried, r#"scheduler_pending_pods{queue="backoff"} 0"#]);
}

#[test]
fn a_pod_that_could_not_be_bound_comes_into_one_queue() {
    let (mut core, metrics) = counting();
    set_node(&mut core);
    set_pod(&mut core, "p", &json!({}));
    let Some(Decision::Bind(binding)) = core.schedule_next(Instant::now()) else { panic!("there is room") };
    core.bind_failed(&binding, &Status::new(Code::Unschedulable, ["no"]).by("NodePorts"), Instant::now());
    let came =
        |queue| format!(r#"scheduler_queue_incoming_pods_total{{event="ScheduleAttemptFailure",queue="{queue}"}}"#);
    check_counts(&core, &metrics, &[&format!("{} 1", came("backoff")), &format!("!{}", came("unschedulable"))]);
}

#[test]
fn pods_count_where_they_come_in_and_not_where_they_are_already() {
    let (mut core, metrics) = counting();
    let gates = |names: &[&str]| json!({ "schedulingGates": names.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>() });
    set_pod(&mut core, "gated", &gates(&["a", "b"]));
    set_pod(&mut core, "gated", &gates(&["a"]));
    set_pod(&mut core, "active", &json!({}));
    set_pod(&mut core, "active", &json!({ "tolerations": [{ "key": "a", "operator": "Exists" }] }));
    let turned_away = r#"scheduler_unschedulable_pods{plugin="SchedulingGates",profile="default-scheduler"}"#;
    check_counts(
        &core,
        &metrics,
        &[
            r#"scheduler_queue_incoming_pods_total{event="UnschedulablePodAdd",queue="unschedulable"} 1"#,
            r#"scheduler_queue_incoming_pods_total{event="UnschedulablePodAdd",queue="active"} 1"#,
            r#"!scheduler_queue_incoming_pods_total{event="UnschedulablePodUpdate"#,
            r#"scheduler_pending_pods{queue="gated"} 1"#,
            &format!("{turned_away} 1"),
        ],
    );
    set_pod(&mut core, "gated", &json!({}));
    let event = "UnschedulablePodUpdatePodSchedulingGatesEliminated";
    let opened = format!(r#"scheduler_queue_incoming_pods_total{{event="{event}",queue="active"}} 1"#);
    // it counts until it is tried
    check_counts(&core, &metrics, &[&opened, &format!("{turned_away} 1")]);
    assert!(core.schedule_next(Instant::now()).is_some() && core.schedule_next(Instant::now()).is_some());
    check_counts(&core, &metrics, &[&format!("{turned_away} 0")]);
}

#[test]
fn a_binding_counts_though_the_watch_told_of_it_before() {
    let (mut core, metrics) = counting();
    set_node(&mut core);
    set_pod(&mut core, "p", &json!({}));
    let Some(Decision::Bind(binding)) = core.schedule_next(Instant::now()) else { panic!("there is room") };
    set_pod(&mut core, "p", &json!({ "nodeName": "n" }));
    core.bound(&binding);
    check_counts(
        &core,
        &metrics,
        &[
            r#"scheduler_pod_scheduling_sli_duration_seconds_count{attempts="1"} 1"#,
            "scheduler_pod_scheduling_attempts_count 1",
            r#"scheduler_plugin_evaluation_total{extension_point="Filter",plugin="NodeResourcesFit",profile="default-scheduler"} 1"#,
            r#"scheduler_plugin_evaluation_total{extension_point="PreFilter",plugin="NodePorts",profile="default-scheduler"} 0"#,
            r#"scheduler_framework_extension_point_duration_seconds_count{extension_point="Filter",profile="default-scheduler",status="Success"} 1"#,
            // the only node is taken without a comparison
            r#"!scheduler_framework_extension_point_duration_seconds_count{extension_point="Score""#,
        ],
    );
}

#[test]
fn pods_of_two_profiles_do_not_take_the_same_volume() {
    let configuration = KubeSchedulerConfiguration::from_value(json!({
        "apiVersion": "kubescheduler.config.k8s.io/v1", "kind": "KubeSchedulerConfiguration",
        "profiles": [{"schedulerName": "one"}, {"schedulerName": "other"}]
    }))
    .unwrap();
    let mut core = Core::new(configuration.profiles(&plugins::in_tree()).unwrap(), configuration.backoff());
    let now = Instant::now();
    let status = json!({"allocatable": {"cpu": "4", "memory": "8Gi", "pods": "9"}});
    core.set_node(Arc::new(serde_json::from_value(json!({"metadata": {"name": "n"}, "status": status})).unwrap()), now);
    let class: kubeforge_api::storage::v1::StorageClass = serde_json::from_value(json!({
        "metadata": {"name": "s"}, "provisioner": "kubernetes.io/no-provisioner", "volumeBindingMode": "WaitForFirstConsumer"
    }))
    .unwrap();
    core.set_object(Arc::new(class).into(), now);
    let volume: kubeforge_api::core::v1::PersistentVolume = serde_json::from_value(json!({
        "metadata": {"name": "v"}, "spec": {"storageClassName": "s"}, "status": {"phase": "Available"}
    }))
    .unwrap();
    core.set_object(Arc::new(volume).into(), now);
    for name in ["one", "other"] {
        let claim: kubeforge_api::core::v1::PersistentVolumeClaim = serde_json::from_value(json!({
            "metadata": {"name": name, "namespace": "default", "uid": name}, "spec": {"storageClassName": "s"}
        }))
        .unwrap();
        core.set_object(Arc::new(claim).into(), now);
        let volumes = json!([{"name": "v", "persistentVolumeClaim": {"claimName": name}}]);
        let pod = json!({
            "metadata": {"namespace": "default", "name": name, "uid": name},
            "spec": {"schedulerName": name, "containers": [{"name": "c"}], "volumes": volumes}
        });
        core.set_pod(Arc::new(serde_json::from_value(pod).unwrap()), now);
    }
    let Some(Decision::Bind(first)) = core.schedule_next(now) else { panic!("the first has the volume") };
    let Some(Decision::Reject(second)) = core.schedule_next(now) else { panic!("the second has none") };
    let none = "0/1 nodes are available: 1 node(s) didn't find available persistent volumes to bind.";
    assert!(second.message.starts_with(none), "{}", second.message);
    // once the first has not been bound it is the other's to have
    core.bind_failed(&first, &Status::error("no"), now);
    core.remove_pod(first.pod.pod(), now);
    let later = core.next_wakeup().map_or(now, |at| at.max(now));
    assert!(matches!(core.schedule_next(later + Duration::from_secs(600)), Some(Decision::Bind(_))));
}
