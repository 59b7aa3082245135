mod outcomes;
mod walk;

use std::time::Duration;

use serde_json::json;

use super::*;
use crate::{config::KubeSchedulerConfiguration, plugins};

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

#[test]
fn what_happens_to_pods_is_counted() {
    let metrics = Arc::new(SchedulerMetrics::default());
    let configuration = KubeSchedulerConfiguration::default();
    let profiles = configuration.profiles(&plugins::in_tree()).unwrap();
    let mut core = Core::with_metrics(profiles, Backoff::default(), Arc::clone(&metrics));
    let pod = json!({
        "metadata": { "namespace": "default", "name": "p", "uid": "p" },
        "spec": { "schedulerName": "default-scheduler", "containers": [{ "name": "c" }] }
    });
    core.set_pod(Arc::new(serde_json::from_value(pod).unwrap()), Instant::now());
    assert!(matches!(core.schedule_next(Instant::now()), Some(Decision::Reject(_))), "there is no node");
    core.measure();
    let text = metrics.render();
    for line in [
        r#"scheduler_schedule_attempts_total{profile="default-scheduler",result="unschedulable"} 1"#,
        r#"scheduler_queue_incoming_pods_total{event="PodAdd",queue="active"} 1"#,
        r#"scheduler_pending_pods{queue="backoff"} 1"#,
        r#"scheduler_cache_size{type="nodes"} 0"#,
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
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
