//! An index: objects by values that a function finds in them.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

/// What an object is filed under. The same for equal objects.
pub type IndexFn<K> = Box<dyn Fn(&K) -> Vec<String> + Send + Sync>;

pub(super) struct Index<K> {
    values: IndexFn<K>,
    objects: HashMap<String, HashSet<ByAddress<K>>>,
}

impl<K> fmt::Debug for Index<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Index").field("values", &self.objects.len()).finish_non_exhaustive()
    }
}

impl<K> Index<K> {
    pub(super) fn new(values: IndexFn<K>) -> Self {
        Self { values, objects: HashMap::new() }
    }

    pub(super) fn get(&self, value: &str) -> Vec<Arc<K>> {
        self.objects
            .get(value)
            .map(|objects| objects.iter().map(|object| object.0.clone()).collect())
            .unwrap_or_default()
    }

    pub(super) fn values(&self) -> Vec<String> {
        let mut values: Vec<String> = self.objects.keys().cloned().collect();
        values.sort_unstable();
        values
    }

    pub(super) fn insert(&mut self, object: &Arc<K>) {
        for value in (self.values)(object) {
            self.objects.entry(value).or_default().insert(ByAddress(object.clone()));
        }
    }

    pub(super) fn remove(&mut self, object: &Arc<K>) {
        for value in (self.values)(object) {
            if let Some(objects) = self.objects.get_mut(&value) {
                objects.remove(&ByAddress(object.clone()));
                if objects.is_empty() {
                    self.objects.remove(&value);
                }
            }
        }
    }

    pub(super) fn clear(&mut self) {
        self.objects.clear();
    }
}

/// An object as itself: the store holds each under one address.
struct ByAddress<K>(Arc<K>);

impl<K> PartialEq for ByAddress<K> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<K> Eq for ByAddress<K> {}

impl<K> Hash for ByAddress<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.0).hash(state);
    }
}
