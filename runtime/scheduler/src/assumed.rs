//! Objects as they will be once what was decided about them has come about.
//!
//! Reserve assumes a volume to be bound, or a claim to have its node, before the API server is told; the next pod must not
//! take the same. What is assumed counts until the API server has a newer object, or it is given up.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use kubeforge_client::store::{ObjectKey, Store};
use kubeforge_machinery::Resource;

/// Objects of one kind that count in the place of those that the API server has.
#[derive(Debug)]
pub(crate) struct Assumed<K>(Mutex<HashMap<ObjectKey, Arc<K>>>);

impl<K> Default for Assumed<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Resource> Assumed<K> {
    /// The object as it is assumed to be.
    pub(crate) fn get(&self, store: &Store<K>, namespace: &str, name: &str) -> Option<Arc<K>> {
        store.get(namespace, name).map(|stored| self.newest(stored))
    }

    /// The same for one that was found.
    pub(crate) fn newest(&self, stored: Arc<K>) -> Arc<K> {
        let mut assumed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if assumed.is_empty() {
            return stored;
        }
        let key = ObjectKey::of(&*stored);
        match assumed.get(&key) {
            Some(object) if version(&**object) >= version(&*stored) => Arc::clone(object),
            Some(_) => {
                assumed.remove(&key);
                stored
            }
            None => stored,
        }
    }

    /// All objects that count in the place of stored ones.
    pub(crate) fn all(&self, store: &Store<K>) -> Vec<Arc<K>> {
        let mut assumed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        assumed.retain(|key, object| store.get_key(key).is_some_and(|stored| version(&**object) >= version(&*stored)));
        assumed.values().cloned().collect()
    }

    /// Lets an object count in the place of the one that it was made from.
    pub(crate) fn assume(&self, object: Arc<K>) {
        let mut assumed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        assumed.insert(ObjectKey::of(&*object), object);
    }

    /// Gives an assumption up.
    pub(crate) fn restore(&self, object: &K) {
        let mut assumed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        assumed.remove(&ObjectKey::of(object));
    }
}

/// When the object was written; those of two states of an object can be compared.
pub(crate) fn version<K: Resource>(object: &K) -> u64 {
    object.object_meta().resource_version.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use kubeforge_api::core::v1::PersistentVolume;
    use kubeforge_machinery::meta::v1::ObjectMeta;

    use super::*;

    fn volume(resource_version: &str, class: &str) -> Arc<PersistentVolume> {
        let metadata =
            ObjectMeta { name: "v".to_owned(), resource_version: resource_version.to_owned(), ..Default::default() };
        let mut volume = PersistentVolume { metadata, ..Default::default() };
        class.clone_into(&mut volume.spec.storage_class_name);
        Arc::new(volume)
    }

    #[test]
    fn what_is_assumed_counts_until_there_is_something_newer() {
        let (assumed, store) = (Assumed::default(), Store::new());
        let class = |assumed: &Assumed<PersistentVolume>| {
            assumed.get(&store, "", "v").map(|volume| volume.spec.storage_class_name.clone())
        };
        assumed.assume(volume("9", "assumed"));
        assert_eq!(class(&assumed), None);
        store.insert(volume("9", "stored"));
        assert_eq!(class(&assumed).as_deref(), Some("assumed"));
        store.insert(volume("10", "newer"));
        assert_eq!(class(&assumed).as_deref(), Some("newer"));
        assumed.assume(volume("10", "assumed"));
        assumed.restore(&volume("10", ""));
        assert_eq!(class(&assumed).as_deref(), Some("newer"));
    }
}
