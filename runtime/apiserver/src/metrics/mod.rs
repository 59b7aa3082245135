//! What the server counts of itself, in Prometheus' text form 0.0.4 under kube-apiserver's names.
//!
//! A number is here only if it is measured. Each server has a registry of its
//! own, so that several in one process don't mix theirs.

mod admission;
mod in_flight;
mod requests;
mod watch_caches;
mod watches;

use std::collections::BTreeMap;

pub use kubeforge_serving::metrics::{
    CONTENT_TYPE, Families, HistogramVec, IdentityMetrics, IntCounterVec, IntGaugeVec, LATENCY_BUCKETS, Settings,
    Stability,
};
use parking_lot::Mutex;
use prometheus::{IntCounter, Registry};

pub(crate) use self::admission::{Step, Timer};
pub use self::{
    admission::AdmissionMetrics,
    in_flight::{Gauge, InFlight},
    requests::{LongRunning, RequestLabels, Requests},
    watch_caches::WatchCacheMetrics,
    watches::{WatchCounters, WatchMetrics},
};
use crate::version::Version;

/// Dashboards look for these families. Audit fills the one, priority and fairness the other; there is neither here, so
/// they have no samples.
const UNFILLED: &str = "# HELP apiserver_audit_event_total [ALPHA] Audit events sent to a backend.\n\
                        # TYPE apiserver_audit_event_total counter\n\
                        # HELP apiserver_flowcontrol_current_inqueue_requests [BETA] Requests that wait in queues.\n\
                        # TYPE apiserver_flowcontrol_current_inqueue_requests gauge\n";

/// A server's metrics.
#[derive(Debug)]
pub struct Metrics {
    families: Families,
    /// By what requests are.
    pub requests: Requests,
    /// Reads that are being handled.
    pub reading: Gauge,
    /// Writes that are being handled.
    pub writing: Gauge,
    /// Watches and their events.
    pub watches: WatchMetrics,
    /// What the watch caches did.
    pub watch_caches: WatchCacheMetrics,
    /// Who was let in and allowed.
    pub identity: IdentityMetrics,
    /// Time in admission plugins.
    pub admission: AdmissionMetrics,
    /// Connections that did not get through the TLS handshake.
    pub tls_handshake_errors: IntCounter,
    /// What rules found that are not in force yet, and hand-written ones did not.
    pub validation_mismatches: IntCounter,
    in_flight: IntGaugeVec,
    objects: IntGaugeVec,
    objects_by_group: IntGaugeVec,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new(Settings::default())
    }
}

impl Metrics {
    /// Metrics, shown as it is set.
    pub fn new(settings: Settings) -> Self {
        let families = Families::with(Registry::new(), settings);
        let stable = families.of(Stability::Stable);
        let in_flight = stable.gauges(
            "apiserver_current_inflight_requests",
            "The most requests that were being handled at once in the last second, by kind.",
            &["request_kind"],
        );
        Self {
            requests: Requests::new(&families),
            reading: Gauge::default(),
            writing: Gauge::default(),
            watches: WatchMetrics::new(&families),
            watch_caches: WatchCacheMetrics::new(&families),
            identity: IdentityMetrics::new(&families),
            admission: AdmissionMetrics::new(&families),
            tls_handshake_errors: families
                .counter("apiserver_tls_handshake_errors_total", "Connections that failed in the TLS handshake."),
            validation_mismatches: families.of(Stability::Beta).counter(
                "apiserver_validation_declarative_validation_mismatch_total",
                "Findings of rules not in force yet that hand-written validation does not share.",
            ),
            in_flight,
            objects: stable.deprecated_since(34).gauges(
                "apiserver_storage_objects",
                "Stored objects, by resource.",
                &["resource"],
            ),
            objects_by_group: families.gauges(
                "apiserver_resource_objects",
                "Stored objects, by resource.",
                &["group", "resource"],
            ),
            families,
        }
    }

    /// Where others add their own.
    pub fn families(&self) -> &Families {
        &self.families
    }

    /// How many objects of each resource there are now; -1 where the store did not say.
    pub fn set_objects(&self, counts: &BTreeMap<(String, String), i64>) {
        // resources that are gone must not be shown any more
        self.objects.reset();
        self.objects_by_group.reset();
        for ((group, resource), count) in counts {
            let name = if group.is_empty() { resource.clone() } else { format!("{resource}.{group}") };
            self.objects.with_label_values(&[&name]).set(*count);
            self.objects_by_group.with_label_values(&[group, resource]).set(*count);
        }
    }

    /// What was built, for `kubernetes_build_info` and `version_info`.
    pub fn set_version(&self, version: &Version) {
        let labels = [
            ("build_date", version.build_date.as_str()),
            ("compiler", &version.compiler),
            ("git_commit", &version.git_commit),
            ("git_tree_state", &version.git_tree_state),
            ("git_version", &version.git_version),
            ("go_version", &version.go_version),
            ("major", &version.major),
            ("minor", &version.minor),
            ("platform", &version.platform),
        ];
        let names = labels.map(|(name, _)| name);
        let beta = self.families.of(Stability::Beta);
        let family = beta.gauges("kubernetes_build_info", "Always 1; the labels say what was built.", &names);
        family.with_label_values(&labels.map(|(_, value)| value)).set(1);
        let labels = ["component", "binary", "emulation", "min_compat"];
        let compatible = self.families.gauges("version_info", "Always 1; the labels say what is shown.", &labels);
        let emulation = format!("{}.{}", version.emulation_major, version.emulation_minor);
        let before = format!("{}.{}", version.min_compatibility_major, version.min_compatibility_minor);
        let binary = version.git_version.trim_start_matches('v');
        compatible.with_label_values(&["kube", binary, &emulation, &before]).set(1);
    }

    /// All metrics as text.
    pub fn render(&self) -> String {
        for (kind, gauge) in [("mutating", &self.writing), ("readOnly", &self.reading)] {
            self.in_flight.with_label_values(&[kind]).set(gauge.peak());
        }
        kubeforge_serving::metrics::render(&self.families, String::from(UNFILLED))
    }
}

/// Counters of things that are only counted elsewhere and told of when somebody asks: each call says the whole sum.
#[derive(Debug)]
pub struct Sums {
    family: IntCounterVec,
    told: Mutex<BTreeMap<Vec<String>, u64>>,
}

impl Sums {
    /// Around a family.
    pub fn new(family: IntCounterVec) -> Self {
        Self { family, told: Mutex::default() }
    }

    /// What the sum is by now.
    pub fn set(&self, labels: &[&str], sum: u64) {
        let mut told = self.told.lock();
        let before = told.entry(labels.iter().map(|label| (*label).to_owned()).collect()).or_default();
        self.family.with_label_values(labels).inc_by(sum.saturating_sub(*before));
        *before = sum;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn requests_are_counted_and_timed() {
        let metrics = Metrics::default();
        let labels = RequestLabels { verb: "GET", resource: "pods", ..RequestLabels::default() };
        metrics.requests.observe(&labels, 200, Duration::from_millis(30), Some(10));
        metrics.requests.observe(&labels, 404, Duration::from_secs(100), Some(2_000));
        let text = metrics.render();
        for line in [
            "# TYPE apiserver_request_total counter",
            r#"apiserver_request_total{code="404",component="apiserver",dry_run="",group="",resource="pods",scope="",subresource="",verb="GET",version=""} 1"#,
            r#"apiserver_request_duration_seconds_bucket{component="apiserver",dry_run="",group="",resource="pods",scope="",subresource="",verb="GET",version="",le="0.05"} 1"#,
            r#"apiserver_request_duration_seconds_bucket{component="apiserver",dry_run="",group="",resource="pods",scope="",subresource="",verb="GET",version="",le="60"} 1"#,
            r#"apiserver_request_sli_duration_seconds_count{component="apiserver",group="",resource="pods",scope="",subresource="",verb="GET",version=""} 2"#,
            r#"apiserver_response_sizes_bucket{component="apiserver",group="",resource="pods",scope="",subresource="",verb="GET",version="",le="1000"} 1"#,
            r#"apiserver_current_inflight_requests{request_kind="readOnly"} 0"#,
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn what_is_not_measured_is_not_shown() {
        let text = Metrics::default().render();
        assert!(!text.contains("apiserver_request_total") && !text.contains("apiserver_watch_events_total"), "{text}");
    }

    #[test]
    fn sums_grow_by_what_is_new() {
        let families = Families::new(Registry::new());
        let sums = Sums::new(families.counters("a_total", "A.", &["of"]));
        for sum in [3, 3, 5] {
            sums.set(&["x"], sum);
        }
        assert_eq!(sums.family.with_label_values(&["x"]).get(), 5);
    }
}
