use std::time::Duration;

use prometheus::TextEncoder;

use super::*;
use crate::{
    WorkQueue,
    controller::Outcome,
    workqueue::{NoMetrics, default_limiter},
};

/// The samples that are not zero, without histograms' buckets.
fn samples(registry: &Registry) -> Vec<String> {
    let text = TextEncoder::new().encode_to_string(&registry.gather()).unwrap();
    let lines =
        text.lines().filter(|line| !line.starts_with('#') && !line.contains("_bucket") && !line.ends_with(" 0"));
    lines.map(str::to_owned).collect()
}

#[tokio::test(start_paused = true)]
async fn a_queue_is_measured_as_client_go_does() {
    let registry = Registry::new();
    let metrics = PrometheusMetrics::register(&registry).unwrap();
    let queue: WorkQueue<&str> = WorkQueue::named("backups", default_limiter(), &metrics);
    queue.add("a");
    queue.add("a");
    queue.add_after("b", Duration::from_secs(4));
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(queue.get().await, Some("a"));
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(queue.len(), 1);
    assert_eq!(
        samples(&registry),
        [
            "workqueue_adds_total{name=\"backups\"} 2",
            "workqueue_depth{name=\"backups\"} 1",
            "workqueue_longest_running_processor_seconds{name=\"backups\"} 3",
            "workqueue_queue_duration_seconds_sum{name=\"backups\"} 2",
            "workqueue_queue_duration_seconds_count{name=\"backups\"} 1",
            "workqueue_retries_total{name=\"backups\"} 1",
            "workqueue_unfinished_work_seconds{name=\"backups\"} 3",
        ]
    );
    queue.done(&"a");
    drop(queue);
    let left = samples(&registry);
    assert!(left.contains(&"workqueue_work_duration_seconds_sum{name=\"backups\"} 3".to_owned()), "{left:?}");
    assert!(!left.iter().any(|line| line.contains("unfinished") || line.contains("depth")), "{left:?}");
    assert!(PrometheusMetrics::register(&registry).is_err(), "they are there already");
}

#[test]
fn a_controller_is_measured_as_controller_runtime_does() {
    let registry = Registry::new();
    let metrics = PrometheusMetrics::register(&registry).unwrap();
    let controller = metrics.controller("backup");
    controller.workers(4);
    for outcome in [Outcome::Success, Outcome::RequeueAfter, Outcome::Error, Outcome::TerminalError, Outcome::Panic] {
        controller.began();
        controller.ended(outcome, Duration::from_secs(1));
    }
    controller.began();
    LeaderMetrics::leading(&metrics, "lease", true);
    metrics.slow_path("lease");
    assert_eq!(
        samples(&registry),
        [
            "controller_runtime_active_workers{controller=\"backup\"} 1",
            "controller_runtime_max_concurrent_reconciles{controller=\"backup\"} 4",
            "controller_runtime_reconcile_errors_total{controller=\"backup\"} 3",
            "controller_runtime_reconcile_panics_total{controller=\"backup\"} 1",
            "controller_runtime_reconcile_time_seconds_sum{controller=\"backup\"} 5",
            "controller_runtime_reconcile_time_seconds_count{controller=\"backup\"} 5",
            "controller_runtime_reconcile_total{controller=\"backup\",result=\"error\"} 3",
            "controller_runtime_reconcile_total{controller=\"backup\",result=\"requeue_after\"} 1",
            "controller_runtime_reconcile_total{controller=\"backup\",result=\"success\"} 1",
            "controller_runtime_terminal_reconcile_errors_total{controller=\"backup\"} 1",
            "leader_election_master_status{name=\"lease\"} 1",
            "leader_election_slowpath_total{name=\"lease\"} 1",
        ]
    );
    let _unmeasured = NoMetrics.controller("backup");
}
