//! The resources that a server serves.
//!
//! A [`ResourceScope`] is everything that handlers need to know of one resource in one version; the [`Registry`] finds
//! it by group, version and plural.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::{Arc, OnceLock},
};

use kubeforge_machinery::{
    ApiError, GroupResource, GroupVersion, GroupVersionKind, GroupVersionResource, Scheme,
    codec::MediaType,
    managed_fields::Tree,
    schema::StructSchema,
    scheme::{OpenApiSchema, ResourceInfo, ScalePaths, TypeEntry},
    validation::{CheckContext, Checks, FeatureGates},
};
use kubeforge_storage::storage::{ObjectKey, Storage};
use parking_lot::RwLock;
use serde_json::Value;

use crate::{
    admission::AdmissionChain, errors::Target, metrics::Metrics, strategy::Strategy, subresource::SubresourceHandler,
    table::TableConvertor, typed::Types,
};

/// What a server's builder says of one resource beyond its definition. All fields may be left at their defaults.
#[derive(Default)]
pub struct ResourceOptions {
    /// Its behaviour.
    pub strategy: Option<Arc<dyn Strategy>>,
    /// What is checked of its objects by hand; the default checks names only.
    pub checks: Arc<Checks>,
    /// Its tables; the default shows the columns of the definition.
    pub table: Option<Arc<dyn TableConvertor>>,
    /// Handlers of its subresources, by name. `status` and `scale` need none.
    pub subresources: BTreeMap<&'static str, Arc<dyn SubresourceHandler>>,
    /// The resource is not stored: this answers every request to it.
    pub virtual_handler: Option<Arc<dyn SubresourceHandler>>,
    /// Where its objects are kept, after `/registry`; the default is `/<group>/<plural>`, for the core group
    /// `/<plural>`.
    pub storage_prefix: Option<String>,
    /// The version that is stored; the default is the hub.
    pub storage_version: Option<GroupVersionKind>,
    /// How it is stored; the default is protobuf where the kind has that form.
    pub storage_media: Option<MediaType>,
    /// Labels of fields that selectors may name, beside those of the definition.
    pub field_labels: FieldLabels,
    /// It is not served.
    pub disabled: bool,
}

/// Labels of fields beside those that the definition names, and the words for others.
#[derive(Clone, Copy, Debug, Default)]
pub struct FieldLabels {
    /// What a client may say, and the label that is meant by it. One that the objects don't have is always empty.
    pub aliases: &'static [(&'static str, &'static str)],
    /// What clients are told of a label that nobody knows, where it is not the usual.
    pub refusal: Option<fn(&GroupVersionKind, &str) -> String>,
}

impl fmt::Debug for ResourceOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResourceOptions").field("storage_prefix", &self.storage_prefix).finish_non_exhaustive()
    }
}

/// What a storage factory must know to make a resource's storage.
#[derive(Clone, Debug)]
pub struct StorageSpec {
    /// The Scheme that decodes stored objects.
    pub scheme: Arc<Scheme>,
    /// The resource.
    pub resource: GroupResource,
    /// The kind in memory.
    pub hub: GroupVersionKind,
    /// The kind that is stored.
    pub stored: GroupVersionKind,
    /// How it is stored.
    pub media: MediaType,
    /// Where, for example `/registry/pods`.
    pub prefix: String,
    /// Whether objects live in namespaces.
    pub namespaced: bool,
    /// Whether it was defined while the server runs.
    pub is_custom: bool,
}

/// Makes the storage of each resource.
pub trait StorageFactory: Send + Sync {
    /// The storage of one resource.
    fn storage(&self, spec: StorageSpec) -> Arc<dyn Storage>;

    /// What the keys of all resources begin with, without a slash at its end.
    fn root(&self) -> &str {
        "/registry"
    }
}

impl<F: Fn(StorageSpec) -> Arc<dyn Storage> + Send + Sync> StorageFactory for F {
    fn storage(&self, spec: StorageSpec) -> Arc<dyn Storage> {
        self(spec)
    }
}

/// What a subresource is.
pub enum Subresource {
    /// The object's status.
    Status,
    /// The object's replicas, as `autoscaling/v1.Scale`.
    Scale(ScalePaths),
    /// A handler.
    Handler(Arc<dyn SubresourceHandler>),
    /// Declared, but nothing answers it.
    Unserved,
}

/// A subresource of a resource.
pub struct SubresourceScope {
    /// What it takes and answers.
    pub kind: GroupVersionKind,
    /// The verbs it serves.
    pub verbs: Vec<String>,
    /// What it is.
    pub what: Subresource,
}

impl SubresourceScope {
    /// Whether it is a connection, and if so, whether paths go on below it.
    pub fn connection(&self) -> Option<bool> {
        match &self.what {
            Subresource::Handler(handler) if handler.connects() => Some(handler.takes_all_methods()),
            _ => None,
        }
    }

    /// The kind of the options in the query, where the answer is a text.
    pub(crate) fn text_options(&self) -> Option<GroupVersionKind> {
        match &self.what {
            Subresource::Handler(handler) => {
                handler.text_options().map(|kind| GroupVersionKind { kind: kind.into(), ..self.kind.clone() })
            }
            _ => None,
        }
    }
}

/// One resource in one version, as handlers know it.
pub struct ResourceScope {
    /// Where it is served.
    pub gvr: GroupVersionResource,
    /// Its group and plural, as error messages name it.
    pub resource: GroupResource,
    /// The kind that is served.
    pub kind: GroupVersionKind,
    /// The kind of its lists.
    pub list_kind: GroupVersionKind,
    /// The kind in memory and storage.
    pub hub: GroupVersionKind,
    /// The kind that is stored.
    pub stored: GroupVersionKind,
    /// The kind's entry in the Scheme.
    pub entry: Arc<TypeEntry>,
    /// How it is served, from the definition.
    pub info: ResourceInfo,
    /// Whether the kind has a `status` subresource.
    pub has_status: bool,
    /// What is particular to it.
    pub strategy: Arc<dyn Strategy>,
    /// What is checked of its objects by hand.
    pub checks: Arc<Checks>,
    /// Its tables.
    pub table: Arc<dyn TableConvertor>,
    /// Its objects; `None` where nothing is stored.
    pub storage: Option<Arc<dyn Storage>>,
    /// Answers every request where nothing is stored.
    pub virtual_handler: Option<Arc<dyn SubresourceHandler>>,
    /// Its subresources.
    pub subresources: BTreeMap<String, SubresourceScope>,
    /// Where its objects are stored, for example `/registry/pods`.
    pub prefix: String,
    /// The `apiVersion` that is served.
    pub api_version: String,
    /// The type's structure, where it is known.
    pub schema: Option<&'static StructSchema>,
    /// The JSON of an object with nothing set.
    pub empty: Vec<u8>,
    /// Defaults of fields, found when first asked for.
    pub(crate) defaults: OnceLock<Defaults>,
    /// Types of fields, found when first asked for.
    pub(crate) types: OnceLock<Types>,
    /// Further labels of fields.
    pub field_labels: FieldLabels,
    /// What clients of a deprecated kind are warned of.
    pub deprecation: Option<String>,
    /// The server's admission plugins.
    pub admission: Arc<AdmissionChain>,
    /// The server's feature gates.
    pub feature_gates: Arc<FeatureGates>,
    /// How many objects of a collection are deleted at the same time.
    pub(crate) delete_workers: usize,
    /// Whether somebody collects garbage.
    pub(crate) garbage_collector: bool,
    /// What the server counts.
    pub(crate) metrics: Arc<Metrics>,
    /// The server's Scheme; a resource that was defined while the server runs has its own.
    pub scheme: Arc<Scheme>,
    /// What else is known of a resource that was defined while the server runs; `None` for others.
    pub custom: Option<CustomDocuments>,
}

/// Schemas by the names of their definitions.
pub type Schemas = serde_json::Map<String, serde_json::Value>;

/// What documents say of a resource that was defined while the server runs.
#[derive(Clone)]
pub struct CustomDocuments {
    /// The name of its kind's definition, and that of its lists.
    pub definitions: [String; 2],
    /// Makes the schemas of both, OpenAPI 3.0. They are large, and seldom asked for.
    pub schemas: Arc<dyn Fn() -> Schemas + Send + Sync>,
}

impl fmt::Debug for CustomDocuments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomDocuments").field("definitions", &self.definitions).finish_non_exhaustive()
    }
}

impl fmt::Debug for ResourceScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ResourceScope").field(&self.gvr).finish()
    }
}

impl ResourceScope {
    /// Whether objects live in namespaces.
    pub fn namespaced(&self) -> bool {
        self.info.namespaced
    }

    /// The object of that name in error messages.
    pub fn target<'a>(&'a self, name: &'a str) -> Target<'a> {
        Target { resource: &self.resource, name, prefix: &self.prefix }
    }

    /// What checks know of a write, through a subresource or (empty) to the object itself.
    pub fn check_context<'a>(&'a self, subresource: &'a str) -> CheckContext<'a> {
        CheckContext { kind: &self.kind, subresource, gates: &self.feature_gates }
    }

    /// Its storage.
    ///
    /// # Errors
    /// 405, where nothing is stored.
    pub fn storage(&self) -> Result<&Arc<dyn Storage>, ApiError> {
        self.storage.as_ref().ok_or_else(ApiError::method_not_allowed)
    }

    /// Whether it was defined while the server runs.
    pub fn is_custom(&self) -> bool {
        self.custom.is_some()
    }

    /// Where an object is.
    pub fn key(&self, namespace: &str, name: &str) -> ObjectKey {
        let namespace = if self.namespaced() { namespace.to_owned() } else { String::new() };
        ObjectKey { namespace, name: name.to_owned() }
    }

    /// Whether the kind has a protobuf form.
    pub fn has_proto(&self) -> bool {
        self.entry.has_proto
    }

    /// The default of a type's field, as the kind's OpenAPI schema has it.
    pub fn key_default(&self, definition: &str, field: &str) -> Option<Tree<'static>> {
        let defaults = self.defaults.get_or_init(|| {
            let mut defaults = HashMap::new();
            if let Some(schema) = self.entry.info.openapi {
                collect_defaults(schema(), &mut defaults);
            }
            defaults
        });
        defaults.get(definition)?.get(field).cloned()
    }

    /// The types of its fields, as documents show them.
    pub(crate) fn types(&self) -> &Types {
        self.types.get_or_init(|| match (&self.entry.info.openapi, &self.custom) {
            (Some(schema), _) => Types::of(schema()),
            (None, Some(documents)) => {
                let [name, _] = &documents.definitions;
                (documents.schemas)().get(name).map_or_else(Types::of_metadata, Types::of_custom)
            }
            (None, None) => Types::of_metadata(),
        })
    }

    /// Whether the resource serves a verb.
    pub fn serves(&self, verb: &str) -> bool {
        self.info.verbs.contains(&verb)
    }
}

/// Defaults by definition and field.
pub(crate) type Defaults = HashMap<&'static str, HashMap<String, Tree<'static>>>;

fn collect_defaults(schema: &'static OpenApiSchema, into: &mut Defaults) {
    if into.contains_key(schema.definition) {
        return;
    }
    let document: Value = serde_json::from_str(schema.json).unwrap_or_default();
    let properties = document.get("properties").and_then(Value::as_object);
    let fields = properties
        .into_iter()
        .flatten()
        .filter_map(|(name, property)| Some((name.clone(), Tree::of(property.get("default")?).into_static())))
        .collect();
    into.insert(schema.definition, fields);
    for inner in schema.refs {
        collect_defaults(inner(), into);
    }
}

/// A group and version with its resources.
#[derive(Debug)]
pub struct GroupVersionScope {
    /// The group and version.
    pub group_version: GroupVersion,
    /// Its resources, by plural.
    pub resources: HashMap<String, Arc<ResourceScope>>,
}

/// All resources of a server: those that it was built with, and beside them those that were defined since.
///
/// The first never change and are found without a lock; only what is not among them is looked up in the
/// [`DynamicTable`] of the moment.
#[derive(Debug, Default)]
pub struct Registry {
    groups: Groups,
    by_resource: HashMap<GroupResource, Arc<ResourceScope>>,
    dynamic: RwLock<Arc<DynamicTable>>,
}

/// The resources that were defined while the server runs, as they are at one moment.
#[derive(Debug, Default)]
pub struct DynamicTable {
    /// Counts the tables that there were: documents made of one are made anew for the next.
    pub generation: u64,
    groups: Groups,
}

impl DynamicTable {
    /// Every resource in every version, in no order.
    pub fn scopes(&self) -> impl Iterator<Item = &Arc<ResourceScope>> {
        self.groups.values().flat_map(HashMap::values).flat_map(|version| version.resources.values())
    }
}

/// A resource, found.
#[derive(Clone, Debug)]
pub enum Found<'a> {
    /// The server was built with it.
    Fixed(&'a Arc<ResourceScope>),
    /// It was defined since, and serves this request even if it is withdrawn meanwhile.
    Dynamic(Arc<ResourceScope>),
}

impl std::ops::Deref for Found<'_> {
    type Target = Arc<ResourceScope>;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Fixed(scope) => scope,
            Self::Dynamic(scope) => scope,
        }
    }
}

type Groups = HashMap<String, HashMap<String, GroupVersionScope>>;

fn find<'a>(groups: &'a Groups, group: &str, version: &str, resource: &str) -> Option<&'a Arc<ResourceScope>> {
    groups.get(group)?.get(version)?.resources.get(resource)
}

fn insert(groups: &mut Groups, scope: Arc<ResourceScope>) {
    groups
        .entry(scope.gvr.group.to_string())
        .or_default()
        .entry(scope.gvr.version.to_string())
        .or_insert_with(|| GroupVersionScope { group_version: scope.gvr.group_version(), resources: HashMap::new() })
        .resources
        .insert(scope.gvr.resource.to_string(), scope);
}

impl Registry {
    /// The resource that a path names, without allocating.
    pub fn find(&self, group: &str, version: &str, resource: &str) -> Option<Found<'_>> {
        if let Some(scope) = find(&self.groups, group, version, resource) {
            return Some(Found::Fixed(scope));
        }
        if self.groups.contains_key(group) {
            return None;
        }
        find(&self.dynamic.read().groups, group, version, resource).cloned().map(Found::Dynamic)
    }

    /// The resources that were defined since the server was built.
    pub fn dynamic(&self) -> Arc<DynamicTable> {
        self.dynamic.read().clone()
    }

    /// From now on these are the resources that were defined since the server was built. Those of a group that it was
    /// built with are left out.
    pub fn set_dynamic(&self, scopes: impl IntoIterator<Item = Arc<ResourceScope>>) {
        let mut groups = Groups::new();
        for scope in scopes.into_iter().filter(|scope| !self.groups.contains_key(&*scope.gvr.group)) {
            insert(&mut groups, scope);
        }
        let mut dynamic = self.dynamic.write();
        *dynamic = Arc::new(DynamicTable { generation: dynamic.generation + 1, groups });
    }

    /// The group and version, if it is served.
    pub fn group_version(&self, group: &str, version: &str) -> Option<&GroupVersionScope> {
        self.groups.get(group)?.get(version)
    }

    /// Whether the server was built with any version of the group.
    pub fn has_group(&self, group: &str) -> bool {
        self.groups.contains_key(group)
    }

    /// A resource that the server was built with, whatever its version, for those who need its storage (all versions
    /// share it).
    pub fn resource(&self, resource: &GroupResource) -> Option<&Arc<ResourceScope>> {
        self.by_resource.get(resource)
    }

    /// Every resource that the server was built with, in every version, in no order.
    pub fn scopes(&self) -> impl Iterator<Item = &Arc<ResourceScope>> {
        self.groups.values().flat_map(HashMap::values).flat_map(|version| version.resources.values())
    }

    /// Every group and version that the server was built with, in no order.
    pub fn group_versions(&self) -> impl Iterator<Item = &GroupVersionScope> {
        self.groups.values().flat_map(HashMap::values)
    }

    pub(crate) fn insert(&mut self, scope: ResourceScope) {
        let scope = Arc::new(scope);
        self.by_resource.entry(scope.resource.clone()).or_insert_with(|| scope.clone());
        insert(&mut self.groups, scope);
    }
}
