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
    scopes: Vec<Arc<ResourceScope>>,
    /// Other paths, by the names of their documents.
    described: BTreeMap<String, PathDescription>,
    version: String,
    v3: BTreeMap<String, OnceLock<Tagged>>,
    index: OnceLock<Tagged>,
    v2: OnceLock<Tagged>,
    v2_proto: OnceLock<Tagged>,
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
        let names = ["api", "apis", "version"].into_iter().chain(described.keys().map(String::as_str));
        let names = names.map(str::to_owned).collect();
        Self { described, ..Self::of(None, scopes.collect(), names, version.into()) }
    }

    /// The documents of further resources beside those of others.
    pub fn beside(others: Arc<Self>, scopes: impl Iterator<Item = Arc<ResourceScope>>) -> Self {
        let version = others.version.clone();
        Self::of(Some(others), scopes.collect(), BTreeSet::new(), version)
    }

    fn of(
        beside: Option<Arc<Self>>,
        scopes: Vec<Arc<ResourceScope>>,
        mut names: BTreeSet<String>,
        version: String,
    ) -> Self {
        for group_version in scopes.iter().map(|scope| scope.gvr.group_version()) {
            names.insert(name_of(&group_version));
            if !group_version.group.is_empty() && beside.is_none() {
                names.insert(format!("apis/{}", group_version.group));
            }
        }
        let v3 = names.into_iter().map(|name| (name, OnceLock::new())).collect();
        let described = BTreeMap::new();
        Self {
            beside,
            scopes,
            described,
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
        let Some(slot) = self.v3.get(name) else { return self.beside.as_ref()?.v3_document(name) };
        Some(slot.get_or_init(|| {
            let (paths, schemas) = match self.version_of(name) {
                Some(group_version) => {
                    let mut schemas = schemas::of(self.scopes_of(name));
                    schemas::shared_by(&group_version, &mut schemas);
                    (self.paths_of(name), schemas)
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
        for part in self.beside.as_deref().into_iter().chain([self]) {
            schemas.extend(schemas::of(part.scopes.iter()));
            for name in part.v3.keys() {
                match part.version_of(name) {
                    Some(_) => paths.extend(part.paths_of(name)),
                    None => {
                        paths.extend(part.other_paths(name));
                        schemas.extend(part.other_schemas(name));
                    }
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

    /// The group and version that a document is about; `None` for one that says what there is.
    fn version_of(&self, name: &str) -> Option<GroupVersion> {
        self.scopes.iter().map(|scope| scope.gvr.group_version()).find(|version| name_of(version) == name)
    }

    fn scopes_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Arc<ResourceScope>> {
        self.scopes.iter().filter(move |scope| name_of(&scope.gvr.group_version()) == name)
    }

    fn paths_of(&self, name: &str) -> Map<String, Value> {
        let mut paths = Map::new();
        for scope in self.scopes_of(name) {
            paths::add(scope, &mut paths);
        }
        if self.beside.is_none() {
            paths.insert(format!("/{name}/"), paths::resource_list(name));
        }
        paths
    }
}

/// What the document of a group and version is called: `api/v1`, `apis/apps/v1`.
fn name_of(group_version: &GroupVersion) -> String {
    paths::root(group_version).trim_matches('/').to_owned()
}
