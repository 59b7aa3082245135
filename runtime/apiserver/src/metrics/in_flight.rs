//! How many requests are handled at once.

use std::{
    sync::{
        LazyLock,
        atomic::{AtomicI64, AtomicU64, Ordering::Relaxed},
    },
    time::Instant,
};

/// Seconds are counted from here: the wall clock may jump.
static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Requests of one kind that are being handled now, and the most of the last second.
#[derive(Debug, Default)]
pub struct Gauge {
    now: AtomicI64,
    /// The most of the even seconds and of the odd ones: the second in the upper half, the number in the lower one, so
    /// that a later second outdoes an earlier one.
    peaks: [AtomicU64; 2],
}

/// Counts a request for as long as it exists.
#[derive(Debug)]
pub struct InFlight<'a>(&'a Gauge);

impl Gauge {
    /// Counts one more until the guard is dropped.
    pub fn enter(&self) -> InFlight<'_> {
        let now = self.now.fetch_add(1, Relaxed) + 1;
        self.note(second(), now);
        InFlight(self)
    }

    /// Counts one more if there are fewer than `max` of them.
    pub fn enter_below(&self, max: u32) -> Option<InFlight<'_>> {
        let fewer = |now: i64| (now < i64::from(max)).then_some(now + 1);
        let before = self.now.fetch_update(Relaxed, Relaxed, fewer).ok()?;
        self.note(second(), before + 1);
        Some(InFlight(self))
    }

    /// The most of this second and the one before it.
    pub fn peak(&self) -> i64 {
        self.peak_at(second())
    }

    fn note(&self, second: u32, value: i64) {
        let value = u32::try_from(value).unwrap_or(u32::MAX);
        if let Some(peak) = self.peaks.get((second % 2) as usize) {
            peak.fetch_max(u64::from(second) << 32 | u64::from(value), Relaxed);
        }
    }

    fn peak_at(&self, second: u32) -> i64 {
        let recent = self.peaks.iter().map(|peak| peak.load(Relaxed)).filter_map(|packed| {
            let (noted, value) = (packed >> 32, packed & u64::from(u32::MAX));
            (noted + 1 >= u64::from(second)).then(|| i64::try_from(value).unwrap_or(i64::MAX))
        });
        recent.max().unwrap_or(0).max(self.now.load(Relaxed))
    }
}

/// The number of the present second. It starts at 1: 0 is a peak that was never noted.
fn second() -> u32 {
    u32::try_from(BEGUN.elapsed().as_secs()).unwrap_or(u32::MAX - 1) + 1
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peaks_are_of_the_last_second() {
        let gauge = Gauge::default();
        assert_eq!(gauge.peak_at(5), 0);
        gauge.note(5, 7);
        gauge.note(5, 3);
        assert_eq!((gauge.peak_at(5), gauge.peak_at(6), gauge.peak_at(7)), (7, 7, 0));
        gauge.note(6, 2);
        gauge.note(7, 1);
        assert_eq!(gauge.peak_at(7), 2);
    }

    #[test]
    fn no_more_than_the_limit_enter() {
        let gauge = Gauge::default();
        let first = gauge.enter_below(1);
        assert!(first.is_some() && gauge.enter_below(1).is_none());
        drop(first);
        assert!(gauge.enter_below(1).is_some());
    }
}
