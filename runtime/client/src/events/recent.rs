//! A map that forgets.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
};

/// Keeps the values of the keys that came last, up to a number.
#[derive(Debug)]
pub(super) struct Recent<K, V> {
    values: HashMap<K, V>,
    /// Keys in the order in which they came; each once.
    order: VecDeque<K>,
    max: usize,
}

impl<K: Clone + Eq + Hash, V> Recent<K, V> {
    pub(super) fn new(max: usize) -> Self {
        Self { values: HashMap::new(), order: VecDeque::new(), max }
    }

    /// The value of a key, made if there is none.
    pub(super) fn entry(&mut self, key: &K, make: impl FnOnce() -> V) -> &mut V {
        if !self.values.contains_key(key) {
            if self.values.len() >= self.max
                && let Some(oldest) = self.order.pop_front()
            {
                self.values.remove(&oldest);
            }
            self.order.push_back(key.clone());
        }
        self.values.entry(key.clone()).or_insert_with(make)
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.values.values_mut()
    }

    pub(super) fn retain(&mut self, mut keep: impl FnMut(&V) -> bool) {
        self.values.retain(|_, value| keep(value));
        self.order.retain(|key| self.values.contains_key(key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten() {
        let mut recent = Recent::new(2);
        for key in ["a", "b", "a", "c"] {
            *recent.entry(&key, || 0) += 1;
        }
        // a (twice) is gone, so it begins anew and takes b's place
        let counts = ["c", "a", "b"].map(|key| *recent.entry(&key, || 0));
        assert_eq!(counts, [1, 0, 0]);
        recent.retain(|_| false);
        assert_eq!(recent.values_mut().count(), 0);
    }
}
