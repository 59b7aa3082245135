//! One watch: a queue that changes are put in, and the stream that takes them out.

use std::{
    collections::VecDeque,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use futures::Stream;
use parking_lot::Mutex;
use tokio::time::{Instant, Sleep};

use super::{objects::Range, resource::Resource, watchers::Ticket};
use crate::{
    change::Change,
    kv::KvError,
    revision::Revision,
    storage::{Selection, StorageError, WatchEvent},
};

/// A watcher that leaves so many changes unread is ended, so that it holds no memory (upstream drops it likewise).
const QUEUE_MAX: usize = 1000;

/// While it is still reading what was there at its start, it may leave more.
const QUEUE_AT_START_MAX: usize = 10_000;

/// Changes looked at in one go before others get their turn.
const LOOK_MAX: usize = 512;

/// What changes are put in.
#[derive(Debug, Default)]
pub(super) struct Watcher {
    queue: Mutex<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    changes: VecDeque<Arc<Change>>,
    /// It has read what was there at its start.
    has_caught_up: bool,
    ended: Option<End>,
    waker: Option<Waker>,
}

/// Why a watch ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It read too slowly.
    Overflow,
    /// The cache was emptied or is closing. Clients watch again from where they were.
    Closed,
}

impl Watcher {
    /// Puts a change into the queue. False where that is full: the watch ends.
    pub(super) fn push(&self, change: &Arc<Change>) -> bool {
        let mut queue = self.queue.lock();
        if queue.ended.is_some() {
            return true;
        }
        let max = if queue.has_caught_up { QUEUE_MAX } else { QUEUE_AT_START_MAX };
        let is_full = queue.changes.len() >= max;
        if is_full {
            queue.changes = VecDeque::new();
            queue.ended = Some(End::Overflow);
        } else {
            queue.changes.push_back(change.clone());
        }
        let waker = queue.waker.take();
        drop(queue);
        waker.into_iter().for_each(Waker::wake);
        !is_full
    }

    pub(super) fn end(&self, why: End) {
        let mut queue = self.queue.lock();
        queue.ended.get_or_insert(why);
        let waker = queue.waker.take();
        drop(queue);
        waker.into_iter().for_each(Waker::wake);
    }
}

/// What a watch yields before changes from its queue.
pub(super) enum Start {
    /// The objects of a snapshot at a revision.
    State(Range, Revision),
    /// Changes that are past already.
    Changes(std::vec::IntoIter<Arc<Change>>),
}

/// A watch's settings.
pub(super) struct Wishes {
    pub(super) selection: Selection,
    /// Changes up to this revision are not of interest: it is in the future, or they are part of the start.
    pub(super) after: Revision,
    pub(super) initial_events_end: bool,
    /// The time between bookmarks; none are wanted without.
    pub(super) bookmarks_every: Option<Duration>,
}

/// The stream of a watch.
pub(super) struct WatchStream {
    resource: Arc<Resource>,
    watcher: Arc<Watcher>,
    /// Takes the watcher off the resource's lists when dropped.
    _ticket: Ticket,
    wishes: Wishes,
    start: Option<Start>,
    bookmark: Option<Pin<Box<Sleep>>>,
    /// Changes taken from the queue, to be looked at.
    taken: VecDeque<Arc<Change>>,
    is_over: bool,
}

impl WatchStream {
    pub(super) fn new(
        resource: Arc<Resource>,
        watcher: Arc<Watcher>,
        ticket: Ticket,
        wishes: Wishes,
        start: Start,
    ) -> Self {
        let bookmark = wishes.bookmarks_every.map(|every| Box::pin(tokio::time::sleep(every)));
        let (start, taken) = (Some(start), VecDeque::new());
        Self { resource, watcher, _ticket: ticket, wishes, start, bookmark, taken, is_over: false }
    }

    /// The next event of the start.
    fn next_of_start(&mut self) -> Option<Result<WatchEvent, StorageError>> {
        match self.start.as_mut()? {
            Start::State(range, revision) => {
                let revision = *revision;
                if let Some(entry) = range.find(|entry| self.wishes.selection.matches(entry)) {
                    return Some(Ok(WatchEvent::Added(entry)));
                }
                self.caught_up();
                self.wishes
                    .initial_events_end
                    .then_some(Ok(WatchEvent::Bookmark { revision, initial_events_end: true }))
            }
            Start::Changes(changes) => {
                let event = changes.find_map(|change| change.through(&self.wishes.selection).transpose());
                if event.is_none() {
                    self.caught_up();
                }
                event
            }
        }
    }

    fn caught_up(&mut self) {
        self.start = None;
        self.watcher.queue.lock().has_caught_up = true;
    }

    /// The next event of the changes taken from the queue.
    fn next_taken(&mut self) -> Option<Result<WatchEvent, StorageError>> {
        while let Some(change) = self.taken.pop_front() {
            if change.revision() > self.wishes.after
                && let Some(event) = change.through(&self.wishes.selection).transpose()
            {
                return Some(event);
            }
        }
        None
    }

    /// Takes changes from the queue. `Pending` where there are none.
    fn poll_queue(&mut self, cx: &mut Context<'_>) -> Poll<Option<StorageError>> {
        let mut queue = self.watcher.queue.lock();
        if !queue.changes.is_empty() {
            self.taken = match queue.changes.len() <= LOOK_MAX {
                true => std::mem::take(&mut queue.changes),
                false => queue.changes.drain(..LOOK_MAX).collect(),
            };
            return Poll::Ready(None);
        }
        match queue.ended {
            Some(End::Overflow) => return Poll::Ready(Some(StorageError::Kv(KvError::WatchOverflow))),
            Some(End::Closed) => return Poll::Ready(Some(StorageError::Kv(KvError::Closed))),
            None => {}
        }
        match &mut queue.waker {
            Some(waker) => waker.clone_from(cx.waker()),
            waker => *waker = Some(cx.waker().clone()),
        }
        Poll::Pending
    }

    /// A bookmark, if it is time. To be asked when all changes up to `revision` were yielded.
    fn poll_bookmark(&mut self, revision: Option<Revision>, cx: &mut Context<'_>) -> Poll<WatchEvent> {
        let (Some(sleep), Some(every)) = (&mut self.bookmark, self.wishes.bookmarks_every) else {
            return Poll::Pending;
        };
        while sleep.as_mut().poll(cx).is_ready() {
            sleep.as_mut().reset(Instant::now() + every);
            // a watch from the future has nothing to say yet
            if let Some(revision) = revision.filter(|revision| *revision >= self.wishes.after) {
                return Poll::Ready(WatchEvent::Bookmark { revision, initial_events_end: false });
            }
        }
        Poll::Pending
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<WatchEvent, StorageError>>> {
        loop {
            if let Some(event) = self.next_of_start().or_else(|| self.next_taken()) {
                return Poll::Ready(Some(event));
            }
            // read before the queue is found empty: all up to it was put into the queue before
            let revision = self.resource.progress();
            match self.poll_queue(cx) {
                // a reset or a close says nothing wrong of the watch: it just ends
                Poll::Ready(Some(StorageError::Kv(KvError::Closed))) => return Poll::Ready(None),
                Poll::Ready(Some(err)) => return Poll::Ready(Some(Err(err))),
                Poll::Ready(None) => {}
                Poll::Pending => return self.poll_bookmark(revision, cx).map(|event| Some(Ok(event))),
            }
        }
    }
}

impl Stream for WatchStream {
    type Item = Result<WatchEvent, StorageError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.is_over {
            return Poll::Ready(None);
        }
        let event = this.poll_event(cx);
        if matches!(event, Poll::Ready(None | Some(Err(_)))) {
            this.is_over = true;
        }
        event
    }
}
