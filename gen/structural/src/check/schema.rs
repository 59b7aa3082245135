//! Whether a schema is structural, and made of what CRDs know.

use serde_json::Value;

use super::{Report, array, nested};
use crate::{Fields, Finding};

/// Every key of a schema in a CRD.
const KEYS: &[&str] = &[
    "additionalProperties",
    "allOf",
    "anyOf",
    "default",
    "description",
    "enum",
    "example",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "externalDocs",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "nullable",
    "oneOf",
    "pattern",
    "properties",
    "required",
    "title",
    "type",
    "x-kubernetes-embedded-resource",
    "x-kubernetes-int-or-string",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-list-type",
    "x-kubernetes-map-type",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-validations",
];

const TYPES: &[&str] = &["array", "boolean", "integer", "number", "object", "string"];

/// All that is wrong with the schema of a version, which stands at `path`.
pub fn check_schema(schema: &Fields, path: &str) -> Vec<Finding> {
    let mut report = Report::default();
    structure(schema, Level::Root, true, path, &mut report);
    report.findings
}

/// Where a schema stands.
#[derive(Clone, Copy, PartialEq)]
enum Level {
    Root,
    Item,
    Field,
}

pub(super) fn known_keys(schema: &Fields, path: &str, report: &mut Report) {
    for key in schema.keys().filter(|key| !KEYS.contains(&key.as_str())) {
        report.add(&format!("{path}.{key}"), "is no key of a schema in a CustomResourceDefinition");
    }
}

/// `correlates`: whether the server can find the former value of this one, for rules that compare the two.
fn structure(schema: &Fields, level: Level, correlates: bool, path: &str, report: &mut Report) {
    known_keys(schema, path, report);
    types(schema, level, path, report);
    lists_and_maps(schema, path, report);
    rules(schema, correlates, path, report);
    if level != Level::Field && level != Level::Item && schema.contains_key("default") {
        report.add(&format!("{path}.default"), "must not be set at the root");
    }
    if let Some(default) = schema.get("default") {
        fits(default, schema, &format!("{path}.default"), report);
    }
    nested::junctors(schema, schema, path, report);
    let is_object = level == Level::Root || is(schema, "x-kubernetes-embedded-resource");
    for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let path = format!("{path}.properties[{name}]");
        let Some(property) = property.as_object() else {
            report.add(&path, "is no schema");
            continue;
        };
        if is_object && name == "metadata" {
            metadata(property, level, &path, report);
        }
        structure(property, Level::Field, correlates, &path, report);
    }
    match schema.get("items") {
        None => {}
        Some(Value::Object(items)) => {
            let correlates = correlates && text(schema, "x-kubernetes-list-type") == "map";
            structure(items, Level::Item, correlates, &format!("{path}.items"), report);
        }
        Some(_) => report.add(&format!("{path}.items"), "must be a schema"),
    }
    match schema.get("additionalProperties") {
        None => {}
        Some(_) if level == Level::Root => {
            report.add(&format!("{path}.additionalProperties"), "must not be used at the root");
        }
        Some(Value::Object(values)) => {
            structure(values, Level::Field, correlates, &format!("{path}.additionalProperties"), report);
        }
        Some(_) => {}
    }
}

fn text<'a>(schema: &'a Fields, key: &str) -> &'a str {
    schema.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn is(schema: &Fields, key: &str) -> bool {
    schema.get(key) == Some(&Value::Bool(true))
}

/// Every value has a type, unless it is a number or text, or anything at all.
fn types(schema: &Fields, level: Level, path: &str, report: &mut Report) {
    let ty = text(schema, "type");
    let [any, mixed, embedded] =
        ["x-kubernetes-preserve-unknown-fields", "x-kubernetes-int-or-string", "x-kubernetes-embedded-resource"]
            .map(|key| is(schema, key));
    let type_path = format!("{path}.type");
    match ty {
        "" if embedded => report.add(&type_path, "must be object if x-kubernetes-embedded-resource is true"),
        "" if level == Level::Root => report.add(&type_path, "must not be empty at the root"),
        "" if any || mixed => {}
        "" if level == Level::Item => report.add(&type_path, "must not be empty for specified array items"),
        "" => report.add(&type_path, "must not be empty for specified object fields"),
        ty if !TYPES.contains(&ty) => report.add(&type_path, format!("\"{ty}\" is no type")),
        ty if embedded && ty != "object" => {
            report.add(&type_path, "must be object if x-kubernetes-embedded-resource is true");
        }
        ty if level == Level::Root && ty != "object" => report.add(&type_path, "must be object at the root"),
        _ => {}
    }
    if mixed && (any || embedded) {
        report.add(path, "x-kubernetes-int-or-string stands without preserve-unknown-fields and embedded-resource");
    }
    if embedded && !any && !schema.contains_key("properties") {
        let message = "must not be empty if x-kubernetes-embedded-resource is true without \
                       x-kubernetes-preserve-unknown-fields";
        report.add(&format!("{path}.properties"), message);
    }
    if ty == "array" && !schema.contains_key("items") {
        report.add(&format!("{path}.items"), "must be specified");
    }
    if schema.contains_key("properties") && schema.contains_key("additionalProperties") {
        let message = "additionalProperties and properties are mutual exclusive";
        report.add(&format!("{path}.additionalProperties"), message);
    }
}

fn metadata(metadata: &Fields, level: Level, path: &str, report: &mut Report) {
    if text(metadata, "type") != "object" {
        report.add(&format!("{path}.type"), "must be object");
    }
    let names = metadata.get("properties").and_then(Value::as_object);
    let only_names = names.is_none_or(|names| names.keys().all(|name| name == "name" || name == "generateName"));
    let says_more = metadata.keys().any(|key| key != "type" && key != "properties");
    if level == Level::Root && (says_more || !only_names) {
        let message =
            "must not specify anything other than name and generateName, but metadata is implicitly specified";
        report.add(path, message);
    }
}

/// Topologies of lists and maps, for server-side apply.
fn lists_and_maps(schema: &Fields, path: &str, report: &mut Report) {
    let list_path = format!("{path}.x-kubernetes-list-type");
    let list_type = text(schema, "x-kubernetes-list-type");
    let keys = schema.get("x-kubernetes-list-map-keys").and_then(Value::as_array);
    if !list_type.is_empty() && text(schema, "type") != "array" {
        report.add(&list_path, "must be used with type array");
    }
    let Some(items) = schema.get("items").and_then(Value::as_object) else {
        return map_type(schema, path, report);
    };
    match list_type {
        "" | "atomic" => {}
        "set" => {
            let is_atomic = text(items, "x-kubernetes-map-type") == "atomic"
                || (text(items, "type") == "array" && ["", "atomic"].contains(&text(items, "x-kubernetes-list-type")));
            if is(items, "nullable") {
                report.add(&format!("{path}.items.nullable"), "is forbidden with x-kubernetes-list-type=set");
            }
            if matches!(text(items, "type"), "object" | "array") && !is_atomic {
                report.add(&list_path, "items of a set are scalars, or atomic lists or maps");
            }
        }
        "map" => list_map_keys(items, keys.map(Vec::as_slice).unwrap_or_default(), path, report),
        other => report.add(&list_path, format!("\"{other}\" must be one of atomic, map, set")),
    }
    if keys.is_some() && list_type != "map" {
        report.add(&format!("{path}.x-kubernetes-list-map-keys"), "must be empty if the list type is not map");
    }
    if is(schema, "uniqueItems") {
        let message = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
        report.add(&format!("{path}.uniqueItems"), message);
    }
    map_type(schema, path, report);
}

fn map_type(schema: &Fields, path: &str, report: &mut Report) {
    let path = format!("{path}.x-kubernetes-map-type");
    match text(schema, "x-kubernetes-map-type") {
        "" => {}
        "atomic" | "granular" if text(schema, "type") == "object" => {}
        "atomic" | "granular" => report.add(&path, "must be used with type object"),
        other => report.add(&path, format!("\"{other}\" must be one of atomic, granular")),
    }
}

fn list_map_keys(items: &Fields, keys: &[Value], path: &str, report: &mut Report) {
    if text(items, "type") != "object" {
        report.add(&format!("{path}.items.type"), "must be object if the list type is map");
    }
    if keys.is_empty() {
        report.add(&format!("{path}.x-kubernetes-list-map-keys"), "must not be empty if the list type is map");
    }
    let items = Value::Object(items.clone());
    for key in keys {
        let name = key.as_str().unwrap_or_default();
        let key_path = format!("{path}.items.properties[{name}]");
        let Some(property) = items["properties"].get(name) else {
            let message = format!("\"{name}\" must be a property of the items");
            report.add(&format!("{path}.x-kubernetes-list-map-keys"), message);
            continue;
        };
        if matches!(property["type"].as_str(), Some("object" | "array")) {
            report.add(&format!("{key_path}.type"), "must be a scalar type: it is a key of a list map");
        }
        if property.get("default").is_none() && !array(&items, "required").contains(key) {
            let message = "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required \
                           property";
            report.add(&format!("{key_path}.default"), message);
        }
    }
}

fn rules(schema: &Fields, correlates: bool, path: &str, report: &mut Report) {
    for (index, rule) in
        schema.get("x-kubernetes-validations").and_then(Value::as_array).into_iter().flatten().enumerate()
    {
        let path = format!("{path}.x-kubernetes-validations[{index}]");
        let text = |key: &str| rule[key].as_str().unwrap_or_default();
        if text("rule").trim().is_empty() {
            report.add(&format!("{path}.rule"), "rule is not specified");
        }
        if text("rule").contains('\n') && text("message").is_empty() {
            report.add(&format!("{path}.message"), "message must be specified if rule contains line breaks");
        }
        if text("message").contains('\n') {
            report.add(&format!("{path}.message"), "message must not contain line breaks");
        }
        if !correlates && text("rule").contains("oldSelf") {
            let message = "oldSelf cannot be used on the uncorrelatable portion of the schema: below a list that is \
                           no list map";
            report.add(&format!("{path}.rule"), message);
        }
        let reasons = ["", "FieldValueRequired", "FieldValueInvalid", "FieldValueForbidden", "FieldValueDuplicate"];
        if !reasons.contains(&text("reason")) {
            report.add(&format!("{path}.reason"), format!("must be one of {}", reasons[1..].join(", ")));
        }
        if !text("fieldPath").is_empty() && !text("fieldPath").starts_with(['.', '[']) {
            report.add(&format!("{path}.fieldPath"), "must be a path from the value, such as .spec.replicas");
        }
    }
}

/// Whether a default is a value of the schema's type, of its values, and without fields that would be pruned.
fn fits(value: &Value, schema: &Fields, path: &str, report: &mut Report) {
    let ty = text(schema, "type");
    let fits_type = match value {
        Value::Null => is(schema, "nullable"),
        Value::Bool(_) => matches!(ty, "boolean" | ""),
        Value::Number(number) => {
            matches!(ty, "number" | "") || (ty == "integer" && (number.is_i64() || number.is_u64()))
        }
        Value::String(_) => matches!(ty, "string" | ""),
        Value::Array(_) => matches!(ty, "array" | ""),
        Value::Object(_) => matches!(ty, "object" | ""),
    };
    if !fits_type {
        report.add(path, format!("{value} is no {ty}"));
        return;
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array)
        && !values.contains(value)
    {
        report.add(path, format!("{value} is not one of {}", Value::Array(values.clone())));
    }
    match value {
        Value::Array(values) => {
            if let Some(items) = schema.get("items").and_then(Value::as_object) {
                values.iter().enumerate().for_each(|(at, value)| fits(value, items, &format!("{path}[{at}]"), report));
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = format!("{path}.{name}");
                match schema.get("properties").and_then(|properties| properties.get(name)) {
                    Some(Value::Object(property)) => fits(value, property, &path, report),
                    _ => match schema.get("additionalProperties") {
                        Some(Value::Object(values)) => fits(value, values, &path, report),
                        Some(_) => {}
                        None if is(schema, "x-kubernetes-preserve-unknown-fields") => {}
                        None if is(schema, "x-kubernetes-embedded-resource") => {}
                        None => report.add(&path, "must not have unknown fields"),
                    },
                }
            }
            for name in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
                let name = name.as_str().unwrap_or_default();
                let has_default = schema
                    .get("properties")
                    .and_then(|properties| properties.get(name))
                    .is_some_and(|property| property.get("default").is_some());
                if !fields.contains_key(name) && !has_default {
                    report.add(&format!("{path}.{name}"), "is required");
                }
            }
        }
        _ => {}
    }
}
