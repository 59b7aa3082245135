//! What the scheduler counts of itself, under kube-scheduler's names (pkg/scheduler/metrics/metrics.go): names, types,
//! labels, buckets and stability are its own. A number is here only if it is measured.
//!
//! Counters are added to where things happen, by the thread that decides; what each decision needs is looked
//! up once for its profile. Sizes of queues and caches are taken when somebody asks, see
//! [`Core::measure`](crate::core::Core::measure).
//!
//! What kube-scheduler has and this has not: `scheduler_inflight_events`, since no events are kept for pods in flight;
//! `scheduler_batch_…`, `scheduler_get_node_hint_…` and `scheduler_store_schedule_results_…`, since pods are not placed by
//! hints of those before them but share answers; `scheduler_podgroup_…` and `scheduler_…async_api_call…`, whose gates are
//! off; `workqueue_…`, `informer_…` and `go_…` of machinery that is not here.

mod client;
mod delegated;
mod devices;
mod pods;
mod point;
mod profile;
mod stopwatch;
mod tell;

use std::{collections::BTreeSet, sync::Arc};

use kubeforge_serving::metrics::{
    self as text, Families, HistogramVec, IntCounterVec, IntGaugeVec, Settings, Stability, exponential,
};
use parking_lot::Mutex;
use prometheus::{Histogram, IntCounter, Registry};

pub use client::Measured;
pub use delegated::DelegatedMetrics;
pub(crate) use delegated::Review;
pub use devices::DeviceMetrics;
pub(crate) use devices::DevicesResult;
pub use pods::resources;
pub(crate) use point::Point;
pub(crate) use profile::{ProfileMetrics, Result as AttemptResult};
pub(crate) use stopwatch::Stopwatch;

/// How many of the cycles have the plugins' own times taken (kube-scheduler samples 10 %).
const SAMPLED_OF: u64 = 10;

/// The metrics of a scheduler.
pub struct SchedulerMetrics {
    families: Families,
    attempts: IntCounterVec,
    attempt_seconds: HistogramVec,
    /// How long finding nodes took.
    pub(crate) algorithm_seconds: Histogram,
    points: HistogramVec,
    plugin_seconds: HistogramVec,
    evaluations: IntCounterVec,
    event_seconds: HistogramVec,
    hint_seconds: HistogramVec,
    incoming: IntCounterVec,
    sli_seconds: HistogramVec,
    pod_attempts: Histogram,
    /// Pods that found a node only because they were tried again without a reason.
    pub(crate) after_flush: IntCounter,
    /// How often it was tried to make room.
    pub(crate) preemption_attempts: IntCounter,
    victims: Histogram,
    preemption_seconds: HistogramVec,
    preemptions: IntCounterVec,
    permit_seconds: HistogramVec,
    goroutines: IntGaugeVec,
    pending: IntGaugeVec,
    unschedulable: IntGaugeVec,
    /// The labels of `unschedulable`.
    turned_away: Mutex<BTreeSet<(String, String)>>,
    cache: IntGaugeVec,
    volume_errors: IntCounterVec,
    leading: IntGaugeVec,
    slow_paths: IntCounterVec,
    requests: client::Requests,
    delegated: Arc<DelegatedMetrics>,
    devices: devices::Counters,
}

impl std::fmt::Debug for SchedulerMetrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SchedulerMetrics").finish_non_exhaustive()
    }
}

impl Default for SchedulerMetrics {
    fn default() -> Self {
        Self::new(Settings::default())
    }
}

impl SchedulerMetrics {
    /// Metrics, shown as it is set.
    #[expect(clippy::too_many_lines, reason = "one family after another")]
    pub fn new(settings: Settings) -> Self {
        let families = Families::with(Registry::new(), settings);
        let (beta, stable) = (families.of(Stability::Beta), families.of(Stability::Stable));
        let milliseconds = exponential(0.001, 2.0, 15);
        let short = exponential(0.0001, 2.0, 12);
        let plugin = exponential(0.000_01, 1.5, 20);
        let long = exponential(0.01, 2.0, 20);
        Self {
            attempts: stable.counters(
                "scheduler_schedule_attempts_total",
                "Attempts to place pods, by how they ended.",
                &["result", "profile"],
            ),
            attempt_seconds: stable.histograms(
                "scheduler_scheduling_attempt_duration_seconds",
                "How long attempts took, binding included.",
                &["result", "profile"],
                &milliseconds,
            ),
            algorithm_seconds: families.histogram(
                "scheduler_scheduling_algorithm_duration_seconds",
                "How long it took to find a node, or that there is none.",
                &milliseconds,
            ),
            points: stable.histograms(
                "scheduler_framework_extension_point_duration_seconds",
                "How long all plugins of an extension point took.",
                &["extension_point", "status", "profile"],
                &short,
            ),
            plugin_seconds: families.histograms(
                "scheduler_plugin_execution_duration_seconds",
                "How long a plugin took at an extension point, in one of ten cycles.",
                &["plugin", "extension_point", "status"],
                &plugin,
            ),
            evaluations: beta.counters(
                "scheduler_plugin_evaluation_total",
                "How often plugins were asked in PreFilter, Filter, PreScore and Score. Answers that pods share are asked \
                 for once.",
                &["plugin", "extension_point", "profile"],
            ),
            event_seconds: families.histograms(
                "scheduler_event_handling_duration_seconds",
                "How long it took to take note of what happened in the cluster.",
                &["event"],
                &short,
            ),
            hint_seconds: families.histograms(
                "scheduler_queueing_hint_execution_duration_seconds",
                "How long a plugin took to tell whether something helps a pod, for one of ten.",
                &["plugin", "event", "hint"],
                &plugin,
            ),
            incoming: stable.counters(
                "scheduler_queue_incoming_pods_total",
                "Pods that came into a queue, by what brought them there.",
                &["queue", "event"],
            ),
            sli_seconds: beta.histograms(
                "scheduler_pod_scheduling_sli_duration_seconds",
                "How long it took from when a pod was active first until it was bound.",
                &["attempts"],
                &long,
            ),
            pod_attempts: stable.histogram(
                "scheduler_pod_scheduling_attempts",
                "How many attempts it took until a pod was bound.",
                &exponential(1.0, 2.0, 5),
            ),
            after_flush: families.counter(
                "scheduler_pod_scheduled_after_flush_total",
                "Pods that were bound after they were tried again without anything having happened.",
            ),
            preemption_attempts: stable
                .counter("scheduler_preemption_attempts_total", "Attempts to make room for a pod."),
            victims: stable.histogram(
                "scheduler_preemption_victims",
                "How many pods had to go for one.",
                &exponential(1.0, 2.0, 7),
            ),
            preemption_seconds: families.histograms(
                "scheduler_preemption_goroutines_duration_seconds",
                "How long it took to have pods go.",
                &["result"],
                &long,
            ),
            preemptions: families.counters(
                "scheduler_preemption_goroutines_execution_total",
                "How often pods were made to go.",
                &["result"],
            ),
            permit_seconds: beta.histograms(
                "scheduler_permit_wait_duration_seconds",
                "How long pods waited for Permit.",
                &["result"],
                &milliseconds,
            ),
            goroutines: beta.gauges(
                "scheduler_goroutines",
                "Tasks that run beside the thread that decides, by what they do.",
                &["operation"],
            ),
            pending: stable.gauges("scheduler_pending_pods", "Pods that wait, by where.", &["queue"]),
            unschedulable: beta.gauges(
                "scheduler_unschedulable_pods",
                "Pods that no node can take, by the plugins that turned them away.",
                &["plugin", "profile"],
            ),
            cache: families.gauges(
                "scheduler_cache_size",
                "Nodes, pods with a node, and those of them whose binding is not seen yet.",
                &["type"],
            ),
            turned_away: Mutex::default(),
            volume_errors: families.counters(
                "scheduler_volume_scheduling_stage_error_total",
                "How often finding, taking or binding volumes failed.",
                &["operation"],
            ),
            slow_paths: families.counters(
                "leader_election_slowpath_total",
                "How often renewing the lease took a look at it before.",
                &["name"],
            ),
            leading: families.gauges(
                "leader_election_master_status",
                "Whether this process leads: 1, or stands by: 0.",
                &["name"],
            ),
            requests: client::Requests::new(&families),
            delegated: Arc::new(DelegatedMetrics::new(&families)),
            devices: devices::Counters::new(&families),
            families,
        }
    }

    /// What is counted of the endpoint's own requests to the API server.
    pub fn delegated(&self) -> Arc<DelegatedMetrics> {
        Arc::clone(&self.delegated)
    }

    /// All metrics as text.
    pub fn render(&self) -> String {
        text::render(&self.families, String::new())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use kubeforge_client::leader_election::LeaderMetrics as _;

    use super::*;
    use crate::framework::{Code, Profile};

    #[test]
    fn families_have_kube_schedulers_names_labels_and_buckets() {
        let metrics = SchedulerMetrics::default();
        let profile = metrics.of_profile(&Profile { scheduler_name: "p".to_owned(), ..Profile::default() });
        profile.ended(AttemptResult::Scheduled, Duration::from_millis(3));
        metrics.placed(20, Some(Duration::from_secs(1)));
        metrics.incoming("active", "PodAdd");
        metrics.set_unschedulable([("NodePorts", "p", 1)].into_iter());
        metrics.set_unschedulable([("NodeName", "p", 2)].into_iter());
        metrics.plugin("NodeName", Point::Filter, Code::Success, Duration::from_micros(12));
        metrics.leading("kube-scheduler", true);
        let text = metrics.render();
        for line in [
            "# TYPE scheduler_schedule_attempts_total counter",
            "# HELP scheduler_schedule_attempts_total [STABLE] Attempts to place pods, by how they ended.",
            r#"scheduler_schedule_attempts_total{profile="p",result="scheduled"} 1"#,
            r#"scheduler_scheduling_attempt_duration_seconds_bucket{profile="p",result="scheduled",le="0.004"} 1"#,
            r#"scheduler_pod_scheduling_sli_duration_seconds_count{attempts="15+"} 1"#,
            r#"scheduler_pod_scheduling_attempts_bucket{le="16"} 0"#,
            r#"scheduler_queue_incoming_pods_total{event="PodAdd",queue="active"} 1"#,
            r#"scheduler_unschedulable_pods{plugin="NodeName",profile="p"} 2"#,
            r#"scheduler_unschedulable_pods{plugin="NodePorts",profile="p"} 0"#,
            r#"scheduler_plugin_execution_duration_seconds_bucket{extension_point="Filter",plugin="NodeName",status="Success",le="0.000015000000000000002"} 1"#,
            r#"leader_election_master_status{name="kube-scheduler"} 1"#,
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
    }
}
