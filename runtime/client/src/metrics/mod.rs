//! Metrics for Prometheus: of work queues and elections as client-go's components have them, of controllers as
//! controller-runtime has them. With the feature `prometheus`.
//!
//! ```no_run
//! # use kubeforge_client::{Client, Controller, WorkQueue, metrics::PrometheusMetrics, workqueue::default_limiter};
//! # fn example() -> prometheus::Result<()> {
//! let registry = prometheus::Registry::new();
//! let metrics = PrometheusMetrics::register(&registry)?;
//! let queue: WorkQueue<String> = WorkQueue::named("backups", default_limiter(), &metrics);
//! // likewise `Controller::builder::<Backup>(client).metrics(metrics.clone())`, and
//! // `LeaderElector::new(client, options)?.measured(std::sync::Arc::new(metrics))`
//! # Ok(())
//! # }
//! ```

mod ongoing;
mod queues;
mod reconciles;

use std::sync::Arc;

use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, IntGaugeVec, Opts, Registry, Result, core::Collector};

use crate::{
    controller::{ControllerMetrics, ReconcileMetrics},
    informer::OnHandlerPanic,
    leader_election::LeaderMetrics,
    workqueue::{MetricsProvider, QueueMetrics},
};
use ongoing::Ongoing;
use queues::{QueueFamilies, QueueSeries};
use reconciles::{ReconcileFamilies, ReconcileSeries};

/// All families. Clones share them.
#[derive(Clone, Debug)]
pub struct PrometheusMetrics {
    queues: Arc<QueueFamilies>,
    ongoing: Ongoing,
    reconciles: Arc<ReconcileFamilies>,
    leading: IntGaugeVec,
    slow_path: IntCounterVec,
    handler_panics: IntCounterVec,
}

impl PrometheusMetrics {
    /// Adds the families to a registry.
    ///
    /// # Errors
    /// Where they are there already.
    pub fn register(registry: &Registry) -> Result<Self> {
        let ongoing = Ongoing::new()?;
        registry.register(Box::new(ongoing.clone()))?;
        let names = "'name' is the string used to identify the lease. Please make sure to group by name.";
        let leading = format!(
            "Gauge of if the reporting system is master of the relevant lease, 0 indicates backup, 1 indicates master. {names}"
        );
        let slow_path = format!("Total number of slow path exercised in renewing leader leases. {names}");
        Ok(Self {
            queues: Arc::new(QueueFamilies::register(registry)?),
            ongoing,
            reconciles: Arc::new(ReconcileFamilies::register(registry)?),
            leading: registered(registry, gauges("leader_election_master_status", &leading, &["name"])?)?,
            slow_path: registered(registry, counters("leader_election_slowpath_total", &slow_path, &["name"])?)?,
            handler_panics: registered(
                registry,
                counters(
                    "informer_handler_panics_total",
                    "Number of times that handlers of informers panicked.",
                    &["kind"],
                )?,
            )?,
        })
    }

    /// Counts the panics of informers' handlers, for [`InformerOptions::on_handler_panic`](crate::informer::InformerOptions).
    pub fn handler_panics(&self) -> OnHandlerPanic {
        let family = self.handler_panics.clone();
        OnHandlerPanic::new(move |kind, _text| family.with_label_values(&[kind]).inc())
    }
}

impl MetricsProvider for PrometheusMetrics {
    fn queue(&self, name: &str) -> Arc<dyn QueueMetrics> {
        Arc::new(QueueSeries::new(&self.queues, self.ongoing.clone(), name))
    }
}

impl ControllerMetrics for PrometheusMetrics {
    fn controller(&self, name: &str) -> Arc<dyn ReconcileMetrics> {
        Arc::new(ReconcileSeries::new(&self.reconciles, name))
    }
}

impl LeaderMetrics for PrometheusMetrics {
    fn leading(&self, name: &str, is_leading: bool) {
        self.leading.with_label_values(&[name]).set(is_leading.into());
    }

    fn slow_path(&self, name: &str) {
        self.slow_path.with_label_values(&[name]).inc();
    }
}

fn registered<C: Collector + Clone + 'static>(registry: &Registry, family: C) -> Result<C> {
    registry.register(Box::new(family.clone()))?;
    Ok(family)
}

fn counters(name: &str, help: &str, labels: &[&str]) -> Result<IntCounterVec> {
    IntCounterVec::new(Opts::new(name, help), labels)
}

fn gauges(name: &str, help: &str, labels: &[&str]) -> Result<IntGaugeVec> {
    IntGaugeVec::new(Opts::new(name, help), labels)
}

fn histograms(name: &str, help: &str, labels: &[&str], buckets: Vec<f64>) -> Result<HistogramVec> {
    HistogramVec::new(HistogramOpts::new(name, help).buckets(buckets), labels)
}

#[cfg(test)]
mod tests;
