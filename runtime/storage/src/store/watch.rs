//! Watches straight over the key-value store: each has its own stream and decodes for itself.
//!
//! A server uses the watch cache instead; this serves where there is none.

use std::{collections::VecDeque, sync::Arc};

use futures::{
    StreamExt,
    stream::{self, BoxStream},
};

use super::{ObjectStore, from_kv};
use crate::{
    change::Change,
    key::prefix_range,
    kv::{KvEvent, WatchItem},
    revision::Revision,
    storage::{ListRequest, ReadAt, Selection, StorageError, WatchEvent, WatchFrom, WatchRequest},
};

type Events = Vec<Result<WatchEvent, StorageError>>;

pub(super) async fn watch(
    store: &ObjectStore,
    request: WatchRequest,
) -> Result<BoxStream<'static, Result<WatchEvent, StorageError>>, StorageError> {
    let (initial, after) = initial(store, &request).await?;
    let prefix = store.layout().list_prefix(request.selection.only_namespace());
    let items = store.kv().watch(prefix_range(prefix.as_bytes()), Some(after.next())).await.map_err(from_kv)?;
    let (store, closed) = (store.clone(), store.closed());
    let changes = items
        .map(move |item| match item {
            Ok(item) => seen(&store, &request, item),
            Err(err) => vec![Err(from_kv(err))],
        })
        .flat_map(stream::iter);
    let events = stream::iter(initial.into_iter().map(Ok)).chain(changes);
    Ok(until_error(events.take_until(closed.cancelled_owned()).boxed()))
}

/// Ends a stream after its first error.
fn until_error(
    events: BoxStream<'static, Result<WatchEvent, StorageError>>,
) -> BoxStream<'static, Result<WatchEvent, StorageError>> {
    stream::unfold(Some(events), |events| async {
        let mut events = events?;
        let event = events.next().await?;
        let rest = event.is_ok().then_some(events);
        Some((event, rest))
    })
    .boxed()
}

/// The events that come first, and the revision after which changes follow.
async fn initial(
    store: &ObjectStore,
    request: &WatchRequest,
) -> Result<(VecDeque<WatchEvent>, Revision), StorageError> {
    let at = match request.from {
        WatchFrom::After(revision) => return Ok((VecDeque::new(), revision)),
        WatchFrom::Now => {
            let now = store.kv().current_revision().await.map_err(from_kv)?;
            return Ok((VecDeque::new(), now));
        }
        WatchFrom::LatestState | WatchFrom::AnyState => ReadAt::Latest,
        WatchFrom::StateNotOlderThan(revision) => ReadAt::NotOlderThan(revision),
    };
    let list = ListRequest { selection: request.selection.clone(), at, ..ListRequest::default() };
    let list = super::list::list(store, list).await?;
    let mut events: VecDeque<_> = list.items.into_iter().map(WatchEvent::Added).collect();
    if request.initial_events_end {
        events.push_back(WatchEvent::Bookmark { revision: list.revision, initial_events_end: true });
    }
    Ok((events, list.revision))
}

/// What a watcher sees of an item of the store's stream.
fn seen(store: &ObjectStore, request: &WatchRequest, item: WatchItem) -> Events {
    match item {
        WatchItem::Progress(revision) if request.bookmarks => {
            vec![Ok(WatchEvent::Bookmark { revision, initial_events_end: false })]
        }
        WatchItem::Progress(_) => Vec::new(),
        WatchItem::Events(events) => {
            events.iter().filter_map(|event| through(store, &request.selection, event).transpose()).collect()
        }
    }
}

fn through(store: &ObjectStore, selection: &Selection, event: &KvEvent) -> Result<Option<WatchEvent>, StorageError> {
    let (key, previous) = match event {
        KvEvent::Put { kv, previous } => (&kv.key, previous),
        KvEvent::Delete { key, previous, .. } => (key, previous),
    };
    if !store.layout().object(key).is_some_and(|key| selection.matches_key(&key)) {
        return Ok(None);
    }
    let previous = previous.as_ref().map(|kv| store.load(kv).map(Arc::new)).transpose()?;
    let change = match (event, previous) {
        (KvEvent::Put { kv, .. }, previous) => Change::put(Arc::new(store.load(kv)?), previous),
        (KvEvent::Delete { revision, .. }, Some(previous)) => Change::deletion(previous, *revision)?,
        // its past was compacted, so nobody can say what it was
        (KvEvent::Delete { .. }, None) => return Ok(None),
    };
    change.through(selection)
}
