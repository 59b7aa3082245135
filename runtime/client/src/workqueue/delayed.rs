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
    due: HashMap<T, Instant>,
}

impl<T> Default for Delayed<T> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), due: HashMap::new() }
    }
}

impl<T: Item> Delayed<T> {
    /// Adds an item, or moves it forward. Says whether it is now the first.
    pub(super) fn insert(&mut self, item: T, at: Instant) -> bool {
        match self.due.entry(item.clone()) {
            Entry::Occupied(known) if *known.get() <= at => return false,
            Entry::Occupied(mut known) => {
                known.insert(at);
            }
            Entry::Vacant(place) => {
                place.insert(at);
            }
        }
        let is_first = self.next_due().is_none_or(|first| at < first);
        self.heap.push(Due { at, item });
        is_first
    }

    /// When the first item is due.
    pub(super) fn next_due(&mut self) -> Option<Instant> {
        loop {
            let first = self.heap.peek()?;
            if self.due.get(&first.item) == Some(&first.at) {
                return Some(first.at);
            }
            self.heap.pop();
        }
    }

    /// Takes an item that is due.
    pub(super) fn pop_due(&mut self, now: Instant) -> Option<T> {
        if self.next_due()? > now {
            return None;
        }
        let item = self.heap.pop()?.item;
        self.due.remove(&item);
        Some(item)
    }
}

#[derive(Debug)]
struct Due<T> {
    at: Instant,
    item: T,
}

impl<T> PartialEq for Due<T> {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
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
        other.at.cmp(&self.at)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_earliest_time_counts() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut delayed = Delayed::default();
        assert!(delayed.insert("a", at(5)));
        assert!(!delayed.insert("a", at(9)));
        assert!(!delayed.insert("b", at(7)));
        assert!(delayed.insert("a", at(3)));
        assert_eq!(delayed.pop_due(at(2)), None);
        assert_eq!(delayed.pop_due(at(6)), Some("a"));
        assert_eq!(delayed.pop_due(at(6)), None);
        assert_eq!(delayed.next_due(), Some(at(7)));
        assert_eq!(delayed.pop_due(at(9)), Some("b"));
        assert_eq!(delayed.next_due(), None);
    }
}
