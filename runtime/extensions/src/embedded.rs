//! Objects inside of objects (`x-kubernetes-embedded-resource`): they say what they are and have metadata of their own.
//! Follows apiextensions pkg/apiserver/schema/objectmeta.

use kubeforge_machinery::{
    GroupVersion,
    codec::{Json, JsonReader, StrictError, to_json_vec},
    field::{Error, ErrorList, Path},
    meta::v1::ObjectMeta,
    validation::{NameRule, annotations, is_dns1035_label, labels},
};
use serde_json::{Map, Value};

use crate::{schema::Schema, value_shown};

/// Brings the metadata of embedded objects into its typed form, and calls `removed` with the path of each field that it
/// does not have.
///
/// # Errors
/// The first embedded object whose kind, version or metadata is of a wrong type.
pub fn coerce(
    value: &mut Value,
    schema: &Schema,
    path: &Path<'_>,
    removed: &mut dyn FnMut(&Path<'_>),
) -> Result<(), Error> {
    match value {
        Value::Object(fields) => {
            if schema.embedded {
                coerce_one(fields, path, removed)?;
            }
            for (name, value) in fields {
                match (schema.properties.get(name), schema.additional.schema()) {
                    (Some(property), _) => coerce(value, property, &path.child(name), removed)?,
                    (None, Some(property)) => coerce(value, property, &path.key(name), removed)?,
                    (None, None) => {}
                }
            }
            Ok(())
        }
        Value::Array(list) => {
            let Some(items) = &schema.items else { return Ok(()) };
            list.iter_mut().enumerate().try_for_each(|(at, value)| coerce(value, items, &path.index(at), removed))
        }
        _ => Ok(()),
    }
}

fn coerce_one(
    fields: &mut Map<String, Value>,
    path: &Path<'_>,
    removed: &mut dyn FnMut(&Path<'_>),
) -> Result<(), Error> {
    for name in ["apiVersion", "kind"] {
        if let Some(value) = fields.get(name).filter(|value| !value.is_string()) {
            return Err(Error::invalid(&path.child(name), value_shown(value), "must be a string"));
        }
    }
    let Some(found) = fields.get_mut("metadata") else { return Ok(()) };
    let path = path.child("metadata");
    let (meta, unknown) = read(found).map_err(|text| Error::invalid(&path, value_shown(found), text))?;
    unknown.iter().for_each(|name| removed(&path.child(name)));
    *found = serde_json::from_slice(&to_json_vec(&meta)).unwrap_or_default();
    Ok(())
}

/// Typed metadata, and the fields that it does not have.
fn read(value: &Value) -> Result<(ObjectMeta, Vec<String>), String> {
    let json = value.to_string();
    let mut meta = ObjectMeta::default();
    let mut reader = JsonReader::strict(json.as_bytes());
    Json::read_json(&mut meta, &mut reader).map_err(|err| err.to_string())?;
    let unknown = reader.take_strict_errors().into_iter().filter_map(|error| match error {
        StrictError::Unknown(name) => Some(name),
        StrictError::Duplicate(_) | StrictError::Yaml(_) => None,
    });
    Ok((meta, unknown.collect()))
}

/// What is wrong with embedded objects.
pub fn check(value: &Value, schema: &Schema, path: &Path<'_>, errors: &mut ErrorList) {
    match value {
        Value::Object(fields) => {
            if schema.embedded {
                check_one(fields, path, errors);
            }
            for (name, value) in fields {
                match (schema.properties.get(name), schema.additional.schema()) {
                    (Some(property), _) => check(value, property, &path.child(name), errors),
                    (None, Some(property)) => check(value, property, &path.key(name), errors),
                    (None, None) => {}
                }
            }
        }
        Value::Array(list) => {
            let Some(items) = &schema.items else { return };
            list.iter().enumerate().for_each(|(at, value)| check(value, items, &path.index(at), errors));
        }
        _ => {}
    }
}

fn check_one(fields: &Map<String, Value>, path: &Path<'_>, errors: &mut ErrorList) {
    let api_version = path.child("apiVersion");
    match fields.get("apiVersion") {
        None => errors.push(Error::required(&api_version, "")),
        Some(Value::String(text)) if text.is_empty() => errors.push(Error::required(&api_version, "")),
        Some(Value::String(text)) => {
            if let Err(err) = GroupVersion::parse(text) {
                errors.push(Error::invalid(&api_version, text, err.to_string()));
            }
        }
        Some(other) => errors.push(Error::invalid(&api_version, value_shown(other), "must be a string")),
    }
    let kind = path.child("kind");
    match fields.get("kind") {
        None => errors.push(Error::required(&kind, "")),
        Some(Value::String(text)) if text.is_empty() => errors.push(Error::required(&kind, "")),
        Some(Value::String(text)) => {
            let wrong = is_dns1035_label(&text.to_lowercase());
            if !wrong.is_empty() {
                let text_wrong = format!("may have mixed case, but should otherwise match: {}", wrong.join(","));
                errors.push(Error::invalid(&kind, text, text_wrong));
            }
        }
        Some(other) => errors.push(Error::invalid(&kind, value_shown(other), "must be a string")),
    }
    let Some(metadata) = fields.get("metadata") else { return };
    let path = path.child("metadata");
    match read(metadata) {
        Err(text) => errors.push(Error::invalid(&path, value_shown(metadata), text)),
        Ok((meta, _)) => check_metadata(&meta, &path, errors),
    }
}

/// Metadata of a template may lack a name.
fn check_metadata(meta: &ObjectMeta, path: &Path<'_>, errors: &mut ErrorList) {
    let mut texts = |name: &str, value: &str, is_base: bool, rule: NameRule| {
        if !value.is_empty() {
            let wrong = rule.check(value, is_base).into_iter();
            errors.extend(wrong.map(|message| Error::invalid(&path.child(name), value, message)));
        }
    };
    texts("generateName", &meta.generate_name, true, NameRule::PathSegment);
    texts("name", &meta.name, false, NameRule::PathSegment);
    texts("namespace", &meta.namespace, false, NameRule::Label);
    labels(&meta.labels, &path.child("labels"), errors);
    annotations(&meta.annotations, &path.child("annotations"), errors);
}
