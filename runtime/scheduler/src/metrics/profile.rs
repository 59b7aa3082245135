//! The counters of one profile.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use kubeforge_serving::metrics::{HistogramVec, IntCounterVec};
use prometheus::{Histogram, IntCounter};

use super::{Point, SchedulerMetrics, Stopwatch};
use crate::framework::{Code, Plugin, Profile};

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Result {
    /// The pod was bound.
    Scheduled,
    /// No node can take it.
    Unschedulable,
    /// Something failed.
    Error,
}

impl Result {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Unschedulable => "unschedulable",
            Self::Error => "error",
        }
    }
}

/// A plugin is asked about hundreds of nodes in a cycle, and to take the time takes longer than its answer: odd, so that it
/// isn't always the same plugin's.
const SAMPLED_NODES_OF: u64 = 31;

/// How often a plugin was asked. Only the thread that decides adds to it, and that is often: for each node that it looks at.
struct Evaluations {
    /// What is not told yet.
    new: AtomicU64,
    told: IntCounter,
}

/// The counters of one profile.
pub(crate) struct ProfileMetrics {
    name: String,
    attempts: IntCounterVec,
    seconds: HistogramVec,
    points: HistogramVec,
    plugin_seconds: HistogramVec,
    /// By the result; what never happened is not shown.
    results: [OnceLock<(IntCounter, Histogram)>; 3],
    /// By the extension point, for those that went well.
    successes: [OnceLock<Histogram>; Point::ALL.len()],
    /// By the extension point and the place of the plugin in it.
    evaluations: [Vec<Evaluations>; Point::COUNTED.len()],
    /// Whether plugins' own times are taken now.
    is_sampled: AtomicBool,
    /// How often a plugin was asked about one node while they are.
    at_nodes: AtomicU64,
}

impl ProfileMetrics {
    pub(super) fn new(profile: &Profile, metrics: &SchedulerMetrics) -> Self {
        let name = &profile.scheduler_name;
        let evaluations = Point::COUNTED.map(|point| {
            let counter = |plugin: &dyn Plugin| {
                let told = metrics.evaluations.with_label_values(&[plugin.name(), point.name(), name.as_str()]);
                Evaluations { new: AtomicU64::new(0), told }
            };
            match point {
                Point::PreFilter => profile.pre_filter.iter().map(|plugin| counter(&**plugin)).collect(),
                Point::Filter => profile.filter.iter().map(|plugin| counter(&**plugin)).collect(),
                Point::PreScore => profile.pre_score.iter().map(|plugin| counter(&**plugin)).collect(),
                _ => profile.score.iter().map(|scoring| counter(&*scoring.plugin)).collect(),
            }
        });
        Self {
            name: name.clone(),
            attempts: metrics.attempts.clone(),
            seconds: metrics.attempt_seconds.clone(),
            points: metrics.points.clone(),
            plugin_seconds: metrics.plugin_seconds.clone(),
            results: [const { OnceLock::new() }; 3],
            successes: [const { OnceLock::new() }; Point::ALL.len()],
            evaluations,
            is_sampled: AtomicBool::new(false),
            at_nodes: AtomicU64::new(0),
        }
    }

    /// An attempt ended.
    pub(crate) fn ended(&self, result: Result, took: Duration) {
        let Some(counters) = self.results.get(result as usize) else { return };
        let (attempts, seconds) = counters.get_or_init(|| {
            let labels = [result.name(), &self.name];
            (self.attempts.with_label_values(&labels), self.seconds.with_label_values(&labels))
        });
        attempts.inc();
        seconds.observe(took.as_secs_f64());
    }

    /// An extension point was passed.
    pub(crate) fn point(&self, point: Point, code: Code, took: Duration) {
        let histogram = || self.points.with_label_values(&[point.name(), code.as_str(), &self.name]);
        match self.successes.get(point as usize).filter(|_| code == Code::Success) {
            Some(kept) => kept.get_or_init(histogram).observe(took.as_secs_f64()),
            None => histogram().observe(took.as_secs_f64()),
        }
    }

    /// The extension points of a cycle.
    pub(crate) fn cycle(&self, watch: &Stopwatch) {
        for (point, took, code) in watch.laps() {
            self.point(point, code, took);
        }
    }

    /// Whether plugins' own times are taken from now on.
    pub(crate) fn sample(&self, is_sampled: bool) {
        self.is_sampled.store(is_sampled, Relaxed);
    }

    /// Whether they are.
    pub(crate) fn is_sampled(&self) -> bool {
        self.is_sampled.load(Relaxed)
    }

    /// Whether the time of a call about one node is taken, as of one in [`SAMPLED_NODES_OF`] where times are taken.
    pub(crate) fn is_sampled_at_node(&self) -> bool {
        // no other thread asks
        self.is_sampled() && {
            let calls = self.at_nodes.load(Relaxed);
            self.at_nodes.store(calls.wrapping_add(1), Relaxed);
            calls.is_multiple_of(SAMPLED_NODES_OF)
        }
    }

    /// A plugin ran.
    pub(crate) fn plugin(&self, plugin: &str, point: Point, code: Code, took: Duration) {
        self.plugin_seconds.with_label_values(&[plugin, point.name(), code.as_str()]).observe(took.as_secs_f64());
    }

    /// The plugin at a place of an extension point was asked so often; see [`Self::tell`].
    pub(crate) fn evaluated(&self, point: Point, place: usize, times: usize) {
        let index = match point {
            Point::PreFilter => 0,
            Point::Filter => 1,
            Point::PreScore => 2,
            Point::Score => 3,
            _ => return,
        };
        if let Some(Evaluations { new, .. }) = self.evaluations.get(index).and_then(|counters| counters.get(place)) {
            // no other thread adds to it, so this needs no locked instruction
            new.store(new.load(Relaxed).saturating_add(times as u64), Relaxed);
        }
    }

    /// Tells how often plugins were asked, before the metrics are shown; by the thread that decides.
    pub(crate) fn tell(&self) {
        for Evaluations { new, told } in self.evaluations.iter().flatten() {
            told.inc_by(new.swap(0, Relaxed));
        }
    }
}
