//! Watches and what they carry.

use prometheus::{Histogram, IntCounter};

use kubeforge_machinery::GroupVersionResource;
use kubeforge_serving::metrics::{Families, HistogramVec, IntCounterVec, exponential};

/// Watches of a server.
#[derive(Debug)]
pub struct WatchMetrics {
    events: IntCounterVec,
    sizes: HistogramVec,
}

/// Counts the events of a watch.
#[derive(Clone, Debug)]
pub struct WatchCounters {
    events: IntCounter,
    sizes: Histogram,
}

impl WatchMetrics {
    pub(super) fn new(families: &Families) -> Self {
        let labels = ["group", "version", "resource"];
        Self {
            events: families.counters("apiserver_watch_events_total", "Events sent to watchers.", &labels),
            sizes: families.histograms(
                "apiserver_watch_events_sizes",
                "Bytes of events sent to watchers.",
                &labels,
                &exponential(1024.0, 2.0, 8),
            ),
        }
    }

    /// Those of a resource's watches.
    pub fn of(&self, resource: &GroupVersionResource) -> WatchCounters {
        let labels = [&*resource.group, &*resource.version, &*resource.resource];
        WatchCounters { events: self.events.with_label_values(&labels), sizes: self.sizes.with_label_values(&labels) }
    }
}

impl WatchCounters {
    /// An event of so many bytes was sent.
    pub fn sent(&self, bytes: usize) {
        self.events.inc();
        self.sizes.observe(bytes as f64);
    }
}
