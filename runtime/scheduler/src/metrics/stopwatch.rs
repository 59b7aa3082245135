//! How long the parts of a cycle took.

use std::time::{Duration, Instant};

use super::Point;
use crate::framework::Code;

/// Takes the times of what comes one after another in a cycle.
pub(crate) struct Stopwatch {
    began: Instant,
    last: Instant,
    /// By the place of the extension point: how long it took, and how it ended; none where it was not reached.
    spent: [Option<(Duration, Code)>; Point::ALL.len()],
}

impl Stopwatch {
    pub(crate) fn start() -> Self {
        let began = Instant::now();
        Self { began, last: began, spent: [None; Point::ALL.len()] }
    }

    /// What has passed since the last lap belongs to this extension point, and it went well.
    pub(crate) fn lap(&mut self, point: Point) {
        self.lap_as(point, Code::Success);
    }

    /// The same, and it ended so.
    pub(crate) fn lap_as(&mut self, point: Point, code: Code) {
        let now = Instant::now();
        if let Some(spent) = self.spent.get_mut(point as usize) {
            let before = spent.map_or(Duration::ZERO, |(spent, _)| spent);
            *spent = Some((before + (now - self.last), code));
        }
        self.last = now;
    }

    /// What has passed since the last lap belongs to no extension point.
    pub(crate) fn resume(&mut self) {
        self.last = Instant::now();
    }

    /// When it was started.
    pub(crate) const fn began(&self) -> Instant {
        self.began
    }

    /// The extension points that were reached.
    pub(crate) fn laps(&self) -> impl Iterator<Item = (Point, Duration, Code)> {
        let laps = Point::ALL.iter().zip(self.spent);
        laps.filter_map(|(point, spent)| spent.map(|(took, code)| (*point, took, code)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_point_has_its_own_end_and_those_not_reached_have_none() {
        let mut watch = Stopwatch::start();
        watch.lap(Point::Filter);
        watch.lap_as(Point::PreFilter, Code::Unschedulable);
        watch.lap(Point::Filter);
        let laps: Vec<_> = watch.laps().map(|(point, _, code)| (point, code)).collect();
        assert_eq!(laps, [(Point::PreFilter, Code::Unschedulable), (Point::Filter, Code::Success)]);
    }
}
