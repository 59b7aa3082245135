//! Reading a store as if it were the server.

use std::sync::Arc;

use kubeforge_machinery::{GroupResource, Resource, labels::Selector, status::ApiError};

use crate::store::Store;

/// Reads the local copy of a resource. Clones share it.
///
/// Objects are shared with everybody who reads them: copy before changing.
#[derive(Debug)]
pub struct Lister<K> {
    store: Arc<Store<K>>,
}

impl<K> Clone for Lister<K> {
    fn clone(&self) -> Self {
        Self { store: self.store.clone() }
    }
}

impl<K: Resource> Lister<K> {
    /// A lister of `store`.
    pub fn new(store: Arc<Store<K>>) -> Self {
        Self { store }
    }

    /// The store.
    pub fn store(&self) -> &Arc<Store<K>> {
        &self.store
    }

    /// The objects in all namespaces whose labels fit, in no order.
    pub fn list(&self, selector: &Selector) -> Vec<Arc<K>> {
        self.store.select("", selector)
    }

    /// The object of that name, of a kind without namespaces; otherwise see [`Lister::namespace`].
    ///
    /// # Errors
    /// A `NotFound` as the server would answer.
    pub fn get(&self, name: &str) -> Result<Arc<K>, ApiError> {
        self.store.get("", name).ok_or_else(|| not_found::<K>(name))
    }

    /// The objects that an index of the informer's files under `value`, in no order; see [`Store::by_index`].
    pub fn by_index(&self, index: &str, value: &str) -> Vec<Arc<K>> {
        self.store.by_index(index, value)
    }

    /// One namespace's objects.
    pub fn namespace(&self, namespace: impl Into<String>) -> NamespaceLister<K> {
        NamespaceLister { store: self.store.clone(), namespace: namespace.into() }
    }
}

/// Reads one namespace of a [`Lister`].
#[derive(Debug)]
pub struct NamespaceLister<K> {
    store: Arc<Store<K>>,
    namespace: String,
}

impl<K> Clone for NamespaceLister<K> {
    fn clone(&self) -> Self {
        Self { store: self.store.clone(), namespace: self.namespace.clone() }
    }
}

impl<K: Resource> NamespaceLister<K> {
    /// The objects whose labels fit, in no order.
    pub fn list(&self, selector: &Selector) -> Vec<Arc<K>> {
        self.store.select(&self.namespace, selector)
    }

    /// The object of that name.
    ///
    /// # Errors
    /// A `NotFound` as the server would answer.
    pub fn get(&self, name: &str) -> Result<Arc<K>, ApiError> {
        self.store.get(&self.namespace, name).ok_or_else(|| not_found::<K>(name))
    }
}

fn not_found<K: Resource>(name: &str) -> ApiError {
    ApiError::not_found(&GroupResource::new(K::GROUP, K::PLURAL), name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_kind::Gadget;

    #[test]
    fn a_lister_answers_as_the_server_does() {
        let store = Arc::new(Store::new());
        let mut gadget = Gadget::named("n", "a");
        gadget.metadata.labels.insert("app".to_owned(), "web".to_owned());
        store.insert(Arc::new(gadget));
        let lister = Lister::new(store);
        assert_eq!(lister.list(&Selector::parse("app=web").unwrap()).len(), 1);
        assert_eq!(lister.list(&Selector::parse("app=db").unwrap()).len(), 0);
        assert_eq!(lister.namespace("n").get("a").unwrap().metadata.name, "a");
        let err = lister.namespace("n").get("b").unwrap_err();
        assert_eq!(err.to_string(), "gadgets.test.example.com \"b\" not found");
    }
}
