//! Calling the reconciler.

use std::{any::Any, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt as _;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, warn};

use super::{
    action::{Action, OnFailure, Reconciler},
    metrics::{Outcome, ReconcileMetrics},
};
use crate::{
    store::ObjectKey,
    workqueue::{AddOptions, WorkQueue},
};

/// What a controller's workers share.
pub(super) struct Worker<R> {
    pub(super) name: String,
    pub(super) reconciler: R,
    pub(super) queue: WorkQueue<ObjectKey>,
    pub(super) metrics: Arc<dyn ReconcileMetrics>,
    /// How long a call may take.
    pub(super) timeout: Option<Duration>,
    pub(super) cancel: CancellationToken,
}

impl<R: Reconciler> Worker<R> {
    /// Works on one key after the other until cancelled.
    pub(super) async fn run(self: Arc<Self>) {
        while let Some((key, priority)) = self.queue.get_with_priority().await {
            if !self.cancel.is_cancelled() {
                self.work(&key, priority).await;
            }
            self.queue.done(&key);
        }
    }

    async fn work(&self, key: &ObjectKey, priority: i32) {
        self.metrics.began();
        let began = Instant::now();
        let outcome = self.call(key, priority).await;
        self.metrics.ended(outcome, began.elapsed());
    }

    async fn call(&self, key: &ObjectKey, priority: i32) -> Outcome {
        let again = |after, rate_limited| {
            self.queue.add_with(key.clone(), AddOptions { after, rate_limited, priority });
        };
        // a call that panicked left nothing of ours half done: it had a key and no more; it can panic before it has a future
        let call = AssertUnwindSafe(async { self.reconciler.reconcile(key).await }).catch_unwind();
        let ended = match self.timeout {
            Some(timeout) => tokio::time::timeout(timeout, call).await,
            None => Ok(call.await),
        };
        match ended {
            Ok(Ok(Ok(action))) => {
                self.queue.forget(key);
                match action {
                    Action::Done => Outcome::Success,
                    Action::Requeue(after) => {
                        again(after, false);
                        Outcome::RequeueAfter
                    }
                }
            }
            Ok(Ok(Err(err))) => match self.reconciler.on_failure(key, &err) {
                OnFailure::Retry => {
                    warn!(controller = self.name, %key, %err, "not yet as it should be");
                    again(Duration::ZERO, true);
                    Outcome::Error
                }
                OnFailure::GiveUp => {
                    warn!(controller = self.name, %key, %err, "not as it should be, and not tried again");
                    self.queue.forget(key);
                    Outcome::TerminalError
                }
            },
            Ok(Err(panic)) => {
                error!(controller = self.name, %key, panic = text(&*panic), "the reconciler panicked");
                again(Duration::ZERO, true);
                Outcome::Panic
            }
            Err(_elapsed) => {
                debug!(controller = self.name, %key, timeout = ?self.timeout, "the call took too long");
                again(Duration::ZERO, true);
                Outcome::Error
            }
        }
    }
}

/// What a panic says.
fn text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("(not a text)")
}
