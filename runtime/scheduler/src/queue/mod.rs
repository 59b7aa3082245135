//! Pods that wait for a node.
//!
//! A pod is in one of these states:
//! - *active*: it is considered as soon as those before it were; the order is QueueSort's;
//! - *backing off*: it was tried in vain and is left alone for a while, 1 s at first and doubled each time up to 10 s; less
//!   where something happened that may help it and no other pod is active;
//! - *unschedulable*: it was turned away, and waits for a [`Change`] that may help according to one of the plugins that
//!   turned it away, or for five minutes to pass;
//! - *gated*: PreEnqueue holds it back until the pod itself changes, or something happens that helps according to the
//!   plugin that holds it back;
//! - *in flight*: it was taken out and nothing came of it yet.
//!
//! Where somebody tells the API server what became of pods ([`Queue::hold_reported`]), a pod that comes back is held until
//! that is done: else an old condition could be written after a newer one, or pods be pushed out twice.
//!
//! Follows kube-scheduler's backend/queue.

mod backoff;
mod entry;
mod flush;
mod heap;
mod hint;
mod measure;
mod places;

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use tokio::time::Instant;

pub use backoff::Backoff;
pub(crate) use entry::{Rejectors, Tries};

use crate::{
    framework::{Change, ChangeKind, Changes, Plugin, PodInfo, PodKey, Profile},
    metrics::SchedulerMetrics,
};
use backoff::Seconds;
use entry::{Entry, State};
use flush::FLUSH_PERIOD;
use hint::{Hints, Strategy};
use places::{Place, Places};

/// What brings pods into queues, as metrics name it.
pub(crate) const POD_ADDED: &str = "UnschedulablePodAdd";
pub(crate) const POD_UPDATED: &str = "UnschedulablePodUpdate";
const ATTEMPT_FAILED: &str = "ScheduleAttemptFailure";

/// What becomes of a pod that was tried in vain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Requeue {
    /// These plugins turned it away; it waits for something that helps.
    Rejected(Rejectors),
    /// Something failed; it is tried again after a while.
    Failed,
}

/// Pods that wait for a node.
pub(crate) struct Queue {
    backoff: Backoff,
    /// Whether pods that come back wait for [`Self::reported`].
    is_holding: bool,
    seconds: Seconds,
    entries: HashMap<PodKey, Entry>,
    active: Places,
    /// Pods that something may help.
    backing_off: Places,
    /// Pods about which something failed: they are not tried before their time.
    failed: Places,
    unschedulable: BTreeSet<PodKey>,
    /// The gated pods that may be helped by something other than a change of their own.
    gated: BTreeSet<PodKey>,
    /// The pods in flight that are told of what happens.
    listening: BTreeSet<PodKey>,
    next_arrival: u64,
    next_ticket: u64,
    next_flush: Option<Instant>,
    hints: u64,
    metrics: Arc<SchedulerMetrics>,
}

impl Queue {
    /// A queue in the order of a plugin.
    pub(crate) fn new(sort: Option<Arc<dyn Plugin>>, backoff: Backoff, metrics: Arc<SchedulerMetrics>) -> Self {
        Self {
            backoff,
            is_holding: false,
            seconds: Seconds::of(backoff),
            entries: HashMap::new(),
            active: Places::new(sort.clone()),
            backing_off: Places::new(sort),
            failed: Places::new(None),
            unschedulable: BTreeSet::new(),
            gated: BTreeSet::new(),
            listening: BTreeSet::new(),
            next_arrival: 0,
            next_ticket: 0,
            next_flush: None,
            hints: 0,
            metrics,
        }
    }

    /// From now on pods that come back wait for [`Self::reported`].
    pub(crate) const fn hold_reported(&mut self) {
        self.is_holding = true;
    }

    /// The pod as it is now, if it is still in flight.
    pub(crate) fn in_flight(&self, key: &PodKey) -> Option<Arc<PodInfo>> {
        let entry = self.entries.get(key).filter(|entry| entry.state == State::InFlight)?;
        Some(Arc::clone(&entry.pod))
    }

    /// The pod as it was last seen, if it is in the queue or in flight.
    pub(crate) fn get(&self, key: &PodKey) -> Option<&Arc<PodInfo>> {
        self.entries.get(key).map(|entry| &entry.pod)
    }

    /// How often a pod was tried.
    pub(crate) fn tries(&self, key: &PodKey) -> Tries {
        self.entries.get(key).map(|entry| entry.tries).unwrap_or_default()
    }

    /// Takes a pod out that is gone or has a node.
    pub(crate) fn remove(&mut self, key: &PodKey) -> Option<Arc<PodInfo>> {
        self.unschedulable.remove(key);
        self.gated.remove(key);
        self.listening.remove(key);
        self.entries.remove(key).map(|entry| entry.pod)
    }

    /// Whether the pod is in the queue or in flight.
    pub(crate) fn contains(&self, key: &PodKey) -> bool {
        self.entries.contains_key(key)
    }

    /// Adds a pod, or brings it up to date. Where what it wants has changed, it may be tried again.
    pub(crate) fn update(&mut self, pod: Arc<PodInfo>, profile: &Arc<Profile>, now: Instant) {
        let key = pod.key().clone();
        let Some(entry) = self.entries.get_mut(&key) else {
            self.next_arrival += 1;
            self.entries.insert(key.clone(), Entry::new(pod, Arc::clone(profile), self.next_arrival, now));
            self.activate(&key, POD_ADDED, now);
            return;
        };
        let old = std::mem::replace(&mut entry.pod, Arc::clone(&pod));
        if is_same(&old, &pod) {
            return;
        }
        let change = Change::PodUpdated { old: old.pod(), new: pod.pod() };
        match entry.state {
            State::Active => self.place(&key, None),
            State::BackingOff => {
                let until = entry.backoff_until;
                self.place(&key, until);
            }
            State::Unschedulable | State::Gated => self.consider(&key, &change, now),
            State::InFlight => self.hear(&key, &change),
        }
    }

    /// Takes the first active pod; it is in flight then. Where none is active, the first that is left alone although
    /// something may help it.
    pub(crate) fn pop(&mut self, now: Instant) -> Option<Arc<PodInfo>> {
        self.flush(now);
        let is_there = |entry: &Entry| entry.state == State::Active;
        let mut key = next(&mut self.active, &self.entries, is_there);
        if key.is_none() && self.backoff.is_cut_short {
            key = next(&mut self.backing_off, &self.entries, |entry| entry.state == State::BackingOff);
            if key.is_some() {
                self.metrics.incoming("active", "PopFromBackoffQ");
            }
        }
        let entry = self.entries.get_mut(&key?)?;
        entry.state = State::InFlight;
        entry.tries.attempts = entry.tries.attempts.saturating_add(1);
        entry.tries.queued.get_or_insert(now);
        entry.backoff_until = None;
        entry.rejectors = Rejectors::default();
        Some(Arc::clone(&entry.pod))
    }

    /// From now on the pod, which is in flight, is told of what happens: it may be turned away later.
    pub(crate) fn listen(&mut self, key: &PodKey) {
        if let Some(entry) = self.entries.get_mut(key).filter(|entry| entry.state == State::InFlight) {
            entry.heard.get_or_insert_default();
            self.listening.insert(key.clone());
        }
    }

    /// Puts a pod back that was tried in vain.
    pub(crate) fn requeue(&mut self, key: &PodKey, requeue: Requeue, now: Instant) {
        self.listening.remove(key);
        let Some(entry) = self.entries.get_mut(key).filter(|entry| entry.state == State::InFlight) else { return };
        self.next_arrival += 1;
        (entry.since, entry.arrival) = (now, self.next_arrival);
        entry.tries.is_flushed = false;
        let heard = entry.heard.take().unwrap_or_default();
        let (times, strategy) = match requeue {
            Requeue::Rejected(rejectors) if rejectors != Rejectors::default() => {
                entry.rejections = entry.rejections.saturating_add(1);
                entry.failures = 0;
                entry.rejectors = rejectors;
                (entry.rejections, heard.strategy(&entry.rejectors, &entry.profile))
            }
            // nobody could tell what would help
            Requeue::Rejected(_) | Requeue::Failed => {
                entry.failures = entry.failures.saturating_add(1);
                (entry.failures, Strategy::AfterBackoff)
            }
        };
        entry.backoff_until = Some(self.seconds.begin(now + self.backoff.duration(times)));
        if self.is_holding {
            entry.held = Some(strategy);
            entry.state = State::Unschedulable;
            self.unschedulable.insert(key.clone());
        } else {
            self.follow(key, strategy, ATTEMPT_FAILED, now);
        }
    }

    /// What became of a pod that came back is written: it may be tried again.
    pub(crate) fn reported(&mut self, key: &PodKey, now: Instant) {
        if let Some(strategy) = self.entries.get_mut(key).and_then(|entry| entry.held.take()) {
            self.follow(key, strategy, ATTEMPT_FAILED, now);
        }
    }

    /// Others are being ended for a pod that was turned away: it stays where it is until [`Self::reported`]. Follows
    /// DefaultPreemption's PreEnqueue.
    pub(crate) fn hold(&mut self, key: &PodKey) {
        if let Some(entry) = self.entries.get_mut(key).filter(|entry| entry.state == State::Unschedulable) {
            entry.held.get_or_insert(Strategy::Skip);
        }
    }

    /// Lets a pod be tried again at once, whatever it waits for.
    pub(crate) fn force(&mut self, key: &PodKey, now: Instant) {
        let waits = |entry: &Entry| matches!(entry.state, State::Unschedulable | State::BackingOff);
        if self.entries.get(key).is_some_and(waits) {
            self.activate(key, "ForceActivate", now);
        }
    }

    /// Something happened: lets those pods be tried again that it may help, of those that `may_wake` lets.
    pub(crate) fn changed(&mut self, change: &Change<'_>, may_wake: impl Fn(&PodInfo) -> bool, now: Instant) {
        for key in self.listening.iter().cloned().collect::<Vec<_>>() {
            self.hear(&key, change);
        }
        if self.unschedulable.is_empty() && self.gated.is_empty() {
            return;
        }
        let keys: Vec<_> = self.unschedulable.iter().chain(&self.gated).cloned().collect();
        for key in keys {
            let Some(entry) = self.entries.get(&key) else { continue };
            let concerns = |gate: &Arc<dyn Plugin>| gate.events_to_register().contains(change.kind());
            if entry.gate.as_ref().is_none_or(concerns) && may_wake(&entry.pod) {
                self.consider(&key, change, now);
            }
        }
    }

    fn hear(&mut self, key: &PodKey, change: &Change<'_>) {
        let Some(Entry { heard: Some(heard), profile, pod, .. }) = self.entries.get_mut(key) else { return };
        Hints { asked: &mut self.hints, metrics: &self.metrics }.hear(heard, profile, pod, change);
    }

    fn consider(&mut self, key: &PodKey, change: &Change<'_>, now: Instant) {
        let Some(entry) = self.entries.get(key) else { return };
        let strategy = Hints { asked: &mut self.hints, metrics: &self.metrics }.strategy(entry, change);
        match self.entries.get_mut(key).and_then(|entry| entry.held.as_mut()) {
            Some(held) => *held = strategy.max(*held),
            None if strategy == Strategy::Skip => {}
            None => self.follow(key, strategy, change.label(), now),
        }
    }

    fn follow(&mut self, key: &PodKey, strategy: Strategy, event: &str, now: Instant) {
        let Some(entry) = self.entries.get_mut(key) else { return };
        let second = self.seconds.begin(now);
        match (strategy, entry.backoff_until.filter(|until| *until > second)) {
            (Strategy::Skip, _) => {
                entry.state = State::Unschedulable;
                self.unschedulable.insert(key.clone());
                self.metrics.incoming("unschedulable", event);
                self.next_flush.get_or_insert(now + FLUSH_PERIOD);
            }
            (Strategy::AfterBackoff, Some(until)) => {
                if !self.is_held_back(key, event) {
                    self.metrics.incoming("backoff", event);
                    self.place(key, Some(until));
                }
            }
            (Strategy::AfterBackoff, None) | (Strategy::Immediately, _) => self.activate(key, event, now),
        }
    }

    /// Makes a pod active, unless PreEnqueue holds it back.
    fn activate(&mut self, key: &PodKey, event: &str, now: Instant) {
        if self.is_held_back(key, event) {
            return;
        }
        if let Some(entry) = self.entries.get_mut(key) {
            entry.tries.queued.get_or_insert(now);
            self.metrics.incoming("active", event);
            self.place(key, None);
        }
    }

    fn is_held_back(&mut self, key: &PodKey, event: &str) -> bool {
        self.unschedulable.remove(key);
        self.gated.remove(key);
        let Some(entry) = self.entries.get_mut(key) else { return false };
        // where gated pods wait is part of the queue of those that were turned away
        let was_there = entry.state == State::Unschedulable || entry.state == State::Gated && entry.gate.is_some();
        if !entry.is_held_back() {
            return false;
        }
        entry.state = State::Gated;
        let events = entry.gate.as_ref().map_or(Changes::NONE, |gate| gate.events_to_register());
        // many pods may be gated, and most of them wait for somebody to take the gates away
        if ![Changes::NONE, Changes::of(&[ChangeKind::PodUpdated])].contains(&events) {
            self.gated.insert(key.clone());
        }
        if !was_there {
            self.metrics.incoming("unschedulable", event);
        }
        true
    }

    /// Gives a pod its place: among those that are left alone until then, or among the active ones.
    fn place(&mut self, key: &PodKey, until: Option<Instant>) {
        let Some(entry) = self.entries.get_mut(key) else { return };
        self.next_ticket += 1;
        entry.ticket = self.next_ticket;
        let place = Place { pod: Arc::clone(&entry.pod), arrival: entry.arrival, ticket: entry.ticket, until };
        match until {
            None => {
                entry.state = State::Active;
                self.active.push(place);
            }
            Some(_) => {
                entry.state = State::BackingOff;
                // a plugin that held it back meanwhile did not turn it away
                if entry.failures > 0 { self.failed.push(place) } else { self.backing_off.push(place) }
            }
        }
    }
}

/// The pod that has the first place of those that still hold.
fn next(places: &mut Places, entries: &HashMap<PodKey, Entry>, is_there: fn(&Entry) -> bool) -> Option<PodKey> {
    loop {
        let Place { pod, ticket, .. } = places.pop()?;
        if entries.get(pod.key()).is_some_and(|entry| is_there(entry) && entry.ticket == ticket) {
            return Some(pod.key().clone());
        }
    }
}

/// Whether nothing differs between two states of a pod that a plugin could look at.
fn is_same(old: &PodInfo, new: &PodInfo) -> bool {
    let (old, new) = (old.pod(), new.pod());
    old.spec == new.spec
        && old.metadata.labels == new.metadata.labels
        && old.metadata.annotations == new.metadata.annotations
        && old.metadata.deletion_timestamp == new.metadata.deletion_timestamp
        && old.status.resource_claim_statuses == new.status.resource_claim_statuses
        && old.status.extended_resource_claim_status == new.status.extended_resource_claim_status
}

#[cfg(test)]
mod tests;
