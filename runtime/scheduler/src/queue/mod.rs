//! Pods that wait for a node.
//!
//! A pod is in one of these states:
//! - *active*: it is considered as soon as those before it were; the order is QueueSort's;
//! - *backing off*: it was tried in vain and is left alone for a while, 1 s at first and doubled each time up to 10 s;
//! - *unschedulable*: it was turned away, and waits for a [`Change`] that may help according to one of the plugins that
//!   turned it away, or for five minutes to pass;
//! - *gated*: PreEnqueue holds it back until the pod itself changes, or something happens that helps according to the
//!   plugin that holds it back;
//! - *in flight*: it was taken out and nothing came of it yet.

mod backoff;
mod heap;

use std::{
    cmp::Reverse,
    collections::{BTreeSet, BinaryHeap, HashMap},
    sync::Arc,
    time::Duration,
};

use tokio::time::Instant;

pub use backoff::Backoff;

use crate::{
    framework::{Change, ChangeKind, Changes, Code, Plugin, PodInfo, PodKey, Profile, QueueingHint, Status, Waiting},
    metrics::{Point, SchedulerMetrics},
};
use heap::Heap;

/// What brings pods into queues, as metrics name it.
pub(crate) const POD_ADDED: &str = "UnschedulablePodAdd";
pub(crate) const POD_UPDATED: &str = "UnschedulablePodUpdate";
const ATTEMPT_FAILED: &str = "ScheduleAttemptFailure";

/// How often it is looked for such pods (kube-scheduler's).
const FLUSH_PERIOD: Duration = Duration::from_secs(30);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Active,
    BackingOff,
    Unschedulable { since: Instant },
    Gated,
    InFlight,
}

struct Entry {
    pod: Arc<PodInfo>,
    state: State,
    /// How often it was tried.
    tries: Tries,
    /// Until when it is left alone after it was tried in vain.
    backoff_until: Option<Instant>,
    /// Who turned it away the last time; empty where something failed, and while it is tried.
    plugins: BTreeSet<&'static str>,
    /// Whether pods are being ended for it, and it waits until that is over.
    held: Held,
    /// Tells the newest place in a heap from older ones.
    ticket: u64,
}

/// Whether a pod waits until others were ended for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    /// It does not.
    No,
    /// It does.
    Yes,
    /// It does, and something happened since that may help it.
    Helped,
}

/// A place in the active heap.
struct Place {
    pod: Arc<PodInfo>,
    ticket: u64,
}

impl Place {
    fn waiting(&self) -> Waiting<'_> {
        Waiting { pod: &self.pod, arrival: self.ticket }
    }
}

/// What becomes of a pod that was tried in vain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Requeue {
    /// These plugins turned it away; it waits for something that helps.
    Rejected(BTreeSet<&'static str>),
    /// The same, and something happened meanwhile that may help: it is tried again after a while.
    Outdated(BTreeSet<&'static str>),
    /// Something failed; it is tried again after a while.
    Failed,
}

/// Pods that wait for a node.
pub(crate) struct Queue {
    backoff: Backoff,
    sort: Option<Arc<dyn Plugin>>,
    entries: HashMap<PodKey, Entry>,
    active: Heap<Place>,
    backing_off: BinaryHeap<Reverse<(Instant, u64, PodKey)>>,
    unschedulable: BTreeSet<PodKey>,
    /// The gated pods that may be helped by something other than a change of their own.
    gated: BTreeSet<PodKey>,
    next_ticket: u64,
    next_flush: Option<Instant>,
    hints: u64,
    metrics: Arc<SchedulerMetrics>,
}

/// How often a pod was tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tries {
    /// So often.
    pub(crate) attempts: u32,
    /// When it became active first.
    pub(crate) queued: Option<Instant>,
    /// Whether the last time was without a reason.
    pub(crate) is_flushed: bool,
}

impl Queue {
    /// A queue in the order of a plugin.
    pub(crate) fn new(sort: Option<Arc<dyn Plugin>>, backoff: Backoff, metrics: Arc<SchedulerMetrics>) -> Self {
        Self {
            backoff,
            sort,
            entries: HashMap::new(),
            active: Heap::default(),
            backing_off: BinaryHeap::new(),
            unschedulable: BTreeSet::new(),
            gated: BTreeSet::new(),
            next_ticket: 0,
            next_flush: None,
            hints: 0,
            metrics,
        }
    }

    /// The pod as it is now, if it is still in flight.
    pub(crate) fn in_flight(&self, key: &PodKey) -> Option<Arc<PodInfo>> {
        let entry = self.entries.get(key).filter(|entry| entry.state == State::InFlight)?;
        Some(Arc::clone(&entry.pod))
    }

    /// How often a pod was tried.
    pub(crate) fn tries(&self, key: &PodKey) -> Tries {
        self.entries.get(key).map(|entry| entry.tries).unwrap_or_default()
    }

    /// Tells the metrics how many pods wait, where, and who turned them away.
    pub(crate) fn measure(&self) {
        let count = |is: fn(State) -> bool| self.entries.values().filter(|entry| is(entry.state)).count();
        self.metrics.set_pending("active", count(|state| state == State::Active));
        self.metrics.set_pending("backoff", count(|state| state == State::BackingOff));
        self.metrics.set_pending("unschedulable", self.unschedulable.len());
        self.metrics.set_pending("gated", count(|state| state == State::Gated));
        let mut turned_away = HashMap::<(&str, &str), usize>::new();
        // until it is tried again a pod counts as turned away
        for entry in self.entries.values().filter(|entry| entry.state != State::InFlight) {
            for plugin in &entry.plugins {
                *turned_away.entry((plugin, &entry.pod.pod().spec.scheduler_name)).or_default() += 1;
            }
        }
        self.metrics
            .set_unschedulable(turned_away.iter().map(|((plugin, profile), count)| (*plugin, *profile, *count)));
    }

    /// Whether the pod is in the queue or in flight.
    pub(crate) fn contains(&self, key: &PodKey) -> bool {
        self.entries.contains_key(key)
    }

    /// Adds a new pod.
    pub(crate) fn add(&mut self, pod: Arc<PodInfo>, profile: &Profile, now: Instant) {
        let key = pod.key().clone();
        let entry = Entry {
            pod,
            // in no queue yet
            state: State::InFlight,
            tries: Tries::default(),
            backoff_until: None,
            plugins: BTreeSet::new(),
            held: Held::No,
            ticket: 0,
        };
        self.entries.insert(key.clone(), entry);
        self.activate(&key, Some(profile), now, POD_ADDED);
    }

    /// Brings a pod up to date. Where what it wants has changed, it may be tried again.
    pub(crate) fn update(&mut self, pod: Arc<PodInfo>, profile: &Profile, now: Instant) {
        let Some(entry) = self.entries.get_mut(pod.key()) else {
            self.add(pod, profile, now);
            return;
        };
        let old = std::mem::replace(&mut entry.pod, Arc::clone(&pod));
        let is_same = old.pod().spec == pod.pod().spec
            && old.pod().metadata.labels == pod.pod().metadata.labels
            && old.pod().metadata.annotations == pod.pod().metadata.annotations
            && old.pod().metadata.deletion_timestamp == pod.pod().metadata.deletion_timestamp
            && old.pod().status.resource_claim_statuses == pod.pod().status.resource_claim_statuses
            && old.pod().status.extended_resource_claim_status == pod.pod().status.extended_resource_claim_status;
        let state = entry.state;
        match state {
            State::Gated => {
                let change = Change::PodUpdated { old: old.pod(), new: pod.pod() };
                self.activate(pod.key(), Some(profile), now, change.label());
            }
            State::Unschedulable { .. } if !is_same => {
                let change = Change::PodUpdated { old: old.pod(), new: pod.pod() };
                self.consider(pod.key(), profile, &change, now);
            }
            // the heap holds the pod as it was
            State::Active if !is_same => self.activate(pod.key(), None, now, POD_UPDATED),
            State::Active | State::BackingOff | State::Unschedulable { .. } | State::InFlight => {}
        }
    }

    /// Takes a pod out that is gone or has a node.
    pub(crate) fn remove(&mut self, key: &PodKey) -> Option<Arc<PodInfo>> {
        self.unschedulable.remove(key);
        self.gated.remove(key);
        self.entries.remove(key).map(|entry| entry.pod)
    }

    /// Takes the first active pod; it is in flight then.
    pub(crate) fn pop(&mut self, now: Instant) -> Option<Arc<PodInfo>> {
        self.flush_backoff(now);
        loop {
            let sort = self.sort.clone();
            let place = self.active.pop(|a, b| less(sort.as_ref(), a, b))?;
            let Some(entry) = self.entries.get_mut(place.pod.key()) else { continue };
            if entry.state == State::Active && entry.ticket == place.ticket {
                entry.state = State::InFlight;
                entry.tries.attempts = entry.tries.attempts.saturating_add(1);
                entry.plugins.clear();
                return Some(Arc::clone(&entry.pod));
            }
        }
    }

    /// Puts a pod back that was tried in vain.
    pub(crate) fn requeue(&mut self, key: &PodKey, requeue: Requeue, now: Instant) {
        let backoff = self.backoff;
        let Some(entry) = self.entries.get_mut(key) else { return };
        entry.backoff_until = Some(now + backoff.duration(entry.tries.attempts));
        match requeue {
            Requeue::Rejected(plugins) => {
                entry.plugins = plugins;
                entry.state = State::Unschedulable { since: now };
                entry.tries.is_flushed = false;
                self.unschedulable.insert(key.clone());
                self.metrics.incoming("unschedulable", ATTEMPT_FAILED);
                self.next_flush.get_or_insert(now + FLUSH_PERIOD);
            }
            Requeue::Outdated(plugins) => {
                entry.plugins = plugins;
                entry.tries.is_flushed = false;
                self.back_off(key, None, now, ATTEMPT_FAILED);
            }
            Requeue::Failed => {
                entry.plugins.clear();
                self.back_off(key, None, now, ATTEMPT_FAILED);
            }
        }
    }

    /// Something happened: lets those pods be tried again that it may help.
    pub(crate) fn changed(
        &mut self,
        change: &Change<'_>,
        profile_of: impl Fn(&PodInfo) -> Option<Arc<Profile>>,
        now: Instant,
    ) {
        if self.unschedulable.is_empty() && self.gated.is_empty() {
            return;
        }
        let keys: Vec<_> = self.unschedulable.iter().chain(&self.gated).cloned().collect();
        for key in keys {
            let profile = self.entries.get(&key).and_then(|entry| profile_of(&entry.pod));
            if let Some(profile) = profile {
                self.consider(&key, &profile, change, now);
            }
        }
    }

    fn consider(&mut self, key: &PodKey, profile: &Profile, change: &Change<'_>, now: Instant) {
        let Some(entry) = self.entries.get(key).filter(|entry| entry.held != Held::Helped) else { return };
        let mut hints = self.hints;
        let mut helps = |name: &&'static str| {
            let Some(plugin) = profile.plugin(name) else { return true };
            if !plugin.events_to_register().contains(change.kind()) {
                return false;
            }
            hints += 1;
            if !SchedulerMetrics::is_sampled(hints) {
                return plugin.queueing_hint(&entry.pod, change) == QueueingHint::Queue;
            }
            let began = std::time::Instant::now();
            let hint = plugin.queueing_hint(&entry.pod, change);
            let said = if hint == QueueingHint::Queue { "Queue" } else { "QueueSkip" };
            self.metrics.hint(name, change.label(), said, began.elapsed());
            hint == QueueingHint::Queue
        };
        let helps = entry.plugins.is_empty() || entry.plugins.iter().any(&mut helps);
        self.hints = hints;
        if helps {
            self.back_off(key, Some(profile), now, change.label());
        }
    }

    /// Lets a pod be tried again of which it is not known what would help.
    pub(crate) fn wake(&mut self, key: &PodKey, now: Instant) {
        if self.unschedulable.contains(key) {
            self.back_off(key, None, now, ATTEMPT_FAILED);
        }
    }

    /// Others are being ended for a pod that was turned away: it stays where it is until [`Self::release`]. Follows
    /// DefaultPreemption's PreEnqueue.
    pub(crate) fn hold(&mut self, key: &PodKey) {
        if let Some(entry) = self.entries.get_mut(key) {
            entry.held = Held::Yes;
        }
    }

    /// Others were ended for the pod. If something happened meanwhile that may help it, it may be tried again.
    pub(crate) fn release(&mut self, key: &PodKey, now: Instant) {
        let Some(entry) = self.entries.get_mut(key) else { return };
        if std::mem::replace(&mut entry.held, Held::No) == Held::Helped {
            self.wake(key, now);
        }
    }

    /// Lets a pod be tried again at once, whatever it waits for.
    pub(crate) fn force(&mut self, key: &PodKey, now: Instant) {
        let waits = |entry: &Entry| matches!(entry.state, State::Unschedulable { .. } | State::BackingOff);
        if self.entries.get(key).is_some_and(waits) {
            self.activate(key, None, now, "ForceActivate");
        }
    }

    /// Lets a pod be tried again, when its time to be left alone is over.
    fn back_off(&mut self, key: &PodKey, profile: Option<&Profile>, now: Instant, event: &str) {
        if let Some(entry) = self.entries.get_mut(key).filter(|entry| entry.held != Held::No) {
            entry.held = Held::Helped;
            return;
        }
        self.unschedulable.remove(key);
        self.gated.remove(key);
        let ticket = self.ticket();
        let Some(entry) = self.entries.get_mut(key) else { return };
        match entry.backoff_until.filter(|until| *until > now) {
            Some(until) => {
                entry.state = State::BackingOff;
                entry.ticket = ticket;
                self.metrics.incoming("backoff", event);
                self.backing_off.push(Reverse((until, ticket, key.clone())));
            }
            None => self.activate(key, profile, now, event),
        }
    }

    /// Makes a pod active, unless PreEnqueue of the profile holds it back.
    fn activate(&mut self, key: &PodKey, profile: Option<&Profile>, now: Instant, event: &str) {
        self.unschedulable.remove(key);
        self.gated.remove(key);
        let ticket = self.ticket();
        let Some(entry) = self.entries.get_mut(key) else { return };
        if let Some(gate) = profile.and_then(|profile| gate_of(profile, &entry.pod)) {
            // where it waits is part of the queue of those that were turned away
            if !matches!(entry.state, State::Gated | State::Unschedulable { .. }) {
                self.metrics.incoming("unschedulable", event);
            }
            entry.state = State::Gated;
            entry.plugins = BTreeSet::from([gate.name()]);
            // many pods may be gated, and most of them wait for somebody to take the gates away
            if ![Changes::NONE, Changes::of(&[ChangeKind::PodUpdated])].contains(&gate.events_to_register()) {
                self.gated.insert(key.clone());
            }
            return;
        }
        // one that is only brought up to date does not come in
        if entry.state != State::Active {
            self.metrics.incoming("active", event);
        }
        entry.state = State::Active;
        entry.tries.queued.get_or_insert(now);
        entry.ticket = ticket;
        let place = Place { pod: Arc::clone(&entry.pod), ticket };
        let sort = self.sort.clone();
        self.active.push(place, |a, b| less(sort.as_ref(), a, b));
    }

    const fn ticket(&mut self) -> u64 {
        self.next_ticket += 1;
        self.next_ticket
    }

    fn flush_backoff(&mut self, now: Instant) {
        while let Some(Reverse((until, _, _))) = self.backing_off.peek() {
            if *until > now {
                break;
            }
            let Some(Reverse((_, ticket, key))) = self.backing_off.pop() else { break };
            let entry = self.entries.get(&key);
            if entry.is_some_and(|entry| entry.state == State::BackingOff && entry.ticket == ticket) {
                self.activate(&key, None, now, "BackoffComplete");
            }
        }
        if self.next_flush.is_some_and(|at| at <= now) {
            self.flush_unschedulable(now);
        }
    }

    fn flush_unschedulable(&mut self, now: Instant) {
        let unschedulable_max = self.backoff.unschedulable_max;
        let is_due = |entry: &Entry| match entry.state {
            State::Unschedulable { since } => now.duration_since(since) >= unschedulable_max,
            _ => false,
        };
        let due: Vec<_> = {
            let keys = self.unschedulable.iter();
            keys.filter(|key| self.entries.get(key).is_some_and(is_due)).cloned().collect()
        };
        for key in due {
            if let Some(entry) = self.entries.get_mut(&key) {
                entry.tries.is_flushed = true;
            }
            self.back_off(&key, None, now, "UnschedulableTimeout");
        }
        self.next_flush = (!self.unschedulable.is_empty()).then(|| now + FLUSH_PERIOD);
    }

    /// When a pod may become active without anything happening.
    pub(crate) fn next_wakeup(&self) -> Option<Instant> {
        let backoff = self.backing_off.peek().map(|Reverse((until, _, _))| *until);
        backoff.into_iter().chain(self.next_flush).min()
    }
}

/// The plugin of PreEnqueue that holds a pod back.
fn gate_of<'a>(profile: &'a Profile, pod: &PodInfo) -> Option<&'a Arc<dyn Plugin>> {
    let (began, mut code) = (std::time::Instant::now(), Code::Success);
    let gate = profile.pre_enqueue.iter().find(|plugin| {
        let Some(pre_enqueue) = plugin.pre_enqueue() else { return false };
        let ask = || pre_enqueue.pre_enqueue_pod(pod);
        code = profile.timed(&***plugin, Point::PreEnqueue, ask, Status::code).code();
        code != Code::Success
    });
    if let Some(metrics) = &profile.metrics {
        metrics.point(Point::PreEnqueue, code, began.elapsed());
    }
    gate
}

fn less(sort: Option<&Arc<dyn Plugin>>, a: &Place, b: &Place) -> bool {
    match sort.and_then(|plugin| plugin.queue_sort()) {
        Some(sort) => sort.less(a.waiting(), b.waiting()),
        None => a.ticket < b.ticket,
    }
}
