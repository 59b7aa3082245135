//! A work queue with client-go's rules:
//!
//! - an item that is added again before it was taken is in the queue once;
//! - an item that is added while somebody works on it is queued again when that work is done, so nobody else works on it at
//!   the same time and no change is missed;
//! - items can be added after a delay, or as late as a [`RateLimiter`] says, which remembers each item's failures.
//!
//! ```no_run
//! # async fn example(queue: kubeforge_client::WorkQueue<String>) {
//! while let Some(key) = queue.get().await {
//!     match reconcile(&key).await {
//!         Ok(()) => queue.forget(&key),
//!         Err(_) => queue.add_rate_limited(key.clone()),
//!     }
//!     queue.done(&key);
//! }
//! # }
//! # async fn reconcile(_: &str) -> Result<(), ()> { Ok(()) }
//! ```

mod delayed;
mod metrics;
mod rate_limiter;
mod state;

use std::{fmt, sync::Arc, time::Duration};

use parking_lot::Mutex;
use tokio::{sync::Notify, time::Instant};

pub use metrics::{NoMetrics, QueueMetrics};
pub use rate_limiter::{Bucket, ExponentialFailure, Longest, RateLimiter};
pub use state::Item;

use state::{State, Taken};

/// A queue of items to work on. Clones share it.
pub struct WorkQueue<T> {
    inner: Arc<Inner<T>>,
}

struct Inner<T> {
    state: Mutex<State<T>>,
    /// Wakes one who waits for an item.
    available: Notify,
    /// Wakes who waits for the queue to drain.
    idle: Notify,
    limiter: Box<dyn RateLimiter<T>>,
    metrics: Arc<dyn QueueMetrics>,
}

impl<T> Clone for WorkQueue<T> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone() }
    }
}

impl<T: Item> fmt::Debug for WorkQueue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkQueue").field("len", &self.len()).finish_non_exhaustive()
    }
}

impl<T: Item> Default for WorkQueue<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Item> WorkQueue<T> {
    /// A queue with client-go's default rate limits: 5 ms doubling to 1,000 s per item, and ten a second overall after a
    /// hundred at once.
    pub fn new() -> Self {
        Self::with(default_limiter(), Arc::new(NoMetrics))
    }

    /// A queue with a rate limiter and metrics of the user's.
    pub fn with(limiter: impl RateLimiter<T>, metrics: Arc<dyn QueueMetrics>) -> Self {
        let inner = Inner {
            state: Mutex::new(State::default()),
            available: Notify::new(),
            idle: Notify::new(),
            limiter: Box::new(limiter),
            metrics,
        };
        Self { inner: Arc::new(inner) }
    }

    /// Adds an item, unless it waits already. After shutdown nothing is added.
    pub fn add(&self, item: T) {
        let mut state = self.inner.state.lock();
        if let Some(depth) = state.add(item, Instant::now()) {
            drop(state);
            self.inner.metrics.added(depth);
            self.inner.available.notify_one();
        }
    }

    /// Adds an item when `delay` has passed. Of several delays for one item the one that ends first counts.
    pub fn add_after(&self, item: T, delay: Duration) {
        if delay.is_zero() {
            return self.add(item);
        }
        let is_first = self.inner.state.lock().add_at(item, Instant::now() + delay);
        if is_first {
            // who waits for an item must now wake earlier
            self.inner.available.notify_one();
        }
    }

    /// Adds an item as late as its failures and the overall rate ask for.
    pub fn add_rate_limited(&self, item: T) {
        self.inner.metrics.retried();
        let delay = self.inner.limiter.when(&item);
        self.add_after(item, delay);
    }

    /// Forgets an item's failures, after it was worked on with success.
    pub fn forget(&self, item: &T) {
        self.inner.limiter.forget(item);
    }

    /// How often an item has failed.
    pub fn requeues(&self, item: &T) -> u32 {
        self.inner.limiter.requeues(item)
    }

    /// Takes the next item, when there is one; `None` after shutdown. [`WorkQueue::done`] must follow.
    pub async fn get(&self) -> Option<T> {
        loop {
            // made before the look, so that what is added in between wakes it
            let woken = self.inner.available.notified();
            let due = match self.take() {
                Taken::Item(item) => return Some(item),
                Taken::Ended => return None,
                Taken::Nothing { due } => due,
            };
            match due {
                Some(due) => {
                    tokio::select! {
                        () = woken => {}
                        () = tokio::time::sleep_until(due) => {}
                    }
                }
                None => woken.await,
            }
        }
    }

    fn take(&self) -> Taken<T> {
        let now = Instant::now();
        let mut state = self.inner.state.lock();
        let due = state.promote(now);
        let promoted = state.depth();
        let (taken, waited) = state.take(now);
        let is_more = state.depth() > 0 || state.is_shutting_down();
        drop(state);
        for back in (0..due).rev() {
            self.inner.metrics.added(promoted - back);
        }
        if let Some(waited) = waited {
            self.inner.metrics.taken(promoted - 1, waited);
        }
        if is_more && !matches!(taken, Taken::Nothing { .. }) {
            // wake-ups don't add up, so each taker wakes the next
            self.inner.available.notify_one();
        }
        taken
    }

    /// Says that the work on an item is done, with or without success.
    pub fn done(&self, item: &T) {
        let mut state = self.inner.state.lock();
        let (again, worked) = state.done(item, Instant::now());
        let (depth, is_idle) = (state.depth(), state.is_idle());
        drop(state);
        if let Some(worked) = worked {
            self.inner.metrics.done(worked);
        }
        if again {
            self.inner.metrics.added(depth);
            self.inner.available.notify_one();
        }
        if is_idle {
            self.inner.idle.notify_waiters();
        }
    }

    /// How many items can be taken now.
    pub fn len(&self) -> usize {
        let mut state = self.inner.state.lock();
        state.promote(Instant::now());
        state.depth()
    }

    /// Whether no item can be taken now.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds nothing more. What waits can still be taken; then [`WorkQueue::get`] answers `None`. Delayed items are dropped.
    pub fn shut_down(&self) {
        self.inner.state.lock().shut_down();
        self.inner.available.notify_waiters();
        self.inner.available.notify_one();
        self.inner.idle.notify_waiters();
    }

    /// Like [`WorkQueue::shut_down`], and waits until everything that waits was taken and is done.
    pub async fn shut_down_with_drain(&self) {
        self.shut_down();
        loop {
            let idle = self.inner.idle.notified();
            if self.inner.state.lock().is_idle() {
                return;
            }
            idle.await;
        }
    }

    /// Whether it was shut down.
    pub fn is_shutting_down(&self) -> bool {
        self.inner.state.lock().is_shutting_down()
    }
}

fn default_limiter<T: Item>() -> impl RateLimiter<T> {
    Longest(ExponentialFailure::new(Duration::from_millis(5), Duration::from_secs(1000)), Bucket::new(10.0, 100))
}

#[cfg(test)]
mod tests;
