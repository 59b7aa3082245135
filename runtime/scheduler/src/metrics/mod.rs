//! What the scheduler counts of itself, under kube-scheduler's names (pkg/scheduler/metrics/metrics.go): names, types,
//! labels and buckets are its own. A number is here only if it is measured.
//!
//! Counters are added to where things happen, by the thread that decides; what each decision needs is looked
//! up once for its profile. Sizes of queues and caches are taken when somebody asks, see
//! [`Core::measure`](crate::core::Core::measure).

mod client;
mod devices;
mod pods;
mod profile;
mod stopwatch;

use std::time::Duration;

use kubeforge_machinery::feature_gates::FeatureGates;
use kubeforge_serving::metrics::{self as text, Families, exponential};
use prometheus::{Histogram, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Registry};

pub use client::Measured;
pub use devices::DeviceMetrics;
pub(crate) use devices::DevicesResult;
pub use pods::resources;
pub(crate) use profile::{ProfileMetrics, Result as AttemptResult};
pub(crate) use stopwatch::{Point, Stopwatch};

/// How many of the cycles have the plugins' own times taken (kube-scheduler samples 10 %).
const SAMPLED_OF: u64 = 10;

/// From so many attempts on they share a label.
const ATTEMPTS_LABEL_MAX: u32 = 15;

/// The metrics of a scheduler.
pub struct SchedulerMetrics {
    families: Families,
    attempts: IntCounterVec,
    attempt_seconds: HistogramVec,
    /// How long finding nodes took.
    pub(crate) algorithm_seconds: Histogram,
    points: HistogramVec,
    plugin_seconds: HistogramVec,
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
    cache: IntGaugeVec,
    leading: IntGaugeVec,
    requests: client::Requests,
    devices: devices::Counters,
}

impl std::fmt::Debug for SchedulerMetrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SchedulerMetrics").finish_non_exhaustive()
    }
}

impl Default for SchedulerMetrics {
    fn default() -> Self {
        Self::without(&[])
    }
}

impl SchedulerMetrics {
    /// Metrics of which some families are not shown.
    pub fn without(disabled: &[String]) -> Self {
        let families = Families::new_without(Registry::new(), disabled);
        let milliseconds = exponential(0.001, 2.0, 15);
        let short = exponential(0.0001, 2.0, 12);
        let plugin = exponential(0.000_01, 1.5, 20);
        let long = exponential(0.01, 2.0, 20);
        Self {
            attempts: families.counters(
                "scheduler_schedule_attempts_total",
                "Attempts to place pods, by how they ended.",
                &["result", "profile"],
            ),
            attempt_seconds: families.histograms(
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
            points: families.histograms(
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
            incoming: families.counters(
                "scheduler_queue_incoming_pods_total",
                "Pods that came into a queue, by what brought them there.",
                &["queue", "event"],
            ),
            sli_seconds: families.histograms(
                "scheduler_pod_scheduling_sli_duration_seconds",
                "How long it took from the first attempt until a pod was bound.",
                &["attempts"],
                &long,
            ),
            pod_attempts: families.histogram(
                "scheduler_pod_scheduling_attempts",
                "How many attempts it took until a pod was bound.",
                &exponential(1.0, 2.0, 5),
            ),
            after_flush: families.counter(
                "scheduler_pod_scheduled_after_flush_total",
                "Pods that were bound after they were tried again without anything having happened.",
            ),
            preemption_attempts: families
                .counter("scheduler_preemption_attempts_total", "Attempts to make room for a pod."),
            victims: families.histogram(
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
            permit_seconds: families.histograms(
                "scheduler_permit_wait_duration_seconds",
                "How long pods waited for Permit.",
                &["result"],
                &milliseconds,
            ),
            goroutines: families.gauges(
                "scheduler_goroutines",
                "Tasks that run beside the thread that decides, by what they do.",
                &["operation"],
            ),
            pending: families.gauges("scheduler_pending_pods", "Pods that wait, by where.", &["queue"]),
            unschedulable: families.gauges(
                "scheduler_unschedulable_pods",
                "Pods that no node can take, by the plugins that turned them away.",
                &["plugin", "profile"],
            ),
            cache: families.gauges(
                "scheduler_cache_size",
                "Nodes, pods with a node, and those of them whose binding is not seen yet.",
                &["type"],
            ),
            leading: families.gauges(
                "leader_election_master_status",
                "Whether this process leads: 1, or stands by: 0.",
                &["name"],
            ),
            requests: client::Requests::new(&families),
            devices: devices::Counters::new(&families),
            families,
        }
    }

    /// The counters of a profile, looked up once.
    pub(crate) fn of_profile(&self, name: &str) -> ProfileMetrics {
        ProfileMetrics::new(name, &self.attempts, &self.attempt_seconds, &self.points)
    }

    /// The counters of devices for the pods of a profile.
    pub(crate) fn of_devices(&self, profile: &str) -> DeviceMetrics {
        DeviceMetrics::new(profile, &self.devices)
    }

    /// Whether the plugins' times are taken in a cycle.
    pub(crate) const fn is_sampled(cycle: u64) -> bool {
        cycle.is_multiple_of(SAMPLED_OF)
    }

    /// A plugin ran.
    pub(crate) fn plugin(&self, plugin: &str, point: Point, status: &str, took: Duration) {
        self.plugin_seconds.with_label_values(&[plugin, point.name(), status]).observe(took.as_secs_f64());
    }

    /// Something that happened was taken note of.
    pub(crate) fn event(&self, event: &str, took: Duration) {
        self.event_seconds.with_label_values(&[event]).observe(took.as_secs_f64());
    }

    /// A plugin told whether something helps.
    pub(crate) fn hint(&self, plugin: &str, event: &str, hint: &str, took: Duration) {
        self.hint_seconds.with_label_values(&[plugin, event, hint]).observe(took.as_secs_f64());
    }

    /// A pod came into a queue.
    pub(crate) fn incoming(&self, queue: &str, event: &str) {
        self.incoming.with_label_values(&[queue, event]).inc();
    }

    /// A pod was bound after so many attempts, so long after the first.
    pub(crate) fn placed(&self, attempts: u32, since_first: Duration) {
        let label = match attempts {
            ATTEMPTS_LABEL_MAX.. => "15+".to_owned(),
            attempts => attempts.to_string(),
        };
        self.sli_seconds.with_label_values(&[&label]).observe(since_first.as_secs_f64());
        self.pod_attempts.observe(f64::from(attempts));
    }

    /// Room is made for a pod by having so many others go.
    pub(crate) fn preempting(&self, victims: usize) {
        self.victims.observe(f64::from(u32::try_from(victims).unwrap_or(u32::MAX)));
    }

    /// Pods were told to go.
    pub(crate) fn preempted(&self, is_done: bool, took: Duration) {
        let result = if is_done { "success" } else { "error" };
        self.preemption_seconds.with_label_values(&[result]).observe(took.as_secs_f64());
        self.preemptions.with_label_values(&[result]).inc();
    }

    /// A pod has waited for Permit.
    pub(crate) fn permitted(&self, result: &str, took: Duration) {
        self.permit_seconds.with_label_values(&[result]).observe(took.as_secs_f64());
    }

    /// How many tasks do something.
    pub(crate) fn running(&self, operation: &str) -> IntGauge {
        self.goroutines.with_label_values(&[operation])
    }

    /// Whether this process leads.
    pub fn set_leading(&self, lease: &str, leads: bool) {
        self.leading.with_label_values(&[lease]).set(i64::from(leads));
    }

    /// How many pods wait, by queue.
    pub(crate) fn set_pending(&self, queue: &str, count: usize) {
        self.pending.with_label_values(&[queue]).set(count_of(count));
    }

    /// How many pods each plugin turned away; those that are not named turned none away.
    pub(crate) fn set_unschedulable<'a>(&self, counts: impl Iterator<Item = (&'a str, &'a str, usize)>) {
        self.unschedulable.reset();
        for (plugin, profile, count) in counts {
            self.unschedulable.with_label_values(&[plugin, profile]).set(count_of(count));
        }
    }

    /// How much there is in the cache.
    pub(crate) fn set_cached(&self, what: &str, count: usize) {
        self.cache.with_label_values(&[what]).set(count_of(count));
    }

    /// What was built and which features are on: facts that don't change.
    pub fn set_facts(&self, version: &str, gates: &FeatureGates) {
        let mut numbers = version.trim_start_matches('v').split('.');
        let (major, minor) = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
        let labels = ["git_version", "major", "minor", "platform"];
        let platform = format!("{}/{}", std::env::consts::OS, std::env::consts::ARCH);
        let build = self.families.gauges("kubernetes_build_info", "Always 1; the labels say what was built.", &labels);
        build.with_label_values(&[version, major, minor, &platform]).set(1);
        let enabled =
            self.families.gauges("kubernetes_feature_enabled", "Whether a feature gate is on.", &["name", "stage"]);
        for (name, stage, is_on) in gates.all() {
            enabled.with_label_values(&[name, stage.name()]).set(i64::from(is_on));
        }
    }

    /// All metrics as text.
    pub fn render(&self) -> String {
        text::render(&self.families, String::new())
    }
}

fn count_of(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_have_kube_schedulers_names_labels_and_buckets() {
        let metrics = SchedulerMetrics::default();
        let profile = metrics.of_profile("p");
        profile.ended(AttemptResult::Scheduled, Duration::from_millis(3));
        metrics.placed(20, Duration::from_secs(1));
        metrics.incoming("active", "PodAdd");
        metrics.set_unschedulable([("NodeName", "p", 2)].into_iter());
        metrics.plugin("NodeName", Point::Filter, "Success", Duration::from_micros(12));
        metrics.set_leading("kube-scheduler", true);
        let text = metrics.render();
        for line in [
            "# TYPE scheduler_schedule_attempts_total counter",
            r#"scheduler_schedule_attempts_total{profile="p",result="scheduled"} 1"#,
            r#"scheduler_scheduling_attempt_duration_seconds_bucket{profile="p",result="scheduled",le="0.004"} 1"#,
            r#"scheduler_pod_scheduling_sli_duration_seconds_count{attempts="15+"} 1"#,
            r#"scheduler_pod_scheduling_attempts_bucket{le="16"} 0"#,
            r#"scheduler_queue_incoming_pods_total{event="PodAdd",queue="active"} 1"#,
            r#"scheduler_unschedulable_pods{plugin="NodeName",profile="p"} 2"#,
            r#"scheduler_plugin_execution_duration_seconds_bucket{extension_point="Filter",plugin="NodeName",status="Success",le="0.000015000000000000002"} 1"#,
            r#"leader_election_master_status{name="kube-scheduler"} 1"#,
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
    }
}
