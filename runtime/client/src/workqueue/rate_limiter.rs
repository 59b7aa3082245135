//! How late an item is queued again.

use std::{collections::HashMap, time::Duration};

use super::state::Item;
use crate::{rate::TokenBucket, sync::Mutex};

/// Says how long an item that failed must wait.
pub trait RateLimiter<T>: Send + Sync + 'static {
    /// Counts a failure and says how long to wait.
    fn when(&self, item: &T) -> Duration;

    /// Forgets an item's failures.
    fn forget(&self, item: &T) {
        let _no_memory = item;
    }

    /// How many failures of an item are counted.
    fn requeues(&self, item: &T) -> u32 {
        let _no_memory = item;
        0
    }
}

/// Doubles an item's pause with each of its failures.
#[derive(Debug)]
pub struct ExponentialFailure<T> {
    base: Duration,
    max: Duration,
    failures: Mutex<HashMap<T, u32>>,
}

impl<T> ExponentialFailure<T> {
    /// Begins with `base` and goes up to `max`.
    pub fn new(base: Duration, max: Duration) -> Self {
        Self { base, max, failures: Mutex::new(HashMap::new()) }
    }
}

impl<T: Item> RateLimiter<T> for ExponentialFailure<T> {
    fn when(&self, item: &T) -> Duration {
        let mut failures = self.failures.lock();
        let count = failures.entry(item.clone()).or_default();
        let factor = 2f64.powi(i32::try_from(*count).unwrap_or(i32::MAX));
        *count = count.saturating_add(1);
        Duration::try_from_secs_f64(self.base.as_secs_f64() * factor).map_or(self.max, |pause| pause.min(self.max))
    }

    fn forget(&self, item: &T) {
        self.failures.lock().remove(item);
    }

    fn requeues(&self, item: &T) -> u32 {
        self.failures.lock().get(item).copied().unwrap_or_default()
    }
}

/// A short pause for an item's first failures, then a long one.
#[derive(Debug)]
pub struct FastSlow<T> {
    fast: Duration,
    slow: Duration,
    fast_attempts_max: u32,
    failures: Mutex<HashMap<T, u32>>,
}

impl<T> FastSlow<T> {
    /// Pauses for `fast` after so many failures, then for `slow`.
    pub fn new(fast: Duration, slow: Duration, fast_attempts_max: u32) -> Self {
        Self { fast, slow, fast_attempts_max, failures: Mutex::new(HashMap::new()) }
    }
}

impl<T: Item> RateLimiter<T> for FastSlow<T> {
    fn when(&self, item: &T) -> Duration {
        let mut failures = self.failures.lock();
        let count = failures.entry(item.clone()).or_default();
        *count = count.saturating_add(1);
        if *count <= self.fast_attempts_max { self.fast } else { self.slow }
    }

    fn forget(&self, item: &T) {
        self.failures.lock().remove(item);
    }

    fn requeues(&self, item: &T) -> u32 {
        self.failures.lock().get(item).copied().unwrap_or_default()
    }
}

/// Holds all items together to a rate.
#[derive(Debug)]
pub struct Bucket(TokenBucket);

impl Bucket {
    /// So many per second, and this many at once.
    pub fn new(per_second: f64, burst: u32) -> Self {
        Self(TokenBucket::new(per_second, burst))
    }
}

impl<T: Item> RateLimiter<T> for Bucket {
    fn when(&self, _item: &T) -> Duration {
        self.0.reserve()
    }
}

/// The longer pause of two limiters'.
#[derive(Debug)]
pub struct Longest<A, B>(pub A, pub B);

impl<T: Item, A: RateLimiter<T>, B: RateLimiter<T>> RateLimiter<T> for Longest<A, B> {
    fn when(&self, item: &T) -> Duration {
        self.0.when(item).max(self.1.when(item))
    }

    fn forget(&self, item: &T) {
        self.0.forget(item);
        self.1.forget(item);
    }

    fn requeues(&self, item: &T) -> u32 {
        self.0.requeues(item).max(self.1.requeues(item))
    }
}

/// client-go's limits for controllers: 5 ms doubling to 1,000 s per item, and ten a second overall after a hundred at once.
pub fn default_limiter<T: Item>() -> impl RateLimiter<T> {
    Longest(ExponentialFailure::new(Duration::from_millis(5), Duration::from_secs(1000)), Bucket::new(10.0, 100))
}

impl<T: 'static> RateLimiter<T> for Box<dyn RateLimiter<T>> {
    fn when(&self, item: &T) -> Duration {
        (**self).when(item)
    }

    fn forget(&self, item: &T) {
        (**self).forget(item);
    }

    fn requeues(&self, item: &T) -> u32 {
        (**self).requeues(item)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_failures_are_fast() {
        let limiter = FastSlow::new(Duration::from_millis(1), Duration::from_millis(50), 2);
        let pauses: Vec<_> = (0..4).map(|_| limiter.when(&"a").as_millis()).collect();
        assert_eq!(pauses, [1, 1, 50, 50]);
        assert_eq!((limiter.when(&"b").as_millis(), limiter.requeues(&"a")), (1, 4));
        limiter.forget(&"a");
        assert_eq!(limiter.when(&"a").as_millis(), 1);
    }

    #[test]
    fn failures_double_the_pause_until_forgotten() {
        let limiter = ExponentialFailure::new(Duration::from_millis(5), Duration::from_millis(30));
        let pauses: Vec<_> = (0..4).map(|_| limiter.when(&"a").as_millis()).collect();
        assert_eq!(pauses, [5, 10, 20, 30]);
        assert_eq!((limiter.requeues(&"a"), limiter.requeues(&"b")), (4, 0));
        limiter.forget(&"a");
        assert_eq!(limiter.when(&"a").as_millis(), 5);
        for _ in 0..5000 {
            limiter.when(&"b");
        }
        assert_eq!(limiter.when(&"b").as_millis(), 30);
    }
}
