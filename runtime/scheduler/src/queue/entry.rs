//! What the queue knows of a pod.

use std::{collections::BTreeSet, sync::Arc};

use tokio::time::Instant;

use super::hint::{Heard, Strategy};
use crate::{
    framework::{Code, Plugin, PodInfo, Profile, Status},
    metrics::Point,
};

/// Where a pod is, see the module's documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Active,
    BackingOff,
    Unschedulable,
    Gated,
    InFlight,
}

/// Who turned a pod away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rejectors {
    /// These plugins.
    pub(crate) plugins: BTreeSet<&'static str>,
    /// Those of them that wait for something: once it happened the pod is tried without delay.
    pub(crate) pending: BTreeSet<&'static str>,
}

impl Rejectors {
    /// One plugin.
    pub(crate) fn only(plugin: &'static str) -> Self {
        Self { plugins: BTreeSet::from([plugin]), ..Self::default() }
    }
}

/// How often a pod was tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tries {
    /// So often.
    pub(crate) attempts: u32,
    /// When it could be tried first.
    pub(crate) queued: Option<Instant>,
    /// Whether the last time was without a reason.
    pub(crate) is_flushed: bool,
}

/// A pod in the queue or in flight.
pub(super) struct Entry {
    pub(super) pod: Arc<PodInfo>,
    pub(super) profile: Arc<Profile>,
    pub(super) state: State,
    /// When it came, or came back after it was tried.
    pub(super) since: Instant,
    /// The same as a number: of pods that are equally important, the lower goes first.
    pub(super) arrival: u64,
    /// How often it was tried.
    pub(super) tries: Tries,
    /// How often it was turned away.
    pub(super) rejections: u32,
    /// How often something failed since it was last turned away.
    pub(super) failures: u32,
    /// Until when it is left alone after it was tried in vain.
    pub(super) backoff_until: Option<Instant>,
    /// Who turned it away the last time, or holds it back; none where something failed.
    pub(super) rejectors: Rejectors,
    /// Who holds it back.
    pub(super) gate: Option<Arc<dyn Plugin>>,
    /// What happened while it is in flight, where it may be turned away after something has happened.
    pub(super) heard: Option<Heard>,
    /// What is to become of it once what became of the last attempt is written.
    pub(super) held: Option<Strategy>,
    /// Tells the newest place in a heap from older ones.
    pub(super) ticket: u64,
}

impl Entry {
    /// A pod that has just come.
    pub(super) fn new(pod: Arc<PodInfo>, profile: Arc<Profile>, arrival: u64, now: Instant) -> Self {
        Self {
            pod,
            profile,
            state: State::Gated,
            since: now,
            arrival,
            tries: Tries::default(),
            rejections: 0,
            failures: 0,
            backoff_until: None,
            rejectors: Rejectors::default(),
            gate: None,
            heard: None,
            held: None,
            ticket: 0,
        }
    }

    /// Asks PreEnqueue, first of the plugin that held the pod back before. Returns whether one holds it back.
    pub(super) fn is_held_back(&mut self) -> bool {
        let before = self.gate.take();
        let is_before = |plugin: &Arc<dyn Plugin>| before.as_ref().is_some_and(|it| it.name() == plugin.name());
        let others = self.profile.pre_enqueue.iter().filter(|plugin| !is_before(plugin));
        let (began, mut code) = (std::time::Instant::now(), Code::Success);
        let holds_back = |plugin: &&Arc<dyn Plugin>| {
            let Some(pre_enqueue) = plugin.pre_enqueue() else { return false };
            let ask = || pre_enqueue.pre_enqueue_pod(&self.pod);
            code = self.profile.timed(&***plugin, Point::PreEnqueue, ask, Status::code).code();
            code != Code::Success
        };
        self.gate = before.iter().chain(others).find(holds_back).cloned();
        if let Some(metrics) = &self.profile.metrics {
            metrics.point(Point::PreEnqueue, code, began.elapsed());
        }
        self.rejectors.plugins.extend(self.gate.as_ref().map(|gate| gate.name()));
        self.gate.is_some()
    }
}
