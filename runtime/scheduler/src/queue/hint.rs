//! Whether something that happened may help a pod.

use std::collections::BTreeSet;

use super::entry::{Entry, Rejectors};
use crate::{
    framework::{Change, Plugin, PodInfo, Profile, QueueingHint},
    metrics::SchedulerMetrics,
};

/// What is to become of a pod that waits for something to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strategy {
    /// It goes on waiting.
    Skip,
    /// It is tried, when its time to be left alone is over.
    AfterBackoff,
    /// It is tried.
    Immediately,
}

/// Who would be helped by what happened while a pod was in flight.
#[derive(Clone, Debug, Default)]
pub(super) struct Heard {
    /// Plugins that would let the pod be tried again if they turned it away.
    plugins: BTreeSet<&'static str>,
    /// Whether anything happened, which is enough where nobody knows what helps, as with extenders.
    is_anything: bool,
}

/// Asks plugins, and counts what they say.
pub(super) struct Hints<'a> {
    pub(super) asked: &'a mut u64,
    pub(super) metrics: &'a SchedulerMetrics,
}

impl Hints<'_> {
    /// What is to become of a pod that plugins turned away.
    pub(super) fn strategy(&mut self, entry: &Entry, change: &Change<'_>) -> Strategy {
        strategy(&entry.rejectors, |name| match entry.profile.plugin(name) {
            Some(plugin) => self.helps(&**plugin, &entry.pod, change),
            None => true,
        })
    }

    /// Notes what happened while a pod is in flight.
    pub(super) fn hear(&mut self, heard: &mut Heard, profile: &Profile, pod: &PodInfo, change: &Change<'_>) {
        heard.is_anything = true;
        for plugin in profile.plugins_that_reject() {
            if !heard.plugins.contains(plugin.name()) && self.helps(&**plugin, pod, change) {
                heard.plugins.insert(plugin.name());
            }
        }
    }

    fn helps(&mut self, plugin: &dyn Plugin, pod: &PodInfo, change: &Change<'_>) -> bool {
        if !plugin.events_to_register().contains(change.kind()) {
            return false;
        }
        *self.asked += 1;
        if !SchedulerMetrics::is_sampled(*self.asked) {
            return plugin.queueing_hint(pod, change) == QueueingHint::Queue;
        }
        let began = std::time::Instant::now();
        let hint = plugin.queueing_hint(pod, change);
        let said = if hint == QueueingHint::Queue { "Queue" } else { "QueueSkip" };
        self.metrics.hint(plugin.name(), change.label(), said, began.elapsed());
        hint == QueueingHint::Queue
    }
}

impl Heard {
    /// What is to become of the pod, which these turned away.
    pub(super) fn strategy(&self, rejectors: &Rejectors, profile: &Profile) -> Strategy {
        if !self.is_anything {
            return Strategy::Skip;
        }
        strategy(rejectors, |name| self.plugins.contains(name) || profile.plugin(name).is_none())
    }
}

fn strategy(rejectors: &Rejectors, mut helps: impl FnMut(&str) -> bool) -> Strategy {
    let Rejectors { plugins, pending } = rejectors;
    // it is enough that one that waits was helped, so these are asked first
    if pending.iter().any(|name| helps(name)) {
        return Strategy::Immediately;
    }
    let others = || plugins.iter().filter(|name| !pending.contains(*name));
    let is_helped = (plugins.is_empty() && pending.is_empty()) || others().any(|name| helps(name));
    if is_helped { Strategy::AfterBackoff } else { Strategy::Skip }
}
