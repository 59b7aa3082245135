//! A map that forgets what wasn't asked for longest (client-go uses groupcache's lru).

use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
};

/// Keeps the values of the keys that were used last, up to a number.
#[derive(Debug)]
pub(super) struct Recent<K, V> {
    values: HashMap<K, Used<V>>,
    /// Keys by when they were last used.
    order: BTreeMap<u64, K>,
    max: usize,
    now: u64,
}

#[derive(Debug)]
struct Used<V> {
    at: u64,
    value: V,
}

impl<K: Clone + Eq + Hash, V> Recent<K, V> {
    pub(super) fn new(max: usize) -> Self {
        Self { values: HashMap::new(), order: BTreeMap::new(), max, now: 0 }
    }

    /// The value of a key, made if there is none.
    pub(super) fn entry(&mut self, key: &K, make: impl FnOnce() -> V) -> &mut V {
        match self.values.get(key) {
            Some(known) => drop(self.order.remove(&known.at)),
            None if self.values.len() >= self.max => {
                if let Some((_, oldest)) = self.order.pop_first() {
                    self.values.remove(&oldest);
                }
            }
            None => {}
        }
        self.now += 1;
        self.order.insert(self.now, key.clone());
        let known = self.values.entry(key.clone()).or_insert_with(|| Used { at: 0, value: make() });
        known.at = self.now;
        &mut known.value
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.values.values_mut().map(|known| &mut known.value)
    }

    pub(super) fn retain(&mut self, mut keep: impl FnMut(&V) -> bool) {
        self.values.retain(|_, known| keep(&known.value));
        self.order.retain(|_, key| self.values.contains_key(key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_longest_ago_is_forgotten() {
        let mut recent = Recent::new(2);
        for key in ["a", "b", "a", "c"] {
            *recent.entry(&key, || 0) += 1;
        }
        // b is gone, so it begins anew and takes the place of a, which was used before c
        let counts = ["c", "b", "a"].map(|key| *recent.entry(&key, || 0));
        assert_eq!(counts, [1, 0, 0]);
        recent.retain(|_| false);
        assert_eq!(recent.values_mut().count(), 0);
    }
}
