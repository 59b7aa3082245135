//! A local copy of a resource: objects by namespace and name, and by indexes of the user's.
//!
//! Readers share a lock that writers hold for as long as one map update takes, and get `Arc`s, so nothing is copied and
//! nobody waits for long.

mod index;
mod key;

use std::{collections::HashMap, sync::Arc};

use kubeforge_machinery::{Resource, labels::Selector};

pub use index::IndexFn;
pub use key::{ObjectKey, ParseKeyError};

use crate::sync::RwLock;
use index::Index;

/// Objects of one kind.
#[derive(Debug)]
pub struct Store<K> {
    inner: RwLock<Inner<K>>,
}

#[derive(Debug)]
struct Inner<K> {
    /// By namespace, then by name. Objects without a namespace are under the empty one; no namespace here is empty of objects.
    namespaces: HashMap<Box<str>, HashMap<Box<str>, Arc<K>>>,
    indexes: HashMap<&'static str, Index<K>>,
    len: usize,
}

impl<K> Default for Store<K> {
    fn default() -> Self {
        let inner = Inner { namespaces: HashMap::new(), indexes: HashMap::new(), len: 0 };
        Self { inner: RwLock::new(inner) }
    }
}

impl<K: Resource> Store<K> {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an index: `values` gives what an object is found by. An index of that name is replaced.
    pub fn add_index(&self, name: &'static str, values: impl Fn(&K) -> Vec<String> + Send + Sync + 'static) {
        let mut index = Index::new(Box::new(values));
        let mut inner = self.inner.write();
        inner.namespaces.values().flat_map(HashMap::values).for_each(|object| index.insert(object));
        inner.indexes.insert(name, index);
    }

    /// The object of that name; the namespace is empty for kinds without.
    pub fn get(&self, namespace: &str, name: &str) -> Option<Arc<K>> {
        self.inner.read().namespaces.get(namespace)?.get(name).cloned()
    }

    /// The object with that key.
    pub fn get_key(&self, key: &ObjectKey) -> Option<Arc<K>> {
        self.get(&key.namespace, &key.name)
    }

    /// All objects, in no order.
    pub fn list(&self) -> Vec<Arc<K>> {
        let inner = self.inner.read();
        let mut objects = Vec::with_capacity(inner.len);
        objects.extend(inner.namespaces.values().flat_map(HashMap::values).cloned());
        objects
    }

    /// The objects in a namespace, in no order; all of them for the empty namespace of a kind with namespaces.
    pub fn list_namespace(&self, namespace: &str) -> Vec<Arc<K>> {
        if K::NAMESPACED && namespace.is_empty() {
            return self.list();
        }
        let inner = self.inner.read();
        inner.namespaces.get(namespace).map(|objects| objects.values().cloned().collect()).unwrap_or_default()
    }

    /// The objects in a namespace (all, for the empty one) whose labels fit, in no order.
    pub fn select(&self, namespace: &str, selector: &Selector) -> Vec<Arc<K>> {
        let mut objects = self.list_namespace(namespace);
        if !selector.is_everything() {
            objects.retain(|object| selector.matches(&object.object_meta().labels));
        }
        objects
    }

    /// The objects that an index files under `value`, in no order. None, where there is no such index.
    pub fn by_index(&self, index: &str, value: &str) -> Vec<Arc<K>> {
        self.inner.read().indexes.get(index).map(|index| index.get(value)).unwrap_or_default()
    }

    /// The values under which an index files anything, sorted.
    pub fn index_values(&self, index: &str) -> Vec<String> {
        self.inner.read().indexes.get(index).map(Index::values).unwrap_or_default()
    }

    /// The keys of all objects, in no order.
    pub fn keys(&self) -> Vec<ObjectKey> {
        let inner = self.inner.read();
        let keys = inner
            .namespaces
            .iter()
            .flat_map(|(namespace, names)| names.keys().map(|name| ObjectKey::new(namespace.as_ref(), name.as_ref())));
        keys.collect()
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.inner.read().len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds an object, or puts it in the place of the one with its name, which is returned.
    pub fn insert(&self, object: Arc<K>) -> Option<Arc<K>> {
        self.inner.write().insert(object)
    }

    /// Removes the object of that name and returns it.
    pub fn remove(&self, namespace: &str, name: &str) -> Option<Arc<K>> {
        self.inner.write().remove(namespace, name)
    }

    /// Makes these all the objects that there are, and returns what that changed. Where an object is there already in the
    /// same revision, that one stays: others may hold it.
    pub(crate) fn replace(&self, objects: Vec<Arc<K>>) -> Replaced<K> {
        let mut inner = self.inner.write();
        let mut before = std::mem::take(&mut inner.namespaces);
        inner.indexes.values_mut().for_each(Index::clear);
        inner.len = 0;
        let mut replaced = Replaced { now: Vec::with_capacity(objects.len()), gone: Vec::new() };
        for object in objects {
            let meta = object.object_meta();
            let old = before.get_mut(&*meta.namespace).and_then(|names| names.remove(&*meta.name));
            let new = match &old {
                Some(old) if is_same_revision(&**old, &*object) => old.clone(),
                _ => object,
            };
            inner.insert(new.clone());
            replaced.now.push((old, new));
        }
        replaced.gone = before.into_values().flat_map(HashMap::into_values).collect();
        replaced
    }
}

/// Whether two states of one object are the same. Without revisions, as in some tests, nobody knows.
pub(crate) fn is_same_revision<K: Resource>(one: &K, other: &K) -> bool {
    let (one, other) = (one.object_meta(), other.object_meta());
    !one.resource_version.is_empty() && one.resource_version == other.resource_version && one.uid == other.uid
}

/// What [`Store::replace`] did.
#[derive(Debug)]
pub(crate) struct Replaced<K> {
    /// Each object that there is now, with the one of its name from before.
    pub(crate) now: Vec<(Option<Arc<K>>, Arc<K>)>,
    /// Those whose names are gone.
    pub(crate) gone: Vec<Arc<K>>,
}

impl<K: Resource> Inner<K> {
    fn insert(&mut self, object: Arc<K>) -> Option<Arc<K>> {
        let meta = object.object_meta();
        let earlier = match self.namespaces.get_mut(&*meta.namespace) {
            Some(names) => match names.get_mut(&*meta.name) {
                Some(place) => Some(std::mem::replace(place, object.clone())),
                None => names.insert(meta.name.as_str().into(), object.clone()),
            },
            None => {
                let names = HashMap::from([(meta.name.as_str().into(), object.clone())]);
                self.namespaces.insert(meta.namespace.as_str().into(), names);
                None
            }
        };
        self.len += usize::from(earlier.is_none());
        for index in self.indexes.values_mut() {
            if let Some(earlier) = &earlier {
                index.remove(earlier);
            }
            index.insert(&object);
        }
        earlier
    }

    fn remove(&mut self, namespace: &str, name: &str) -> Option<Arc<K>> {
        let names = self.namespaces.get_mut(namespace)?;
        let object = names.remove(name)?;
        if names.is_empty() {
            self.namespaces.remove(namespace);
        }
        self.len -= 1;
        self.indexes.values_mut().for_each(|index| index.remove(&object));
        Some(object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_kind::Gadget;

    fn store() -> Store<Gadget> {
        let store = Store::new();
        for (namespace, name, size) in [("a", "x", 1), ("a", "y", 2), ("b", "x", 1)] {
            store.insert(Arc::new(Gadget::named(namespace, name).sized(size)));
        }
        store
    }

    fn keys(mut objects: Vec<Arc<Gadget>>) -> Vec<String> {
        objects.sort_by_key(|object| ObjectKey::of(&**object));
        objects.iter().map(|object| ObjectKey::of(&**object).to_string()).collect()
    }

    #[test]
    fn objects_are_found_by_name_and_namespace() {
        let store = store();
        assert_eq!(store.get("a", "y").unwrap().size, 2);
        assert_eq!(store.get("c", "y"), None);
        assert_eq!(keys(store.list_namespace("a")), ["a/x", "a/y"]);
        assert_eq!(keys(store.list_namespace("")), ["a/x", "a/y", "b/x"]);
        assert_eq!(keys(store.remove("b", "x").into_iter().collect()), ["b/x"]);
        assert_eq!((store.len(), store.list_namespace("b").len()), (2, 0));
    }

    #[test]
    fn an_index_follows_changes() {
        let store = store();
        store.add_index("size", |gadget: &Gadget| vec![gadget.size.to_string()]);
        assert_eq!(keys(store.by_index("size", "1")), ["a/x", "b/x"]);
        store.insert(Arc::new(Gadget::named("a", "x").sized(2)));
        store.remove("b", "x");
        assert_eq!(keys(store.by_index("size", "1")), Vec::<String>::new());
        assert_eq!(keys(store.by_index("size", "2")), ["a/x", "a/y"]);
        assert_eq!(store.by_index("colour", "2"), []);
        assert_eq!((store.index_values("size"), store.index_values("colour")), (vec!["2".to_owned()], vec![]));
        assert_eq!(store.keys().len(), 2);
    }

    #[test]
    fn replacing_tells_what_is_gone() {
        let store = store();
        store.add_index("size", |gadget: &Gadget| vec![gadget.size.to_string()]);
        let kept = Arc::new(Gadget::named("k", "kept").at(3));
        store.insert(kept.clone());
        let again = Arc::new(Gadget::named("k", "kept").at(3));
        let changed = Arc::new(Gadget::named("a", "x").sized(7));
        let replaced = store.replace(vec![changed, Arc::new(Gadget::named("n", "new")), again]);
        let olds: Vec<_> = replaced.now.iter().map(|(old, _)| old.as_ref().map(|it| it.size)).collect();
        assert_eq!(olds, [Some(1), None, Some(0)]);
        assert!(Arc::ptr_eq(&store.get("k", "kept").unwrap(), &kept), "what didn't change stays itself");
        assert_eq!(keys(replaced.gone), ["a/y", "b/x"]);
        assert_eq!(keys(store.list()), ["a/x", "k/kept", "n/new"]);
        assert_eq!((store.len(), keys(store.by_index("size", "7"))), (3, vec!["a/x".to_owned()]));
    }
}
