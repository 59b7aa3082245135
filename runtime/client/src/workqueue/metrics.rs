//! What can be measured about a queue.

use std::{fmt, sync::Arc, time::Duration};

/// Hears what happens in one queue; client-go's names of what can be made of it are in brackets.
pub trait QueueMetrics: Send + Sync + 'static {
    /// An item was added that didn't wait already (`workqueue_adds_total`); so many wait now (`workqueue_depth`).
    fn added(&self, depth: usize) {
        let _unmeasured = depth;
    }

    /// An item was taken after waiting so long (`workqueue_queue_duration_seconds`); so many still wait.
    fn taken(&self, depth: usize, waited: Duration) {
        let _unmeasured = (depth, waited);
    }

    /// The work on an item took so long (`workqueue_work_duration_seconds`).
    fn done(&self, worked: Duration) {
        let _unmeasured = worked;
    }

    /// An item was added with a delay (`workqueue_retries_total`).
    fn retried(&self) {}

    /// Called once, with what tells about the work that isn't done yet whenever it is asked, for metrics that are read
    /// rather than counted (`workqueue_unfinished_work_seconds`, `workqueue_longest_running_processor_seconds`).
    fn follow(&self, work: OngoingWork) {
        let _unmeasured = work;
    }
}

/// Makes the metrics of queues, each of which has a name.
pub trait MetricsProvider: Send + Sync {
    /// The metrics of the queue of that name.
    fn queue(&self, name: &str) -> Arc<dyn QueueMetrics>;
}

/// Measures nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoMetrics;

impl QueueMetrics for NoMetrics {}

impl MetricsProvider for NoMetrics {
    fn queue(&self, _name: &str) -> Arc<dyn QueueMetrics> {
        Arc::new(Self)
    }
}

/// Work that was begun and isn't done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unfinished {
    /// How long all of it has taken until now, together.
    pub total: Duration,
    /// How long the work takes that was begun first.
    pub longest: Duration,
}

/// Tells of a queue's unfinished work; it doesn't keep the queue alive.
pub struct OngoingWork(Box<dyn Fn() -> Option<Unfinished> + Send + Sync>);

impl OngoingWork {
    pub(super) fn new(ask: impl Fn() -> Option<Unfinished> + Send + Sync + 'static) -> Self {
        Self(Box::new(ask))
    }

    /// What is unfinished now; `None` once the queue is gone.
    pub fn now(&self) -> Option<Unfinished> {
        (self.0)()
    }
}

impl fmt::Debug for OngoingWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OngoingWork").field(&self.now()).finish()
    }
}
