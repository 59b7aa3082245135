//! How far the cache is.

use std::time::Duration;

use tokio::sync::watch;

use crate::{kv::Kv, revision::Revision};

/// A read waits this long for a revision, as upstream's.
pub(super) const WAIT_MAX: Duration = Duration::from_secs(3);

/// After this a waiting read asks the backend for a progress notice, and again each time as much later: the revision may
/// belong to a key outside the watch.
const ASK_AFTER: Duration = Duration::from_millis(10);

/// The revision up to which every change has reached the caches; none before the first connection.
#[derive(Debug)]
pub(super) struct Progress {
    revision: watch::Sender<Option<Revision>>,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self { revision: watch::Sender::new(None) }
    }

    /// Tells of every step.
    pub(super) fn subscribe(&self) -> watch::Receiver<Option<Revision>> {
        self.revision.subscribe()
    }

    pub(super) fn get(&self) -> Option<Revision> {
        *self.revision.borrow()
    }

    /// Every change up to `revision` was delivered.
    pub(super) fn advance(&self, revision: Revision) {
        self.revision.send_if_modified(|current| {
            let is_later = current.is_none_or(|current| current < revision);
            if is_later {
                *current = Some(revision);
            }
            is_later
        });
    }

    /// Waits until it is at `revision`. False where that takes too long.
    pub(super) async fn reach(&self, revision: Revision, kv: &dyn Kv) -> bool {
        let is_there = |current: &Option<Revision>| current.is_some_and(|current| current >= revision);
        if is_there(&self.revision.borrow()) {
            return true;
        }
        let mut changes = self.revision.subscribe();
        let wait = async {
            let mut ask_after = ASK_AFTER;
            while tokio::time::timeout(ask_after, changes.wait_for(is_there)).await.is_err() {
                if let Err(err) = kv.request_progress().await {
                    tracing::debug!(%err, "cannot ask the store for its progress");
                }
                ask_after *= 2;
            }
        };
        tokio::time::timeout(WAIT_MAX, wait).await.is_ok()
    }

    /// Waits for the first connection.
    pub(super) async fn first(&self) -> Option<Revision> {
        self.revision.subscribe().wait_for(Option::is_some).await.ok().and_then(|revision| *revision)
    }
}
