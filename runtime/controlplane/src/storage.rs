//! The store behind the server: opened as the options say, with a watch cache for each resource.

use std::sync::Arc;

use kubeforge_apiserver::registry::{StorageFactory, StorageSpec};
use kubeforge_machinery::codec::MediaType;
use kubeforge_storage::{
    embedded::{EmbeddedKv, EmbeddedOptions},
    entry::StoredForm,
    etcd::{EtcdKv, EtcdOptions},
    key::Scope,
    kv::{Kv, KvError},
    storage::Storage,
    store::{ObjectStore, StoreConfig},
    watch_cache::{CacheOptions, WatchCacheHub},
};

use crate::{
    measured::Names,
    options::{ApiServerArgs, StorageBackend},
};

/// Fields by which many clients watch: each kubelet its own pods.
const INDEXED: [(&str, &str); 1] = [("pods", "spec.nodeName")];

/// Opens the store.
///
/// # Errors
/// Where the data directory can't be used or etcd can't be reached.
pub(crate) async fn open(args: &ApiServerArgs) -> Result<Arc<dyn Kv>, KvError> {
    match args.storage_backend {
        StorageBackend::Embedded => {
            let dir = args.data_dir.join("store");
            let opened = tokio::task::spawn_blocking(move || EmbeddedKv::open(&dir, EmbeddedOptions::default())).await;
            Ok(Arc::new(opened.map_err(|err| KvError::Engine(err.to_string()))??))
        }
        StorageBackend::Memory => Ok(Arc::new(EmbeddedKv::in_memory())),
        StorageBackend::Etcd3 => {
            let options = EtcdOptions {
                endpoints: args.etcd_servers.clone(),
                ca_path: args.etcd_cafile.clone(),
                cert_path: args.etcd_certfile.clone(),
                key_path: args.etcd_keyfile.clone(),
            };
            Ok(Arc::new(EtcdKv::connect(options).await?))
        }
    }
}

/// Makes a cached store for each resource.
pub(crate) struct Factory {
    pub(crate) kv: Arc<dyn Kv>,
    pub(crate) hub: Arc<WatchCacheHub>,
    pub(crate) names: Arc<Names>,
}

impl StorageFactory for Factory {
    fn storage(&self, spec: StorageSpec) -> Arc<dyn Storage> {
        self.names.insert(&spec.prefix, spec.resource.clone());
        let scope = if spec.namespaced { Scope::Namespaced } else { Scope::Cluster };
        let mut config = StoreConfig::new(spec.scheme, spec.hub, spec.prefix, scope);
        config.storage = spec.stored;
        config.form = match spec.media {
            MediaType::Protobuf => StoredForm::Protobuf,
            MediaType::Json | MediaType::Yaml => StoredForm::Json,
        };
        let indexed_fields = INDEXED
            .iter()
            .filter(|(resource, _)| *resource == spec.resource.resource)
            .map(|(_, field)| *field)
            .collect();
        let options = CacheOptions { indexed_fields, ..CacheOptions::default() };
        Arc::new(self.hub.cache(ObjectStore::new(self.kv.clone(), config), options))
    }
}
