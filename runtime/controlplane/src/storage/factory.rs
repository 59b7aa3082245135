//! Makes a cached store for each resource.

use std::sync::Arc;

use kubeforge_apiserver::registry::{StorageFactory, StorageSpec};
use kubeforge_machinery::codec::MediaType;
use kubeforge_storage::{
    entry::StoredForm,
    key::Scope,
    storage::Storage,
    store::{ObjectStore, StoreConfig},
    watch_cache::{CacheOptions, Indexed, WatchCache},
};

use super::Stores;
use crate::options::StorageMediaType;

/// What many clients watch or list by: each kubelet its own pods, whoever looks for the endpoints of a service its slices.
const INDEXED: [(&str, Indexed); 2] =
    [("pods", Indexed::Field("spec.nodeName")), ("endpointslices", Indexed::Label("kubernetes.io/service-name"))];

/// Makes a cached store for each resource.
pub(crate) struct Factory(pub(crate) Arc<Stores>);

impl Factory {
    fn cache(&self, spec: StorageSpec) -> WatchCache {
        let Self(stores) = self;
        let store = stores.of(&spec.resource);
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
        store.hub.cache(ObjectStore::new(store.kv.clone(), config), options)
    }
}

impl StorageFactory for Factory {
    fn storage(&self, spec: StorageSpec) -> Arc<dyn Storage> {
        Arc::new(self.cache(spec))
    }

    fn root(&self) -> &str {
        &self.0.root
    }
}
