//! What can be measured about a queue.

use std::time::Duration;

/// Hears what happens in a queue; for metrics such as `workqueue_depth` and `workqueue_queue_duration_seconds`.
pub trait QueueMetrics: Send + Sync + 'static {
    /// An item was queued; so many are there now.
    fn added(&self, depth: usize) {
        let _unmeasured = depth;
    }

    /// An item was taken after waiting so long; so many are left.
    fn taken(&self, depth: usize, waited: Duration) {
        let _unmeasured = (depth, waited);
    }

    /// The work on an item took so long.
    fn done(&self, worked: Duration) {
        let _unmeasured = worked;
    }

    /// An item is tried again.
    fn retried(&self) {}
}

/// Measures nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoMetrics;

impl QueueMetrics for NoMetrics {}
