//! Time in admission.

use std::time::Duration;

use prometheus::HistogramVec;

use crate::admission::Operation;
use kubeforge_serving::metrics::Families;

const BUCKETS: [f64; 6] = [0.005, 0.025, 0.1, 0.5, 1.0, 2.5];

/// Admission of a server.
#[derive(Clone, Debug)]
pub struct AdmissionMetrics {
    steps: HistogramVec,
    plugins: HistogramVec,
}

impl AdmissionMetrics {
    pub(super) fn new(families: &Families) -> Self {
        Self {
            steps: families.histograms(
                "apiserver_admission_step_admission_duration_seconds",
                "How long all plugins together took to change (admit) or to check (validate) an object.",
                &["type", "operation", "rejected"],
                &BUCKETS,
            ),
            plugins: families.histograms(
                "apiserver_admission_controller_admission_duration_seconds",
                "How long a plugin took to change (admit) or to check (validate) an object.",
                &["name", "type", "operation", "rejected"],
                &BUCKETS,
            ),
        }
    }

    /// A plugin is through with a request. `step` is `admit` or `validate`.
    pub fn plugin(&self, name: &str, step: &str, operation: Operation, is_rejected: bool, took: Duration) {
        let labels = [name, step, operation.name(), text(is_rejected)];
        self.plugins.with_label_values(&labels).observe(took.as_secs_f64());
    }

    /// All plugins are through with a request.
    pub fn step(&self, step: &str, operation: Operation, is_rejected: bool, took: Duration) {
        self.steps.with_label_values(&[step, operation.name(), text(is_rejected)]).observe(took.as_secs_f64());
    }
}

fn text(is_rejected: bool) -> &'static str {
    if is_rejected { "true" } else { "false" }
}
