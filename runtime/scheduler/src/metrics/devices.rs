//! What is counted while devices are made ready for a pod.

use std::time::Duration;

use kubeforge_serving::metrics::{Families, exponential};
use prometheus::{HistogramVec, IntCounterVec};

/// How the wait for devices ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DevicesResult {
    /// They are ready.
    Success,
    /// A driver says that they never will be.
    Failure,
    /// It took too long.
    Timeout,
    /// The wait came to nothing.
    Error,
}

impl DevicesResult {
    const fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Timeout => "timeout",
            Self::Error => "error",
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Counters {
    creates: IntCounterVec,
    allocations: IntCounterVec,
    waits: HistogramVec,
}

impl Counters {
    pub(super) fn new(families: &Families) -> Self {
        Self {
            creates: families.counters(
                "scheduler_resourceclaim_creates_total",
                "Claims that were made for extended resources, by whether that went well.",
                &["status", "admin_access"],
            ),
            allocations: families.counters(
                "scheduler_dra_bindingconditions_allocations_total",
                "Devices of a pod that had to be made ready, by how that ended.",
                &["profile", "driver", "status"],
            ),
            waits: families.histograms(
                "scheduler_dra_bindingconditions_wait_duration_seconds",
                "How long a pod waited for its devices to become ready.",
                &["profile", "driver", "status"],
                &exponential(0.1, 2.0, 14),
            ),
        }
    }
}

/// The counters of devices for the pods of one profile; none count where nobody asks.
#[derive(Clone, Debug, Default)]
pub struct DeviceMetrics(Option<(String, Counters)>);

impl DeviceMetrics {
    pub(super) fn new(profile: &str, counters: &Counters) -> Self {
        Self(Some((profile.to_owned(), counters.clone())))
    }

    /// A claim was made for extended resources, or could not be.
    pub(crate) fn created(&self, is_done: bool) {
        if let Some((_, counters)) = &self.0 {
            let status = if is_done { "success" } else { "failure" };
            counters.creates.with_label_values(&[status, "false"]).inc();
        }
    }

    /// The wait ended that was also for a device of this driver.
    pub(crate) fn waited(&self, driver: &str, result: DevicesResult, took: Duration) {
        if let Some((profile, counters)) = &self.0 {
            counters.waits.with_label_values(&[profile.as_str(), driver, result.name()]).observe(took.as_secs_f64());
        }
    }

    /// A device of this driver had to be made ready.
    pub(crate) fn allocated(&self, driver: &str, result: DevicesResult) {
        if let Some((profile, counters)) = &self.0 {
            counters.allocations.with_label_values(&[profile.as_str(), driver, result.name()]).inc();
        }
    }
}
