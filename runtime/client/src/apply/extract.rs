//! What a manager applied, from the record that the object carries. Follows apimachinery pkg/util/managedfields
//! `ExtractInto`.

use kubeforge_machinery::{
    GroupVersionKind, Object,
    codec::JsonWriter,
    managed_fields::{self, FieldSet, ParseFieldsError},
    meta::v1::{ManagedFieldsEntry, ManagedFieldsOperationType, ObjectMeta},
    schema::StructSchema,
    unstructured::Unstructured,
};
use serde_json::Value;

use super::Fields;

/// Why nothing could be extracted.
#[derive(Debug, thiserror::Error)]
pub enum ExtractError {
    /// The record of managed fields is malformed.
    #[error(transparent)]
    Fields(#[from] ParseFieldsError),
    /// The object has no proper JSON form.
    #[error("the object has no JSON form: {0}")]
    Json(#[from] serde_json::Error),
}

/// What `manager` last applied of `object` through a subresource, which is empty for the object itself. Kind, name and
/// namespace are always in it; where the manager applied nothing, nothing else is.
///
/// # Errors
/// Where the record of managed fields can't be read.
pub fn extract(object: &dyn Object, manager: &str, subresource: &str) -> Result<Fields, ExtractError> {
    let mut w = JsonWriter::new();
    object.write_json(&mut w);
    let value: Value = serde_json::from_slice(w.as_bytes())?;
    let unnamed = ObjectMeta::default();
    let meta = object.meta().unwrap_or(&unnamed);
    of_value(&value, &object.gvk(), meta, object.schema(), (manager, subresource))
}

/// The same of an object of any kind. `schema` is the structure of its type, where that is known: without it lists are
/// extracted whole.
///
/// # Errors
/// As [`extract()`].
pub fn extract_unstructured(
    object: &Unstructured,
    schema: Option<&'static StructSchema>,
    manager: &str,
    subresource: &str,
) -> Result<Fields, ExtractError> {
    let value: Value = serde_json::from_slice(&object.to_json())?;
    of_value(&value, &object.gvk, &object.metadata, schema, (manager, subresource))
}

fn of_value(
    value: &Value,
    gvk: &GroupVersionKind,
    meta: &ObjectMeta,
    schema: Option<&'static StructSchema>,
    (manager, subresource): (&str, &str),
) -> Result<Fields, ExtractError> {
    let is_wanted = |entry: &&ManagedFieldsEntry| {
        entry.operation == ManagedFieldsOperationType::Apply
            && entry.manager == manager
            && entry.subresource == subresource
    };
    let mut fields = Fields::new();
    if let Some(owned) = meta.managed_fields.iter().find(is_wanted).and_then(|entry| entry.fields_v1.as_ref()) {
        let owned = FieldSet::from_fields_v1(owned)?;
        fields = managed_fields::extract(value, &owned, schema).into();
    }
    Ok(fields.set("apiVersion", gvk.api_version().into()).set("kind", gvk.kind.as_ref().into()).metadata(|metadata| {
        let named = metadata.leaf::<String>("name", meta.name.as_str());
        if meta.namespace.is_empty() { named } else { named.leaf::<String>("namespace", meta.namespace.as_str()) }
    }))
}
