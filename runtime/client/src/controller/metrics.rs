//! What can be measured about a controller.

use std::{sync::Arc, time::Duration};

use crate::workqueue::{MetricsProvider, NoMetrics};

/// How a call of the reconciler ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Things are right.
    Success,
    /// Things are right until a time.
    RequeueAfter,
    /// It failed.
    Error,
    /// It failed and isn't tried again.
    TerminalError,
    /// It panicked.
    Panic,
}

/// Hears of one controller's calls; controller-runtime's names of what can be made of it are in brackets.
pub trait ReconcileMetrics: Send + Sync + 'static {
    /// So many calls can run at once (`controller_runtime_max_concurrent_reconciles`).
    fn workers(&self, count: usize) {
        let _unmeasured = count;
    }

    /// A call begins (`controller_runtime_active_workers`).
    fn began(&self) {}

    /// A call ended so, after so long (`controller_runtime_reconcile_total`, `controller_runtime_reconcile_errors_total`,
    /// `controller_runtime_terminal_reconcile_errors_total`, `controller_runtime_reconcile_panics_total`,
    /// `controller_runtime_reconcile_time_seconds`).
    fn ended(&self, outcome: Outcome, took: Duration) {
        let _unmeasured = (outcome, took);
    }
}

/// Makes the metrics of controllers and of their queues.
pub trait ControllerMetrics: MetricsProvider {
    /// The metrics of the controller of that name.
    fn controller(&self, name: &str) -> Arc<dyn ReconcileMetrics>;
}

impl ReconcileMetrics for NoMetrics {}

impl ControllerMetrics for NoMetrics {
    fn controller(&self, _name: &str) -> Arc<dyn ReconcileMetrics> {
        Arc::new(Self)
    }
}
