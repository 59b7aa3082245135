//! Calling the reconciler.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use futures::FutureExt as _;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, warn};

use super::{
    action::{Action, OnFailure, Reconciler},
    metrics::{Outcome, ReconcileMetrics},
};
use crate::{
    panic,
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
                // metrics and rate limiters may be anybody's, too
                let worked = AssertUnwindSafe(self.work(&key, priority)).catch_unwind().await;
                if let Err(panic) = worked {
                    self.tell_of(&key, &*panic);
                }
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
            Ok(Ok(Err(err))) => {
                // the error's text may panic, too
                let asked = catch_unwind(AssertUnwindSafe(|| (self.reconciler.on_failure(key, &err), err.to_string())));
                match asked {
                    Ok((OnFailure::Retry, err)) => {
                        warn!(controller = self.name, %key, err, "not yet as it should be");
                        again(Duration::ZERO, true);
                        Outcome::Error
                    }
                    Ok((OnFailure::GiveUp, err)) => {
                        warn!(controller = self.name, %key, err, "not as it should be, and not tried again");
                        self.queue.forget(key);
                        Outcome::TerminalError
                    }
                    Err(panic) => {
                        self.tell_of(key, &*panic);
                        again(Duration::ZERO, true);
                        Outcome::Panic
                    }
                }
            }
            Ok(Err(panic)) => {
                self.tell_of(key, &*panic);
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

    fn tell_of(&self, key: &ObjectKey, panic: &(dyn Any + Send)) {
        error!(controller = self.name, %key, panic = panic::text(panic), "the reconciler panicked");
    }
}
