//! Keeps an index up to date with the objects of some resources.
//!
//! One task reads the resources' watches and applies each change to the index, which decisions read without waiting. Who
//! must not miss a change that was acknowledged already (a request about to be refused, say) calls [`Follower::settle`].

use std::{sync::Arc, time::Duration};

use futures::{
    StreamExt as _,
    stream::{self, BoxStream},
};
use kubeforge_storage::{
    entry::Entry,
    storage::{ObjectKey, ReadAt, Selection, Storage, StorageError, WatchEvent, WatchFrom, WatchRequest},
};
use tokio::{
    sync::{mpsc, oneshot},
    task::AbortHandle,
};

/// So many callers may wait for the index at once; more wait for a place in this queue.
const WAITING_MAX: usize = 64;
/// A caller goes on with what is known after this time: the store is slow or gone, and the request should be answered.
const SETTLE_MAX: Duration = Duration::from_secs(2);
/// The pause before watches that failed are started again.
const RETRY: Duration = Duration::from_millis(500);

/// What objects are kept in. Resources are numbered in the order in which they are given to [`Follower::start`].
pub(crate) trait Index: Send + Sync + 'static {
    /// These are all objects of a resource; what was known of others is forgotten.
    fn replace(&self, resource: usize, entries: &[Arc<Entry>]);
    /// An object is new or changed.
    fn put(&self, resource: usize, entry: &Arc<Entry>);
    /// An object is gone; this was its last state.
    fn remove(&self, resource: usize, entry: &Arc<Entry>);
}

/// Follows resources until it is dropped.
pub(crate) struct Follower {
    storages: Arc<[Arc<dyn Storage>]>,
    waiting: mpsc::Sender<oneshot::Sender<()>>,
    task: AbortHandle,
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Follower {
    pub(crate) fn start(storages: Vec<Arc<dyn Storage>>, index: Arc<dyn Index>) -> Self {
        let storages: Arc<[Arc<dyn Storage>]> = storages.into();
        let (waiting, asked) = mpsc::channel(WAITING_MAX);
        let task = tokio::spawn(run(storages.clone(), index, asked)).abort_handle();
        Self { storages, waiting, task }
    }

    /// Waits until the index has every change that was acknowledged before the call.
    pub(crate) async fn settle(&self) {
        let settled = async {
            let Some(storage) = self.storages.first() else { return };
            // reading the latest state waits until every watch was told of it; which object is read does not matter
            let nothing = ObjectKey { namespace: String::new(), name: "-".to_owned() };
            if let Err(error) = storage.get(&nothing, ReadAt::Latest).await
                && !matches!(error, StorageError::NotFound(_))
            {
                tracing::debug!(%error, "the latest state can't be read");
            }
            let (done, is_done) = oneshot::channel();
            if self.waiting.send(done).await.is_ok() {
                // the sender is dropped where the task ended, with the server
                drop(is_done.await);
            }
        };
        if tokio::time::timeout(SETTLE_MAX, settled).await.is_err() {
            tracing::debug!("an index is behind the store");
        }
    }
}

type Events = BoxStream<'static, (usize, Option<Result<WatchEvent, StorageError>>)>;

async fn run(storages: Arc<[Arc<dyn Storage>]>, index: Arc<dyn Index>, mut asked: mpsc::Receiver<oneshot::Sender<()>>) {
    loop {
        match open(&storages, index.as_ref()).await {
            Ok(mut events) => loop {
                tokio::select! {
                    // who waits is told after all changes that are there
                    biased;
                    event = events.next() => match event {
                        Some((resource, Some(Ok(event)))) => apply(index.as_ref(), resource, &event),
                        Some((_, Some(Err(error)))) => {
                            tracing::debug!(%error, "a watch for an index failed");
                            break;
                        }
                        Some((_, None)) | None => break,
                    },
                    waiting = asked.recv() => match waiting {
                        // whoever waited may be gone
                        Some(waiting) => drop(waiting.send(())),
                        None => return,
                    },
                }
            },
            Err(error) => tracing::debug!(%error, "an index can't be filled"),
        }
        tokio::time::sleep(RETRY).await;
    }
}

/// Fills the index and returns the changes from there on. A watch's end is an event, so that it is not missed.
async fn open(storages: &[Arc<dyn Storage>], index: &dyn Index) -> Result<stream::SelectAll<Events>, StorageError> {
    let mut all = stream::SelectAll::new();
    for (resource, storage) in storages.iter().enumerate() {
        let request = WatchRequest {
            selection: Selection::default(),
            from: WatchFrom::LatestState,
            bookmarks: false,
            initial_events_end: true,
        };
        let mut events = storage.watch(request).await?;
        let mut entries = Vec::new();
        loop {
            match events.next().await.transpose()? {
                Some(WatchEvent::Added(entry) | WatchEvent::Modified(entry)) => entries.push(entry),
                Some(WatchEvent::Bookmark { initial_events_end: true, .. }) => break,
                Some(WatchEvent::Deleted(_) | WatchEvent::Bookmark { .. }) => {}
                None => return Err(StorageError::Initializing),
            }
        }
        index.replace(resource, &entries);
        let ending = stream::once(std::future::ready((resource, None)));
        all.push(events.map(move |event| (resource, Some(event))).chain(ending).boxed());
    }
    Ok(all)
}

fn apply(index: &dyn Index, resource: usize, event: &WatchEvent) {
    match event {
        WatchEvent::Added(entry) | WatchEvent::Modified(entry) => index.put(resource, entry),
        WatchEvent::Deleted(entry) => index.remove(resource, entry),
        WatchEvent::Bookmark { .. } => {}
    }
}
