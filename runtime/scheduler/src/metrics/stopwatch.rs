//! How long the parts of a cycle took.

use std::time::{Duration, Instant};

/// An extension point, as metrics name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Point {
    PreFilter,
    Filter,
    PreScore,
    Score,
    PostFilter,
    Reserve,
    Permit,
    PreBind,
    Bind,
    PostBind,
}

impl Point {
    pub(crate) const ALL: [Self; 10] = [
        Self::PreFilter,
        Self::Filter,
        Self::PreScore,
        Self::Score,
        Self::PostFilter,
        Self::Reserve,
        Self::Permit,
        Self::PreBind,
        Self::Bind,
        Self::PostBind,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::PreFilter => "PreFilter",
            Self::Filter => "Filter",
            Self::PreScore => "PreScore",
            Self::Score => "Score",
            Self::PostFilter => "PostFilter",
            Self::Reserve => "Reserve",
            Self::Permit => "Permit",
            Self::PreBind => "PreBind",
            Self::Bind => "Bind",
            Self::PostBind => "PostBind",
        }
    }
}

/// Takes the times of what comes one after another in a cycle.
pub(crate) struct Stopwatch {
    began: Instant,
    last: Instant,
    /// By the place of the extension point; none where it was not reached.
    spent: [Option<Duration>; Point::ALL.len()],
}

impl Stopwatch {
    pub(crate) fn start() -> Self {
        let began = Instant::now();
        Self { began, last: began, spent: [None; Point::ALL.len()] }
    }

    /// What has passed since the last lap belongs to this extension point.
    pub(crate) fn lap(&mut self, point: Point) {
        let now = Instant::now();
        if let Some(spent) = self.spent.get_mut(point as usize) {
            *spent = Some(spent.unwrap_or_default() + (now - self.last));
        }
        self.last = now;
    }

    /// When it was started.
    pub(crate) const fn began(&self) -> Instant {
        self.began
    }

    /// The extension points that were reached.
    pub(crate) fn laps(&self) -> impl Iterator<Item = (Point, Duration)> {
        Point::ALL.into_iter().zip(self.spent).filter_map(|(point, spent)| Some((point, spent?)))
    }
}
