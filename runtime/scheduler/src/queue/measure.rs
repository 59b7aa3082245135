//! What metrics say of the queue.

use std::collections::HashMap;

use super::{Queue, entry::State};

impl Queue {
    /// Tells the metrics how many pods wait, where, and who turned them away.
    pub(crate) fn measure(&self) {
        let count = |is: fn(State) -> bool| self.entries.values().filter(|entry| is(entry.state)).count();
        self.metrics.set_pending("active", count(|state| state == State::Active));
        self.metrics.set_pending("backoff", count(|state| state == State::BackingOff));
        self.metrics.set_pending("unschedulable", self.unschedulable.len());
        self.metrics.set_pending("gated", count(|state| state == State::Gated));
        let mut turned_away = HashMap::<(&str, &str), usize>::new();
        for entry in self.entries.values() {
            for plugin in &entry.rejectors.plugins {
                *turned_away.entry((plugin, &entry.profile.scheduler_name)).or_default() += 1;
            }
        }
        self.metrics
            .set_unschedulable(turned_away.iter().map(|((plugin, profile), count)| (*plugin, *profile, *count)));
    }
}
