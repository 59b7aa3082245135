//! Items that are due later.

use std::{
    cmp::Ordering,
    collections::{BinaryHeap, HashMap, hash_map::Entry},
};

use tokio::time::Instant;

use super::state::Item;

/// Items by when they are due, each once.
#[derive(Debug)]
pub(super) struct Delayed<T> {
    /// May hold an item several times; only the entry that agrees with `due` counts.
    heap: BinaryHeap<Due<T>>,
    due: HashMap<T, When>,
    next: u64,
}

/// When an item is due, and how urgent it is then.
#[derive(Clone, Copy, Debug)]
struct When {
    at: Instant,
    priority: i32,
}

impl<T> Default for Delayed<T> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), due: HashMap::new(), next: 0 }
    }
}

impl<T: Item> Delayed<T> {
    /// Adds an item, or moves it forward; the higher of its priorities counts. Says whether it is now the first.
    pub(super) fn insert(&mut self, item: T, at: Instant, priority: i32) -> bool {
        match self.due.entry(item.clone()) {
            Entry::Occupied(mut known) => {
                let known = known.get_mut();
                known.priority = known.priority.max(priority);
                if known.at <= at {
                    return false;
                }
                known.at = at;
            }
            Entry::Vacant(place) => {
                place.insert(When { at, priority });
            }
        }
        let is_first = self.next_due().is_none_or(|first| at < first);
        self.heap.push(Due { at, number: self.next, item });
        self.next += 1;
        is_first
    }

    /// When the first item is due.
    pub(super) fn next_due(&mut self) -> Option<Instant> {
        loop {
            let first = self.heap.peek()?;
            if self.due.get(&first.item).is_some_and(|when| when.at == first.at) {
                return Some(first.at);
            }
            self.heap.pop();
        }
    }

    /// Takes an item that is due, with its priority.
    pub(super) fn pop_due(&mut self, now: Instant) -> Option<(T, i32)> {
        if self.next_due()? > now {
            return None;
        }
        let item = self.heap.pop()?.item;
        let when = self.due.remove(&item)?;
        Some((item, when.priority))
    }
}

#[derive(Debug)]
struct Due<T> {
    at: Instant,
    /// Of those that are due at once, what was added first comes first.
    number: u64,
    item: T,
}

impl<T> PartialEq for Due<T> {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.number) == (other.at, other.number)
    }
}

impl<T> Eq for Due<T> {}

impl<T> PartialOrd for Due<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Due<T> {
    /// The earliest is the greatest, which is what the heap gives first.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.number).cmp(&(self.at, self.number))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_earliest_time_and_the_highest_priority_count() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut delayed = Delayed::default();
        assert!(delayed.insert("a", at(5), 0));
        assert!(!delayed.insert("a", at(9), 4));
        assert!(!delayed.insert("b", at(7), -1));
        assert!(delayed.insert("a", at(3), 1));
        assert_eq!(delayed.pop_due(at(2)), None);
        assert_eq!(delayed.pop_due(at(6)), Some(("a", 4)));
        assert_eq!(delayed.pop_due(at(6)), None);
        assert_eq!(delayed.next_due(), Some(at(7)));
        assert_eq!(delayed.pop_due(at(9)), Some(("b", -1)));
        assert_eq!(delayed.next_due(), None);
    }
}
