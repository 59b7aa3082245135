//! Taking out of an object what its schema does not know. Follows apiextensions pkg/apiserver/schema/pruning.

use kubeforge_machinery::field::Path;
use serde_json::Value;

use crate::schema::{Additional, Schema};

const META_FIELDS: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// Removes fields that the schema does not name, and calls `removed` with the path of each.
///
/// What an embedded object says of itself stays; so does all below `x-kubernetes-preserve-unknown-fields` that no
/// property there narrows down again.
pub fn prune(value: &mut Value, schema: &Schema, path: &Path<'_>, removed: &mut dyn FnMut(&Path<'_>)) {
    match value {
        Value::Object(fields) => fields.retain(|name, value| {
            if schema.embedded && META_FIELDS.contains(&name.as_str()) {
                return true;
            }
            let inner = path.child(name);
            match (schema.properties.get(name), &schema.additional) {
                (Some(property), _) => prune(value, property, &inner, removed),
                (None, Additional::Schema(property)) => prune(value, property, &inner, removed),
                (None, _) if schema.preserves_unknown => {}
                // upstream goes on without a schema: a map of anything keeps its keys, but objects in it end up empty
                (None, Additional::Allowed(_)) => prune(value, &NOTHING, &inner, removed),
                (None, Additional::Unsaid) => {
                    removed(&inner);
                    return false;
                }
            }
            true
        }),
        Value::Array(list) => {
            for (at, value) in list.iter_mut().enumerate() {
                let inner = path.index(at);
                match &schema.items {
                    Some(items) => prune(value, items, &inner, removed),
                    None if schema.preserves_unknown => {}
                    None => prune(value, &NOTHING, &inner, removed),
                }
            }
        }
        _ => {}
    }
}

/// What is known where a schema ends: no field at all.
static NOTHING: std::sync::LazyLock<Schema> = std::sync::LazyLock::new(Schema::default);

#[cfg(test)]
mod tests {
    use kubeforge_api::apiextensions::v1::JSONSchemaProps;
    use kubeforge_machinery::codec::from_json_slice;
    use serde_json::json;

    use super::*;

    #[test]
    fn unknown_fields_go_unless_the_schema_keeps_them() {
        let schema = json!({"type": "object", "properties": {
            "free": {"x-kubernetes-preserve-unknown-fields": true, "type": "object",
                     "properties": {"narrow": {"type": "object", "properties": {"a": {"type": "string"}}}}},
            "list": {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}}},
            "map": {"type": "object", "additionalProperties": {"type": "object"}},
            "raw": {"type": "object", "x-kubernetes-embedded-resource": true, "properties": {"spec": {"type": "object"}}},
        }});
        let schema = Schema::of(&from_json_slice::<JSONSchemaProps>(schema.to_string().as_bytes()).unwrap());
        let mut value = json!({
            "free": {"x": {"y": 1}, "narrow": {"a": "1", "b": 2}},
            "list": [{"a": "1"}, {"b": 1}],
            "map": {"k": {"z": 1}},
            "raw": {"kind": "A", "metadata": {"name": "n"}, "data": 1},
            "zip": 1,
        });
        let mut removed = Vec::new();
        prune(&mut value, &schema, &Path::NIL, &mut |path| removed.push(path.to_string()));
        removed.sort();
        assert_eq!(removed, ["free.narrow.b", "list[1].b", "map.k.z", "raw.data", "zip"]);
        assert_eq!(
            value,
            json!({
                "free": {"x": {"y": 1}, "narrow": {"a": "1"}},
                "list": [{"a": "1"}, {}],
                "map": {"k": {}},
                "raw": {"kind": "A", "metadata": {"name": "n"}},
            })
        );
    }
}
