//! Components: types.

use std::collections::BTreeMap;

use super::{GroupVersion, Paths, paths::{Kind, Resource}};
use crate::{
    load::{
        document::{At, Node, Object},
        item,
        names::META_V1,
        schema::{self, Class, Dialect, Own, Reader, References},
    },
    model::{KindMarkers, Package, Scope, Struct, Subresource, Type, TypeDef, TypeRef, Verb},
};

/// The kind of a component that is just one.
pub(super) fn only_kind(component: &Node) -> Option<Kind> {
    match component.get("x-kubernetes-group-version-kind")? {
        Node::List(kinds) => match &kinds[..] {
            [only] => Kind::of(only),
            _ => None,
        },
        _ => None,
    }
}

/// Reads the package's `own` components into it; `all` are those of the document.
pub(super) fn read(
    own: &[(&str, At<'_>)],
    all: &[(&str, At<'_>)],
    mut references: References,
    paths: &Paths,
    package: &mut Package,
) {
    let mut names = std::collections::BTreeSet::new();
    for (definition, at) in own.iter().filter(|(definition, _)| !schema::is_scalar(definition)) {
        let wanted = match only_kind(at.node) {
            Some(kind) => kind.kind,
            None => schema::split(definition).1.to_owned(),
        };
        let name = schema::type_name(&wanted, &mut names);
        if name != wanted && only_kind(at.node).is_some() {
            at.error(format!("a kind can't be called `{wanted}`: its type would clash with another of that name"));
        }
        references.own.insert((*definition).to_owned(), Own { name, class: class(at.node) });
    }
    let dialect = Dialect::OpenApi { zero_values: all.iter().any(|(_, at)| shows_zero_values(at.node)) };
    let mut reader = Reader::new(dialect, &references);
    reader.names = names;
    for (definition, at) in own {
        let Some(Own { name, class: Class::Text }) = references.own.get(*definition) else { continue };
        if let Some(values) = texts(at.node.get("enum")) {
            let same = reader.enum_components.entry(schema::sorted_values(&values)).or_insert(Some(name.clone()));
            *same = same.take().filter(|same| same == name);
        }
    }
    let group_version = (package.group.clone(), package.version.clone());
    let served = Served { paths, group_version: &group_version };
    for (definition, at) in own {
        let Some(own) = references.own.get(*definition) else { continue };
        if let Some(mut ty) = component(&mut reader, own, at, &served) {
            let derived = format!("{}.{}", package.definition_prefix, own.name);
            ty.definition = (*definition != derived).then(|| (*definition).to_owned());
            reader.add(ty);
        }
    }
    if reader.dropped_docs > 0 {
        let dropped = reader.dropped_docs;
        let root = own.first().map(|(_, at)| at);
        root.inspect(|at| at.report.note(format!("{}: {dropped} descriptions of list elements have no place", at.file)));
    }
    package.types = reader.types;
}

fn texts(node: Option<&Node>) -> Option<Vec<String>> {
    match node? {
        Node::List(values) => values.iter().map(|value| value.as_text().map(str::to_owned)).collect(),
        _ => None,
    }
}

/// What a component is like.
fn class(component: &Node) -> Class {
    match component.get("type").and_then(Node::as_text) {
        Some("object") if component.get("additionalProperties").is_none() => Class::Struct,
        Some("object") => Class::Map,
        Some("string") => Class::Text,
        Some("integer" | "number") => Class::Number,
        Some("boolean") => Class::Bool,
        Some("array") => Class::List,
        _ if component.get("properties").is_some() => Class::Struct,
        _ => Class::Opaque,
    }
}

/// Whether a property has `default: {}`.
fn shows_zero_values(component: &Node) -> bool {
    let Some(Node::Object(properties)) = component.get("properties") else { return false };
    properties.iter().any(|(_, property)| matches!(property.get("default"), Some(Node::Object(empty)) if empty.is_empty()))
}

/// How the package is served.
struct Served<'a> {
    paths: &'a Paths,
    group_version: &'a GroupVersion,
}

fn component(reader: &mut Reader<'_>, own: &Own, at: &At<'_>, served: &Served<'_>) -> Option<Type> {
    let mut object = at.object()?;
    let kind = object.take("x-kubernetes-group-version-kind").and_then(|_| only_kind(at.node));
    let docs = object.text("description").unwrap_or_default();
    if own.class != Class::Struct {
        return leaf(reader, own, &mut object, docs);
    }
    object.text("type");
    let atomic = object.text("x-kubernetes-map-type").as_deref() == Some("atomic");
    let mut rules = schema::type_rules(&mut object);
    rules.extend(schema::documentation(&mut object));
    let without: &[&str] = if kind.is_some() { &["apiVersion", "kind"] } else { &[] };
    let mut def = Struct { fields: reader.fields(&own.name, &mut object, without) };
    schema::lose_rest(&object);
    let docs = if docs.is_empty() { format!("`{}`.", own.name) } else { docs };
    let kind = kind.map(|_| markers(&own.name, &mut def, at, served));
    Some(Type { docs, def: TypeDef::Struct(def), atomic, kind, rules, ..item::empty_type(own.name.clone()) })
}

/// A component that is no struct: an enum, or another name for something.
fn leaf(reader: &mut Reader<'_>, own: &Own, object: &mut Object<'_>, docs: String) -> Option<Type> {
    if let Some(values) = texts(object.peek("enum")) {
        object.take("enum");
        object.take("type");
        schema::lose_rest(object);
        return Some(schema::string_enum(&own.name, &values, &docs));
    }
    let target = reader.alias(&own.name, object)?;
    schema::lose_rest(object);
    Some(Type { docs, def: TypeDef::Alias(target), ..item::empty_type(own.name.clone()) })
}

fn is_metadata(ty: &TypeRef, name: &str) -> bool {
    match ty {
        TypeRef::Optional(inner) | TypeRef::Boxed(inner) => is_metadata(inner, name),
        TypeRef::Foreign(path) => *path == format!("{META_V1}::{name}"),
        TypeRef::Local(local) => local == name,
        TypeRef::Scalar(_) | TypeRef::List(_) | TypeRef::Map(_) => false,
    }
}

/// What a component's fields and the paths say of its being a kind. Its metadata is always there.
fn markers(name: &str, def: &mut Struct, at: &At<'_>, served: &Served<'_>) -> KindMarkers {
    let mut has = [false, false];
    for field in def.fields.iter_mut().filter(|field| field.json == "metadata") {
        has = ["ObjectMeta", "ListMeta"].map(|meta| is_metadata(&field.ty, meta));
        if let (true, TypeRef::Optional(inner)) = (has != [false, false], &field.ty) {
            field.ty = match &**inner {
                TypeRef::Boxed(inner) => (**inner).clone(),
                inner => inner.clone(),
            };
        }
    }
    let [object, list] = has;
    let items = def.fields.iter().find(|field| field.json == "items");
    let element = match items.map(|items| &items.ty) {
        Some(TypeRef::List(element)) => match &**element {
            TypeRef::Local(element) => Some(element.clone()),
            _ => None,
        },
        _ => None,
    };
    if let (true, Some(element)) = (list, element) {
        return KindMarkers { list_of: Some(element), ..KindMarkers::default() };
    }
    let (group, version) = served.group_version;
    let resources = served.paths.resources.get(served.group_version);
    let found = resources.into_iter().flatten().find(|(_, resource)| {
        let kind = resource.kind.as_ref();
        kind.is_some_and(|kind| kind.kind == name && kind.group == *group && kind.version == *version)
    });
    match found {
        Some((plural, resource)) => of_resource(plural, resource, served),
        None if resources.is_some() || !object => KindMarkers { no_resource: true, ..KindMarkers::default() },
        None => {
            at.report.note(format!("{}: no paths, so nothing is known of where {name}s live", at.file));
            KindMarkers::default()
        }
    }
}

fn of_resource(plural: &str, resource: &Resource, served: &Served<'_>) -> KindMarkers {
    KindMarkers {
        scope: if resource.namespaced { Scope::Namespaced } else { Scope::Cluster },
        plural: plural.to_owned(),
        verbs: (resource.verbs.len() < Verb::ALL.len()).then(|| resource.verbs.iter().copied().collect()),
        subresources: subresources(resource, served),
        ..KindMarkers::default()
    }
}

fn subresources(of: &Resource, served: &Served<'_>) -> Vec<Subresource> {
    let (group, version) = served.group_version;
    let other = |kind: &Option<Kind>| {
        let kind = kind.as_ref().filter(|kind| Some(*kind) != of.kind.as_ref())?;
        Some(kind.reference(group, version))
    };
    let named: BTreeMap<&String, &Resource> = of.subresources.iter().collect();
    let mut found: Vec<Subresource> = named
        .into_iter()
        .map(|(name, resource)| {
            let verbs: Vec<Verb> = resource.verbs.iter().copied().collect();
            let create = other(&resource.created).filter(|_| verbs == [Verb::Create]);
            let kind = other(&resource.kind).filter(|_| create.is_none());
            let derived = create.is_some() || verbs == [Verb::Get, Verb::Patch, Verb::Update];
            Subresource { name: name.clone(), create, kind, verbs: (!derived).then_some(verbs), scale: None }
        })
        .collect();
    // as people write them
    found.sort_by_key(|subresource| subresource.name != "status");
    found
}

