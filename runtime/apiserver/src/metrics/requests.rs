//! Requests by what they were.

use std::time::Duration;

use prometheus::IntGauge;

use kubeforge_serving::metrics::{
    Families, HistogramVec, IntCounterVec, IntGaugeVec, LATENCY_BUCKETS, Stability, exponential,
};

/// The labels of most families, without the code.
const LABELS: [&str; 7] = ["verb", "group", "version", "resource", "subresource", "scope", "component"];

/// What a request was, as labels name it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RequestLabels<'a> {
    /// `GET`, `LIST`, `WATCH`, `POST`, …
    pub verb: &'static str,
    /// The API group.
    pub group: &'a str,
    /// The version.
    pub version: &'a str,
    /// The plural.
    pub resource: &'a str,
    /// The subresource; the path of health checks.
    pub subresource: &'a str,
    /// `resource`, `namespace`, `cluster` or nothing.
    pub scope: &'static str,
    /// `All` for dry runs.
    pub dry_run: &'static str,
}

impl<'a> RequestLabels<'a> {
    fn values(&self) -> [&'a str; 7] {
        [self.verb, self.group, self.version, self.resource, self.subresource, self.scope, "apiserver"]
    }

    fn with<const N: usize>(&self, more: [&'a str; N]) -> Vec<&'a str> {
        [self.values().as_slice(), &more].concat()
    }
}

/// Requests of a server.
#[derive(Debug)]
pub struct Requests {
    total: IntCounterVec,
    duration: HistogramVec,
    sli: HistogramVec,
    sizes: HistogramVec,
    terminations: IntCounterVec,
    dropped: IntCounterVec,
    long_running: IntGaugeVec,
    deprecated: IntGaugeVec,
}

/// Counts a long-running request for as long as it exists.
#[derive(Debug)]
pub struct LongRunning(IntGauge);

impl Drop for LongRunning {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Requests {
    pub(super) fn new(families: &Families) -> Self {
        let with = |more: &[&'static str]| [LABELS.as_slice(), more].concat();
        let stable = families.of(Stability::Stable);
        Self {
            total: stable.counters(
                "apiserver_request_total",
                "Requests answered, by what they were and the answer's code.",
                &with(&["dry_run", "code"]),
            ),
            duration: stable.histograms(
                "apiserver_request_duration_seconds",
                "How long requests took until their answer began, watches left out.",
                &with(&["dry_run"]),
                &LATENCY_BUCKETS,
            ),
            sli: families.of(Stability::Beta).histograms(
                "apiserver_request_sli_duration_seconds",
                "How long requests took, without the time in webhooks and queues, watches left out.",
                &LABELS,
                LATENCY_BUCKETS.get(2..).unwrap_or_default(),
            ),
            sizes: stable.histograms(
                "apiserver_response_sizes",
                "Bytes of answers to reads, before they are compressed.",
                &LABELS,
                &exponential(1000.0, 10.0, 7),
            ),
            terminations: families.counters(
                "apiserver_request_terminations_total",
                "Requests that the server ended to protect itself.",
                &with(&["code"]),
            ),
            dropped: families.counters(
                "apiserver_dropped_requests_total",
                "Requests that were refused because too many were in flight.",
                &["request_kind"],
            ),
            long_running: stable.gauges(
                "apiserver_longrunning_requests",
                "Watches and other requests without a deadline that are open now.",
                &LABELS,
            ),
            deprecated: stable.gauges(
                "apiserver_requested_deprecated_apis",
                "Always 1; the labels say which deprecated APIs were asked for.",
                &["group", "version", "resource", "subresource", "removed_release"],
            ),
        }
    }

    /// Notes an answered request. `bytes` is how large the answer is, where that is known.
    pub fn observe(&self, labels: &RequestLabels<'_>, code: u16, took: Duration, bytes: Option<u64>) {
        let code = code.to_string();
        self.total.with_label_values(&labels.with([labels.dry_run, &code])).inc();
        if labels.verb != "WATCH" {
            let seconds = took.as_secs_f64();
            self.duration.with_label_values(&labels.with([labels.dry_run])).observe(seconds);
            self.sli.with_label_values(&labels.values()).observe(seconds);
        }
        if let (Some(bytes), "GET" | "LIST") = (bytes, labels.verb) {
            self.sizes.with_label_values(&labels.values()).observe(bytes as f64);
        }
    }

    /// Notes a request that was ended for the server's sake.
    pub fn terminated(&self, labels: &RequestLabels<'_>, code: u16) {
        self.terminations.with_label_values(&labels.with([&code.to_string()])).inc();
    }

    /// Notes a request that found too many of its kind.
    pub fn dropped(&self, request_kind: &str) {
        self.dropped.with_label_values(&[request_kind]).inc();
    }

    /// Notes a request for a deprecated API that is removed in a release, if one is named.
    pub fn deprecated(&self, labels: &RequestLabels<'_>, removed_release: &str) {
        let values = [labels.group, labels.version, labels.resource, labels.subresource, removed_release];
        self.deprecated.with_label_values(&values).set(1);
    }

    /// Counts a long-running request until the guard is dropped.
    pub fn long_running(&self, labels: &RequestLabels<'_>) -> LongRunning {
        let gauge = self.long_running.with_label_values(&labels.values());
        gauge.inc();
        LongRunning(gauge)
    }
}
