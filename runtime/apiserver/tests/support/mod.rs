//! A server of the built-in kinds without strategies of their own, over a store in memory.

#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test file uses a part")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

pub mod tls;

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use kubeforge_apiserver::{
    GenericServer, ServerBuilder,
    body::ServerBody,
    registry::{StorageFactory, StorageSpec},
    service::InProcessService,
};
use kubeforge_machinery::{Scheme, SchemeBuilder, codec::MediaType, user::InProcessUser};
use kubeforge_storage::{
    embedded::EmbeddedKv,
    entry::StoredForm,
    key::Scope,
    kv::Kv,
    storage::Storage,
    store::{ObjectStore, StoreConfig},
    watch_cache::{CacheOptions, WatchCacheHub},
};
use serde_json::Value;

struct Memory {
    kv: Arc<dyn Kv>,
    hub: Arc<WatchCacheHub>,
}

impl StorageFactory for Memory {
    fn storage(&self, spec: StorageSpec) -> Arc<dyn Storage> {
        let scope = if spec.namespaced { Scope::Namespaced } else { Scope::Cluster };
        let mut config = StoreConfig::new(spec.scheme, spec.hub, spec.prefix, scope);
        config.storage = spec.stored;
        config.form = if spec.media == MediaType::Protobuf { StoredForm::Protobuf } else { StoredForm::Json };
        Arc::new(self.hub.cache(ObjectStore::new(self.kv.clone(), config), CacheOptions::default()))
    }
}

pub fn scheme() -> Arc<Scheme> {
    let mut scheme = SchemeBuilder::new("test");
    kubeforge_api::register_all(&mut scheme);
    Arc::new(scheme.build())
}

pub struct TestServer {
    pub server: GenericServer,
    service: InProcessService,
    hub: Arc<WatchCacheHub>,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|err| panic!("{err}: {:?}", self.body))
    }

    /// The message of a `Status`.
    #[track_caller]
    pub fn message(&self) -> String {
        self.json()["message"].as_str().unwrap_or_default().to_owned()
    }
}

pub async fn start() -> TestServer {
    start_with(|builder| builder).await
}

pub async fn start_with(change: impl FnOnce(ServerBuilder) -> ServerBuilder) -> TestServer {
    start_scheme(scheme(), change).await
}

/// A server of other kinds.
pub async fn start_scheme(
    scheme: impl Into<Arc<Scheme>>,
    change: impl FnOnce(ServerBuilder) -> ServerBuilder,
) -> TestServer {
    let kv: Arc<dyn Kv> = Arc::new(EmbeddedKv::in_memory());
    let hub = WatchCacheHub::start(kv.clone(), "/registry/");
    let server = change(GenericServer::builder(scheme.into(), Memory { kv, hub: hub.clone() })).build();
    hub.ready().await;
    TestServer { service: server.service(), server, hub }
}

impl TestServer {
    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Answer {
        let (status, headers, body) = self.open(method, path, headers, body).await;
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status, headers, body }
    }

    /// Sends a request and leaves the body to be read.
    pub async fn open(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> (StatusCode, HeaderMap, ServerBody) {
        let mut request = Request::builder().method(method).uri(path).header("user-agent", "test/1");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(body.into()).unwrap();
        request.extensions_mut().insert(InProcessUser { name: "admin".into(), groups: vec!["system:masters".into()] });
        let (parts, body) = self.service.answer(request).await.into_parts();
        (parts.status, parts.headers, body)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], Bytes::new()).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, &[], body.to_string()).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send("PUT", path, &[], body.to_string()).await
    }

    pub async fn patch(&self, path: &str, media: &str, body: Value) -> Answer {
        self.send("PATCH", path, &[("content-type", media)], body.to_string()).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE.as_str(), path, &[], Bytes::new()).await
    }

    pub fn stop(&self) {
        self.server.shut_down();
        self.hub.close();
    }
}
