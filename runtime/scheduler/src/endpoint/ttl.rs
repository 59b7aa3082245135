//! Answers of the API server that hold for a while.

use std::{collections::HashMap, hash::Hash, time::Duration};

use parking_lot::Mutex;
use tokio::time::Instant;

/// So many answers are kept; where there are more, those that no longer hold are dropped, and all where none is.
const ENTRIES_MAX: usize = 4096;

/// Answers that hold for a while.
pub(super) struct TtlCache<K, V>(Mutex<HashMap<K, (V, Instant)>>);

impl<K, V> Default for TtlCache<K, V> {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

impl<K: Eq + Hash, V: Clone> TtlCache<K, V> {
    /// The answer, if it still holds.
    pub(super) fn get(&self, key: &K) -> Option<V> {
        let entries = self.0.lock();
        let (value, until) = entries.get(key)?;
        (*until > Instant::now()).then(|| value.clone())
    }

    /// Keeps an answer for so long.
    pub(super) fn put(&self, key: K, value: V, ttl: Duration) {
        if ttl.is_zero() {
            return;
        }
        let (mut entries, now) = (self.0.lock(), Instant::now());
        if entries.len() >= ENTRIES_MAX {
            entries.retain(|_, (_, until)| *until > now);
            if entries.len() >= ENTRIES_MAX {
                entries.clear();
            }
        }
        entries.insert(key, (value, now + ttl));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn answers_hold_for_their_time() {
        let cache = TtlCache::default();
        cache.put("a", 1, Duration::from_secs(10));
        cache.put("b", 2, Duration::ZERO);
        assert_eq!((cache.get(&"a"), cache.get(&"b")), (Some(1), None));
        tokio::time::advance(Duration::from_secs(11)).await;
        assert_eq!(cache.get(&"a"), None);
    }
}
