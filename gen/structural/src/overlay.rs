//! What a field says, laid over what its type says.

use serde_json::{Value, json};

use crate::Fields;

/// Keys that say what a value is or looks like: there is one answer, and the field's is nearer. All others restrict
/// values, and hold together.
fn describes(key: &str) -> bool {
    matches!(key, "type" | "format" | "description" | "title" | "default" | "example" | "externalDocs" | "nullable")
        || (key.starts_with("x-kubernetes-") && key != "x-kubernetes-validations")
        || key.starts_with('$')
}

/// Lays `over` over `base`. Descriptive keys replace those of the base; properties and elements are laid over one
/// another; CEL rules follow one another; a restriction that the base has already, with another value, goes into
/// `allOf`, so that both hold.
pub fn overlay(mut base: Fields, over: Fields) -> Fields {
    let mut restrictions = Fields::new();
    for (key, value) in over {
        match (key.as_str(), base.get_mut(&key), value) {
            ("properties", Some(Value::Object(base)), Value::Object(over)) => {
                for (name, value) in over {
                    let merged = children(base.remove(&name), value);
                    base.insert(name, merged);
                }
            }
            ("items" | "additionalProperties", Some(before), value) => *before = children(Some(before.take()), value),
            ("x-kubernetes-validations" | "allOf", Some(Value::Array(before)), Value::Array(more)) => {
                before.extend(more);
            }
            ("required", Some(Value::Array(before)), Value::Array(more)) => {
                let new: Vec<Value> = more.into_iter().filter(|name| !before.contains(name)).collect();
                before.extend(new);
            }
            (_, None, value) if describes(&key) || is_structure(&key) => drop(base.insert(key, value)),
            (_, Some(before), value) if describes(&key) => *before = value,
            (_, _, value) => drop(restrictions.insert(key, value)),
        }
    }
    let clash = restrictions.iter().any(|(key, value)| base.get(key).is_some_and(|before| before != value));
    if clash {
        let all_of = base.entry("allOf").or_insert_with(|| json!([]));
        if let Value::Array(all_of) = all_of {
            all_of.push(Value::Object(restrictions));
        }
    } else {
        base.extend(restrictions);
    }
    base
}

fn is_structure(key: &str) -> bool {
    matches!(key, "properties" | "items" | "additionalProperties" | "required" | "allOf" | "x-kubernetes-validations")
}

fn children(base: Option<Value>, over: Value) -> Value {
    match (base, over) {
        (Some(Value::Object(base)), Value::Object(over)) => Value::Object(overlay(base, over)),
        (_, over) => over,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(base: Value, over: Value, want: Value) {
        let (Value::Object(base), Value::Object(over)) = (base, over) else { panic!("objects") };
        assert_eq!(Value::Object(overlay(base, over)), want);
    }

    #[test]
    fn descriptions_are_replaced_and_restrictions_hold_together() {
        check(
            json!({"type": "string", "description": "a", "maxLength": 9}),
            json!({"description": "b", "minLength": 1}),
            json!({"type": "string", "description": "b", "maxLength": 9, "minLength": 1}),
        );
        check(
            json!({"type": "integer", "minimum": 0}),
            json!({"minimum": 5, "exclusiveMinimum": true}),
            json!({"type": "integer", "minimum": 0, "allOf": [{"minimum": 5, "exclusiveMinimum": true}]}),
        );
    }

    #[test]
    fn rules_follow_one_another_and_properties_are_merged() {
        check(
            json!({"properties": {"a": {"type": "string"}}, "x-kubernetes-validations": [1], "required": ["a"]}),
            json!({"properties": {"a": {"maxLength": 3}}, "x-kubernetes-validations": [2], "required": ["a", "b"]}),
            json!({"properties": {"a": {"type": "string", "maxLength": 3}}, "x-kubernetes-validations": [1, 2],
                   "required": ["a", "b"]}),
        );
        check(
            json!({"items": {"type": "string"}}),
            json!({"items": {"maxLength": 3}}),
            json!({"items": {"type": "string", "maxLength": 3}}),
        );
    }
}
