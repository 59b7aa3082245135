//! Makes a store for each resource, most of them with a cache.

use std::sync::Arc;

use kubeforge_apiserver::registry::{StorageFactory, StorageSpec};
use kubeforge_machinery::codec::MediaType;
use kubeforge_storage::{
    entry::StoredForm,
    key::Scope,
    storage::Storage,
    store::{ObjectStore, StoreConfig},
    watch_cache::{CacheOptions, Indexed},
};

use super::Stores;
use crate::options::StorageMediaType;

/// What many clients watch or list by: each kubelet its own pods, whoever looks for the endpoints of a service its slices.
const INDEXED: [(&str, Indexed); 2] =
    [("pods", Indexed::Field("spec.nodeName")), ("endpointslices", Indexed::Label("kubernetes.io/service-name"))];

/// Makes a store for each resource, with a cache where the flags don't say otherwise.
pub(crate) struct Factory(pub(crate) Arc<Stores>);

impl Factory {
    /// The store of a resource without a cache, and what the cache would be.
    fn object_store(&self, spec: StorageSpec) -> (ObjectStore, CacheOptions) {
        let Self(stores) = self;
        stores.counts.names().insert(&spec.prefix, spec.resource.clone());
        let scope = if spec.namespaced { Scope::Namespaced } else { Scope::Cluster };
        let mut config = StoreConfig::new(spec.scheme, spec.hub, spec.prefix, scope);
        config.storage = spec.stored;
        config.lease_reuse = stores.lease_reuse;
        config.form = match (spec.media, stores.media_type) {
            (MediaType::Protobuf, StorageMediaType::Protobuf) => StoredForm::Protobuf,
            _ => StoredForm::Json,
        };
        let indexed =
            INDEXED.iter().filter(|(resource, _)| *resource == spec.resource.resource).map(|(_, by)| *by).collect();
        let options = CacheOptions { indexed, ..CacheOptions::default() };
        (ObjectStore::new(stores.of(&spec.resource).kv.clone(), config), options)
    }
}

impl StorageFactory for Factory {
    fn storage(&self, spec: StorageSpec) -> Arc<dyn Storage> {
        let Self(stores) = self;
        let resource = spec.resource.clone();
        let is_cached = if spec.is_custom { stores.caching.is_on } else { stores.caching.covers(&resource) };
        let (store, options) = self.object_store(spec);
        if is_cached { Arc::new(stores.of(&resource).hub.cache(store, options)) } else { Arc::new(store) }
    }

    fn root(&self) -> &str {
        &self.0.root
    }
}
