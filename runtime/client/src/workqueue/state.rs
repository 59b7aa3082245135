//! Which items wait and which are being worked on. No waiting here: [`super::WorkQueue`] does that.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
    hash::Hash,
    time::Duration,
};

use tokio::time::Instant;

use super::{delayed::Delayed, metrics::Unfinished};

/// What can be queued.
pub trait Item: Clone + Eq + Hash + Send + Sync + 'static {}

impl<T: Clone + Eq + Hash + Send + Sync + 'static> Item for T {}

#[derive(Debug)]
pub(super) struct State<T> {
    /// Items to take, in order. Each is in `waiting` and not in `working`.
    ready: BTreeMap<Place, T>,
    /// The number of the next place.
    next: u64,
    /// Items that need work; those that are also in `working` become ready when that is done.
    waiting: HashMap<T, Waiting>,
    /// Items taken and not done, with when they were taken.
    working: HashMap<T, Instant>,
    delayed: Delayed<T>,
    is_shutting_down: bool,
}

#[derive(Debug)]
struct Waiting {
    since: Instant,
    priority: i32,
    /// Its place among the ready ones, if it is one.
    place: Option<Place>,
}

/// The more urgent comes first, then what came first. An item that becomes more urgent keeps its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    priority: Reverse<i32>,
    number: u64,
}

impl<T> Default for State<T> {
    fn default() -> Self {
        Self {
            ready: BTreeMap::new(),
            next: 0,
            waiting: HashMap::new(),
            working: HashMap::new(),
            delayed: Delayed::default(),
            is_shutting_down: false,
        }
    }
}

/// What adding an item did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Added {
    /// It can be taken.
    Ready,
    /// It can be taken when the work on it is done.
    Behind,
    /// Nothing: it waited already, or the queue is shutting down.
    Not,
}

/// What taking an item gave.
#[derive(Debug)]
pub(super) enum Taken<T> {
    /// An item.
    Item { item: T, priority: i32, waited: Duration },
    /// Nothing now; a delayed item is due then.
    Nothing { due: Option<Instant> },
    /// Nothing any more.
    Ended,
}

/// What ending the work on an item did.
#[derive(Debug)]
pub(super) struct Done {
    /// How long the work took; `None` where there was none.
    pub(super) worked: Option<Duration>,
    /// It can be taken again.
    pub(super) is_ready: bool,
}

impl<T: Item> State<T> {
    /// Adds an item. One that waits already becomes as urgent as `priority` says, if that is more.
    pub(super) fn add(&mut self, item: T, priority: i32, now: Instant) -> Added {
        if self.is_shutting_down {
            return Added::Not;
        }
        if let Some(known) = self.waiting.get_mut(&item) {
            if known.priority < priority {
                known.priority = priority;
                if let Some(place) = &mut known.place {
                    self.ready.remove(place);
                    place.priority = Reverse(priority);
                    self.ready.insert(*place, item);
                }
            }
            return Added::Not;
        }
        let place = if self.working.contains_key(&item) { None } else { Some(self.make_ready(item.clone(), priority)) };
        self.waiting.insert(item, Waiting { since: now, priority, place });
        if place.is_some() { Added::Ready } else { Added::Behind }
    }

    /// Puts an item behind the equally urgent ones.
    fn make_ready(&mut self, item: T, priority: i32) -> Place {
        let place = Place { priority: Reverse(priority), number: self.next };
        self.next += 1;
        self.ready.insert(place, item);
        place
    }

    /// Adds an item later; says whether it is now the first of the delayed ones.
    pub(super) fn add_at(&mut self, item: T, priority: i32, due: Instant) -> bool {
        !self.is_shutting_down && self.delayed.insert(item, due, priority)
    }

    /// Adds the delayed items that are due; returns how many of them didn't wait already.
    pub(super) fn promote(&mut self, now: Instant) -> usize {
        let mut grown = 0;
        while let Some((item, priority)) = self.delayed.pop_due(now) {
            grown += usize::from(self.add(item, priority, now) != Added::Not);
        }
        grown
    }

    /// Takes the next item.
    pub(super) fn take(&mut self, now: Instant) -> Taken<T> {
        let taken = self.ready.pop_first().and_then(|(_, item)| self.waiting.remove_entry(&item));
        match taken {
            Some((item, Waiting { since, priority, .. })) => {
                self.working.insert(item.clone(), now);
                Taken::Item { item, priority, waited: now - since }
            }
            None if self.is_shutting_down => Taken::Ended,
            None => Taken::Nothing { due: self.delayed.next_due() },
        }
    }

    /// Ends the work on an item.
    pub(super) fn done(&mut self, item: &T, now: Instant) -> Done {
        let worked = self.working.remove(item).map(|taken| now - taken);
        let again = self.waiting.get(item).filter(|_| worked.is_some()).map(|waiting| waiting.priority);
        if let Some(priority) = again {
            let place = self.make_ready(item.clone(), priority);
            self.waiting.entry(item.clone()).and_modify(|waiting| waiting.place = Some(place));
        }
        Done { worked, is_ready: again.is_some() }
    }

    /// How many items can be taken.
    pub(super) fn ready_len(&self) -> usize {
        self.ready.len()
    }

    /// How many items need work, also those that are being worked on at present.
    pub(super) fn depth(&self) -> usize {
        self.waiting.len()
    }

    pub(super) fn unfinished(&self, now: Instant) -> Unfinished {
        let mut unfinished = Unfinished::default();
        for taken in self.working.values() {
            unfinished.total += now - *taken;
            unfinished.longest = unfinished.longest.max(now - *taken);
        }
        unfinished
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
        self.ready.is_empty() && self.working.is_empty()
    }
}
