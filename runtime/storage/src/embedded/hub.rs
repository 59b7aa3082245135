//! Hands changes to watches.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use parking_lot::Mutex;

use crate::{
    embedded::{options::EmbeddedOptions, recent::Recent},
    kv::{KeyRange, KvError, KvEvent},
    outbox::{Outbox, event_key, event_revision},
    revision::Revision,
};

/// The recent changes and the open watches, which see the same cut of history because one lock holds both.
pub(super) struct Hub {
    state: Mutex<State>,
    watch_events_max: usize,
    watch_bytes_max: usize,
    progress_interval: Duration,
}

struct State {
    recent: Recent,
    /// Every change up to here was given to every watch.
    published: Revision,
    watches: Vec<Watch>,
    next_id: u64,
    closed: bool,
}

struct Watch {
    id: u64,
    range: KeyRange,
    from: Revision,
    outbox: Arc<Outbox>,
}

/// What became of a wish to follow changes.
pub(super) enum Subscribed {
    /// Everything from the wished revision on comes through this.
    Live(Subscription),
    /// The wished revision is older than what is in memory. `first` is the first that is not.
    TooOld {
        /// The first revision in memory.
        first: Revision,
    },
}

/// An open watch; dropping it ends it.
pub(super) struct Subscription {
    hub: Arc<Hub>,
    id: u64,
    pub(super) outbox: Arc<Outbox>,
}

impl Hub {
    pub(super) fn new(latest: Revision, options: &EmbeddedOptions) -> Self {
        Self {
            state: Mutex::new(State {
                recent: Recent::after(latest, options.recent_events_max, options.recent_bytes_max),
                published: latest,
                watches: Vec::new(),
                next_id: 0,
                closed: false,
            }),
            watch_events_max: options.watch_events_max,
            watch_bytes_max: options.watch_bytes_max,
            progress_interval: options.watch_progress_interval,
        }
    }

    /// The value put at `revision`, if the change is recent.
    pub(super) fn value(&self, revision: Revision) -> Option<Bytes> {
        self.state.lock().recent.value(revision)
    }

    /// Gives the changes of a batch, in revision order and without a gap, to all watches.
    pub(super) fn publish(&self, events: Vec<KvEvent>) {
        let mut state = self.state.lock();
        for watch in &state.watches {
            watch.outbox.push(events.iter().filter(|event| watch.wants(event)));
        }
        if let Some(last) = events.last() {
            state.published = event_revision(last);
        }
        events.into_iter().for_each(|event| state.recent.push(event));
    }

    /// Starts a watch from `from`, or after the latest change.
    pub(super) fn subscribe(self: &Arc<Self>, range: &KeyRange, from: Option<Revision>) -> Subscribed {
        let mut state = self.state.lock();
        let from = from.unwrap_or_else(|| state.published.next());
        let first = state.recent.first();
        if from < first {
            return Subscribed::TooOld { first };
        }
        let outbox = Arc::new(Outbox::new(self.watch_events_max, self.watch_bytes_max));
        let watch = Watch { id: state.next_id, range: range.clone(), from, outbox: outbox.clone() };
        outbox.push(state.recent.since(from).filter(|event| watch.wants(event)));
        if state.closed {
            outbox.end(KvError::Closed);
        }
        let id = watch.id;
        state.next_id += 1;
        state.watches.push(watch);
        Subscribed::Live(Subscription { hub: self.clone(), id, outbox })
    }

    /// Has every watch report how far it is.
    pub(super) fn request_progress(&self) {
        let state = self.state.lock();
        for watch in &state.watches {
            watch.report(state.published);
        }
    }

    /// Ends all watches.
    pub(super) fn close(&self) {
        let mut state = self.state.lock();
        state.closed = true;
        for watch in &state.watches {
            watch.outbox.end(KvError::Closed);
        }
    }
}

impl Watch {
    fn wants(&self, event: &KvEvent) -> bool {
        self.range.contains(event_key(event)) && event_revision(event) >= self.from
    }

    /// A watch that starts in the future has nothing to report yet.
    fn report(&self, published: Revision) {
        if published.next() >= self.from {
            self.outbox.progress(published);
        }
    }
}

impl Subscription {
    /// How long this watch may stay silent.
    pub(super) fn progress_interval(&self) -> Duration {
        self.hub.progress_interval
    }

    /// Has this watch report how far it is.
    pub(super) fn request_progress(&self) {
        let state = self.hub.state.lock();
        if let Some(watch) = state.watches.iter().find(|watch| watch.id == self.id) {
            watch.report(state.published);
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.hub.state.lock().watches.retain(|watch| watch.id != self.id);
    }
}
