//! The versions of a definition as the apiserver serves them.

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{Arc, atomic::AtomicBool},
};

use kubeforge_api::{apiextensions::v1::CustomResourceDefinition, autoscaling::v1::Scale};
use kubeforge_apiserver::{
    dynamic::{DynamicResource, ScopeMaker},
    registry::{CustomDocuments, ResourceScope},
};
use kubeforge_extensions::{CustomObject, Version, intern::intern, openapi};
use kubeforge_machinery::{
    ConversionError, GroupVersionKind, Kind, KindInfo, Object, Scheme, SchemeBuilder,
    managed_fields::Tree,
    openapi::HasOpenApi,
    scheme::{ResourceInfo, ScalePaths},
};

use super::{conversion::Converter, object::ObjectStrategy, table::CustomTable};

/// The order is upstream's.
const VERBS: [&str; 8] = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];

/// What a definition's versions are served as.
#[derive(Debug)]
pub(super) struct Served {
    /// One for each version that is served.
    pub(super) scopes: Vec<Arc<ResourceScope>>,
    /// Set while the definition is being deleted.
    pub(super) is_terminating: Arc<AtomicBool>,
}

/// Makes what serves the versions of a definition whose names were accepted.
pub(super) fn serve(
    definition: &CustomResourceDefinition,
    maker: &ScopeMaker,
    converter: Option<&Arc<Converter>>,
) -> Served {
    let versions = Version::all(definition);
    let is_terminating = Arc::new(AtomicBool::new(definition.metadata.deletion_timestamp.is_some()));
    let stored = definition.spec.versions.iter().position(|version| version.storage);
    let Some(stored) = stored.and_then(|at| versions.get(at)).map(|version| version.gvk.clone()) else {
        return Served { scopes: Vec::new(), is_terminating };
    };
    let scopes = versions.iter().filter(|version| version.served).filter_map(|version| {
        maker.make(resource(definition, version, &versions, &stored, &is_terminating, converter))
    });
    Served { scopes: scopes.collect(), is_terminating }
}

/// What is served of a definition that is not served any more, so that its objects can be removed.
pub(super) fn serve_stored(definition: &CustomResourceDefinition, maker: &ScopeMaker) -> Option<Arc<ResourceScope>> {
    let versions = Version::all(definition);
    let at = definition.spec.versions.iter().position(|version| version.storage)?;
    let version = versions.get(at)?;
    maker.make(resource(definition, version, &versions, &version.gvk, &Arc::new(AtomicBool::new(true)), None))
}

fn resource(
    definition: &CustomResourceDefinition,
    version: &Arc<Version>,
    versions: &[Arc<Version>],
    stored: &GroupVersionKind,
    is_terminating: &Arc<AtomicBool>,
    converter: Option<&Arc<Converter>>,
) -> DynamicResource {
    let mut defaults: HashMap<&'static str, HashMap<String, Tree<'static>>> = HashMap::new();
    for ((structure, field), value) in version.topology.iter().flat_map(|topology| topology.defaults) {
        defaults.entry(structure).or_default().insert((*field).to_owned(), Tree::of(value).into_static());
    }
    let scale = version.scale.as_ref().map(|scale| {
        let paths = ScalePaths {
            spec: scale.spec_replicas_path.clone().into(),
            status: scale.status_replicas_path.clone().into(),
            selector: scale.label_selector_path.clone().unwrap_or_default().into(),
        };
        (paths, GroupVersionKind::new(Scale::GROUP, Scale::VERSION, Scale::KIND))
    });
    let scheme = Arc::new(scheme(definition, version, versions, converter));
    DynamicResource {
        kind: version.gvk.clone(),
        list_kind: version.list_kind.clone(),
        stored: stored.clone(),
        strategy: Arc::new(ObjectStrategy {
            resource: version.gvk.group_version().with_resource(version.plural.clone()).group_resource(),
            has_status: version.has_status,
            is_terminating: is_terminating.clone(),
        }),
        table: Arc::new(CustomTable::new(&version.columns)),
        structure: version.topology.map(|topology| topology.root),
        defaults,
        has_status: version.has_status,
        scale,
        deprecation: version.deprecation.clone(),
        documents: CustomDocuments {
            definitions: openapi::definitions(version),
            schemas: Arc::new({
                let version = version.clone();
                move || openapi::schemas(&version)
            }),
        },
        scheme,
    }
}

/// A Scheme in which this version is what others are converted through: by the webhook, if there is one; else objects
/// keep their content from one version to another.
fn scheme(
    definition: &CustomResourceDefinition,
    served: &Arc<Version>,
    versions: &[Arc<Version>],
    converter: Option<&Arc<Converter>>,
) -> Scheme {
    let names = &definition.status.accepted_names;
    let mut builder = SchemeBuilder::new("pkg/apiserver/customresource_handler.go");
    builder.kind::<Scale>(KindInfo { openapi: Some(Scale::openapi), ..KindInfo::default() });
    let interned = |names: &[String]| -> Cow<'static, [&'static str]> {
        names.iter().map(|name| intern(name)).collect::<Vec<_>>().into()
    };
    for version in versions {
        let resource = ResourceInfo {
            plural: names.plural.clone().into(),
            singular: names.singular.clone().into(),
            short_names: interned(&names.short_names),
            categories: interned(&names.categories),
            namespaced: version.namespaced,
            verbs: Cow::Borrowed(&VERBS),
            selectable: version.selectable.iter().map(|field| field.label).collect::<Vec<_>>().into(),
            ..ResourceInfo::default()
        };
        let info = KindInfo { resource: Some(resource), ..KindInfo::default() };
        let made = version.clone();
        builder.entry(version.gvk.clone(), info, false, Arc::new(move || Box::new(CustomObject::new(made.clone()))));
    }
    if let Some(converter) = converter.filter(|_| versions.len() > 1) {
        let (converter, to) = (converter.clone(), served.clone());
        builder.asks_elsewhere(&served.gvk, move |objects, _| converter.foresee(objects, &to));
    }
    for version in versions.iter().filter(|version| version.gvk != served.gvk) {
        let convert = |to: &Arc<Version>| {
            let (to, converter) = (to.clone(), converter.cloned());
            move |object: Box<dyn Object>| -> Result<Box<dyn Object>, ConversionError> {
                let object = object.downcast::<CustomObject>().map_err(|other| {
                    ConversionError(format!("expected a custom resource, got a {}", other.gvk().kind))
                })?;
                Ok(Box::new(match &converter {
                    Some(converter) => converter.convert(*object, &to)?,
                    None => object.into_version(&to)?,
                }))
            }
        };
        builder.conversion(&version.gvk, &served.gvk, convert(served), convert(version));
    }
    builder.build()
}
