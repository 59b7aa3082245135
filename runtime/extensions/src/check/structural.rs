//! Whether a schema is structural: it says what fields there are once, outside of all conditions. Follows apiextensions
//! pkg/apiserver/schema/{validation,complete}.go.

use kubeforge_api::apiextensions::v1::JSONSchemaProps;
use kubeforge_machinery::field::{Error, ErrorList, Path};

use super::schema::pattern_error;

/// Where a schema stands in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Root,
    Item,
    Field,
}

/// All that keeps a schema from being structural, sorted by its text as upstream has it.
pub(super) fn check(schema: &JSONSchemaProps, path: &Path<'_>) -> ErrorList {
    let mut errors = ErrorList::new();
    invariants(schema, Level::Root, path, &mut errors);
    complete(schema, Some(schema), path, path, &mut errors);
    errors.sort_by_cached_key(ToString::to_string);
    errors
}

/// Why a schema has no structural form at all: keywords without one.
pub(super) fn unsupported(schema: &JSONSchemaProps) -> Option<String> {
    let mut found = None;
    super::schema::visit(schema, &mut |schema| {
        let keyword = [
            (!schema.id.is_empty(), "id"),
            (!schema.schema.is_empty(), "schema"),
            (schema.ref_.as_deref().is_some_and(|reference| !reference.is_empty()), "$ref"),
            (!schema.pattern_properties.is_empty(), "patternProperties"),
            (!schema.dependencies.is_empty(), "dependencies"),
            (schema.additional_items.is_some(), "additionalItems"),
            (!schema.definitions.is_empty(), "definitions"),
        ];
        let text = match keyword.iter().find(|(is_set, _)| *is_set) {
            Some((_, name)) => Some(format!("OpenAPIV3Schema '{name}' is not supported")),
            None if schema.items.as_ref().is_some_and(|items| !items.json_schemas.is_empty()) => {
                Some("OpenAPIV3Schema 'items' must be a schema, but is an array".to_owned())
            }
            None if schema.x_kubernetes_preserve_unknown_fields == Some(false) => {
                Some("internal error: 'x-kubernetes-preserve-unknown-fields' must be true or undefined".to_owned())
            }
            None => None,
        };
        found = found.take().or(text);
    });
    found
}

fn invariants(schema: &JSONSchemaProps, level: Level, path: &Path<'_>, errors: &mut ErrorList) {
    let items = schema.items.as_ref().and_then(|items| items.schema.as_deref());
    if schema.type_ == "array" && items.is_none() {
        errors.push(Error::required(&path.child("items"), "must be specified"));
    }
    if let Some(items) = items {
        invariants(items, Level::Item, &path.child("items"), errors);
    }
    for (name, property) in &schema.properties {
        invariants(property, Level::Field, &path.child("properties").key(name), errors);
    }
    if let Some(additional) = &schema.additional_properties {
        if level == Level::Root {
            errors.push(Error::forbidden(&path.child("additionalProperties"), "must not be used at the root"));
        }
        if let Some(values) = additional.schema.as_deref() {
            invariants(values, Level::Field, &path.child("additionalProperties"), errors);
        }
    }
    extensions(schema, path, errors);
    let skips = Skips {
        any_of: is_int_or_string(&schema.any_of),
        first_all_of: schema.all_of.first().is_some_and(|first| is_int_or_string(&first.any_of)),
    };
    conditions(schema, skips, path, errors);
    types(schema, level, path, errors);
    metadata(schema, level, path, errors);
    let preserves = schema.x_kubernetes_preserve_unknown_fields == Some(true);
    if schema.x_kubernetes_embedded_resource && !preserves && schema.properties.is_empty() {
        let text = "must not be empty if x-kubernetes-embedded-resource is true without \
                    x-kubernetes-preserve-unknown-fields";
        errors.push(Error::required(&path.child("properties"), text));
    }
}

fn extensions(schema: &JSONSchemaProps, path: &Path<'_>, errors: &mut ErrorList) {
    if !schema.x_kubernetes_int_or_string {
        return;
    }
    let text = "must be false if x-kubernetes-int-or-string is true";
    if schema.x_kubernetes_preserve_unknown_fields == Some(true) {
        errors.push(Error::invalid(&path.child("x-kubernetes-preserve-unknown-fields"), true, text));
    }
    if schema.x_kubernetes_embedded_resource {
        errors.push(Error::invalid(&path.child("x-kubernetes-embedded-resource"), true, text));
    }
}

fn types(schema: &JSONSchemaProps, level: Level, path: &Path<'_>, errors: &mut ErrorList) {
    let (type_, path_of_type) = (schema.type_.as_str(), path.child("type"));
    let preserves = schema.x_kubernetes_preserve_unknown_fields == Some(true);
    if schema.x_kubernetes_embedded_resource && type_ != "object" {
        let text = "must be object if x-kubernetes-embedded-resource is true";
        errors.push(match type_ {
            "" => Error::required(&path_of_type, text),
            type_ => Error::invalid(&path_of_type, type_, text),
        });
    } else if type_.is_empty() && !schema.x_kubernetes_int_or_string && !preserves {
        let text = match level {
            Level::Root => "must not be empty at the root",
            Level::Item => "must not be empty for specified array items",
            Level::Field => "must not be empty for specified object fields",
        };
        errors.push(Error::required(&path_of_type, text));
    }
    if schema.x_kubernetes_embedded_resource && schema.additional_properties.is_some() {
        let text = "must not be used if x-kubernetes-embedded-resource is set";
        errors.push(Error::forbidden(&path.child("additionalProperties"), text));
    }
    if level == Level::Root && !type_.is_empty() && type_ != "object" {
        errors.push(Error::invalid(&path_of_type, type_, "must be object at the root"));
    }
}

/// What an object says of itself has a fixed form; a schema may restrict names at most.
fn metadata(schema: &JSONSchemaProps, level: Level, path: &Path<'_>, errors: &mut ErrorList) {
    let is_object = level == Level::Root || schema.x_kubernetes_embedded_resource;
    let properties = path.child("properties");
    for name in ["kind", "apiVersion"] {
        if let Some(property) = schema.properties.get(name).filter(|property| property.type_ != "string")
            && is_object
        {
            errors.push(Error::invalid(&properties.key(name).child("type"), &property.type_, "must be string"));
        }
    }
    let Some(metadata) = schema.properties.get("metadata") else { return };
    let path = properties.key("metadata");
    if is_object && metadata.type_ != "object" {
        errors.push(Error::invalid(&path.child("type"), &metadata.type_, "must be object"));
    }
    if level != Level::Root {
        return;
    }
    let restricts_names = metadata.properties.keys().all(|name| matches!(name.as_str(), "name" | "generateName"));
    let mut rest = metadata.clone();
    if restricts_names {
        rest.properties.clear();
    }
    rest.type_.clear();
    rest.default = None;
    rest.example = None;
    rest.external_docs = None;
    if rest != JSONSchemaProps::default() {
        let text = "must not specify anything other than name and generateName, but metadata is implicitly specified";
        errors.push(Error::forbidden(&path, text));
    }
}

/// Whether these are the two alternatives that say that a value is a number or a text.
fn is_int_or_string(alternatives: &[JSONSchemaProps]) -> bool {
    let of_type = |type_: &str| JSONSchemaProps { type_: type_.to_owned(), ..JSONSchemaProps::default() };
    matches!(alternatives, [first, second] if *first == of_type("integer") && *second == of_type("string"))
}

/// Alternatives that are no conditions.
#[derive(Clone, Copy, Debug, Default)]
struct Skips {
    any_of: bool,
    first_all_of: bool,
}

fn conditions(schema: &JSONSchemaProps, skips: Skips, path: &Path<'_>, errors: &mut ErrorList) {
    if !skips.any_of {
        for (at, inner) in schema.any_of.iter().enumerate() {
            nested(inner, Skips::default(), &path.child("anyOf").index(at), errors);
        }
    }
    for (at, inner) in schema.all_of.iter().enumerate() {
        let skips = Skips { any_of: skips.first_all_of && at == 0, first_all_of: false };
        nested(inner, skips, &path.child("allOf").index(at), errors);
    }
    for (at, inner) in schema.one_of.iter().enumerate() {
        nested(inner, Skips::default(), &path.child("oneOf").index(at), errors);
    }
    if let Some(not) = &schema.not {
        nested(not, Skips::default(), &path.child("not"), errors);
    }
    if let Some(why) = pattern_error(&schema.pattern) {
        let text = format!("must be a valid regular expression, but isn't: {why}");
        errors.push(Error::invalid(&path.child("pattern"), &schema.pattern, text));
    }
}

/// A schema inside of a condition: it restricts values and says nothing else.
fn nested(schema: &JSONSchemaProps, skips: Skips, path: &Path<'_>, errors: &mut ErrorList) {
    conditions(schema, skips, path, errors);
    if let Some(items) = schema.items.as_ref().and_then(|items| items.schema.as_deref()) {
        nested(items, Skips::default(), &path.child("items"), errors);
    }
    for (name, property) in &schema.properties {
        nested(property, Skips::default(), &path.child("properties").key(name), errors);
    }
    let (empty, undefined, unset) =
        ("must be empty to be structural", "must be undefined to be structural", "must be false to be structural");
    let forbidden = [
        (!schema.type_.is_empty(), "type", empty),
        (schema.additional_properties.is_some(), "additionalProperties", undefined),
        (schema.default.is_some(), "default", undefined),
        (!schema.title.is_empty(), "title", empty),
        (!schema.description.is_empty(), "description", empty),
        (schema.nullable, "nullable", unset),
        (schema.x_kubernetes_preserve_unknown_fields == Some(true), "x-kubernetes-preserve-unknown-fields", unset),
        (schema.x_kubernetes_embedded_resource, "x-kubernetes-embedded-resource", unset),
        (schema.x_kubernetes_int_or_string, "x-kubernetes-int-or-string", unset),
        (!schema.x_kubernetes_list_map_keys.is_empty(), "x-kubernetes-list-map-keys", empty),
        (schema.x_kubernetes_list_type.is_some(), "x-kubernetes-list-type", undefined),
        (schema.x_kubernetes_map_type.is_some(), "x-kubernetes-map-type", undefined),
        (!schema.x_kubernetes_validations.is_empty(), "x-kubernetes-validations", empty),
    ];
    for (_, name, text) in forbidden.iter().filter(|(is_set, ..)| *is_set) {
        errors.push(Error::forbidden(&path.child(name), *text));
    }
    if schema.properties.contains_key("metadata") {
        let text = "must not be specified in a nested context";
        errors.push(Error::forbidden(&path.child("properties").key("metadata"), text));
    }
}

/// Checks that what conditions speak of is said outside of them as well.
fn complete(
    conditions: &JSONSchemaProps,
    structure: Option<&JSONSchemaProps>,
    path: &Path<'_>,
    condition_path: &Path<'_>,
    errors: &mut ErrorList,
) {
    if let Some(not) = &conditions.not {
        complete_nested(not, structure, path, &condition_path.child("not"), errors);
    }
    let lists = [("allOf", &conditions.all_of), ("anyOf", &conditions.any_of), ("oneOf", &conditions.one_of)];
    for (name, list) in lists {
        for (at, inner) in list.iter().enumerate() {
            complete_nested(inner, structure, path, &condition_path.child(name).index(at), errors);
        }
    }
}

fn complete_nested(
    condition: &JSONSchemaProps,
    structure: Option<&JSONSchemaProps>,
    path: &Path<'_>,
    condition_path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let Some(known) = structure else {
        errors.push(Error::required(path, format!("because it is defined in {condition_path}")));
        return;
    };
    complete(condition, structure, path, condition_path, errors);
    if let Some(items) = condition.items.as_ref().and_then(|items| items.schema.as_deref()) {
        let known = known.items.as_ref().and_then(|items| items.schema.as_deref());
        complete_nested(items, known, &path.child("items"), &condition_path.child("items"), errors);
    }
    for (name, property) in &condition.properties {
        let (place, said) = (path.child("properties"), condition_path.child("properties"));
        complete_nested(property, known.properties.get(name), &place.key(name), &said.key(name), errors);
    }
}
