//! What the cache holds of one resource.

pub(super) mod relay;

use std::{collections::VecDeque, sync::Arc, time::Duration};

use parking_lot::{Mutex, RwLock};
use tokio::{sync::watch, time::Instant};

use self::relay::Relay;
use super::{
    CacheOptions,
    history::History,
    objects::Objects,
    past::Past,
    progress::Progress,
    view::View,
    watcher::{Start, WatchStream, Watcher, Wishes},
    watchers::Watchers,
};
use crate::{
    change::Change,
    entry::Entry,
    kv::KvEvent,
    outbox::event_revision,
    revision::Revision,
    storage::{CacheStats, ObjectKey, Selection, StorageError},
    store::ObjectStore,
};

/// Snapshots kept for chunked lists that are under way. Beyond these, the next chunk is read from the store.
const SNAPSHOTS_MAX: usize = 8;

/// How long each is kept. A client asks for the next chunk within seconds.
const SNAPSHOT_KEPT_FOR: Duration = Duration::from_secs(60);

/// Objects looked at before others get their turn.
const TEND_STEP: usize = 4096;

/// What the cache holds of one resource.
pub(super) struct Resource {
    pub(super) store: ObjectStore,
    options: CacheOptions,
    watchers: Arc<Watchers>,
    state: RwLock<State>,
    snapshots: Mutex<VecDeque<Snapshot>>,
    /// The hub's; its own where changes go through a relay.
    progress: Arc<Progress>,
    /// Changes on their way to this cache, where somebody elsewhere converts them.
    pub(super) relay: Option<Relay>,
    is_ready: watch::Sender<bool>,
}

struct State {
    phase: Phase,
    /// Counts the times that it was filled, so that a filling that was overtaken by a reset is dropped.
    fillings: u64,
    /// Every change since the store is followed came here.
    has_all: bool,
    view: View,
    history: History,
    /// Changes that were taken, and fillings that were not overtaken.
    taken: u64,
    filled: u64,
}

enum Phase {
    /// Nothing is known; changes are of no use.
    Empty,
    /// The objects are being read; changes wait.
    Filling(Vec<KvEvent>),
    Ready,
}

/// The objects at a revision.
#[derive(Clone)]
pub(super) struct Snapshot {
    pub(super) objects: Objects,
    pub(super) revision: Revision,
    at: Instant,
}

impl Resource {
    /// The cache of a store's objects; `progress` is the hub's.
    pub(super) fn new(store: ObjectStore, options: CacheOptions, progress: Arc<Progress>) -> Self {
        store.writes().want();
        let relay = store.kind().asks_elsewhere().then(Relay::default);
        let progress = if relay.is_some() { Arc::new(Progress::new()) } else { progress };
        let history = History::new(Revision::FIRST, &options);
        let state = State {
            phase: Phase::Empty,
            fillings: 0,
            has_all: false,
            view: View::default(),
            history,
            taken: 0,
            filled: 0,
        };
        Self {
            store,
            watchers: Arc::new(Watchers::new(&options.indexed)),
            options,
            state: RwLock::new(state),
            snapshots: Mutex::default(),
            progress,
            relay,
            is_ready: watch::Sender::new(false),
        }
    }

    /// How far every watcher's queue is filled.
    pub(super) fn progress(&self) -> Option<Revision> {
        self.progress.get()
    }

    /// What says whether reads are fresh: before the objects are known they go to the store, which is as far as the hub.
    pub(super) fn reads_follow(&self, hub: &Arc<Progress>) -> Arc<Progress> {
        if *self.is_ready.borrow() { self.progress.clone() } else { hub.clone() }
    }

    /// Waits until the objects are known.
    pub(super) async fn ready(&self) {
        // fails only if the sender is gone, which is here
        drop(self.is_ready.subscribe().wait_for(|ready| *ready).await);
    }

    /// Keeps changes from now on: there were none before.
    pub(super) fn keep_all(&self) {
        let mut state = self.state.write();
        if matches!(state.phase, Phase::Empty) {
            state.phase = Phase::Filling(Vec::new());
            state.has_all = true;
        }
    }

    /// Starts filling: from now on changes are kept until [`Resource::fill`] with the number returned.
    pub(super) fn begin_filling(&self) -> u64 {
        let mut state = self.state.write();
        if !matches!(state.phase, Phase::Filling(_)) {
            state.phase = Phase::Filling(Vec::new());
        }
        state.fillings += 1;
        state.fillings
    }

    /// Takes the objects, as they were at `revision`, and the changes since; those before too, where they are at hand.
    pub(super) fn fill(&self, filling: u64, entries: Vec<Arc<Entry>>, revision: Revision, past: Option<&Past>) {
        let view = View::of(entries, revision, &self.options.indexed);
        let mut state = self.state.write();
        if state.fillings != filling {
            return;
        }
        let Phase::Filling(waiting) = std::mem::replace(&mut state.phase, Phase::Ready) else { return };
        state.view = view;
        // what needs a webhook is not read under the lock
        state.history = match past.filter(|_| state.has_all && self.relay.is_none()) {
            Some(past) => self.history_until(revision, past, &waiting),
            None => History::new(revision, &self.options),
        };
        state.filled += 1;
        let since = waiting.into_iter().filter(|event| event_revision(event) > revision);
        match &self.relay {
            Some(relay) => relay.extend(since),
            None => since.for_each(|event| drop(self.apply(&mut state, &event))),
        }
        drop(state);
        self.is_ready.send_replace(true);
    }

    /// The changes up to `revision`: those of the past, and those that waited.
    fn history_until(&self, revision: Revision, past: &Past, waiting: &[KvEvent]) -> History {
        let mut history = History::new(past.after, &self.options);
        for event in past.events.iter().chain(waiting).filter(|event| event_revision(event) <= revision) {
            match self.past_change(event) {
                Ok(change) => change.into_iter().for_each(|change| history.push(Arc::new(change))),
                // nothing before it can be told without it
                Err(_) => history = History::new(event_revision(event), &self.options),
            }
        }
        history
    }

    /// A change of the past, if it is one to this resource.
    fn past_change(&self, event: &KvEvent) -> Result<Option<Change>, StorageError> {
        let (key, previous) = match event {
            KvEvent::Put { kv, previous } => (&kv.key, previous),
            KvEvent::Delete { key, previous, .. } => (key, previous),
        };
        if self.store.layout().object(key).is_none() {
            return Ok(None);
        }
        let previous = previous.as_ref().map(|kv| self.store.load(kv).map(Arc::new)).transpose()?;
        match (event, previous) {
            (KvEvent::Delete { revision, .. }, Some(previous)) => Change::deletion(previous, *revision).map(Some),
            (KvEvent::Put { kv, .. }, previous) if previous.is_some() || kv.version == 1 => {
                Ok(Some(Change::put(Arc::new(self.store.load(kv)?), previous)))
            }
            // what it was before was compacted
            _ => Err(StorageError::Expired { asked: event_revision(event), oldest: None }),
        }
    }

    /// Forgets everything: changes were missed. Watches end.
    pub(super) fn reset(&self) {
        let mut state = self.state.write();
        state.phase = Phase::Empty;
        state.has_all = false;
        state.fillings += 1;
        state.view = View::default();
        self.relay.iter().for_each(Relay::clear);
        self.is_ready.send_replace(false);
        self.watchers.end_all();
        drop(state);
        self.snapshots.lock().clear();
    }

    /// Ends every watch for good.
    pub(super) fn close(&self) {
        self.watchers.close();
    }

    /// Takes a change from the store; returns the new state.
    pub(super) fn take(&self, event: KvEvent) -> Option<Arc<Entry>> {
        let mut state = self.state.write();
        match &mut state.phase {
            Phase::Empty => None,
            Phase::Filling(waiting) => {
                waiting.push(event);
                None
            }
            Phase::Ready => match &self.relay {
                Some(relay) => {
                    relay.extend([event]);
                    None
                }
                None => self.apply(&mut state, &event),
            },
        }
    }

    fn apply(&self, state: &mut State, event: &KvEvent) -> Option<Arc<Entry>> {
        let change = self.change(&state.view.objects, event);
        self.accept(state, change)
    }

    fn accept(&self, state: &mut State, change: Result<Option<Change>, StorageError>) -> Option<Arc<Entry>> {
        let change = match change {
            Ok(change) => Arc::new(change?),
            Err(err) => {
                tracing::error!(%err, "a change can't be shown to watchers");
                return None;
            }
        };
        change.entry.set_recent();
        state.view.apply(&change, &self.options.indexed);
        state.history.push(change.clone());
        state.taken += 1;
        self.watchers.push(&change);
        Some(change.entry.clone())
    }

    /// What an event changes, where these are the objects so far.
    fn change(&self, known: &Objects, event: &KvEvent) -> Result<Option<Change>, StorageError> {
        let key = match event {
            KvEvent::Put { kv, .. } => &kv.key,
            KvEvent::Delete { key, .. } => key,
        };
        let Some(key) = self.store.layout().object(key) else { return Ok(None) };
        let previous = known.get(&key).cloned();
        let kv = match (event, previous.clone()) {
            (KvEvent::Put { kv, .. }, _) => kv,
            (KvEvent::Delete { revision, .. }, Some(previous)) => {
                return Change::deletion(previous, *revision).map(Some);
            }
            (KvEvent::Delete { .. }, None) => return Ok(None),
        };
        if let Some(entry) = self.store.writes().take(kv) {
            return Ok(Some(Change::put(entry, previous)));
        }
        match (self.store.load(kv), previous) {
            (Ok(entry), previous) => Ok(Some(Change::put(Arc::new(entry), previous))),
            (Err(err), _) if err.is_unconverted() => Err(err),
            (Err(err), Some(previous)) => {
                tracing::error!(%err, "a stored object can't be read; to watchers it is deleted");
                Change::deletion(previous, kv.mod_revision).map(Some)
            }
            (Err(err), None) => Err(err),
        }
    }

    /// Looks at what it holds now, with the revision that this is the state of; `None` before it is filled.
    pub(super) fn read<T>(&self, look: impl FnOnce(&View, Revision) -> T) -> Option<T> {
        let state = self.state.read();
        if !matches!(state.phase, Phase::Ready) {
            return None;
        }
        let revision = state.view.applied.max(self.progress.get())?;
        Some(look(&state.view, revision))
    }

    /// One object; `None` before the cache is filled.
    pub(super) fn get(&self, key: &ObjectKey) -> Option<Option<Arc<Entry>>> {
        self.read(|view, _| view.objects.get(key).cloned())
    }

    pub(super) fn len(&self) -> Option<usize> {
        self.read(|view, _| view.objects.len())
    }

    /// What was done so far.
    pub(super) fn stats(&self) -> CacheStats {
        let state = self.state.read();
        CacheStats {
            changes: state.taken,
            capacity: self.options.history_max,
            fillings: state.filled,
            overflows: self.watchers.overflows(),
            revision: state.view.applied.max(self.progress.get()),
        }
    }

    /// How many watches there are.
    pub(super) fn watches(&self) -> usize {
        self.watchers.len()
    }

    /// The objects as they were at `revision`, where that is at hand.
    pub(super) fn snapshot(&self, revision: Revision) -> Option<Objects> {
        let present = self.read(|view, current| {
            let is_state_at = view.applied.is_some_and(|applied| applied <= revision) && revision <= current;
            is_state_at.then(|| view.objects.clone())
        });
        if let Some(Some(objects)) = present {
            return Some(objects);
        }
        let snapshots = self.snapshots.lock();
        snapshots.iter().find(|snapshot| snapshot.revision == revision).map(|snapshot| snapshot.objects.clone())
    }

    /// Keeps the objects of a list that will be continued.
    pub(super) fn keep_snapshot(&self, objects: &Objects, revision: Revision) {
        let mut snapshots = self.snapshots.lock();
        if snapshots.iter().any(|snapshot| snapshot.revision == revision) {
            return;
        }
        if snapshots.len() >= SNAPSHOTS_MAX {
            snapshots.pop_front();
        }
        snapshots.push_back(Snapshot { objects: objects.clone(), revision, at: Instant::now() });
    }

    /// Starts a watch with all objects, or with the changes after a revision.
    pub(super) fn watch(self: &Arc<Self>, start: From, wishes: WatchWishes) -> Result<WatchStream, StorageError> {
        let watcher = Arc::new(Watcher::default());
        let WatchWishes { selection, bookmarks, initial_events_end } = wishes;
        // held until the watcher is listed, so that no change falls between the start and the queue
        let state = self.state.read();
        if !matches!(state.phase, Phase::Ready) {
            return Err(StorageError::Initializing);
        }
        let current = state.view.applied.max(self.progress.get()).unwrap_or(Revision::FIRST);
        let (start, after) = match start {
            From::State => {
                (Start::State(state.view.candidates(&selection, "", &self.options.indexed), current), current)
            }
            From::Now => (Start::Changes(Vec::new().into_iter()), current),
            From::After(asked) => {
                let Some(changes) = state.history.after(asked) else {
                    return Err(StorageError::Expired { asked, oldest: Some(state.history.base()) });
                };
                let changes: Vec<_> = changes.filter(|change| selection.matches_key(change.key())).cloned().collect();
                (Start::Changes(changes.into_iter()), asked)
            }
        };
        let ticket = self.watchers.add(watcher.clone(), &selection);
        drop(state);
        let bookmarks_every = bookmarks.then_some(self.options.bookmarks_every);
        let wishes = Wishes { selection, after, initial_events_end, bookmarks_every };
        Ok(WatchStream::new(self.clone(), watcher, ticket, wishes, start))
    }

    /// Drops what has become old: changes, snapshots, encodings that nobody asked for lately.
    pub(super) async fn tend(&self) {
        self.state.write().history.trim();
        self.snapshots.lock().retain(|snapshot| snapshot.at.elapsed() < SNAPSHOT_KEPT_FOR);
        if !self.store.kind().take_has_made() {
            return;
        }
        let Some(objects) = self.read(|view, _| view.objects.clone()) else { return };
        let mut keeps = false;
        for (looked_at, entry) in objects.iter().enumerate() {
            keeps |= entry.tidy();
            if looked_at % TEND_STEP == TEND_STEP - 1 {
                tokio::task::yield_now().await;
            }
        }
        if keeps {
            self.store.kind().set_has_made();
        }
    }
}

/// From where a watch starts, once the cache is as fresh as it must be.
#[derive(Clone, Copy, Debug)]
pub(super) enum From {
    /// All objects.
    State,
    /// What comes.
    Now,
    /// Changes after this revision.
    After(Revision),
}

/// What a watcher wants.
pub(super) struct WatchWishes {
    pub(super) selection: Selection,
    pub(super) bookmarks: bool,
    pub(super) initial_events_end: bool,
}
