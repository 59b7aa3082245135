//! Which items wait and which are being worked on. No waiting here: [`super::WorkQueue`] does that.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
    time::Duration,
};

use tokio::time::Instant;

use super::delayed::Delayed;

/// What can be queued.
pub trait Item: Clone + Eq + Hash + Send + Sync + 'static {}

impl<T: Clone + Eq + Hash + Send + Sync + 'static> Item for T {}

#[derive(Debug)]
pub(super) struct State<T> {
    /// Items to take, in order. Each is in `waiting` and not in `working`.
    queue: VecDeque<T>,
    /// Items that need work, with when they were added; those that are also in `working` are queued when that is done.
    waiting: HashMap<T, Instant>,
    /// Items taken and not done, with when they were taken.
    working: HashMap<T, Instant>,
    delayed: Delayed<T>,
    is_shutting_down: bool,
}

impl<T> Default for State<T> {
    fn default() -> Self {
        Self {
            queue: VecDeque::new(),
            waiting: HashMap::new(),
            working: HashMap::new(),
            delayed: Delayed::default(),
            is_shutting_down: false,
        }
    }
}

/// What taking an item gave.
#[derive(Debug)]
pub(super) enum Taken<T> {
    /// An item.
    Item(T),
    /// Nothing now; a delayed item is due then.
    Nothing { due: Option<Instant> },
    /// Nothing any more.
    Ended,
}

impl<T: Item> State<T> {
    /// Adds an item; returns the queue's length where it grew.
    pub(super) fn add(&mut self, item: T, now: Instant) -> Option<usize> {
        if self.is_shutting_down || self.waiting.contains_key(&item) {
            return None;
        }
        self.waiting.insert(item.clone(), now);
        if self.working.contains_key(&item) {
            return None;
        }
        self.queue.push_back(item);
        Some(self.queue.len())
    }

    /// Adds an item later; says whether it is now the first of the delayed ones.
    pub(super) fn add_at(&mut self, item: T, due: Instant) -> bool {
        !self.is_shutting_down && self.delayed.insert(item, due)
    }

    /// Moves delayed items that are due into the queue; returns how many it grew by.
    pub(super) fn promote(&mut self, now: Instant) -> usize {
        let mut grown = 0;
        while let Some(item) = self.delayed.pop_due(now) {
            grown += usize::from(self.add(item, now).is_some());
        }
        grown
    }

    /// Takes the next item, and says how long it waited.
    pub(super) fn take(&mut self, now: Instant) -> (Taken<T>, Option<Duration>) {
        match self.queue.pop_front() {
            Some(item) => {
                let waited = self.waiting.remove(&item).map(|added| now - added);
                self.working.insert(item.clone(), now);
                (Taken::Item(item), waited)
            }
            None if self.is_shutting_down => (Taken::Ended, None),
            None => (Taken::Nothing { due: self.delayed.next_due() }, None),
        }
    }

    /// Ends the work on an item; says whether it was queued again, and how long the work took.
    pub(super) fn done(&mut self, item: &T, now: Instant) -> (bool, Option<Duration>) {
        let worked = self.working.remove(item).map(|taken| now - taken);
        let again = worked.is_some() && self.waiting.contains_key(item);
        if again {
            self.queue.push_back(item.clone());
        }
        (again, worked)
    }

    pub(super) fn depth(&self) -> usize {
        self.queue.len()
    }

    pub(super) fn shut_down(&mut self) {
        self.is_shutting_down = true;
        self.delayed = Delayed::default();
    }

    pub(super) fn is_shutting_down(&self) -> bool {
        self.is_shutting_down
    }

    /// Whether nothing waits and nothing is being worked on.
    pub(super) fn is_idle(&self) -> bool {
        self.queue.is_empty() && self.working.is_empty()
    }
}
