//! The families of work queues (component-base's metrics/prometheus/workqueue).

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use prometheus::{Histogram, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Registry, Result};

use super::{counters, gauges, histograms, ongoing::Ongoing, registered};
use crate::workqueue::{OngoingWork, QueueMetrics};

#[derive(Debug)]
pub(super) struct QueueFamilies {
    depth: IntGaugeVec,
    adds: IntCounterVec,
    waited: HistogramVec,
    worked: HistogramVec,
    retries: IntCounterVec,
}

impl QueueFamilies {
    pub(super) fn register(registry: &Registry) -> Result<Self> {
        // from ten nanoseconds to a thousand seconds
        let buckets = prometheus::exponential_buckets(10e-9, 10.0, 12)?;
        let labels = &["name"];
        let waited = histograms(
            "workqueue_queue_duration_seconds",
            "How long in seconds an item stays in workqueue before being requested.",
            labels,
            buckets.clone(),
        )?;
        let worked = histograms(
            "workqueue_work_duration_seconds",
            "How long in seconds processing an item from workqueue takes.",
            labels,
            buckets,
        )?;
        Ok(Self {
            depth: registered(registry, gauges("workqueue_depth", "Current depth of workqueue", labels)?)?,
            adds: registered(
                registry,
                counters("workqueue_adds_total", "Total number of adds handled by workqueue", labels)?,
            )?,
            waited: registered(registry, waited)?,
            worked: registered(registry, worked)?,
            retries: registered(
                registry,
                counters("workqueue_retries_total", "Total number of retries handled by workqueue", labels)?,
            )?,
        })
    }
}

/// One queue's.
pub(super) struct QueueSeries {
    name: String,
    depth: IntGauge,
    /// This queue's part of `depth`.
    waiting: AtomicI64,
    adds: IntCounter,
    waited: Histogram,
    worked: Histogram,
    retries: IntCounter,
    ongoing: Ongoing,
}

impl QueueSeries {
    pub(super) fn new(families: &QueueFamilies, ongoing: Ongoing, name: &str) -> Self {
        let labels = &[name];
        Self {
            name: name.to_owned(),
            depth: families.depth.with_label_values(labels),
            waiting: AtomicI64::new(0),
            adds: families.adds.with_label_values(labels),
            waited: families.waited.with_label_values(labels),
            worked: families.worked.with_label_values(labels),
            retries: families.retries.with_label_values(labels),
            ongoing,
        }
    }

    /// What threads say at once may come in any order, so the depth is counted and not set.
    fn deepen(&self, by: i64) {
        self.waiting.fetch_add(by, Ordering::Relaxed);
        self.depth.add(by);
    }
}

impl Drop for QueueSeries {
    /// Nothing waits any more.
    fn drop(&mut self) {
        self.depth.sub(*self.waiting.get_mut());
    }
}

impl QueueMetrics for QueueSeries {
    fn added(&self, _depth: usize) {
        self.adds.inc();
        self.deepen(1);
    }

    fn taken(&self, _depth: usize, waited: Duration) {
        self.deepen(-1);
        self.waited.observe(waited.as_secs_f64());
    }

    fn done(&self, worked: Duration) {
        self.worked.observe(worked.as_secs_f64());
    }

    fn retried(&self) {
        self.retries.inc();
    }

    fn follow(&self, work: OngoingWork) {
        self.ongoing.follow(self.name.clone(), work);
    }
}
