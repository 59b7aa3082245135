//! The families of controllers (controller-runtime's pkg/internal/controller/metrics).

use std::{sync::Arc, time::Duration};

use prometheus::{Histogram, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Registry, Result};

use super::{counters, gauges, histograms, registered};
use crate::controller::{Outcome, ReconcileMetrics};

const SECONDS: [f64; 40] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.25, 1.5,
    1.75, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0, 60.0,
];

#[derive(Debug)]
pub(super) struct ReconcileFamilies {
    total: IntCounterVec,
    errors: IntCounterVec,
    terminal: IntCounterVec,
    panics: IntCounterVec,
    seconds: HistogramVec,
    workers: IntGaugeVec,
    active: IntGaugeVec,
}

impl ReconcileFamilies {
    pub(super) fn register(registry: &Registry) -> Result<Self> {
        let counted = |name: &str, what: &str, labels: &[&str]| {
            registered(registry, counters(name, &format!("Total number of {what} per controller"), labels)?)
        };
        let gauge = |name: &str, help: &str| registered(registry, gauges(name, help, &["controller"])?);
        let seconds = histograms(
            "controller_runtime_reconcile_time_seconds",
            "Length of time per reconciliation per controller",
            &["controller"],
            SECONDS.to_vec(),
        )?;
        let one = &["controller"];
        Ok(Self {
            total: counted("controller_runtime_reconcile_total", "reconciliations", &["controller", "result"])?,
            errors: counted("controller_runtime_reconcile_errors_total", "reconciliation errors", one)?,
            terminal: counted(
                "controller_runtime_terminal_reconcile_errors_total",
                "terminal reconciliation errors",
                one,
            )?,
            panics: counted("controller_runtime_reconcile_panics_total", "reconciliation panics", one)?,
            seconds: registered(registry, seconds)?,
            workers: gauge(
                "controller_runtime_max_concurrent_reconciles",
                "Maximum number of concurrent reconciles per controller",
            )?,
            active: gauge("controller_runtime_active_workers", "Number of currently used workers per controller")?,
        })
    }
}

/// One controller's.
pub(super) struct ReconcileSeries {
    name: String,
    families: Arc<ReconcileFamilies>,
    seconds: Histogram,
    active: IntGauge,
}

impl ReconcileSeries {
    pub(super) fn new(families: &Arc<ReconcileFamilies>, name: &str) -> Self {
        // each is there from the beginning, so that rates can be made of it
        for result in ["error", "requeue_after", "requeue", "success"] {
            families.total.with_label_values(&[name, result]);
        }
        for family in [&families.errors, &families.terminal, &families.panics] {
            family.with_label_values(&[name]);
        }
        Self {
            name: name.to_owned(),
            families: families.clone(),
            seconds: families.seconds.with_label_values(&[name]),
            active: families.active.with_label_values(&[name]),
        }
    }
}

impl ReconcileMetrics for ReconcileSeries {
    fn workers(&self, count: usize) {
        self.families.workers.with_label_values(&[&self.name]).set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    fn began(&self) {
        self.active.inc();
    }

    fn ended(&self, outcome: Outcome, took: Duration) {
        self.active.dec();
        self.seconds.observe(took.as_secs_f64());
        let name = self.name.as_str();
        let result = match outcome {
            Outcome::Success => "success",
            Outcome::RequeueAfter => "requeue_after",
            Outcome::Error | Outcome::TerminalError | Outcome::Panic => "error",
        };
        self.families.total.with_label_values(&[name, result]).inc();
        if result == "error" {
            self.families.errors.with_label_values(&[name]).inc();
        }
        match outcome {
            Outcome::TerminalError => self.families.terminal.with_label_values(&[name]).inc(),
            Outcome::Panic => self.families.panics.with_label_values(&[name]).inc(),
            Outcome::Success | Outcome::RequeueAfter | Outcome::Error => {}
        }
    }
}
