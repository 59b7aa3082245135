//! Families of metrics, made and registered in one step.

use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGaugeVec, Opts, Registry, core::Collector,
    proto::MetricFamily,
};

/// Upper bounds in seconds of histograms of requests: those of kube-apiserver.
pub const LATENCY_BUCKETS: [f64; 23] = [
    0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 15.0, 20.0, 30.0,
    45.0, 60.0,
];

/// Makes families and registers them. Names and labels are constants of this program.
#[derive(Clone, Debug)]
pub struct Families {
    registry: Registry,
    disabled: Vec<String>,
}

impl Families {
    /// Families in a registry.
    pub fn new(registry: Registry) -> Self {
        Self::new_without(registry, &[])
    }

    /// Families in a registry, those that have one of these names not shown.
    pub fn new_without(registry: Registry, disabled: &[String]) -> Self {
        Self { registry, disabled: disabled.to_vec() }
    }

    /// What they all say now.
    pub(crate) fn gather(&self) -> Vec<MetricFamily> {
        self.registry.gather()
    }

    /// A counter.
    pub fn counter(&self, name: &str, help: &str) -> IntCounter {
        self.add(name, IntCounter::new(name, help))
    }

    /// Counters by labels.
    pub fn counters(&self, name: &str, help: &str, labels: &[&str]) -> IntCounterVec {
        self.add(name, IntCounterVec::new(Opts::new(name, help), labels))
    }

    /// Gauges by labels.
    pub fn gauges(&self, name: &str, help: &str, labels: &[&str]) -> IntGaugeVec {
        self.add(name, IntGaugeVec::new(Opts::new(name, help), labels))
    }

    /// A histogram.
    pub fn histogram(&self, name: &str, help: &str, buckets: &[f64]) -> Histogram {
        self.add(name, Histogram::with_opts(HistogramOpts::new(name, help).buckets(buckets.to_vec())))
    }

    /// Histograms by labels.
    pub fn histograms(&self, name: &str, help: &str, labels: &[&str], buckets: &[f64]) -> HistogramVec {
        self.add(name, HistogramVec::new(HistogramOpts::new(name, help).buckets(buckets.to_vec()), labels))
    }

    fn add<C: Collector + Clone + 'static>(&self, name: &str, made: prometheus::Result<C>) -> C {
        #[expect(clippy::expect_used, reason = "names, labels and buckets are constants, and a test makes each family")]
        let family = made.expect("a valid family");
        if self.disabled.iter().any(|disabled| disabled == name) {
            return family;
        }
        if let Err(error) = self.registry.register(Box::new(family.clone())) {
            tracing::error!(%error, name, "a family of metrics is not shown");
        }
        family
    }
}

/// `count` bounds, each `factor` times the one before.
pub fn exponential(first: f64, factor: f64, count: usize) -> Vec<f64> {
    std::iter::successors(Some(first), |bound| Some(bound * factor)).take(count).collect()
}
