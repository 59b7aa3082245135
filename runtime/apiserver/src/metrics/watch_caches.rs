//! The watch caches, as they tell of themselves when they are asked.

use kubeforge_machinery::GroupResource;
use kubeforge_serving::metrics::{Families, IntGaugeVec};
use kubeforge_storage::storage::CacheStats;

use super::Sums;

/// Watch caches of a server.
#[derive(Debug)]
pub struct WatchCacheMetrics {
    received: Sums,
    dispatched: Sums,
    initializations: Sums,
    terminated: Sums,
    capacity: IntGaugeVec,
    version: IntGaugeVec,
}

impl WatchCacheMetrics {
    pub(super) fn new(families: &Families) -> Self {
        let labels = ["group", "resource"];
        let sums = |name, help| Sums::new(families.counters(name, help, &labels));
        Self {
            received: sums("apiserver_watch_cache_events_received_total", "Changes that came from the store."),
            dispatched: sums("apiserver_watch_cache_events_dispatched_total", "Changes that went to watchers."),
            initializations: sums("apiserver_watch_cache_initializations_total", "How often the cache was filled."),
            terminated: sums("apiserver_terminated_watchers_total", "Watches that ended for reading too slowly."),
            capacity: families.gauges("watch_cache_capacity", "Changes that are kept at most.", &labels),
            version: families.gauges(
                "apiserver_watch_cache_resource_version",
                "The revision that the cache has reached, its last 15 digits.",
                &labels,
            ),
        }
    }

    /// A cache's present state.
    pub fn set(&self, resource: &GroupResource, stats: &CacheStats) {
        /// Larger numbers can't be told exactly in the text.
        const DIGITS: u64 = 1_000_000_000_000_000;
        let labels = [&*resource.group, &*resource.resource];
        self.received.set(&labels, stats.changes);
        self.dispatched.set(&labels, stats.changes);
        self.initializations.set(&labels, stats.fillings);
        self.terminated.set(&labels, stats.overflows);
        let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        self.capacity.with_label_values(&labels).set(number(stats.capacity as u64));
        if let Some(revision) = stats.revision {
            self.version.with_label_values(&labels).set(number(revision.get() % DIGITS));
        }
    }
}
