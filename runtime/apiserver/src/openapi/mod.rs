//! OpenAPI documents, made from the registry's resources and the schemas that types carry.
//!
//! One v3 document for each group and version, for each group, and for what groups there are; one v2 document for
//! everything. Each is made when it is first asked for, and kept. Not said: CBOR, which is spoken behind a feature gate.

mod connect;
mod operations;
mod paths;
mod schemas;
mod v2;
mod v2_proto;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

use kubeforge_machinery::GroupVersion;
use serde_json::{Map, Value, json};

use crate::{discovery::Tagged, nonresource::PathDescription, registry::ResourceScope};

/// The names of the v2 document's protobuf form, the present one first.
pub const V2_PROTO_MEDIA_TYPES: [&str; 2] = [
    "application/com.github.proto-openapi.spec.v2.v1.0+protobuf",
    "application/com.github.proto-openapi.spec.v2@v1.0+protobuf",
];

/// All OpenAPI documents of a server.
///
/// Those of resources that were defined since the server was built stand beside its own, which are not made again.
#[derive(Debug)]
pub struct OpenApi {
    beside: Option<Arc<Self>>,
    /// Other paths, by the names of their documents.
    described: BTreeMap<String, PathDescription>,
    version: String,
    v3: BTreeMap<String, Part>,
    index: OnceLock<Tagged>,
    v2: OnceLock<Tagged>,
    v2_proto: OnceLock<Tagged>,
}

/// One v3 document, and what it is about: the resources of a group and version, or none.
#[derive(Debug, Default)]
struct Part {
    scopes: Vec<Arc<ResourceScope>>,
    document: Arc<OnceLock<Tagged>>,
}

impl Part {
    /// Whether it is about the same resources, so that its document is the same.
    fn is_about(&self, scopes: &[Arc<ResourceScope>]) -> bool {
        self.scopes.len() == scopes.len() && self.scopes.iter().zip(scopes).all(|(a, b)| Arc::ptr_eq(a, b))
    }
}

impl OpenApi {
    /// The documents of these resources and paths; `version` is the server's, for example `v1.36.2`.
    pub fn new<'a>(
        scopes: impl Iterator<Item = Arc<ResourceScope>>,
        described: impl Iterator<Item = (&'a str, PathDescription)>,
        version: impl Into<String>,
    ) -> Self {
        let described: BTreeMap<String, PathDescription> =
            described.map(|(path, description)| (path.trim_matches('/').to_owned(), description)).collect();
        let mut parts = by_version(scopes);
        let groups: BTreeSet<String> = parts
            .values()
            .flatten()
            .filter(|scope| !scope.gvr.group.is_empty())
            .map(|scope| format!("apis/{}", scope.gvr.group))
            .collect();
        let names = ["api", "apis", "version"].into_iter().chain(described.keys().map(String::as_str));
        for name in names.map(str::to_owned).chain(groups) {
            parts.entry(name).or_default();
        }
        Self { described, ..Self::of(None, parts, None, version.into()) }
    }

    /// The documents of further resources beside those of others. Documents that `before` has of the same resources are
    /// taken over: a resource that comes or goes costs the documents of its group and version only.
    pub fn beside(others: Arc<Self>, scopes: impl Iterator<Item = Arc<ResourceScope>>, before: Option<&Self>) -> Self {
        let version = others.version.clone();
        Self::of(Some(others), by_version(scopes), before, version)
    }

    fn of(
        beside: Option<Arc<Self>>,
        parts: BTreeMap<String, Vec<Arc<ResourceScope>>>,
        before: Option<&Self>,
        version: String,
    ) -> Self {
        let kept = |name: &str, scopes: &[Arc<ResourceScope>]| {
            let part = before?.v3.get(name).filter(|part| part.is_about(scopes))?;
            Some(part.document.clone())
        };
        let v3 = parts
            .into_iter()
            .map(|(name, scopes)| {
                let document = kept(&name, &scopes).unwrap_or_default();
                (name, Part { scopes, document })
            })
            .collect();
        Self {
            beside,
            described: BTreeMap::new(),
            version,
            v3,
            index: OnceLock::new(),
            v2: OnceLock::new(),
            v2_proto: OnceLock::new(),
        }
    }

    /// `/openapi/v3`: where each document is, with a hash of its content.
    pub fn v3_index(&self) -> Tagged {
        let index = self.index.get_or_init(|| {
            let others = self.beside.iter().flat_map(|others| others.v3.keys());
            let entries: Map<String, Value> = others
                .chain(self.v3.keys())
                .filter_map(|name| {
                    let hash = self.v3_document(name)?.etag.trim_matches('"');
                    Some((name.clone(), json!({"serverRelativeURL": format!("/openapi/v3/{name}?hash={hash}")})))
                })
                .collect();
            Tagged::new(json!({"paths": entries}).to_string().into_bytes())
        });
        index.clone()
    }

    /// `/openapi/v3/<name>`, with names such as `api/v1` and `apis/apps/v1`; `None` where there is no such group.
    pub fn v3_document(&self, name: &str) -> Option<&Tagged> {
        let Some(part) = self.v3.get(name) else { return self.beside.as_ref()?.v3_document(name) };
        Some(part.document.get_or_init(|| {
            let (paths, schemas) = match part.scopes.first() {
                Some(scope) => {
                    let mut schemas = schemas::of(part.scopes.iter());
                    schemas::shared_by(&scope.gvr.group_version(), &mut schemas);
                    (self.paths_of(name, part), schemas)
                }
                None => (self.other_paths(name), self.other_schemas(name)),
            };
            let mut document = json!({
                "openapi": "3.0.0",
                "info": {"title": "Kubernetes", "version": self.version},
                "paths": paths,
                "components": {},
            });
            if !schemas.is_empty() {
                document["components"]["schemas"] = schemas.into();
            }
            if self.beside.is_some() {
                document["info"] = json!({"title": "Kubernetes CRD Swagger", "version": "v0.1.0"});
            } else {
                document["components"]["securitySchemes"] = json!({
                    "BearerToken": {
                        "type": "apiKey",
                        "description": "Bearer Token authentication",
                        "name": "authorization",
                        "in": "header",
                    },
                });
            }
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
        let (mut paths, mut schemas) = (Map::new(), Map::new());
        for documents in self.beside.as_deref().into_iter().chain([self]) {
            schemas.extend(schemas::of(documents.v3.values().flat_map(|part| &part.scopes)));
            for (name, part) in &documents.v3 {
                if part.scopes.is_empty() {
                    paths.extend(documents.other_paths(name));
                    schemas.extend(documents.other_schemas(name));
                } else {
                    paths.extend(documents.paths_of(name, part));
                }
            }
        }
        v2::document(&self.version, &paths, &schemas)
    }

    /// The one path of a document that is about no version of a group.
    fn other_paths(&self, name: &str) -> Map<String, Value> {
        let item = match self.described.get(name) {
            Some(description) => paths::described(description),
            None if name == "version" => paths::version(),
            None => paths::index(name),
        };
        Map::from_iter([(format!("/{name}/"), item)])
    }

    /// The schemas of a document that is about no version of a group.
    fn other_schemas(&self, name: &str) -> Map<String, Value> {
        match name {
            _ if self.described.contains_key(name) => Map::new(),
            "version" => schemas::of_version(),
            _ => schemas::of_index(name),
        }
    }

    fn paths_of(&self, name: &str, part: &Part) -> Map<String, Value> {
        let mut paths = Map::new();
        for scope in &part.scopes {
            paths::add(scope, &mut paths);
        }
        if self.beside.is_none() {
            paths.insert(format!("/{name}/"), paths::resource_list(name));
        }
        paths
    }
}

/// Resources by the name of the document that is about them.
fn by_version(scopes: impl Iterator<Item = Arc<ResourceScope>>) -> BTreeMap<String, Vec<Arc<ResourceScope>>> {
    let mut parts: BTreeMap<String, Vec<Arc<ResourceScope>>> = BTreeMap::new();
    for scope in scopes {
        parts.entry(name_of(&scope.gvr.group_version())).or_default().push(scope);
    }
    for scopes in parts.values_mut() {
        scopes.sort_by(|a, b| a.gvr.resource.cmp(&b.gvr.resource));
    }
    parts
}

/// What the document of a group and version is called: `api/v1`, `apis/apps/v1`.
fn name_of(group_version: &GroupVersion) -> String {
    paths::root(group_version).trim_matches('/').to_owned()
}
