//! Time in admission.

use std::{sync::OnceLock, time::Duration};

use prometheus::Histogram;

use crate::admission::Operation;
use kubeforge_serving::metrics::{Families, HistogramVec, Stability};

const BUCKETS: [f64; 6] = [0.005, 0.025, 0.1, 0.5, 1.0, 2.5];

/// Admission of a server.
#[derive(Clone, Debug)]
pub struct AdmissionMetrics {
    steps: HistogramVec,
    plugins: HistogramVec,
}

impl AdmissionMetrics {
    pub(super) fn new(families: &Families) -> Self {
        let stable = families.of(Stability::Stable);
        Self {
            steps: stable.histograms(
                "apiserver_admission_step_admission_duration_seconds",
                "How long all plugins together took to change (admit) or to check (validate) an object.",
                &["type", "operation", "rejected"],
                &BUCKETS,
            ),
            plugins: stable.histograms(
                "apiserver_admission_controller_admission_duration_seconds",
                "How long a plugin took to change (admit) or to check (validate) an object.",
                &["name", "type", "operation", "rejected"],
                &BUCKETS,
            ),
        }
    }

    /// Times one plugin.
    pub(crate) fn plugin(&self, name: &'static str) -> Timer {
        Timer { histograms: self.plugins.clone(), plugin: Some(name), allowed: Default::default() }
    }

    /// Times all plugins together.
    pub(crate) fn all(&self) -> Timer {
        Timer { histograms: self.steps.clone(), plugin: None, allowed: Default::default() }
    }
}

/// What admission does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Changes objects.
    Admit,
    /// Checks them.
    Validate,
}

impl Step {
    fn name(self) -> &'static str {
        match self {
            Self::Admit => "admit",
            Self::Validate => "validate",
        }
    }
}

/// Times one plugin, or all of them together. What it counts most it looks up once.
#[derive(Debug)]
pub(crate) struct Timer {
    histograms: HistogramVec,
    plugin: Option<&'static str>,
    /// Where what is not refused is counted, by step and operation.
    allowed: [[OnceLock<Histogram>; 4]; 2],
}

impl Timer {
    /// It is through with a request.
    pub(crate) fn took(&self, step: Step, operation: Operation, is_rejected: bool, time: Duration) {
        let find = || {
            let plugin = self.plugin.into_iter();
            let labels: Vec<&str> = plugin.chain([step.name(), operation.name(), text(is_rejected)]).collect();
            self.histograms.with_label_values(&labels)
        };
        let known = self.allowed.get(step as usize).and_then(|row| row.get(operation as usize));
        match known {
            Some(known) if !is_rejected => known.get_or_init(find).observe(time.as_secs_f64()),
            _ => find().observe(time.as_secs_f64()),
        }
    }
}

fn text(is_rejected: bool) -> &'static str {
    if is_rejected { "true" } else { "false" }
}
