//! A work queue with client-go's rules:
//!
//! - an item that is added again before it was taken is in the queue once;
//! - an item that is added while somebody works on it is queued again when that work is done, so nobody else works on it at
//!   the same time and no change is missed;
//! - items can be added after a delay, or as late as a [`RateLimiter`] says, which remembers each item's failures.
//!
//! And with controller-runtime's priorities: the item with the highest is taken first, among equal ones the one that came
//! first; an item that is added again keeps the higher of its priorities. Unlike there, a delayed item stays delayed when it
//! is also added at once, as in client-go: it is worked on now, and again when its delay has passed.
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
mod limit;
mod metrics;
mod rate_limiter;
mod state;

use std::{fmt, sync::Arc, time::Duration};

use tokio::time::Instant;

use crate::sync::{Mutex, Notify};

pub use limit::{Jittered, MaxOf, MaxWait};
pub use metrics::{MetricsProvider, NoMetrics, OngoingWork, QueueMetrics, Unfinished};
pub use rate_limiter::{Bucket, ExponentialFailure, FastSlow, Longest, RateLimiter, default_limiter};
pub use state::Item;

use state::{Added, State, Taken};

/// The priority of items that need no haste, such as those that were there before the process began (controller-runtime's).
pub const LOW_PRIORITY: i32 = -100;

/// Thirty years: longer delays could be more than a clock can tell.
const DELAY_MAX: Duration = Duration::from_secs(30 * 365 * 86_400);

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

/// How an item is added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AddOptions {
    /// When so much time has passed.
    pub after: Duration,
    /// As late as the item's failures and the overall rate ask for; with a delay besides, whichever ends first.
    pub rate_limited: bool,
    /// Higher ones are taken first.
    pub priority: i32,
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

    /// A queue with a rate limiter of the user's, measured under a name.
    pub fn named(name: &str, limiter: impl RateLimiter<T>, metrics: &dyn MetricsProvider) -> Self {
        Self::with(limiter, metrics.queue(name))
    }

    /// A queue with a rate limiter and metrics of the user's.
    pub fn with(limiter: impl RateLimiter<T>, metrics: Arc<dyn QueueMetrics>) -> Self {
        let inner = Arc::new(Inner {
            state: Mutex::new(State::default()),
            available: Notify::new(),
            idle: Notify::new(),
            limiter: Box::new(limiter),
            metrics,
        });
        let asked = Arc::downgrade(&inner);
        let ask = move || asked.upgrade().map(|inner: Arc<Inner<T>>| inner.state.lock().unfinished(Instant::now()));
        inner.metrics.follow(OngoingWork::new(ask));
        Self { inner }
    }

    /// Adds an item, unless it waits already. After shutdown nothing is added.
    pub fn add(&self, item: T) {
        self.add_now(item, 0);
    }

    /// Adds an item when `delay` has passed. Of several delays for one item the one that ends first counts.
    pub fn add_after(&self, item: T, delay: Duration) {
        self.add_later(item, delay, 0);
    }

    /// Adds an item as late as its failures and the overall rate ask for.
    pub fn add_rate_limited(&self, item: T) {
        let delay = self.inner.limiter.when(&item);
        self.add_later(item, delay, 0);
    }

    /// Adds an item.
    pub fn add_with(&self, item: T, options: AddOptions) {
        let AddOptions { mut after, rate_limited, priority } = options;
        if rate_limited {
            let limit = self.inner.limiter.when(&item);
            after = if after.is_zero() { limit } else { after.min(limit) };
        } else if after.is_zero() {
            return self.add_now(item, priority);
        }
        self.add_later(item, after, priority);
    }

    fn add_now(&self, item: T, priority: i32) {
        let mut state = self.inner.state.lock();
        let added = state.add(item, priority, Instant::now());
        let depth = state.depth();
        drop(state);
        if added != Added::Not {
            self.inner.metrics.added(depth);
        }
        if added == Added::Ready {
            self.inner.available.notify_one();
        }
    }

    fn add_later(&self, item: T, delay: Duration, priority: i32) {
        self.inner.metrics.retried();
        if delay.is_zero() {
            return self.add_now(item, priority);
        }
        let due = Instant::now() + delay.min(DELAY_MAX);
        let is_first = self.inner.state.lock().add_at(item, priority, due);
        if is_first {
            // all who wait for an item must now wake earlier: the one who knew could go, or be given another item
            self.inner.available.notify_waiters();
        }
    }

    /// Forgets an item's failures, after it was worked on with success.
    pub fn forget(&self, item: &T) {
        self.inner.limiter.forget(item);
    }

    /// How often an item has failed.
    pub fn requeues(&self, item: &T) -> u32 {
        self.inner.limiter.requeues(item)
    }

    /// Takes the next item, when there is one; `None` after shutdown. [`WorkQueue::done`] must follow. Nothing is lost when
    /// the future is dropped.
    pub async fn get(&self) -> Option<T> {
        self.get_with_priority().await.map(|(item, _)| item)
    }

    /// Like [`WorkQueue::get`], with the item's priority.
    pub async fn get_with_priority(&self) -> Option<(T, i32)> {
        loop {
            // made before the look, so that what is added in between wakes it
            let woken = self.inner.available.notified();
            let due = match self.take() {
                Taken::Item { item, priority, .. } => return Some((item, priority)),
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
        let grown = state.promote(now);
        let promoted = state.depth();
        let taken = state.take(now);
        let depth = state.depth();
        let is_more = state.ready_len() > 0 || state.is_shutting_down();
        drop(state);
        for back in (0..grown).rev() {
            self.inner.metrics.added(promoted - back);
        }
        if let Taken::Item { waited, .. } = &taken {
            self.inner.metrics.taken(depth, *waited);
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
        let done = state.done(item, Instant::now());
        let is_idle = state.is_idle();
        drop(state);
        if let Some(worked) = done.worked {
            self.inner.metrics.done(worked);
        }
        if done.is_ready {
            self.inner.available.notify_one();
        }
        if is_idle {
            self.inner.idle.notify_waiters();
        }
    }

    /// How many items can be taken now.
    pub fn len(&self) -> usize {
        let mut state = self.inner.state.lock();
        let grown = state.promote(Instant::now());
        let (len, depth) = (state.ready_len(), state.depth());
        drop(state);
        for back in (0..grown).rev() {
            self.inner.metrics.added(depth - back);
        }
        len
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

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
