//! All that is wrong with an object of a custom resource, beyond its metadata. Follows apiextensions
//! pkg/registry/customresource/{validator,strategy}.go.

use kubeforge_api::apiextensions::v1::CustomResourceSubresourceScale;
use kubeforge_machinery::{
    field::{Error, ErrorList, ErrorType, Path},
    scale::at,
    validation::is_qualified_name,
};
use serde_json::Value;

use crate::{embedded, lists, object::CustomObject, schema::Schema, value, value_shown};

const STATUS: &str = "status";

/// Through which door an update comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// The object itself, or its scale.
    Main,
    /// The `status` subresource: what it can't change is not checked again.
    Status,
}

/// What is wrong with a new object.
pub fn check_create(object: &CustomObject) -> ErrorList {
    check(object, None, Door::Main)
}

/// What is wrong with an update. What was wrong before and did not change is forgiven.
pub fn check_update(object: &CustomObject, old: &CustomObject, door: Door) -> ErrorList {
    check(object, Some(old), door)
}

fn check(object: &CustomObject, old: Option<&CustomObject>, door: Door) -> ErrorList {
    let version = object.version();
    let content = object.to_value();
    let old = old.map(CustomObject::to_value);
    let mut errors = ErrorList::new();
    if let Some(schema) = &version.schema {
        errors.extend(values(&content, old.as_ref(), schema, door));
    }
    if let Some(scale) = &version.scale {
        if door == Door::Main {
            replicas(&content, &scale.spec_replicas_path, &mut errors);
        }
        scale_status(&content, scale, &mut errors);
    }
    let Some(schema) = &version.schema else { return errors };
    if door == Door::Main {
        embedded::check(&content, schema, &Path::NIL, &mut errors);
    }
    let had_repeated = old.as_ref().is_some_and(|old| {
        let mut before = ErrorList::new();
        lists::check(old, schema, &Path::NIL, &mut before);
        !before.is_empty()
    });
    if !had_repeated {
        lists::check(&content, schema, &Path::NIL, &mut errors);
    }
    if let Some(rules) = version.rules() {
        if errors.iter().any(blocks_rules) {
            let text = "some validation rules were not checked because the object was invalid; correct the existing \
                        errors to complete validation";
            errors.push(Error::invalid(&Path::NIL, kubeforge_machinery::field::BadValue::Null, text));
        } else {
            let found = rules.check(&content, old.as_ref(), schema);
            object.note_forgiven(|| found.forgiven.iter().map(ToString::to_string).collect());
            errors.extend(found.errors);
        }
    }
    errors
}

/// What is wrong with values, by their schemas. The door of the status looks at nothing else.
fn values(content: &Value, old: Option<&Value>, schema: &Schema, door: Door) -> ErrorList {
    let against = |value: &Value, old: Option<&Value>, schema: &Schema, base: Option<&str>| match old {
        None => value::check(value, schema, base),
        Some(old) => value::check_update(value, old, schema, base),
    };
    match door {
        Door::Main => against(content, old, schema, None),
        Door::Status => {
            let status = content.get(STATUS).zip(schema.properties.get(STATUS));
            let old = old.and_then(|old| old.get(STATUS));
            status.map(|(status, schema)| against(status, old, schema, Some(STATUS))).unwrap_or_default()
        }
    }
}

/// Rules count on values of the right types and lengths.
fn blocks_rules(error: &Error) -> bool {
    matches!(
        error.type_,
        ErrorType::NotSupported
            | ErrorType::Required
            | ErrorType::TooLong
            | ErrorType::TooMany
            | ErrorType::TypeInvalid
    )
}

/// The dotted path below an object's root, as messages name it.
fn dotted(path: &str) -> String {
    format!(".{}", path.strip_prefix('.').unwrap_or(path))
}

fn replicas(content: &Value, path: &str, errors: &mut ErrorList) {
    let field = Path::new(path);
    match at(content, path) {
        None => {}
        Some(value) => match value.as_i64() {
            None => {
                let text = format!(
                    "{} accessor error: {} is of the type {}, expected int64",
                    dotted(path),
                    go_text(value),
                    go_type(value)
                );
                errors.push(Error::invalid(&field, 0_i64, text));
            }
            Some(count) if count < 0 => {
                errors.push(Error::invalid(&field, count, "should be a non-negative integer"));
            }
            Some(count) if count > i64::from(i32::MAX) => {
                let text = format!("should be less than or equal to {}", i32::MAX);
                errors.push(Error::invalid(&field, count, text));
            }
            Some(_) => {}
        },
    }
}

fn scale_status(content: &Value, scale: &CustomResourceSubresourceScale, errors: &mut ErrorList) {
    replicas(content, &scale.status_replicas_path, errors);
    let Some(path) = &scale.label_selector_path else { return };
    match at(content, path) {
        None | Some(Value::String(_)) => {}
        Some(value) => {
            let text = format!(
                "{} accessor error: {} is of the type {}, expected string",
                dotted(path),
                go_text(value),
                go_type(value)
            );
            errors.push(Error::invalid(&Path::new(path), "", text));
        }
    }
}

/// A value as Go's `%v` prints it.
fn go_text(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::String(text) => text.clone(),
        other => kubeforge_machinery::patch::go_format::GoFormat(other).to_string(),
    }
}

/// A value's type as Go's `%T` prints it.
fn go_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "<nil>",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float64",
        Value::Number(_) => "int64",
        Value::String(_) => "string",
        Value::Array(_) => "[]interface {}",
        Value::Object(_) => "map[string]interface {}",
    }
}

/// Finalizers that need no domain.
const STANDARD_FINALIZERS: [&str; 3] = ["foregroundDeletion", "kubernetes", "orphan"];

/// What a client is warned of: finalizers that are new and that others might use as well, and what was forgiven.
pub fn warnings(object: &CustomObject, old: Option<&CustomObject>) -> Vec<String> {
    let before = old.map(|old| old.inner.metadata.finalizers.as_slice()).unwrap_or_default();
    let mut added: Vec<&String> =
        object.inner.metadata.finalizers.iter().filter(|finalizer| !before.contains(finalizer)).collect();
    added.sort();
    added.dedup();
    let mut warnings = object.forgiven().to_vec();
    for finalizer in added {
        let field = "metadata.finalizers";
        warnings.extend(is_qualified_name(finalizer).iter().map(|wrong| format!("{field}: {finalizer:?}: {wrong}")));
        if !finalizer.contains('/') && !STANDARD_FINALIZERS.contains(&finalizer.as_str()) {
            warnings.push(format!(
                "{field}: {finalizer:?}: prefer a domain-qualified finalizer name including a path (/) to avoid \
                 accidental conflicts with other finalizer writers"
            ));
        }
    }
    warnings
}

/// What the object says of its kind, where that is not what it should be.
pub fn wrong_kind(found: &str, wanted: &str) -> Error {
    Error::invalid(&Path::new("kind"), value_shown(&Value::from(found)), format!("must be {wanted}"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kubeforge_api::apiextensions::v1::CustomResourceDefinition;
    use kubeforge_machinery::codec::{JsonReader, from_json_slice};
    use serde_json::json;

    use super::*;
    use crate::Version;

    fn version(schema: &Value) -> Arc<Version> {
        let definition = json!({
            "spec": {"group": "example.com", "scope": "Namespaced", "names": {"plural": "things", "kind": "Thing"}, "versions": [
                {"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": schema}},
            ]},
            "status": {"acceptedNames": {"plural": "things", "kind": "Thing", "listKind": "ThingList"}},
        });
        let definition: CustomResourceDefinition = from_json_slice(definition.to_string().as_bytes()).unwrap();
        Version::all(&definition).remove(0)
    }

    fn object(version: &Arc<Version>, content: &Value) -> CustomObject {
        let mut object = CustomObject::new(version.clone());
        let json = content.to_string();
        kubeforge_machinery::Object::read_json(&mut object, &mut JsonReader::new(json.as_bytes())).unwrap();
        object
    }

    #[test]
    fn the_door_of_the_status_looks_at_the_status_alone() {
        let strict = version(&json!({"type": "object", "required": ["spec"], "properties": {
            "spec": {"type": "object"},
            "status": {"type": "object", "properties": {"phase": {"type": "string"}}},
        }}));
        let old = object(&strict, &json!({"status": {"phase": "a"}}));
        for (status, main, through_status) in [
            (json!({"phase": "b"}), vec!["spec: Required value"], vec![]),
            (
                json!({"phase": 1}),
                vec![
                    r#"status.phase: Invalid value: "integer": status.phase in body must be of type string: "integer""#,
                    "spec: Required value",
                ],
                vec![r#"status.phase: Invalid value: "integer": phase in body must be of type string: "integer""#],
            ),
        ] {
            let new = object(&strict, &json!({"status": status}));
            let texts =
                |door| -> Vec<String> { check_update(&new, &old, door).iter().map(ToString::to_string).collect() };
            assert_eq!(texts(Door::Main), main, "{status}");
            assert_eq!(texts(Door::Status), through_status, "{status}");
        }
    }
}
