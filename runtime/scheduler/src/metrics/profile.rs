//! The counters of one profile.

use std::time::Duration;

use prometheus::{Histogram, HistogramVec, IntCounter, IntCounterVec};

use super::{Point, Stopwatch};

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
    const ALL: [Self; 3] = [Self::Scheduled, Self::Unschedulable, Self::Error];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Unschedulable => "unschedulable",
            Self::Error => "error",
        }
    }
}

/// The counters of one profile.
pub(crate) struct ProfileMetrics {
    name: String,
    results: [(IntCounter, Histogram); 3],
    successes: [Histogram; Point::ALL.len()],
    points: HistogramVec,
}

impl ProfileMetrics {
    pub(super) fn new(name: &str, attempts: &IntCounterVec, seconds: &HistogramVec, points: &HistogramVec) -> Self {
        let of = |result: Result| {
            let labels = [result.name(), name];
            (attempts.with_label_values(&labels), seconds.with_label_values(&labels))
        };
        Self {
            name: name.to_owned(),
            results: Result::ALL.map(of),
            successes: Point::ALL.map(|point| points.with_label_values(&[point.name(), "Success", name])),
            points: points.clone(),
        }
    }

    /// An attempt ended.
    pub(crate) fn ended(&self, result: Result, took: Duration) {
        if let Some((attempts, seconds)) = self.results.get(result as usize) {
            attempts.inc();
            seconds.observe(took.as_secs_f64());
        }
    }

    /// An extension point was passed.
    pub(crate) fn point(&self, point: Point, status: &str, took: Duration) {
        match self.successes.get(point as usize).filter(|_| status == "Success") {
            Some(histogram) => histogram.observe(took.as_secs_f64()),
            None => {
                let labels = [point.name(), status, &self.name];
                self.points.with_label_values(&labels).observe(took.as_secs_f64());
            }
        }
    }

    /// The extension points of a cycle; the last one that was reached ended so.
    pub(crate) fn cycle(&self, watch: &Stopwatch, last: &str) {
        let mut laps = watch.laps().peekable();
        while let Some((point, took)) = laps.next() {
            self.point(point, if laps.peek().is_none() { last } else { "Success" }, took);
        }
    }
}
