//! What the cache holds of one resource.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use parking_lot::{Mutex, RwLock};
use tokio::{sync::watch, time::Instant};

use super::{
    CacheOptions,
    history::History,
    objects::Objects,
    progress::Progress,
    watcher::{Start, WatchStream, Watcher, Wishes},
    watchers::Watchers,
};
use crate::{
    change::Change,
    entry::Entry,
    kv::KvEvent,
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
    progress: Arc<Progress>,
    is_ready: watch::Sender<bool>,
}

struct State {
    phase: Phase,
    /// Counts the times that it was filled, so that a filling that was overtaken by a reset is dropped.
    fillings: u64,
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

/// The objects now, with their indexes.
#[derive(Default)]
pub(super) struct View {
    pub(super) objects: Objects,
    /// For each indexed field, the objects by its value.
    fields: Vec<HashMap<Box<str>, Objects>>,
    /// The last change, or what the filling was read at.
    applied: Option<Revision>,
}

/// The objects at a revision.
#[derive(Clone)]
pub(super) struct Snapshot {
    pub(super) objects: Objects,
    pub(super) revision: Revision,
    at: Instant,
}

impl Resource {
    pub(super) fn new(store: ObjectStore, options: CacheOptions, progress: Arc<Progress>) -> Self {
        store.writes().want();
        let history = History::new(Revision::FIRST, options.history_max);
        let state = State { phase: Phase::Empty, fillings: 0, view: View::default(), history, taken: 0, filled: 0 };
        Self {
            store,
            watchers: Arc::new(Watchers::new(&options.indexed_fields)),
            options,
            state: RwLock::new(state),
            snapshots: Mutex::default(),
            progress,
            is_ready: watch::Sender::new(false),
        }
    }

    /// How far every watcher's queue is filled.
    pub(super) fn progress(&self) -> Option<Revision> {
        self.progress.get()
    }

    /// Waits until the objects are known.
    pub(super) async fn ready(&self) {
        // fails only if the sender is gone, which is here
        drop(self.is_ready.subscribe().wait_for(|ready| *ready).await);
    }

    /// Starts filling: from now on changes are kept until [`Resource::fill`] with the number returned.
    pub(super) fn begin_filling(&self) -> u64 {
        let mut state = self.state.write();
        state.phase = Phase::Filling(Vec::new());
        state.fillings += 1;
        state.fillings
    }

    /// Takes the objects, as they were at `revision`, and the changes since.
    pub(super) fn fill(&self, filling: u64, entries: Vec<Arc<Entry>>, revision: Revision) {
        let view = View::of(entries, revision, &self.options.indexed_fields);
        let mut state = self.state.write();
        if state.fillings != filling {
            return;
        }
        let Phase::Filling(waiting) = std::mem::replace(&mut state.phase, Phase::Ready) else { return };
        state.view = view;
        state.history = History::new(revision, self.options.history_max);
        state.filled += 1;
        for event in waiting.iter().filter(|event| revision_of(event) > revision) {
            self.apply(&mut state, event);
        }
        drop(state);
        self.is_ready.send_replace(true);
    }

    /// Forgets everything: changes were missed. Watches end.
    pub(super) fn reset(&self) {
        let mut state = self.state.write();
        state.phase = Phase::Empty;
        state.fillings += 1;
        state.view = View::default();
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
            Phase::Ready => self.apply(&mut state, &event),
        }
    }

    fn apply(&self, state: &mut State, event: &KvEvent) -> Option<Arc<Entry>> {
        let change = match self.change(&state.view, event) {
            Ok(change) => Arc::new(change?),
            Err(err) => {
                tracing::error!(%err, "a change can't be shown to watchers");
                return None;
            }
        };
        change.entry.set_recent();
        state.view.apply(&change, &self.options.indexed_fields);
        state.history.push(change.clone());
        state.taken += 1;
        self.watchers.push(&change);
        Some(change.entry.clone())
    }

    fn change(&self, view: &View, event: &KvEvent) -> Result<Option<Change>, StorageError> {
        let key = match event {
            KvEvent::Put { kv, .. } => &kv.key,
            KvEvent::Delete { key, .. } => key,
        };
        let Some(key) = self.store.layout().object(key) else { return Ok(None) };
        let previous = view.objects.get(&key).cloned();
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
                (Start::State(state.view.candidates(&selection, "", &self.options.indexed_fields), current), current)
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

fn revision_of(event: &KvEvent) -> Revision {
    match event {
        KvEvent::Put { kv, .. } => kv.mod_revision,
        KvEvent::Delete { revision, .. } => *revision,
    }
}

impl View {
    fn of(entries: Vec<Arc<Entry>>, revision: Revision, indexed: &[&'static str]) -> Self {
        let fields = indexed.iter().map(|label| {
            let mut values: HashMap<Box<str>, Vec<Arc<Entry>>> = HashMap::new();
            for entry in &entries {
                values.entry(entry.field(label).unwrap_or_default().into()).or_default().push(entry.clone());
            }
            values.into_iter().map(|(value, entries)| (value, Objects::of(entries))).collect()
        });
        Self { fields: fields.collect(), objects: Objects::of(entries), applied: Some(revision) }
    }

    fn apply(&mut self, change: &Change, indexed: &[&'static str]) {
        for (label, values) in indexed.iter().zip(&mut self.fields) {
            let value = |entry: &Arc<Entry>| entry.field(label).unwrap_or_default().to_owned();
            let now = (!change.is_deletion).then(|| value(&change.entry));
            if let Some(before) = change.previous.as_ref().map(value).filter(|before| Some(before) != now.as_ref())
                && let Some(objects) = values.get_mut(before.as_str())
            {
                objects.remove(change.key());
                if objects.is_empty() {
                    values.remove(before.as_str());
                }
            }
            if let Some(now) = now {
                values.entry(now.into()).or_default().insert(change.entry.clone());
            }
        }
        match change.is_deletion {
            true => self.objects.remove(change.key()),
            false => self.objects.insert(change.entry.clone()),
        };
        self.applied = Some(change.revision());
    }

    /// The objects that a selection may mean, from `start` on.
    pub(super) fn candidates(
        &self,
        selection: &Selection,
        start: &str,
        indexed: &[&'static str],
    ) -> super::objects::Range {
        let namespace = selection.only_namespace();
        for (label, values) in indexed.iter().zip(&self.fields) {
            if let Some(value) = selection.fields.required_value(label) {
                return values.get(value).cloned().unwrap_or_default().range(namespace, start);
            }
        }
        self.objects.range(namespace, start)
    }
}
