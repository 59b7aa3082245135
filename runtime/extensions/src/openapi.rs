//! What OpenAPI documents say of a custom resource. Follows apiextensions pkg/controller/openapi/builder.

use kubeforge_machinery::{
    codec::to_json_vec,
    meta::v1::{ListMeta, ObjectMeta},
    openapi::HasOpenApi,
};
use serde_json::{Map, Value, json};

use crate::version::Version;

const API_VERSION: &str = "The group and version that the object is written in.";
const KIND: &str = "What the object is.";
const METADATA: &str = "What all objects have: a name, labels and the like.";
const LIST_METADATA: &str = "What all lists have.";

/// The names of a kind's definition and that of its lists: the group's labels the other way round.
pub fn definitions(version: &Version) -> [String; 2] {
    let group: Vec<&str> = version.gvk.group.split('.').rev().collect();
    let name = |kind: &str| format!("{}.{}.{kind}", group.join("."), version.gvk.version);
    [name(&version.gvk.kind), name(&version.list_kind.kind)]
}

/// The schemas of a version's objects and lists, by name.
pub fn schemas(version: &Version) -> Map<String, Value> {
    let [name, list_name] = definitions(version);
    let gvk = |kind: &str| json!([{"group": version.gvk.group, "kind": kind, "version": version.gvk.version}]);
    let mut schema: Value = match (version.source(), version.preserves_unknown) {
        (Some(source), false) => serde_json::from_slice(&to_json_vec(&source)).unwrap_or_default(),
        _ => json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true}),
    };
    tidy(&mut schema);
    says_what_it_is(&mut schema);
    schema["x-kubernetes-group-version-kind"] = gvk(&version.gvk.kind);
    if !version.selectable.is_empty() {
        let fields: Vec<Value> = version.selectable.iter().map(|field| json!({"fieldPath": field.label})).collect();
        schema["x-kubernetes-selectable-fields"] = Value::Array(fields);
    }
    let list = json!({
        "type": "object",
        "description": format!("A list of {} objects.", version.gvk.kind),
        "required": ["items"],
        "properties": {
            "apiVersion": {"type": "string", "description": API_VERSION},
            "kind": {"type": "string", "description": KIND},
            "items": {
                "type": "array",
                "description": format!("The {}.", version.plural),
                "items": {"allOf": [{"$ref": format!("#/components/schemas/{name}")}]},
            },
            "metadata": {
                "description": LIST_METADATA,
                "allOf": [{"$ref": format!("#/components/schemas/{}", ListMeta::DEFINITION)}],
            },
        },
        "x-kubernetes-group-version-kind": gvk(&version.list_kind.kind),
    });
    Map::from_iter([(name, schema), (list_name, list)])
}

/// Adds what every object has: its kind, its version and its metadata; to embedded objects too.
fn says_what_it_is(schema: &mut Value) {
    if !schema["properties"].is_object() {
        schema["properties"] = json!({});
    }
    schema["properties"]["apiVersion"] = json!({"type": "string", "description": API_VERSION});
    schema["properties"]["kind"] = json!({"type": "string", "description": KIND});
    schema["properties"]["metadata"] = json!({
        "description": METADATA,
        "allOf": [{"$ref": format!("#/components/schemas/{}", ObjectMeta::DEFINITION)}],
    });
}

/// Brings a schema into the form that documents have: embedded objects say what they are.
fn tidy(schema: &mut Value) {
    let Value::Object(fields) = schema else { return };
    for key in ["items", "additionalProperties", "not"] {
        if let Some(inner) = fields.get_mut(key) {
            tidy(inner);
        }
    }
    for key in ["allOf", "anyOf", "oneOf"] {
        if let Some(Value::Array(list)) = fields.get_mut(key) {
            list.iter_mut().for_each(tidy);
        }
    }
    if let Some(Value::Object(properties)) = fields.get_mut("properties") {
        properties.values_mut().for_each(tidy);
    }
    if fields.get("x-kubernetes-embedded-resource") == Some(&Value::Bool(true)) {
        says_what_it_is(schema);
    }
}
