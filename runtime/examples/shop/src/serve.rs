//! An API server for the group, without any built-in kind.

use std::sync::Arc;

use kubeforge_apiserver::{GenericServer, registry::StorageSpec};
use kubeforge_machinery::{SchemeBuilder, codec::MediaType};
use kubeforge_storage::{
    entry::StoredForm,
    key::Scope,
    kv::Kv,
    storage::Storage,
    store::{ObjectStore, StoreConfig},
    watch_cache::{CacheOptions, WatchCacheHub},
};

/// A server that keeps gadgets in `kv`, ready to be called in this process ([`GenericServer::service`]) or to serve HTTPS
/// ([`GenericServer::listen`]).
pub async fn serve(kv: Arc<dyn Kv>) -> GenericServer {
    let mut scheme = SchemeBuilder::new("shop");
    kubeforge_machinery::meta::v1::generated::register(&mut scheme);
    crate::v1::generated::register(&mut scheme);
    let hub = WatchCacheHub::start(kv.clone(), "/registry/");
    let caches = hub.clone();
    let server = GenericServer::builder(Arc::new(scheme.build()), move |spec: StorageSpec| {
        let scope = if spec.namespaced { Scope::Namespaced } else { Scope::Cluster };
        let mut config = StoreConfig::new(spec.scheme, spec.hub, spec.prefix, scope);
        config.storage = spec.stored;
        config.form = match spec.media {
            MediaType::Protobuf => StoredForm::Protobuf,
            MediaType::Json | MediaType::Yaml => StoredForm::Json,
        };
        let cache = caches.cache(ObjectStore::new(kv.clone(), config), CacheOptions::default());
        Arc::new(cache) as Arc<dyn Storage>
    })
    .build();
    hub.ready().await;
    server
}
