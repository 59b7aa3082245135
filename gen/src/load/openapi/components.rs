//! Components: types.

use super::{
    Paths,
    kinds::{Served, markers},
    paths::Kind,
};
use crate::{
    load::{
        document::{At, Node, Object},
        schema::{self, Class, Dialect, Own, Reader, References},
    },
    model::{Package, Struct, Type, TypeDef},
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
        root.inspect(|at| {
            at.report.note(format!("{}: {dropped} descriptions of list elements have no place", at.file))
        });
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
    properties
        .iter()
        .any(|(_, property)| matches!(property.get("default"), Some(Node::Object(empty)) if empty.is_empty()))
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
    let mut def = Struct { fields: reader.fields(&own.name, &mut object, without), ..Struct::default() };
    schema::lose_rest(&object);
    let docs = if docs.is_empty() { format!("`{}`.", own.name) } else { docs };
    let kind = kind.map(|_| markers(&own.name, &mut def, at, served));
    Some(Type { docs, def: TypeDef::Struct(def), atomic, kind, rules, ..Type::new(own.name.clone()) })
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
    Some(Type { docs, def: TypeDef::Alias(target), ..Type::new(own.name.clone()) })
}
