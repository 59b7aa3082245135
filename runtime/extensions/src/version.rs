//! One version of a custom resource definition, ready to make and check objects.

use std::sync::{Arc, OnceLock};

use kubeforge_api::apiextensions::v1::{
    CustomResourceColumnDefinition, CustomResourceDefinition, CustomResourceSubresourceScale, JSONSchemaProps,
};
use kubeforge_machinery::{
    GroupVersionKind,
    codec::{from_json_slice, to_json_vec},
    version_order,
};

use crate::{cel::Rules, intern::intern, schema::Schema, topology::Topology};

/// One version of a definition.
#[derive(Debug)]
pub struct Version {
    /// The kind in this version.
    pub gvk: GroupVersionKind,
    /// The kind of lists.
    pub list_kind: GroupVersionKind,
    /// The plural, as paths spell it.
    pub plural: String,
    /// Clients may use it.
    pub served: bool,
    /// Objects live in namespaces.
    pub namespaced: bool,
    /// The schema; without one, nothing is known of objects.
    pub schema: Option<Schema>,
    /// The schema as the definition has it, as JSON: that is a fraction of the parsed form, and seldom asked for.
    source: Option<Box<[u8]>>,
    /// Unknown fields stay everywhere (`spec.preserveUnknownFields`, which only old definitions have).
    pub preserves_unknown: bool,
    /// The structure, for managed fields.
    pub topology: Option<Topology>,
    /// CEL rules, compiled when an object is checked first.
    rules: OnceLock<Option<Rules>>,
    /// It has a `status` subresource.
    pub has_status: bool,
    /// Its `scale` subresource.
    pub scale: Option<CustomResourceSubresourceScale>,
    /// Columns of its tables.
    pub columns: Vec<CustomResourceColumnDefinition>,
    /// Fields that field selectors may name.
    pub selectable: Vec<Selectable>,
    /// What clients are warned of.
    pub deprecation: Option<String>,
}

/// A field that field selectors may name.
#[derive(Clone, Debug)]
pub struct Selectable {
    /// How selectors name it: `spec.color`.
    pub label: &'static str,
    /// The way to it.
    pub path: Vec<String>,
}

impl Selectable {
    fn of(json_path: &str) -> Self {
        let label = json_path.trim_start_matches('.');
        Self { label: intern(label), path: label.split('.').map(str::to_owned).collect() }
    }
}

impl Version {
    /// The schema as the definition has it.
    pub fn source(&self) -> Option<JSONSchemaProps> {
        from_json_slice(self.source.as_deref()?).ok()
    }

    /// CEL rules; `None` where there are none.
    pub fn rules(&self) -> Option<&Rules> {
        let rules = self.rules.get_or_init(|| Rules::of(self.schema.as_ref()?, &self.source()?, true));
        rules.as_ref()
    }

    /// All versions of a definition, in its order. Names are those that were accepted.
    pub fn all(definition: &CustomResourceDefinition) -> Vec<Arc<Self>> {
        let (spec, names) = (&definition.spec, &definition.status.accepted_names);
        let all = spec.versions.iter().map(|version| {
            let props = version.schema.as_ref().and_then(|schema| schema.open_api_v3_schema.as_deref());
            let schema = props.map(Schema::of);
            let source = props.map(|props| to_json_vec(props).into_boxed_slice());
            let topology = schema.as_ref().zip(source.as_deref()).map(|(schema, source)| Topology::of(schema, source));
            let kind = |kind: &str| GroupVersionKind {
                group: spec.group.clone().into(),
                version: version.name.clone().into(),
                kind: kind.to_owned().into(),
            };
            let subresources = version.subresources.as_deref();
            Arc::new(Self {
                gvk: kind(&names.kind),
                list_kind: kind(&names.list_kind),
                plural: names.plural.clone(),
                served: version.served,
                namespaced: spec.scope == kubeforge_api::apiextensions::v1::ResourceScope::Namespaced,
                rules: if props.is_some_and(Rules::any_in) { OnceLock::new() } else { OnceLock::from(None) },
                schema,
                source,
                preserves_unknown: spec.preserve_unknown_fields,
                topology,
                has_status: subresources.is_some_and(|subresources| subresources.status.is_some()),
                scale: subresources.and_then(|subresources| subresources.scale.as_deref().cloned()),
                columns: version.additional_printer_columns.clone(),
                selectable: version.selectable_fields.iter().map(|field| Selectable::of(&field.json_path)).collect(),
                deprecation: deprecation(definition, &version.name),
            })
        });
        all.collect()
    }
}

/// What clients of a version are warned of: what the definition says, or which version to use instead.
fn deprecation(definition: &CustomResourceDefinition, name: &str) -> Option<String> {
    let spec = &definition.spec;
    let version = spec.versions.iter().find(|version| version.name == name && version.deprecated)?;
    if let Some(warning) = &version.deprecation_warning {
        return Some(warning.clone());
    }
    let (group, kind) = (&spec.group, &spec.names.kind);
    let mut text = format!("{group}/{name} {kind} is deprecated");
    let newest = spec
        .versions
        .iter()
        .filter(|other| other.served && !other.deprecated && version_order::compare(&other.name, name).is_lt())
        .min_by(|a, b| version_order::compare(&a.name, &b.name));
    if let Some(newest) = newest {
        text.push_str(&format!("; use {group}/{} {kind}", newest.name));
    }
    Some(text)
}
