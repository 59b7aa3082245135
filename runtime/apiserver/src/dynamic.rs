//! Resources that are defined while the server runs.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::{Arc, OnceLock},
};

use kubeforge_machinery::{
    GroupVersionKind, Scheme, codec::MediaType, managed_fields::Tree, schema::StructSchema, scheme::ScalePaths,
    validation::Checks,
};
use kubeforge_storage::storage::Storage;

use crate::{
    parts,
    registry::{
        CustomDocuments, Defaults, FieldLabels, ResourceScope, StorageFactory, StorageSpec, Subresource,
        SubresourceScope,
    },
    server::Shared,
    strategy::Strategy,
    table::TableConvertor,
};

const SUBRESOURCE_VERBS: [&str; 3] = ["get", "patch", "update"];

/// A resource that is defined while the server runs, in one version.
pub struct DynamicResource {
    /// The kinds that it is made of, its own as the hub of its other versions. Its entry says how it is served.
    pub scheme: Arc<Scheme>,
    /// Its kind.
    pub kind: GroupVersionKind,
    /// The kind of its lists.
    pub list_kind: GroupVersionKind,
    /// The kind that is stored.
    pub stored: GroupVersionKind,
    /// Its behaviour.
    pub strategy: Arc<dyn Strategy>,
    /// Its tables.
    pub table: Arc<dyn TableConvertor>,
    /// Its structure, for managed fields.
    pub structure: Option<&'static StructSchema>,
    /// Defaults of fields, by the structure that holds them and their name.
    pub defaults: HashMap<&'static str, HashMap<String, Tree<'static>>>,
    /// It has a `status` subresource.
    pub has_status: bool,
    /// The paths of its `scale` subresource, and that one's kind.
    pub scale: Option<(ScalePaths, GroupVersionKind)>,
    /// What clients are warned of.
    pub deprecation: Option<String>,
    /// What documents say of it.
    pub documents: CustomDocuments,
}

impl fmt::Debug for DynamicResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DynamicResource").field(&self.kind).finish()
    }
}

/// Makes what handlers need to serve a [`DynamicResource`].
pub struct ScopeMaker {
    storage: Box<dyn StorageFactory>,
    shared: Shared,
}

impl fmt::Debug for ScopeMaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopeMaker").finish_non_exhaustive()
    }
}

impl ScopeMaker {
    pub(crate) fn new(storage: Box<dyn StorageFactory>, shared: Shared) -> Self {
        Self { storage, shared }
    }

    /// What handlers need; `None` where the resource's Scheme does not have its kind as a resource. Its storage begins
    /// to fill at once.
    pub fn make(&self, resource: DynamicResource) -> Option<Arc<ResourceScope>> {
        let entry = resource.scheme.get(&resource.kind).ok()?.clone();
        let info = entry.info.resource.clone()?;
        let gvr = entry.gvr()?;
        let name = gvr.group_resource();
        let prefix = format!("{}/{}/{}", self.storage.root(), name.group, name.resource);
        let storage: Arc<dyn Storage> = self.storage.storage(StorageSpec {
            scheme: resource.scheme.clone(),
            resource: name.clone(),
            hub: resource.kind.clone(),
            stored: resource.stored.clone(),
            media: MediaType::Json,
            prefix: prefix.clone(),
            namespaced: info.namespaced,
            is_custom: true,
        });
        let verbs = SUBRESOURCE_VERBS.map(str::to_owned).to_vec();
        let mut subresources = BTreeMap::new();
        if resource.has_status {
            let (kind, verbs) = (resource.kind.clone(), verbs.clone());
            subresources.insert("status".to_owned(), SubresourceScope { kind, verbs, what: Subresource::Status });
        }
        if let Some((paths, kind)) = resource.scale {
            subresources.insert("scale".to_owned(), SubresourceScope { kind, verbs, what: Subresource::Scale(paths) });
        }
        let defaults = OnceLock::new();
        let known: Defaults = resource.defaults;
        defaults.get_or_init(|| known);
        let object = entry.new_object();
        Some(Arc::new(ResourceScope {
            resource: name,
            list_kind: resource.list_kind,
            hub: resource.kind.clone(),
            stored: resource.stored,
            has_status: resource.has_status,
            strategy: resource.strategy,
            checks: Arc::new(Checks::default()),
            field_labels: FieldLabels::default(),
            table: resource.table,
            storage: Some(storage),
            virtual_handler: None,
            subresources,
            prefix,
            api_version: resource.kind.api_version(),
            schema: resource.structure,
            empty: parts::json_of(object.as_ref()),
            defaults,
            types: OnceLock::new(),
            deprecation: resource.deprecation,
            kind: resource.kind,
            scheme: resource.scheme,
            custom: Some(resource.documents),
            entry,
            info,
            gvr,
            admission: self.shared.admission.clone(),
            feature_gates: self.shared.feature_gates.clone(),
            delete_workers: self.shared.delete_workers,
            garbage_collector: self.shared.garbage_collector,
            metrics: self.shared.metrics.clone(),
        }))
    }
}
