//! Managed fields.

use kubeforge_machinery::{
    ApiError, GroupVersionResource, Time,
    codec::{from_json_slice, to_json_vec},
    managed_fields::{self, Tree, Write},
    meta::v1::{ManagedFieldsEntry, ObjectMeta},
    schema::StructSchema,
    scheme::OpenApiSchema,
};
use serde_json::{Map, Value};

use super::{
    Action, Tracker,
    tracker::{set_metadata, value_of},
};

/// The type's structure, where it is known.
pub(super) fn schema(tracker: &Tracker, resource: &GroupVersionResource) -> Option<&'static StructSchema> {
    tracker.entry(resource)?.new_object().schema()
}

/// Fields that a write through a door can't change.
pub(super) fn reset(tracker: &Tracker, resource: &GroupVersionResource, subresource: &str) -> &'static [&'static str] {
    match subresource {
        "status" => &["spec"],
        _ if tracker.has_status(resource) => &["status"],
        _ => &[],
    }
}

/// An empty object of the type, which a creation is compared with.
pub(super) fn empty(tracker: &Tracker, resource: &GroupVersionResource) -> Value {
    let empty = tracker.entry(resource).and_then(|entry| value_of(entry.new_object().as_ref()).ok());
    empty.unwrap_or_else(|| Value::Object(Map::new()))
}

/// The record that an object carries.
pub(super) fn managers(object: &Value) -> Result<Vec<ManagedFieldsEntry>, ApiError> {
    let Some(metadata) = object.get("metadata") else { return Ok(Vec::new()) };
    let meta: ObjectMeta =
        from_json_slice(metadata.to_string().as_bytes()).map_err(|err| ApiError::bad_request(err.to_string()))?;
    Ok(meta.managed_fields)
}

/// Replaces the record that an object carries.
pub(super) fn set(object: &mut Value, managers: Vec<ManagedFieldsEntry>) {
    let meta = ObjectMeta { managed_fields: managers, ..ObjectMeta::default() };
    // what the writer writes is JSON
    let meta: Value = serde_json::from_slice(&to_json_vec(&meta)).unwrap_or_default();
    set_metadata(object, "managedFields", meta.get("managedFields").cloned().unwrap_or_default());
}

/// Records in `new` who changed what; `old` is `None` for a creation.
pub(super) fn track(tracker: &Tracker, action: &Action, old: Option<&Value>, new: &mut Value) -> Result<(), ApiError> {
    let before = old.map(managers).transpose()?.unwrap_or_default();
    if old.is_some() && before.is_empty() {
        // nobody manages it, until somebody applies
        set(new, Vec::new());
        return Ok(());
    }
    let empty = empty(tracker, &action.resource);
    let write = Write {
        manager: action.manager(),
        api_version: &action.resource.group_version().to_string(),
        subresource: &action.subresource,
        now: Time::now(),
        reset: reset(tracker, &action.resource, &action.subresource),
    };
    let schema = schema(tracker, &action.resource);
    let managers = managed_fields::update(&Tree::of(old.unwrap_or(&empty)), &Tree::of(new), schema, &before, &write);
    set(new, managers.map_err(ApiError::internal_error)?);
    Ok(())
}

/// The default of a field that identifies list elements, from the type's OpenAPI schema.
pub(super) fn key_default(schema: &'static OpenApiSchema, definition: &str, field: &str) -> Option<Tree<'static>> {
    let (mut open, mut done) = (vec![schema], Vec::new());
    while let Some(schema) = open.pop() {
        if schema.definition == definition {
            let document: Value = serde_json::from_str(schema.json).ok()?;
            let default = document.get("properties")?.get(field)?.get("default")?;
            return Some(Tree::of(default).into_static());
        }
        if !done.contains(&schema.definition) {
            done.push(schema.definition);
            open.extend(schema.refs.iter().map(|schema| schema()));
        }
    }
    None
}
