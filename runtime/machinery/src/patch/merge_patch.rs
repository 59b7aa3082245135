//! JSON merge patch (RFC 7386), as the library `evanphx/json-patch` applies it: unlike in the RFC, `null` members of
//! objects inside of added lists go too.

use serde_json::{Map, Value};

use super::text::{self, Level};
use crate::status::ApiError;

/// As [`apply`], for an object whose text is at hand: only what the patch touches is read.
///
/// # Errors
/// Where the text is no object.
pub fn apply_to_text(json: &[u8], patch: &Map<String, Value>) -> Result<Vec<u8>, ApiError> {
    text::apply(json, patch, Anywhere)
}

/// A merge patch treats all objects alike.
#[derive(Clone, Copy)]
struct Anywhere;

impl Level for Anywhere {
    fn enter(self, _name: &str, _patched: &Map<String, Value>) -> Option<Self> {
        Some(self)
    }

    fn is_divisible(self, _patch: &Map<String, Value>) -> bool {
        true
    }

    fn apply(
        self,
        mut document: Map<String, Value>,
        patch: Map<String, Value>,
    ) -> Result<Map<String, Value>, ApiError> {
        apply(&mut document, patch);
        Ok(document)
    }
}

/// Applies `patch` to `document`: objects merge, `null` removes, anything else replaces.
pub fn apply(document: &mut Map<String, Value>, patch: Map<String, Value>) {
    for (key, patched) in patch {
        match (document.get_mut(&key), patched) {
            (_, Value::Null) => {
                document.remove(&key);
            }
            (Some(Value::Object(current)), Value::Object(patched)) => apply(current, patched),
            (_, mut added) => {
                prune_nulls(&mut added);
                document.insert(key, added);
            }
        }
    }
}

/// Removes the `null` members of all objects in `value`; `null` elements of lists stay.
pub(super) fn prune_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, value| !value.is_null());
            fields.values_mut().for_each(prune_nulls);
        }
        Value::Array(values) => values.iter_mut().for_each(prune_nulls),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(document: Value, patch: Value, want: Value) {
        let (Value::Object(mut document), Value::Object(patch)) = (document, patch) else { panic!("not objects") };
        let text = apply_to_text(Value::from(document.clone()).to_string().as_bytes(), &patch).unwrap();
        apply(&mut document, patch);
        assert_eq!(Value::from(document), want);
        assert_eq!(serde_json::from_slice::<Value>(&text).unwrap(), want);
    }

    #[test]
    fn objects_merge_and_null_removes() {
        check(
            json!({"a": 1, "b": {"c": 1, "d": 2}}),
            json!({"a": null, "b": {"c": 3}}),
            json!({"b": {"c": 3, "d": 2}}),
        );
        check(json!({"a": [1, 2]}), json!({"a": [3]}), json!({"a": [3]}));
        check(json!({"a": "x"}), json!({"a": {"b": 1, "c": null}}), json!({"a": {"b": 1}}));
        check(json!({}), json!({"a": {"b": {"c": null}}, "z": null}), json!({"a": {"b": {}}}));
        check(json!({}), json!({"a": [{"b": null, "c": 1}, null]}), json!({"a": [{"c": 1}, null]}));
    }
}
