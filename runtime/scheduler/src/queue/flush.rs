//! What time does to the queue.

use std::time::Duration;

use tokio::time::Instant;

use super::{
    Queue,
    entry::{Entry, State},
    hint::Strategy,
    places::Place,
};

/// How often it is looked for pods that wait for too long (kube-scheduler's).
pub(super) const FLUSH_PERIOD: Duration = Duration::from_secs(30);

impl Queue {
    /// Makes pods active whose time to be left alone is over, and looks for those that wait for too long.
    pub(super) fn flush(&mut self, now: Instant) {
        let second = self.seconds.begin(now);
        while let Some(place) = self.backing_off.pop_until(second).or_else(|| self.failed.pop_until(second)) {
            let Place { pod, ticket, .. } = place;
            let entry = self.entries.get_mut(pod.key());
            if let Some(entry) = entry.filter(|entry| entry.state == State::BackingOff && entry.ticket == ticket) {
                entry.tries.queued.get_or_insert(now);
                self.metrics.incoming("active", "BackoffComplete");
                self.place(pod.key(), None);
            }
        }
        if self.next_flush.is_some_and(|at| at <= now) {
            self.flush_unschedulable(now);
        }
    }

    fn flush_unschedulable(&mut self, now: Instant) {
        let unschedulable_max = self.backoff.unschedulable_max;
        let is_due = |entry: &Entry| entry.held.is_none() && now.duration_since(entry.since) >= unschedulable_max;
        let keys = self.unschedulable.iter();
        let due: Vec<_> = keys.filter(|key| self.entries.get(key).is_some_and(is_due)).cloned().collect();
        for key in due {
            if let Some(entry) = self.entries.get_mut(&key) {
                entry.tries.is_flushed = true;
            }
            self.follow(&key, Strategy::AfterBackoff, "UnschedulableTimeout", now);
        }
        self.next_flush = (!self.unschedulable.is_empty()).then(|| now + FLUSH_PERIOD);
    }

    /// When a pod may become active without anything happening.
    pub(crate) fn next_wakeup(&self) -> Option<Instant> {
        [self.backing_off.first_until(), self.failed.first_until(), self.next_flush].into_iter().flatten().min()
    }
}
