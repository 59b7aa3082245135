//! A mapper that asks the server when it is first needed, and again where something isn't found.

use std::sync::Arc;

use kubeforge_machinery::{
    GroupResource, GroupVersionResource,
    gvk::{GroupKind, GroupVersionKind},
};
use parking_lot::Mutex;

use super::{Mapping, MappingError, RestMapper};
use crate::{
    discovery::{Discovery, DiscoveryCache},
    error::ClientError,
};

/// A [`RestMapper`] over a [`DiscoveryCache`]. Where something isn't found, and the cache isn't fresh, the server is asked
/// again: a kind may have been added meanwhile. One that was asked by this mapper is asked again once
/// [`DeferredMapper::reset`] is called.
#[derive(Debug)]
pub struct DeferredMapper {
    cache: DiscoveryCache,
    mapper: Mutex<Option<(Arc<Discovery>, Arc<RestMapper>)>>,
}

impl DeferredMapper {
    /// A mapper for what a cache keeps.
    pub fn new(cache: DiscoveryCache) -> Self {
        Self { cache, mapper: Mutex::default() }
    }

    /// The cache.
    pub fn cache(&self) -> &DiscoveryCache {
        &self.cache
    }

    /// The mapper for what is known now.
    ///
    /// # Errors
    /// Where the server must be asked and doesn't answer.
    pub async fn current(&self) -> Result<Arc<RestMapper>, ClientError> {
        let discovery = self.cache.get().await?;
        let mut kept = self.mapper.lock();
        match &*kept {
            Some((of, mapper)) if Arc::ptr_eq(of, &discovery) => Ok(mapper.clone()),
            _ => {
                let mapper = Arc::new(RestMapper::new(&discovery));
                *kept = Some((discovery, mapper.clone()));
                Ok(mapper)
            }
        }
    }

    /// Asks the server next time.
    pub async fn reset(&self) {
        self.cache.invalidate().await;
    }

    /// As [`RestMapper::resource_for`].
    ///
    /// # Errors
    /// As that, and where the server doesn't answer.
    pub async fn resource_for(&self, partial: &GroupVersionResource) -> Result<GroupVersionResource, MappingError> {
        self.find(|mapper| mapper.resource_for(partial)).await
    }

    /// As [`RestMapper::kind_for`].
    ///
    /// # Errors
    /// As that, and where the server doesn't answer.
    pub async fn kind_for(&self, partial: &GroupVersionResource) -> Result<GroupVersionKind, MappingError> {
        self.find(|mapper| mapper.kind_for(partial)).await
    }

    /// As [`RestMapper::mapping`].
    ///
    /// # Errors
    /// As that, and where the server doesn't answer.
    pub async fn mapping(&self, kind: &GroupKind, versions: &[&str]) -> Result<Mapping, MappingError> {
        self.find(|mapper| mapper.mapping(kind, versions)).await
    }

    /// As [`RestMapper::mapping_for`].
    ///
    /// # Errors
    /// As that, and where the server doesn't answer.
    pub async fn mapping_for(&self, argument: &str) -> Result<Mapping, MappingError> {
        self.find(|mapper| mapper.mapping_for(argument)).await
    }

    /// As [`RestMapper::category`].
    ///
    /// # Errors
    /// Where the server doesn't answer.
    pub async fn category(&self, name: &str) -> Result<Vec<GroupResource>, ClientError> {
        Ok(self.current().await?.category(name))
    }

    async fn find<T>(&self, find: impl Fn(&RestMapper) -> Result<T, MappingError>) -> Result<T, MappingError> {
        let found = find(&*self.current().await?);
        // asking again helps where something is missing, and not where too much is there
        let is_missing = found.as_ref().is_err_and(MappingError::is_no_match);
        if !is_missing || self.cache.is_fresh().await {
            return found;
        }
        self.reset().await;
        find(&*self.current().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{client::Client, discovery::DiskCache, transport::Fake};

    const NOTHING: &str = r#"{"kind":"APIGroupDiscoveryList","items":[]}"#;
    const CORE: &str = r#"{"kind":"APIGroupDiscoveryList","items":[{"metadata":{},"versions":[{"version":"v1","resources":[
        {"resource":"pods","responseKind":{"group":"","version":"v1","kind":"Pod"},"scope":"Namespaced","singularResource":"pod","verbs":["get"]}]}]}]}"#;

    #[tokio::test]
    async fn only_what_is_missing_is_asked_for_again() {
        let fake =
            Fake::new(|request| Ok(Fake::json(200, if request.uri().path() == "/api" { CORE } else { NOTHING })));
        let dir = tempfile::tempdir().unwrap();
        let cache = || {
            let disk = DiskCache::for_server(dir.path(), "https://x:6443");
            DiscoveryCache::on_disk(Client::new(fake.clone()), disk)
        };
        cache().get().await.unwrap();
        let mapper = DeferredMapper::new(cache());
        let nameless = mapper.resource_for(&GroupVersionResource::new("", "", "")).await;
        assert!(matches!(nameless, Err(MappingError::NoName(_))));
        assert_eq!(fake.lines().len(), 2, "what is on disk was enough");
        let missing = mapper.resource_for(&GroupVersionResource::new("", "", "ghosts")).await;
        assert!(missing.unwrap_err().is_no_match());
        assert_eq!(fake.lines().len(), 4);
    }
}
