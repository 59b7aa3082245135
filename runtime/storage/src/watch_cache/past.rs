//! The changes just before the store is followed. With them in its history, a cache lets watches go on that the end of a
//! server has interrupted: their clients need not list again. kube-apiserver makes them list.

use std::time::Duration;

use futures::StreamExt;

use crate::{
    key::prefix_range,
    kv::{Kv, KvError, KvEvent, WatchItem},
    outbox::event_revision,
    revision::Revision,
};

/// So many revisions are looked back. A client is away for as long as a server takes to start.
const REVISIONS_MAX: u64 = 1000;

/// A store that takes longer to tell them is not waited for.
const WAIT_MAX: Duration = Duration::from_secs(1);

/// The changes to all resources after a revision.
pub(super) struct Past {
    pub(super) after: Revision,
    /// Oldest first.
    pub(super) events: Vec<KvEvent>,
}

impl Past {
    /// Reads the changes below `root` up to and including `until`, if there are any at hand.
    pub(super) async fn read(kv: &dyn Kv, root: &str, until: Revision) -> Option<Self> {
        let after = Revision::new(until.get().saturating_sub(REVISIONS_MAX).max(Revision::FIRST.get()))?;
        match tokio::time::timeout(WAIT_MAX, Self::read_after(kv, root, after, until)).await {
            Ok(Ok(past)) => Some(past),
            Ok(Err(err)) => {
                tracing::debug!(%err, "the store does not tell its latest changes");
                None
            }
            Err(_) => None,
        }
    }

    async fn read_after(kv: &dyn Kv, root: &str, after: Revision, until: Revision) -> Result<Self, KvError> {
        match changes(kv, root, after, until).await {
            Err(KvError::Compacted { oldest: Some(oldest), .. }) if oldest > after => {
                Ok(Self { after: oldest, events: changes(kv, root, oldest, until).await? })
            }
            events => Ok(Self { after, events: events? }),
        }
    }
}

async fn changes(kv: &dyn Kv, root: &str, after: Revision, until: Revision) -> Result<Vec<KvEvent>, KvError> {
    let mut found = Vec::new();
    if after >= until {
        return Ok(found);
    }
    let mut items = kv.watch(prefix_range(root.as_bytes()), Some(after.next())).await?;
    kv.request_progress().await?;
    while let Some(item) = items.next().await {
        let reached = match item? {
            WatchItem::Progress(revision) => revision,
            WatchItem::Events(events) => {
                let reached = events.last().map_or(after, event_revision);
                found.extend(events.into_iter().filter(|event| event_revision(event) <= until));
                reached
            }
        };
        if reached >= until {
            return Ok(found);
        }
    }
    Err(KvError::Unavailable("the watch ended".to_owned()))
}
