//! One watch over the whole store, whose changes go to the caches of their resources.
//!
//! One watch instead of one for each resource: a resource without changes costs nothing, and the revision of any change tells
//! every cache how far it is.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use futures::StreamExt;
use parking_lot::{Mutex, RwLock};
use tokio::{
    sync::Notify,
    task::{AbortHandle, JoinSet},
};

use super::{
    CacheOptions, WatchCache,
    past::Past,
    progress::Progress,
    resource::{Resource, relay::RelayTask},
};
use crate::{
    entry::Entry,
    key::prefix_range,
    kv::{Kv, KvError, KvEvent, WatchItem},
    revision::Revision,
    storage::StorageError,
    store::{ObjectStore, all},
};

/// The time before the backend is tried again; it doubles each time up to the longest.
const RETRY_FIRST: Duration = Duration::from_millis(50);
const RETRY_MAX: Duration = Duration::from_secs(5);

/// After this the store is followed even if nobody waits for a cache.
const BEGIN_AFTER: Duration = Duration::from_secs(1);

/// The time between two rounds of dropping what is old.
const TEND_EVERY: Duration = Duration::from_secs(30);

/// So many of the entries that changed last keep what was made of them: the object that a write left, encodings for the
/// answer and for watchers. Without a bound a burst of writes would keep far more than the objects themselves. Who asks
/// later has it made again, and then it is kept for as long as it is asked for.
const RECENT_MAX: usize = 128;

/// Their documents have so many bytes together at most. An object takes several times as much as its document: a definition of
/// a custom resource with a large schema twenty times.
const RECENT_BYTES_MAX: usize = 512 << 10;

/// Resources by their prefix, which ends with a slash.
type Routes = HashMap<Box<[u8]>, Vec<Arc<Resource>>>;

/// Feeds the watch caches of all resources of one store.
pub struct WatchCacheHub {
    shared: Arc<Shared>,
    tasks: [AbortHandle; 2],
}

pub(super) struct Shared {
    pub(super) kv: Arc<dyn Kv>,
    /// What all keys begin with.
    root: String,
    routes: RwLock<Routes>,
    pub(super) progress: Arc<Progress>,
    /// The caches that there are at the start were made, or the time for it is over.
    begin: Notify,
    /// For the caches that are filled first; let go of soon after.
    past: Arc<Mutex<Option<Arc<Past>>>>,
    fillings: Mutex<JoinSet<()>>,
}

impl WatchCacheHub {
    /// Watches `kv` under `root`, for example `/registry/`. Must be called in a Tokio runtime.
    pub fn start(kv: Arc<dyn Kv>, root: &str) -> Arc<Self> {
        let shared = Arc::new(Shared {
            kv,
            root: root.to_owned(),
            routes: RwLock::default(),
            progress: Arc::new(Progress::new()),
            begin: Notify::new(),
            past: Arc::default(),
            fillings: Mutex::default(),
        });
        let follow = tokio::spawn(follow(shared.clone())).abort_handle();
        let tend = tokio::spawn(tend(shared.clone())).abort_handle();
        Arc::new(Self { shared, tasks: [follow, tend] })
    }

    /// A cache of a resource. It starts to fill at once.
    pub fn cache(self: &Arc<Self>, store: ObjectStore, options: CacheOptions) -> WatchCache {
        let resource = Arc::new(Resource::new(store, options.clone(), self.shared.progress.clone()));
        let prefix = resource.store.layout().prefix().as_bytes().into();
        self.shared.routes.write().entry(prefix).or_default().push(resource.clone());
        if self.shared.progress.get().is_none() {
            // not one change was delivered yet
            resource.keep_all();
        }
        self.shared.spawn_filling(resource.clone());
        let relay = resource.relay.is_some();
        let relay = relay.then(|| RelayTask::start(resource.clone(), self.shared.progress.clone()));
        WatchCache { hub: self.clone(), resource, options, relay: Mutex::new(relay) }
    }

    /// Waits until every cache there is now is filled, but for those that somebody elsewhere must help to fill: he may be away.
    pub async fn ready(&self) {
        self.begin();
        for resource in self.shared.resources().iter().filter(|resource| resource.relay.is_none()) {
            resource.ready().await;
        }
    }

    /// Follows the store from now on, if it does not yet.
    pub(super) fn begin(&self) {
        self.shared.begin.notify_one();
    }

    /// Takes a resource's cache off: its watches end, and it gets no more changes.
    pub(super) fn remove(&self, resource: &Arc<Resource>) {
        resource.close();
        let mut routes = self.shared.routes.write();
        let prefix = resource.store.layout().prefix().as_bytes();
        if let Some(resources) = routes.get_mut(prefix) {
            resources.retain(|found| !Arc::ptr_eq(found, resource));
            if resources.is_empty() {
                routes.remove(prefix);
            }
        }
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Ends every watch and stops following the store.
    pub fn close(&self) {
        self.tasks.iter().for_each(AbortHandle::abort);
        self.shared.fillings.lock().abort_all();
        for resource in self.shared.resources() {
            resource.close();
        }
    }
}

impl Drop for WatchCacheHub {
    fn drop(&mut self) {
        self.close();
    }
}

impl Shared {
    fn resources(&self) -> Vec<Arc<Resource>> {
        self.routes.read().values().flatten().cloned().collect()
    }

    /// The resources that a key belongs to. A key is a prefix and one or two names.
    fn route(&self, key: &[u8], mut take: impl FnMut(&Arc<Resource>)) {
        let routes = self.routes.read();
        let mut end = key.len();
        for _ in 0..2 {
            let Some(slash) = key.get(..end).and_then(|head| head.iter().rposition(|byte| *byte == b'/')) else {
                return;
            };
            if let Some(resources) = key.get(..=slash).and_then(|prefix| routes.get(prefix)) {
                return resources.iter().for_each(&mut take);
            }
            end = slash;
        }
    }

    fn spawn_filling(self: &Arc<Self>, resource: Arc<Resource>) {
        let mut fillings = self.fillings.lock();
        while fillings.try_join_next().is_some() {}
        fillings.spawn(fill(self.progress.clone(), self.past.clone(), resource));
    }

    /// Changes were missed: every cache starts again.
    fn reset(self: &Arc<Self>) {
        for resource in self.resources() {
            resource.reset();
            self.spawn_filling(resource);
        }
    }
}

/// Waits longer from one failure to the next.
pub(super) struct Backoff(Duration);

impl Backoff {
    pub(super) fn new() -> Self {
        Self(RETRY_FIRST)
    }

    pub(super) async fn wait(&mut self) {
        tokio::time::sleep(self.0).await;
        self.0 = (self.0 * 2).min(RETRY_MAX);
    }
}

/// Reads a resource's objects into its cache.
async fn fill(progress: Arc<Progress>, past: Arc<Mutex<Option<Arc<Past>>>>, resource: Arc<Resource>) {
    // changes must be on their way here before the objects are read, or some would be missed
    if progress.first().await.is_none() {
        return;
    }
    let mut backoff = Backoff::new();
    loop {
        let filling = resource.begin_filling();
        match all(&resource.store).await {
            Ok((entries, revision)) => {
                let past = past.lock().clone();
                return resource.fill(filling, entries, revision, past.as_deref());
            }
            Err(StorageError::Kv(KvError::Closed)) => return,
            Err(err) => {
                tracing::warn!(%err, prefix = resource.store.layout().prefix(), "cannot fill the watch cache");
                backoff.wait().await;
            }
        }
    }
}

/// Follows the store for ever.
async fn follow(shared: Arc<Shared>) {
    // a cache that is there before the first change gets all of them
    tokio::select! {
        () = shared.begin.notified() => {}
        () = tokio::time::sleep(BEGIN_AFTER) => {}
    }
    let mut backoff = Backoff::new();
    let mut last: Option<Revision> = None;
    let mut recent = Recent::default();
    loop {
        let before = last;
        let err = follow_from(&shared, &mut last, &mut recent).await;
        if last != before {
            backoff = Backoff::new();
        }
        match err {
            KvError::Closed => return shared.resources().iter().for_each(|resource| resource.close()),
            KvError::Compacted { .. } => {
                tracing::warn!(?last, "the store's history was compacted before it was followed; reading all again");
                last = None;
                shared.reset();
            }
            err => {
                tracing::warn!(%err, "cannot follow the store; trying again");
                backoff.wait().await;
            }
        }
    }
}

/// Follows the store from `last` on until that fails.
async fn follow_from(shared: &Shared, last: &mut Option<Revision>, recent: &mut Recent) -> KvError {
    let from = match *last {
        Some(last) => last,
        None => match shared.kv.current_revision().await {
            Ok(current) => {
                *shared.past.lock() = Past::read(&*shared.kv, &shared.root, current).await.map(Arc::new);
                current
            }
            Err(err) => return err,
        },
    };
    let mut items = match shared.kv.watch(prefix_range(shared.root.as_bytes()), Some(from.next())).await {
        Ok(items) => items,
        Err(err) => return err,
    };
    if last.is_none() {
        *last = Some(from);
        shared.progress.advance(from);
    }
    while let Some(item) = items.next().await {
        let reached = match item {
            Ok(WatchItem::Events(events)) => deliver(shared, events, recent),
            Ok(WatchItem::Progress(revision)) => Some(revision),
            Err(err) => return err,
        };
        if let Some(reached) = reached {
            *last = (*last).max(Some(reached));
            shared.progress.advance(reached);
        }
    }
    KvError::Unavailable("the watch ended".to_owned())
}

/// Hands changes to their resources; returns the last one's revision.
fn deliver(shared: &Shared, events: Vec<KvEvent>, recent: &mut Recent) -> Option<Revision> {
    let mut reached = None;
    for event in events {
        let (key, revision) = match &event {
            KvEvent::Put { kv, .. } => (kv.key.clone(), kv.mod_revision),
            KvEvent::Delete { key, revision, .. } => (key.clone(), *revision),
        };
        shared.route(&key, |resource| {
            if let Some(changed) = resource.take(event.clone()) {
                recent.push(changed);
            }
        });
        reached = Some(revision);
    }
    reached
}

/// The entries that changed last.
#[derive(Default)]
pub(super) struct Recent {
    entries: VecDeque<Arc<Entry>>,
    bytes: usize,
}

impl Recent {
    pub(super) fn push(&mut self, entry: Arc<Entry>) {
        self.bytes += entry.size();
        self.entries.push_back(entry);
        while self.entries.len() > RECENT_MAX || self.bytes > RECENT_BYTES_MAX {
            let Some(oldest) = self.entries.pop_front() else { break };
            self.bytes -= oldest.size();
            oldest.forget();
        }
    }
}

/// Drops what is old, from time to time.
async fn tend(shared: Arc<Shared>) {
    loop {
        tokio::time::sleep(TEND_EVERY).await;
        drop(shared.past.lock().take());
        for resource in shared.resources() {
            resource.tend().await;
        }
    }
}
