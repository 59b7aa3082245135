//! A version of a definition: a kind and the types below it.

use std::collections::BTreeMap;

use super::{Names, Read};
use crate::{
    load::{
        document::{At, Object, Report},
        names::META_V1,
        schema::{self, Dialect, Reader, References, lose_rest},
    },
    model::{
        Column, Field, KindMarkers, KindRef, Literal, Omission, Rule, ScalePaths, Struct, Subresource, Type, TypeDef,
        TypeRef,
    },
};

/// What a version says beside its schema.
#[derive(Clone, Debug, Default)]
pub(super) struct Version {
    pub(super) name: String,
    pub(super) storage: bool,
    /// The stored version, where there are several.
    pub(super) hub: Option<String>,
    served: bool,
    deprecated: Option<Rule>,
    subresources: Vec<Subresource>,
    columns: Vec<Column>,
    selectable: Vec<String>,
}

/// Reads a version; its schema's place comes with it.
pub(super) fn read<'a>(at: &At<'a>) -> Option<(Version, At<'a>)> {
    let mut object = at.object()?;
    let deprecated = object.flag("deprecated");
    let warning = object.text("deprecationWarning");
    let version = Version {
        name: object.need_text("name")?,
        storage: object.flag("storage"),
        served: object.bool("served").unwrap_or(true),
        deprecated: deprecated.then(|| match warning {
            Some(warning) => Rule::is("deprecated", Literal::Text(warning)),
            None => Rule::flag("deprecated"),
        }),
        subresources: object.take("subresources").map(|at| subresources(&at)).unwrap_or_default(),
        columns: object.items("additionalPrinterColumns").iter().filter_map(column).collect(),
        selectable: object.items("selectableFields").iter().filter_map(selectable).collect(),
        hub: None,
    };
    let schema = object.take("schema").and_then(|at| at.object()?.take("openAPIV3Schema"));
    lose_rest(&object);
    if schema.is_none() {
        at.error("has no schema: expected .schema.openAPIV3Schema");
    }
    Some((version, schema?))
}

fn subresources(at: &At<'_>) -> Vec<Subresource> {
    let Some(mut object) = at.object() else { return Vec::new() };
    let mut found = Vec::new();
    if object.take("status").is_some() {
        found.push(Subresource { name: "status".into(), ..Subresource::default() });
    }
    if let Some(mut scale) = object.take("scale").and_then(|at| at.object()) {
        let paths = ScalePaths {
            spec: scale.need_text("specReplicasPath").unwrap_or_default(),
            status: scale.need_text("statusReplicasPath").unwrap_or_default(),
            selector: scale.text("labelSelectorPath").unwrap_or_default(),
        };
        lose_rest(&scale);
        found.push(Subresource { name: "scale".into(), scale: Some(paths), ..Subresource::default() });
    }
    lose_rest(&object);
    found
}

fn column(at: &At<'_>) -> Option<Column> {
    let mut object = at.object()?;
    let column = Column {
        name: object.need_text("name")?,
        ty: object.need_text("type")?,
        path: object.need_text("jsonPath")?,
        format: object.text("format").unwrap_or_default(),
        description: object.text("description").unwrap_or_default(),
        priority: object.int("priority").and_then(|priority| i32::try_from(priority).ok()).unwrap_or_default(),
    };
    lose_rest(&object);
    Some(column)
}

fn selectable(at: &At<'_>) -> Option<String> {
    let mut object = at.object()?;
    let path = object.need_text("jsonPath")?;
    lose_rest(&object);
    Some(path.strip_prefix('.').map(str::to_owned).unwrap_or(path))
}

/// The types of the definitions of a package.
pub(super) fn types(definitions: &[(Names, Read)], references: &References, report: &Report) -> BTreeMap<String, Type> {
    let mut reader = Reader::new(Dialect::Structural, references);
    // kinds can't be renamed: they go first
    let kinds = definitions.iter().flat_map(|(names, _)| [names.kind.clone(), names.list_kind.clone()]);
    reader.names.extend(kinds);
    for (names, read) in definitions {
        let at = At { node: &read.node, path: read.path.clone(), file: &read.file, report };
        if let Some(ty) = kind(&mut reader, names, &read.version, &at) {
            reader.add(list(names));
            reader.add(ty);
        }
    }
    if reader.dropped_docs > 0 {
        let files: Vec<&str> = definitions.iter().map(|(_, read)| read.file.as_str()).collect();
        let file = files.first().copied().unwrap_or_default();
        report.note(format!("{file}: {} descriptions of list elements have no place", reader.dropped_docs));
    }
    reader.types
}

fn kind(reader: &mut Reader<'_>, names: &Names, version: &Version, at: &At<'_>) -> Option<Type> {
    let mut object = at.object()?;
    match object.text("type").as_deref() {
        Some("object") => {}
        _ => at.error("a custom resource is an object: expected `type: object`"),
    }
    let docs = object.text("description").unwrap_or_else(|| format!("`{}`.", names.kind));
    let mut rules = version.rules();
    rules.extend(names.metadata.iter().cloned());
    rules.extend(schema::type_rules(&mut object));
    rules.extend(schema::documentation(&mut object));
    let mut fields = vec![metadata("ObjectMeta", "Name, labels and everything else that all objects carry.")];
    metadata_schema(&object);
    fields.extend(reader.fields(&names.kind, &mut object, &["apiVersion", "kind", "metadata"]));
    lose_rest(&object);
    let def = TypeDef::Struct(Struct { fields, ..Struct::default() });
    Some(Type { docs, def, rules, kind: Some(markers(names, version)), ..Type::new(names.kind.clone()) })
}

/// What a schema may say of `metadata` besides that it is there.
fn metadata_schema(root: &Object<'_>) {
    let mut root = root.again();
    let metadata = root.take("properties").and_then(|at| at.object()?.take("metadata"));
    if let Some(mut metadata) = metadata.and_then(|at| at.object()) {
        metadata.text("type");
        metadata.text("description");
        lose_rest(&metadata);
    }
}

fn markers(names: &Names, version: &Version) -> KindMarkers {
    KindMarkers {
        scope: names.scope,
        plural: names.plural.clone(),
        singular: names.singular.clone(),
        short: names.short.clone(),
        categories: names.categories.clone(),
        subresources: version.subresources.clone(),
        columns: version.columns.clone(),
        selectable: version.selectable.clone(),
        hub: version.hub.as_ref().is_some_and(|hub| *hub == version.name),
        spoke_of: version.hub.as_ref().filter(|hub| **hub != version.name).map(|hub| KindRef {
            group: names.group.clone(),
            version: hub.clone(),
            kind: names.kind.clone(),
        }),
        ..KindMarkers::default()
    }
}

impl Version {
    fn rules(&self) -> Vec<Rule> {
        let mut rules = Vec::new();
        rules.extend(self.storage.then(|| Rule::flag("storage")));
        rules.extend((!self.served).then(|| Rule::is("served", Literal::Bool(false))));
        rules.extend(self.deprecated.clone());
        rules
    }
}

fn metadata(ty: &str, docs: &str) -> Field {
    let ty = TypeRef::Foreign(format!("{META_V1}::{ty}"));
    Field { docs: docs.to_owned(), ..Field::new("metadata", ty) }
}

fn list(names: &Names) -> Type {
    let items = TypeRef::List(Box::new(TypeRef::Local(names.kind.clone())));
    let items = Field {
        docs: "The objects, in the order in which the server lists them.".into(),
        required: true,
        omission: Omission::Never,
        ..Field::new("items", items)
    };
    let metadata = metadata("ListMeta", "Where the list stands in the history of the store, and how to read on.");
    Type {
        docs: format!("A list of `{}`s.", names.kind),
        def: TypeDef::Struct(Struct { fields: vec![metadata, items], ..Struct::default() }),
        kind: Some(KindMarkers { list_of: Some(names.kind.clone()), ..KindMarkers::default() }),
        ..Type::new(names.list_kind.clone())
    }
}
