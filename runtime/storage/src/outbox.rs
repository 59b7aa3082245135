//! What one watch has not read yet.

use std::collections::VecDeque;

use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::{
    kv::{KeyValue, KvError, KvEvent, WatchItem},
    revision::Revision,
};

/// A bounded buffer between a source of events and one watch. The source never waits: when the buffer is full, the watch
/// ends.
pub(crate) struct Outbox {
    state: Mutex<State>,
    arrived: Notify,
    events_max: usize,
    bytes_max: usize,
}

#[derive(Default)]
struct State {
    events: VecDeque<KvEvent>,
    bytes: usize,
    progress: Option<Revision>,
    end: Option<KvError>,
}

impl Outbox {
    pub(crate) fn new(events_max: usize, bytes_max: usize) -> Self {
        Self { state: Mutex::default(), arrived: Notify::new(), events_max, bytes_max }
    }

    /// Adds events, oldest first.
    pub(crate) fn push<'a>(&self, events: impl Iterator<Item = &'a KvEvent>) {
        let mut state = self.state.lock();
        if state.end.is_some() {
            return;
        }
        let before = state.events.len();
        for event in events {
            state.bytes += event_bytes(event);
            state.events.push_back(event.clone());
            if state.events.len() > self.events_max || state.bytes > self.bytes_max {
                *state = State { end: Some(KvError::WatchOverflow), ..State::default() };
                drop(state);
                return self.arrived.notify_one();
            }
        }
        if state.events.len() > before {
            drop(state);
            self.arrived.notify_one();
        }
    }

    /// Says that every event up to `revision` was pushed.
    pub(crate) fn progress(&self, revision: Revision) {
        let mut state = self.state.lock();
        // once it has ended, events are no longer pushed
        if state.end.is_none() {
            state.progress = Some(revision);
            drop(state);
            self.arrived.notify_one();
        }
    }

    /// Nothing will follow, once what is there was read.
    pub(crate) fn end(&self, err: KvError) {
        self.state.lock().end.get_or_insert(err);
        self.arrived.notify_one();
    }

    /// Delivers nothing but `err`.
    pub(crate) fn refuse(&self, err: KvError) {
        *self.state.lock() = State { end: Some(err), ..State::default() };
        self.arrived.notify_one();
    }

    /// The next thing to deliver, if there is any.
    pub(crate) fn take(&self) -> Option<Result<WatchItem, KvError>> {
        let mut state = self.state.lock();
        if !state.events.is_empty() {
            state.bytes = 0;
            let events: Vec<KvEvent> = std::mem::take(&mut state.events).into();
            // A progress that was asked for before these events must not step back behind them.
            if let (Some(progress), Some(last)) = (&mut state.progress, events.last()) {
                *progress = (*progress).max(event_revision(last));
            }
            return Some(Ok(WatchItem::Events(events)));
        }
        if let Some(revision) = state.progress.take() {
            return Some(Ok(WatchItem::Progress(revision)));
        }
        state.end.take().map(Err)
    }

    /// Waits until [`Outbox::take`] may have something.
    pub(crate) async fn arrived(&self) {
        self.arrived.notified().await;
    }
}

/// The revision that an event reports.
pub(crate) fn event_revision(event: &KvEvent) -> Revision {
    match event {
        KvEvent::Put { kv, .. } => kv.mod_revision,
        KvEvent::Delete { revision, .. } => *revision,
    }
}

/// The key that an event is about.
pub(crate) fn event_key(event: &KvEvent) -> &[u8] {
    match event {
        KvEvent::Put { kv, .. } => &kv.key,
        KvEvent::Delete { key, .. } => key,
    }
}

/// What an event keeps in memory. The state before a put is not counted: it is usually that of an event nearby.
pub(crate) fn event_bytes(event: &KvEvent) -> usize {
    let of = |kv: &KeyValue| kv.key.len() + kv.value.len();
    match event {
        KvEvent::Put { kv, .. } => of(kv),
        KvEvent::Delete { key, previous, .. } => key.len() + previous.as_ref().map_or(0, of),
    }
}
