//! OpenAPI documents, made from the registry's resources and the schemas that types carry.
//!
//! One v3 document for each group and version, and one v2 document for everything. Each is made when it is first asked
//! for, and kept. Not said: CBOR and `watch/` paths, which this server does not serve.

mod operations;
mod paths;
mod schemas;
mod v2;
mod v2_proto;

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use serde_json::{Map, Value, json};

use crate::{discovery::Tagged, registry::Registry};

/// The names of the v2 document's protobuf form, the present one first.
pub const V2_PROTO_MEDIA_TYPES: [&str; 2] = [
    "application/com.github.proto-openapi.spec.v2.v1.0+protobuf",
    "application/com.github.proto-openapi.spec.v2@v1.0+protobuf",
];

/// All OpenAPI documents of a server.
#[derive(Debug)]
pub struct OpenApi {
    registry: Arc<Registry>,
    version: String,
    v3: BTreeMap<String, OnceLock<Tagged>>,
    index: OnceLock<Tagged>,
    v2: OnceLock<Tagged>,
    v2_proto: OnceLock<Tagged>,
}

impl OpenApi {
    /// The documents of the registry's resources; `version` is the server's, for example `v1.36.2`.
    pub fn new(registry: Arc<Registry>, version: impl Into<String>) -> Self {
        let v3 = registry
            .group_versions()
            .map(|scope| (paths::root(&scope.group_version).trim_matches('/').to_owned(), OnceLock::new()))
            .collect();
        Self {
            registry,
            version: version.into(),
            v3,
            index: OnceLock::new(),
            v2: OnceLock::new(),
            v2_proto: OnceLock::new(),
        }
    }

    /// `/openapi/v3`: where each document is, with a hash of its content.
    pub fn v3_index(&self) -> &Tagged {
        self.index.get_or_init(|| {
            let entries: Map<String, Value> = self
                .v3
                .keys()
                .filter_map(|name| {
                    let hash = self.v3_document(name)?.etag.trim_matches('"');
                    Some((name.clone(), json!({"serverRelativeURL": format!("/openapi/v3/{name}?hash={hash}")})))
                })
                .collect();
            Tagged::new(json!({"paths": entries}).to_string().into_bytes())
        })
    }

    /// `/openapi/v3/<name>`, with names such as `api/v1` and `apis/apps/v1`; `None` where there is no such group.
    pub fn v3_document(&self, name: &str) -> Option<&Tagged> {
        let slot = self.v3.get(name)?;
        Some(slot.get_or_init(|| {
            let document = json!({
                "openapi": "3.0.0",
                "info": {"title": "Kubernetes", "version": self.version},
                "paths": self.paths_of(name),
                "components": {
                    "schemas": schemas::of(self.scopes_of(name)),
                    "securitySchemes": {
                        "BearerToken": {
                            "type": "apiKey",
                            "description": "Bearer Token authentication",
                            "name": "authorization",
                            "in": "header",
                        },
                    },
                },
            });
            Tagged::new(document.to_string().into_bytes())
        }))
    }

    /// `/openapi/v2`, JSON.
    pub fn v2_document(&self) -> &Tagged {
        self.v2.get_or_init(|| Tagged::new(self.v2_value().to_string().into_bytes()))
    }

    /// `/openapi/v2`, protobuf ([`V2_PROTO_MEDIA_TYPES`]).
    pub fn v2_proto_document(&self) -> &Tagged {
        self.v2_proto.get_or_init(|| Tagged::new(v2_proto::encode(&self.v2_value())))
    }

    fn v2_value(&self) -> Value {
        let mut paths = Map::new();
        for name in self.v3.keys() {
            paths.extend(self.paths_of(name));
        }
        v2::document(&self.version, &paths, &schemas::of(self.registry.scopes()))
    }

    fn scopes_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Arc<crate::registry::ResourceScope>> {
        self.registry.scopes().filter(move |scope| paths::root(&scope.gvr.group_version()).trim_matches('/') == name)
    }

    fn paths_of(&self, name: &str) -> Map<String, Value> {
        let mut paths = Map::new();
        for scope in self.scopes_of(name) {
            paths::add(scope, &mut paths);
        }
        paths.insert(format!("/{name}/"), paths::resource_list(name));
        paths
    }
}
