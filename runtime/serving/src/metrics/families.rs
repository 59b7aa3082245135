//! Families of metrics, made and registered in one step.
//!
//! Follows component-base's metrics (registry.go, metric.go, opts.go): what is told of a family's stability, which families
//! are not shown, and what is counted of that.

use std::sync::Arc;

use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGaugeVec, Opts, Registry, core::Collector,
    proto::MetricFamily,
};

use super::{
    labelled::{self, Labelled},
    settings::Settings,
};

/// Upper bounds in seconds of histograms of requests: those of kube-apiserver.
pub const LATENCY_BUCKETS: [f64; 23] = [
    0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 15.0, 20.0, 30.0,
    45.0, 60.0,
];

/// The minor release whose behaviour is shown.
const MINOR: u32 = 36;

/// How far people may rely on a family.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stability {
    /// Not at all: it may go with any release.
    #[default]
    Alpha,
    /// Its labels may be added to.
    Beta,
    /// It stays as it is.
    Stable,
}

impl Stability {
    const fn name(self) -> &'static str {
        match self {
            Self::Alpha => "ALPHA",
            Self::Beta => "BETA",
            Self::Stable => "STABLE",
        }
    }

    /// For how many minor releases a family is shown after the one that deprecated it (Kubernetes' deprecation policy).
    const fn releases_shown(self) -> u32 {
        match self {
            Self::Alpha => 0,
            Self::Beta => 1,
            Self::Stable => 3,
        }
    }
}

/// Makes families and registers them. Names and labels are constants of this program.
#[derive(Clone, Debug)]
pub struct Families {
    shared: Arc<Shared>,
    stability: Stability,
    /// The minor release that deprecated what is made.
    deprecated: Option<u32>,
}

#[derive(Debug)]
struct Shared {
    registry: Registry,
    settings: Settings,
    registered: IntCounterVec,
    hidden: IntCounter,
    unexpected: IntCounter,
}

impl Families {
    /// Families in a registry.
    pub fn new(registry: Registry) -> Self {
        Self::with(registry, Settings::default())
    }

    /// Families in a registry, shown as it is set.
    pub fn with(registry: Registry, settings: Settings) -> Self {
        let counter = |name: &str, help: &str| made(IntCounter::new(name, help));
        let labels = ["stability_level", "deprecated_version"];
        let registered = Opts::new("registered_metrics_total", "[BETA] Families of metrics, by stability.");
        let shared = Shared {
            registered: made(IntCounterVec::new(registered, &labels)),
            hidden: counter("hidden_metrics_total", "[BETA] Families of metrics that are not shown."),
            unexpected: counter(
                "cardinality_enforcement_unexpected_categorizations_total",
                "[ALPHA] How often the value of a label was none of those that may be shown.",
            ),
            registry,
            settings,
        };
        let disabled = counter("disabled_metrics_total", "[BETA] Names of families that are not to be shown.");
        disabled.inc_by(u64::try_from(shared.settings.disabled().len()).unwrap_or(u64::MAX));
        let families = Self { shared: Arc::new(shared), stability: Stability::Beta, deprecated: None };
        families.register("registered_metrics_total", &families.shared.registered);
        families.register("disabled_metrics_total", &disabled);
        families.register("hidden_metrics_total", &families.shared.hidden);
        let alpha = families.of(Stability::Alpha);
        alpha.register("cardinality_enforcement_unexpected_categorizations_total", &alpha.shared.unexpected);
        alpha
    }

    /// What is made through these is so stable; where nothing is said, it is alpha.
    #[must_use]
    pub fn of(&self, stability: Stability) -> Self {
        Self { shared: Arc::clone(&self.shared), stability, deprecated: None }
    }

    /// What is made through these is on its way out since a minor release.
    #[must_use]
    pub fn deprecated_since(&self, minor: u32) -> Self {
        Self { deprecated: Some(minor), ..self.clone() }
    }

    /// What they all say now.
    pub(crate) fn gather(&self) -> Vec<MetricFamily> {
        self.shared.registry.gather()
    }

    /// A counter.
    pub fn counter(&self, name: &str, help: &str) -> IntCounter {
        self.add(name, IntCounter::new(name, self.help(help)))
    }

    /// Counters by labels.
    pub fn counters(&self, name: &str, help: &str, labels: &[&str]) -> labelled::IntCounterVec {
        self.labelled(name, labels, IntCounterVec::new(Opts::new(name, self.help(help)), labels))
    }

    /// Gauges by labels.
    pub fn gauges(&self, name: &str, help: &str, labels: &[&str]) -> labelled::IntGaugeVec {
        self.labelled(name, labels, IntGaugeVec::new(Opts::new(name, self.help(help)), labels))
    }

    /// A histogram.
    pub fn histogram(&self, name: &str, help: &str, buckets: &[f64]) -> Histogram {
        self.add(name, Histogram::with_opts(HistogramOpts::new(name, self.help(help)).buckets(buckets.to_vec())))
    }

    /// Histograms by labels.
    pub fn histograms(&self, name: &str, help: &str, labels: &[&str], buckets: &[f64]) -> labelled::HistogramVec {
        let options = HistogramOpts::new(name, self.help(help)).buckets(buckets.to_vec());
        self.labelled(name, labels, HistogramVec::new(options, labels))
    }

    fn help(&self, help: &str) -> String {
        let stability = self.stability.name();
        match self.deprecated {
            Some(minor) => format!("[{stability}] (Deprecated since 1.{minor}.0) {help}"),
            None => format!("[{stability}] {help}"),
        }
    }

    fn labelled<V: Collector + Clone + 'static>(
        &self,
        name: &str,
        labels: &[&str],
        family: prometheus::Result<V>,
    ) -> Labelled<V> {
        let family = self.add(name, family);
        Labelled::new(family, self.shared.settings.allowed(name, labels), self.shared.unexpected.clone())
    }

    fn add<C: Collector + Clone + 'static>(&self, name: &str, family: prometheus::Result<C>) -> C {
        let family = made(family);
        self.register(name, &family);
        family
    }

    /// Whether what is deprecated is so for long.
    fn is_over(&self) -> bool {
        let shown = self.stability.releases_shown();
        self.deprecated.is_some_and(|minor| minor + shown <= MINOR) && !self.shared.settings.shows_hidden()
    }

    fn register<C: Collector + Clone + 'static>(&self, name: &str, family: &C) {
        if self.shared.settings.disabled().contains(name) || self.is_over() {
            self.shared.hidden.inc();
            return;
        }
        let deprecated = self.deprecated.map(|minor| format!("1.{minor}.0")).unwrap_or_default();
        self.shared.registered.with_label_values(&[self.stability.name(), &deprecated]).inc();
        if let Err(error) = self.shared.registry.register(Box::new(family.clone())) {
            tracing::error!(%error, name, "a family of metrics is not shown");
        }
    }
}

fn made<C>(made: prometheus::Result<C>) -> C {
    #[expect(clippy::expect_used, reason = "names, labels and buckets are constants, and a test makes each family")]
    made.expect("a valid family")
}

/// `count` bounds, each `factor` times the one before.
pub fn exponential(first: f64, factor: f64, count: usize) -> Vec<f64> {
    std::iter::successors(Some(first), |bound| Some(bound * factor)).take(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_shown(settings: Settings, want: &[&str]) {
        let families = Families::with(Registry::new(), settings);
        families.counter("alpha_total", "A.");
        families.of(Stability::Stable).deprecated_since(34).counter("new_total", "B.");
        families.of(Stability::Stable).deprecated_since(33).counter("old_total", "C.");
        families.counters("by_total", "D.", &["of", "for"]).with_label_values(&["x", "y"]).inc();
        let text = super::super::render(&families, String::new());
        let own =
            |line: &&str| !line.starts_with("process_") && !line.starts_with("# TYPE") && !line.contains("# HELP p");
        let lines: Vec<&str> = text.lines().filter(own).collect();
        for line in want {
            let (is_wanted, line) = line.strip_prefix('!').map_or((true, *line), |line| (false, line));
            assert_eq!(lines.iter().any(|found| found.starts_with(line)), is_wanted, "{line} in\n{lines:#?}");
        }
    }

    #[test]
    fn families_say_how_stable_they_are_and_settings_hide_them() {
        check_shown(
            Settings::default(),
            &[
                "# HELP alpha_total [ALPHA] A.",
                "# HELP new_total [STABLE] (Deprecated since 1.34.0) B.",
                "!old_total",
                r#"registered_metrics_total{deprecated_version="",stability_level="ALPHA"} 3"#,
                r#"registered_metrics_total{deprecated_version="",stability_level="BETA"} 3"#,
                r#"registered_metrics_total{deprecated_version="1.34.0",stability_level="STABLE"} 1"#,
                "hidden_metrics_total 1",
                "disabled_metrics_total 0",
                r#"by_total{for="y",of="x"} 1"#,
            ],
        );
        let hidden = Settings::new(&["new_total".to_owned(), String::new()], true, &[]);
        check_shown(
            hidden,
            &["!new_total", "old_total 0", "hidden_metrics_total 1", "disabled_metrics_total 1", "alpha_total 0"],
        );
        let allowed = Settings::new(&[], false, &[("by_total,for".to_owned(), "a,b".to_owned())]);
        check_shown(
            allowed,
            &[r#"by_total{for="unexpected",of="x"} 1"#, "cardinality_enforcement_unexpected_categorizations_total 1"],
        );
    }
}
