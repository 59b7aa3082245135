//! A resource's objects and recent changes in memory, in front of the store.
//!
//! Reads and watches are served from here, writes go through to the store. The cache learns of every change, also of its own
//! writes, from the store's watch ([`WatchCacheHub`]), so it never shows a state that the store didn't have. A read of the
//! latest state asks the store for its revision and waits until the cache has it. Where a webhook converts the objects, nobody
//! else waits for it: see `resource/relay.rs`.

mod history;
mod hub;
mod indexed;
mod list;
mod objects;
mod past;
mod progress;
mod resource;
mod view;
mod watcher;
mod watchers;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use futures::{StreamExt, stream::BoxStream};
use kubeforge_machinery::Object;
use parking_lot::Mutex;

pub use hub::WatchCacheHub;
pub use indexed::Indexed;

pub(crate) use self::resource::relay::BATCH_BYTES;
use self::{
    progress::WAIT_MAX,
    resource::{From, Resource, WatchWishes, relay::RelayTask},
};
use crate::{
    entry::Entry,
    revision::Revision,
    storage::{
        CacheStats, ListRequest, ListResult, ObjectKey, Preconditions, ReadAt, Storage, StorageError, UpdateFn,
        Updated, WatchEvent, WatchFrom, WatchRequest,
    },
};

/// Settings of a cache.
#[derive(Clone, Debug)]
pub struct CacheOptions {
    /// What objects and watchers are indexed by, beside their keys.
    pub indexed: Vec<Indexed>,
    /// So many changes are kept at most for watches that start in the past.
    pub history_max: usize,
    /// The changes kept hold so many bytes at most.
    pub history_bytes_max: usize,
    /// The time between bookmarks.
    pub bookmarks_every: Duration,
}

impl Default for CacheOptions {
    fn default() -> Self {
        Self {
            indexed: Vec::new(),
            // upstream's upper bound; it has none of bytes
            history_max: 102_400,
            history_bytes_max: 64 << 20,
            // as upstream
            bookmarks_every: Duration::from_secs(60),
        }
    }
}

/// The cache of one resource. See [`WatchCacheHub::cache`].
pub struct WatchCache {
    hub: Arc<WatchCacheHub>,
    resource: Arc<Resource>,
    options: CacheOptions,
    /// Converts changes where somebody elsewhere does that.
    relay: Mutex<Option<RelayTask>>,
}

impl WatchCache {
    /// Waits until the cache is filled. Before, reads go to the store.
    pub async fn ready(&self) {
        self.hub.begin();
        self.resource.ready().await;
    }

    /// How many watches are open.
    pub fn watches(&self) -> usize {
        self.resource.watches()
    }

    /// Ends all watches and stops following the store: the resource is no longer served.
    pub fn close(&self) {
        self.hub.remove(&self.resource);
        drop(self.relay.lock().take());
    }

    /// Waits until the cache has every change that was acknowledged before the call. False where it is too slow.
    async fn reach_latest(&self) -> Result<bool, StorageError> {
        let latest = self.resource.store.current_revision().await?;
        Ok(self.reach(latest).await)
    }

    async fn reach(&self, revision: Revision) -> bool {
        let hub = self.hub.shared();
        self.resource.reads_follow(&hub.progress).reach(revision, &*hub.kv).await
    }

    fn too_large(&self, asked: Revision) -> StorageError {
        StorageError::TooLarge { asked, current: self.resource.progress().unwrap_or(Revision::FIRST) }
    }

    /// Waits until the cache is as fresh as asked. False where the store must be asked instead.
    async fn freshen(&self, at: ReadAt) -> Result<bool, StorageError> {
        match at {
            ReadAt::Any => Ok(true),
            ReadAt::Latest => self.reach_latest().await,
            ReadAt::Exact(_) => Ok(false),
            ReadAt::NotOlderThan(asked) => match self.reach(asked).await {
                true => Ok(true),
                false => Err(self.too_large(asked)),
            },
        }
    }
}

#[async_trait]
impl Storage for WatchCache {
    async fn create(
        &self,
        key: &ObjectKey,
        object: Box<dyn Object>,
        ttl: Option<Duration>,
    ) -> Result<Arc<Entry>, StorageError> {
        self.resource.store.create(key, object, ttl).await
    }

    async fn get(&self, key: &ObjectKey, at: ReadAt) -> Result<Arc<Entry>, StorageError> {
        let found = if self.freshen(at).await? { self.resource.get(key) } else { None };
        match found {
            Some(entry) => entry.ok_or_else(|| StorageError::NotFound(key.clone())),
            None => self.resource.store.get(key, at).await,
        }
    }

    async fn list(&self, request: ListRequest) -> Result<ListResult, StorageError> {
        list::list(self, request).await
    }

    async fn update<'a>(
        &'a self,
        key: &'a ObjectKey,
        preconditions: &'a Preconditions,
        update: UpdateFn<'a>,
    ) -> Result<Updated, StorageError> {
        let cached = self.resource.get(key).flatten();
        self.resource.store.update_from(key, preconditions, update, cached).await
    }

    async fn watch(
        &self,
        request: WatchRequest,
    ) -> Result<BoxStream<'static, Result<WatchEvent, StorageError>>, StorageError> {
        let ready = tokio::time::timeout(WAIT_MAX, self.ready()).await;
        ready.map_err(|_| StorageError::Initializing)?;
        let from = match request.from {
            WatchFrom::After(revision) => From::After(revision),
            WatchFrom::AnyState => From::State,
            WatchFrom::LatestState | WatchFrom::Now => {
                if !self.reach_latest().await? {
                    return Err(StorageError::Initializing);
                }
                if request.from == WatchFrom::Now { From::Now } else { From::State }
            }
            WatchFrom::StateNotOlderThan(asked) => match self.reach(asked).await {
                true => From::State,
                false => return Err(self.too_large(asked)),
            },
        };
        let WatchRequest { selection, bookmarks, initial_events_end, .. } = request;
        let wishes = WatchWishes { selection, bookmarks, initial_events_end };
        Ok(self.resource.watch(from, wishes)?.boxed())
    }

    async fn count(&self) -> Result<usize, StorageError> {
        match self.resource.len() {
            Some(len) => Ok(len),
            None => self.resource.store.count().await,
        }
    }

    fn cache_stats(&self) -> Option<CacheStats> {
        Some(self.resource.stats())
    }

    fn close(&self) {
        WatchCache::close(self);
    }

    async fn current_revision(&self) -> Result<Revision, StorageError> {
        self.resource.store.current_revision().await
    }
}
