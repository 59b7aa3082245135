//! Rate limiters made of others.

use std::{fmt, time::Duration};

use super::{rate_limiter::RateLimiter, state::Item};
use crate::backoff::jitter;

/// The longest pause of several limiters'.
pub struct MaxOf<T>(Vec<Box<dyn RateLimiter<T>>>);

impl<T> MaxOf<T> {
    /// Asks all of them.
    pub fn new(limiters: impl IntoIterator<Item = Box<dyn RateLimiter<T>>>) -> Self {
        Self(limiters.into_iter().collect())
    }
}

impl<T> fmt::Debug for MaxOf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MaxOf").field(&self.0.len()).finish()
    }
}

impl<T: Item> RateLimiter<T> for MaxOf<T> {
    fn when(&self, item: &T) -> Duration {
        // each must count, so all are asked
        self.0.iter().map(|limiter| limiter.when(item)).max().unwrap_or_default()
    }

    fn forget(&self, item: &T) {
        self.0.iter().for_each(|limiter| limiter.forget(item));
    }

    fn requeues(&self, item: &T) -> u32 {
        self.0.iter().map(|limiter| limiter.requeues(item)).max().unwrap_or_default()
    }
}

/// Another limiter's pauses, but none longer than a maximum.
#[derive(Debug)]
pub struct MaxWait<L>(pub L, pub Duration);

impl<T: Item, L: RateLimiter<T>> RateLimiter<T> for MaxWait<L> {
    fn when(&self, item: &T) -> Duration {
        self.0.when(item).min(self.1)
    }

    fn forget(&self, item: &T) {
        self.0.forget(item);
    }

    fn requeues(&self, item: &T) -> u32 {
        self.0.requeues(item)
    }
}

/// Another limiter's pauses, each with up to a share of it added at random, so that what failed together doesn't come back
/// together.
#[derive(Debug)]
pub struct Jittered<L>(pub L, pub f64);

impl<T: Item, L: RateLimiter<T>> RateLimiter<T> for Jittered<L> {
    fn when(&self, item: &T) -> Duration {
        jitter(self.0.when(item), self.1)
    }

    fn forget(&self, item: &T) {
        self.0.forget(item);
    }

    fn requeues(&self, item: &T) -> u32 {
        self.0.requeues(item)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workqueue::{ExponentialFailure, FastSlow};

    fn millis(limiter: &impl RateLimiter<&'static str>, times: usize) -> Vec<u128> {
        (0..times).map(|_| limiter.when(&"a").as_millis()).collect()
    }

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn the_longest_pause_counts_and_all_count_failures() {
        let limiter: MaxOf<&str> = MaxOf::new([
            Box::new(ExponentialFailure::new(MS, MS * 100)) as Box<dyn RateLimiter<&str>>,
            Box::new(FastSlow::new(MS * 3, MS * 7, 3)),
        ]);
        assert_eq!(millis(&limiter, 5), [3, 3, 4, 8, 16]);
        assert_eq!(limiter.requeues(&"a"), 5);
        limiter.forget(&"a");
        assert_eq!(millis(&limiter, 1), [3]);
    }

    #[test]
    fn pauses_have_a_maximum() {
        let limiter = MaxWait(ExponentialFailure::new(MS, MS * 100), MS * 3);
        assert_eq!(millis(&limiter, 4), [1, 2, 3, 3]);
        limiter.forget(&"a");
        assert_eq!(limiter.requeues(&"a"), 0);
    }

    #[test]
    fn jitter_adds_up_to_its_share() {
        let limiter = Jittered(FastSlow::new(MS * 100, MS * 100, 0), 0.5);
        let pauses = millis(&limiter, 50);
        assert!(pauses.iter().all(|pause| (100..=150).contains(pause)), "{pauses:?}");
        assert!(pauses.iter().any(|pause| *pause != pauses[0]), "{pauses:?}");
        assert_eq!(RateLimiter::<&str>::requeues(&limiter, &"a"), 50);
    }
}
