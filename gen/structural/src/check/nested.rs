//! Schemas below `allOf`, `anyOf`, `oneOf` and `not`: they restrict values, and say nothing of structure.

use serde_json::Value;

use super::{Report, schema::known_keys};
use crate::Fields;

/// Keys that only the structure may have.
const FORBIDDEN: &[&str] = &[
    "type",
    "additionalProperties",
    "default",
    "title",
    "description",
    "nullable",
    "externalDocs",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-embedded-resource",
    "x-kubernetes-int-or-string",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-list-type",
    "x-kubernetes-map-type",
    "x-kubernetes-validations",
];

/// Whether the value validation below a schema's junctors is one, and names nothing that the schema doesn't.
pub(super) fn junctors(schema: &Fields, structure: &Fields, path: &str, report: &mut Report) {
    for key in ["allOf", "anyOf", "oneOf"] {
        for (index, nested) in schema.get(key).and_then(Value::as_array).into_iter().flatten().enumerate() {
            if key == "anyOf" && is_int_or_string(schema) {
                continue;
            }
            if let Some(nested) = nested.as_object() {
                // the other form of a number or text: the first of `allOf` is its `anyOf`
                if key == "allOf" && index == 0 && is_int_or_string(nested) {
                    continue;
                }
                check_nested(nested, Some(structure), &format!("{path}.{key}[{index}]"), report);
            }
        }
    }
    if let Some(nested) = schema.get("not").and_then(Value::as_object) {
        check_nested(nested, Some(structure), &format!("{path}.not"), report);
    }
}

fn is_int_or_string(schema: &Fields) -> bool {
    schema.get("anyOf") == Some(&serde_json::json!([{"type": "integer"}, {"type": "string"}]))
}

fn check_nested(nested: &Fields, structure: Option<&Fields>, path: &str, report: &mut Report) {
    known_keys(nested, path, report);
    for key in FORBIDDEN.iter().filter(|key| nested.contains_key(**key)) {
        report.add(&format!("{path}.{key}"), "must be undefined to be structural");
    }
    let Some(structure) = structure else {
        report.add(path, "must be specified outside of value validation as well");
        return;
    };
    junctors(nested, structure, path, report);
    if let Some(items) = nested.get("items").and_then(Value::as_object) {
        let outside = structure.get("items").and_then(Value::as_object);
        check_nested(items, outside, &format!("{path}.items"), report);
    }
    for (name, property) in nested.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let path = format!("{path}.properties[{name}]");
        if name == "metadata" {
            report.add(&path, "must not be specified in a nested context");
        }
        if let Some(property) = property.as_object() {
            let outside =
                structure.get("properties").and_then(|properties| properties.get(name)).and_then(Value::as_object);
            check_nested(property, outside, &path, report);
        }
    }
}
