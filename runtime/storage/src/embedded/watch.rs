//! The stream of one watch.

use std::sync::Arc;

use futures::{Stream, stream};

use crate::{
    embedded::{
        history::{self, Chunk},
        hub::{Subscribed, Subscription},
        shared::Shared,
    },
    kv::{KeyRange, KvError, WatchItem},
    revision::Revision,
};

/// Where a watch is.
enum Phase {
    /// Reads old changes from the engine, up to those in memory. Then: `Live`.
    CatchingUp(CatchingUp),
    /// Gets what the writer publishes. Then: `Ended`.
    Live(Subscription),
    /// Said all it has to say.
    Ended,
}

struct CatchingUp {
    shared: Arc<Shared>,
    range: KeyRange,
    next: Revision,
}

type Item = Result<WatchItem, KvError>;

/// Opens a watch. From now on no change is missed.
pub(super) fn open(
    shared: &Arc<Shared>,
    range: &KeyRange,
    from: Option<Revision>,
) -> impl Stream<Item = Item> + Send + 'static {
    let phase = match shared.hub.subscribe(range, from) {
        // What is in memory may be older than the last compaction; it is refused all the same.
        Subscribed::Live(subscription) => match from.map(|from| shared.check_not_compacted(from)) {
            Some(Err(err)) => {
                subscription.outbox.refuse(err);
                Phase::Live(subscription)
            }
            Some(Ok(())) | None => Phase::Live(subscription),
        },
        Subscribed::TooOld { first } => {
            Phase::CatchingUp(CatchingUp { shared: shared.clone(), range: range.clone(), next: from.unwrap_or(first) })
        }
    };
    stream::unfold(phase, next)
}

async fn next(mut phase: Phase) -> Option<(Item, Phase)> {
    loop {
        phase = match phase {
            Phase::Live(subscription) => {
                let item = live(&subscription).await;
                let rest = if item.is_err() { Phase::Ended } else { Phase::Live(subscription) };
                return Some((item, rest));
            }
            Phase::Ended => return None,
            Phase::CatchingUp(state) => match state.step().await {
                Ok((Some(item), rest)) => return Some((Ok(item), rest)),
                Ok((None, rest)) => rest,
                Err(err) => return Some((Err(err), Phase::Ended)),
            },
        }
    }
}

async fn live(subscription: &Subscription) -> Item {
    loop {
        if let Some(item) = subscription.outbox.take() {
            return item;
        }
        tokio::select! {
            () = subscription.outbox.arrived() => {}
            () = tokio::time::sleep(subscription.progress_interval()) => subscription.request_progress(),
        }
    }
}

impl CatchingUp {
    /// Goes live if memory reaches back far enough, and reads one chunk of history if not.
    async fn step(self) -> Result<(Option<WatchItem>, Phase), KvError> {
        self.shared.check_not_compacted(self.next)?;
        let before = match self.shared.hub.subscribe(&self.range, Some(self.next)) {
            Subscribed::Live(subscription) => {
                // Someone may have asked for progress meanwhile.
                subscription.request_progress();
                return Ok((None, Phase::Live(subscription)));
            }
            Subscribed::TooOld { first } => first,
        };
        let Self { shared, range, next } = self;
        let (chunk, shared, range) = if shared.engine()?.is_on_disk() {
            tokio::task::spawn_blocking(move || {
                let chunk = history::read(&shared, &range, next, before);
                (chunk, shared, range)
            })
            .await
            .map_err(|err| KvError::Engine(format!("a watch was interrupted: {err}")))?
        } else {
            (history::read(&shared, &range, next, before), shared, range)
        };
        let Chunk { events, next } = chunk?;
        let item = (!events.is_empty()).then_some(WatchItem::Events(events));
        Ok((item, Phase::CatchingUp(CatchingUp { shared, range, next })))
    }
}
