//! Strategic merge patch: like a merge patch, but lists of structs merge by a key, as the types say.
//!
//! Directives inside of the patch change how: `$patch: replace | delete | merge` in objects, `$retainKeys` beside an
//! object's members, `$setElementOrder/<list>` and `$deleteFromPrimitiveList/<list>` beside a list. Follows apimachinery
//! pkg/util/strategicpatch, in its error texts too.

mod lists;
mod order;

use serde_json::{Map, Value};

use super::{
    go_format::{GoFormat, go_type},
    json_patch::unprocessable,
    merge_patch::prune_nulls,
    text,
};
use crate::{
    codec::{DecodeError, DecodeErrorKind},
    quote::quote,
    schema::{FieldSchema, PatchStrategy, Shape, StructSchema},
    status::ApiError,
};

const DIRECTIVE: &str = "$patch";
const RETAIN_KEYS: &str = "$retainKeys";
const DELETE_FROM_LIST: &str = "$deleteFromPrimitiveList";
const SET_ELEMENT_ORDER: &str = "$setElementOrder";

/// An object of JSON.
type Object = Map<String, Value>;

/// Why a patch could not be applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StrategicPatchError {
    /// `$deleteFromPrimitiveList` stands without a list's name.
    #[error("invalid patch format of primitive list")]
    PrimitiveList,
    /// `$retainKeys` is no list, or doesn't name a member of the patch.
    #[error("invalid patch format of retainKeys")]
    RetainKeys,
    /// `$setElementOrder` stands without a list's name.
    #[error("invalid patch format of setElementOrder list")]
    SetElementOrder,
    /// A list that merges holds lists.
    #[error("lists of lists are not supported")]
    ListOfLists,
    /// The patch, or the object, is not as the types say; in upstream's words.
    #[error("{0}")]
    Unfit(String),
}

impl From<StrategicPatchError> for ApiError {
    fn from(err: StrategicPatchError) -> Self {
        let message = err.to_string();
        match err {
            StrategicPatchError::PrimitiveList
            | StrategicPatchError::RetainKeys
            | StrategicPatchError::SetElementOrder => ApiError::bad_request(message),
            StrategicPatchError::ListOfLists => unprocessable(&message),
            StrategicPatchError::Unfit(_) => ApiError::unknown(message),
        }
    }
}

impl StrategicPatchError {
    fn no_merge_key(element: &Value, key: &str) -> Self {
        Self::Unfit(format!("map: {} does not contain declared merge key: {key}", GoFormat(element)))
    }

    fn bad_directive(directive: &Value, patch: &Object) -> Self {
        let patch = Value::Object(patch.clone());
        Self::Unfit(format!("unknown patch type: {} in map: {}", GoFormat(directive), GoFormat(&patch)))
    }

    fn wrong_type(expected: &str, found: &Value) -> Self {
        Self::Unfit(format!("expected a {expected}, but received a {}", go_type(found)))
    }
}

/// Applies `patch` to `document`, whose type has `schema`.
///
/// # Errors
/// Where a directive is malformed or a list's elements lack their key.
pub fn apply(document: Object, patch: Object, schema: &'static StructSchema) -> Result<Object, StrategicPatchError> {
    merge_objects(document, patch, Type::Struct(schema))
}

/// As [`apply`], for an object whose text is at hand: only what the patch touches is read.
///
/// # Errors
/// As [`apply`], and where the text is no object.
pub fn apply_to_text(json: &[u8], patch: &Object, schema: &'static StructSchema) -> Result<Vec<u8>, ApiError> {
    text::apply(json, patch, Type::Struct(schema))
}

impl text::Level for Type {
    fn enter(self, name: &str, patched: &Object) -> Option<Self> {
        let is_plain = !patched.keys().any(|key| key.starts_with('$'));
        let field = self.field(name).ok().filter(|field| is_plain && !field.patch.replace)?;
        Some(Self::of(field.shape))
    }

    fn is_divisible(self, patch: &Object) -> bool {
        !patch.keys().any(|key| key.starts_with('$'))
    }

    fn apply(self, document: Object, patch: Object) -> Result<Object, ApiError> {
        Ok(merge_objects(document, patch, self)?)
    }
}

/// What is known of an object's or a list element's type.
#[derive(Clone, Copy)]
enum Type {
    Struct(&'static StructSchema),
    /// A map with values of this shape.
    Map(&'static Shape),
    /// Nothing is known of it; no strategies apply inside.
    Opaque,
}

/// How a field takes part in the merge.
struct Field {
    patch: PatchStrategy,
    merge_key: Option<&'static str>,
    shape: Shape,
}

impl Type {
    fn of(shape: Shape) -> Self {
        match shape {
            Shape::Struct(schema) | Shape::AtomicStruct(schema) => Self::Struct(schema()),
            Shape::Dynamic(schema) => Self::Struct(schema),
            Shape::Map { value, .. } => Self::Map(value),
            Shape::Scalar | Shape::Bytes | Shape::Any | Shape::Deduced | Shape::List { .. } => Self::Opaque,
        }
    }

    fn of_elements(shape: Shape) -> Self {
        match shape {
            Shape::List { element, .. } => Self::of(*element),
            _ => Self::Opaque,
        }
    }

    fn field(self, key: &str) -> Result<Field, StrategicPatchError> {
        match self {
            Self::Struct(schema) => match schema.field(key) {
                Some(&FieldSchema { patch, merge_key, shape, .. }) => Ok(Field { patch, merge_key, shape }),
                None => Err(StrategicPatchError::Unfit(format!(
                    "unable to find api field in struct {} for the json field {}",
                    schema.name,
                    quote(key)
                ))),
            },
            Self::Map(value) => Ok(Field { patch: PatchStrategy::default(), merge_key: None, shape: *value }),
            Self::Opaque => Ok(Field { patch: PatchStrategy::default(), merge_key: None, shape: Shape::Any }),
        }
    }
}

fn merge_objects(mut original: Object, mut patch: Object, type_: Type) -> Result<Object, StrategicPatchError> {
    if let Some(directive) = patch.get(DIRECTIVE) {
        return match directive.as_str() {
            Some("replace") => {
                patch.remove(DIRECTIVE);
                Ok(patch)
            }
            Some("delete") => Ok(Object::new()),
            _ => Err(StrategicPatchError::bad_directive(directive, &patch)),
        };
    }
    retain_keys(&mut original, &mut patch)?;
    merge_ordered_lists(&mut original, &mut patch, type_)?;
    for (key, patched) in patch {
        merge_member(&mut original, &key, patched, type_)?;
    }
    Ok(original)
}

fn merge_member(original: &mut Object, key: &str, patched: Value, type_: Type) -> Result<(), StrategicPatchError> {
    let (key, purpose) = if key.starts_with(DELETE_FROM_LIST) {
        (list_name(key, DELETE_FROM_LIST).ok_or(StrategicPatchError::PrimitiveList)?, Purpose::Delete)
    } else {
        (key, Purpose::Merge)
    };
    let merged = match (original.remove(key), patched) {
        (_, Value::Null) => None,
        (Some(Value::Object(current)), Value::Object(patched)) => {
            let field = type_.field(key)?;
            Some(Value::Object(if field.patch.replace {
                patched
            } else {
                merge_objects(current, patched, Type::of(field.shape))?
            }))
        }
        (Some(Value::Array(current)), Value::Array(patched)) => {
            let field = type_.field(key)?;
            Some(Value::Array(merge_field_lists(current, patched, &field, purpose)?))
        }
        (current, _) if purpose == Purpose::Delete => current,
        (_, mut added) => {
            prune_nulls(&mut added);
            without_directives(added)
        }
    };
    if let Some(merged) = merged {
        original.insert(key.to_owned(), merged);
    }
    Ok(())
}

/// Merges two lists as the field's strategy says.
fn merge_field_lists(
    current: Vec<Value>,
    patched: Vec<Value>,
    field: &Field,
    purpose: Purpose,
) -> Result<Vec<Value>, StrategicPatchError> {
    if field.patch.merge {
        lists::merge(current, patched, Type::of_elements(field.shape), field.merge_key, purpose)
    } else {
        Ok(patched)
    }
}

/// What the elements of a patch's list are there for.
#[derive(Clone, Copy, PartialEq)]
enum Purpose {
    Merge,
    Delete,
}

/// The list that a directive such as `$setElementOrder/containers` is about.
fn list_name<'a>(key: &'a str, directive: &str) -> Option<&'a str> {
    key.strip_prefix(directive)?.strip_prefix('/')
}

/// What a patch adds where nothing was to merge with: objects that hold a directive are left out.
fn without_directives(value: Value) -> Option<Value> {
    match value {
        Value::Object(fields) if fields.contains_key(DIRECTIVE) => None,
        Value::Object(fields) => {
            let kept = fields.into_iter().filter_map(|(key, value)| Some((key, without_directives(value)?)));
            Some(Value::Object(kept.collect()))
        }
        Value::Array(values) => Some(Value::Array(values.into_iter().filter_map(without_directives).collect())),
        scalar => Some(scalar),
    }
}

/// Follows `$retainKeys`: it must name all that the patch sets, and members of the object that it doesn't name go.
fn retain_keys(original: &mut Object, patch: &mut Object) -> Result<(), StrategicPatchError> {
    let Some(keys) = patch.remove(RETAIN_KEYS) else { return Ok(()) };
    let Value::Array(keys) = keys else { return Err(StrategicPatchError::RetainKeys) };
    let is_retained = |key: &str| keys.iter().any(|retained| retained == key);
    let is_directive = |key: &str| key.starts_with(DELETE_FROM_LIST) || key.starts_with(SET_ELEMENT_ORDER);
    if patch.iter().any(|(key, value)| !value.is_null() && !is_directive(key) && !is_retained(key)) {
        return Err(StrategicPatchError::RetainKeys);
    }
    original.retain(|key, _| is_retained(key));
    Ok(())
}

/// Follows the `$setElementOrder` directives: merges the lists that they are about, and takes them out of the patch.
fn merge_ordered_lists(original: &mut Object, patch: &mut Object, type_: Type) -> Result<(), StrategicPatchError> {
    let directives: Vec<String> = patch.keys().filter(|key| key.starts_with(SET_ELEMENT_ORDER)).cloned().collect();
    for directive in directives {
        let wanted = into_list(patch.remove(&directive))?.unwrap_or_default();
        let name = list_name(&directive, SET_ELEMENT_ORDER).ok_or(StrategicPatchError::SetElementOrder)?;
        let current = into_list(original.get(name).cloned())?;
        let patched = into_list(patch.get(name).cloned())?;
        let field = type_.field(name)?;
        order::check(patched.as_deref().unwrap_or_default(), &wanted, field.merge_key)?;
        let live = current.clone().unwrap_or_default();
        let merged = match (current, patched) {
            (None, None) => continue,
            (Some(current), None) => current,
            (None, Some(patched)) => patched.into_iter().filter_map(without_directives).collect(),
            (Some(current), Some(patched)) => merge_field_lists(current, patched, &field, Purpose::Merge)?,
        };
        let arranged = order::arrange(merged, &wanted, &live, field.merge_key)?;
        original.insert(name.to_owned(), Value::Array(arranged));
        patch.remove(name);
    }
    Ok(())
}

fn into_list(value: Option<Value>) -> Result<Option<Vec<Value>>, StrategicPatchError> {
    match value {
        None => Ok(None),
        Some(Value::Array(values)) => Ok(Some(values)),
        Some(other) => Err(StrategicPatchError::wrong_type("[]interface {}", &other)),
    }
}

/// Why a patched object doesn't fit its type, in the words of upstream's converter, which is not its JSON decoder.
pub fn conversion_message(err: &DecodeError) -> String {
    let DecodeErrorKind::Type { found, expected, .. } = err.kind() else { return err.to_string() };
    let (kind, type_) = match found.as_str() {
        "object" => ("map", "map[string]interface {}"),
        "array" => ("slice", "[]interface {}"),
        "string" => ("string", "string"),
        "bool" => ("bool", "bool"),
        number if number.trim_start_matches("number").contains(['.', 'e', 'E']) => ("float64", "float64"),
        _ => ("int64", "int64"),
    };
    match expected.as_str() {
        "string" | "bool" | "int32" | "int64" | "float64" => format!("cannot convert {type_} to {expected}"),
        list if list.starts_with("[]") => format!("cannot restore slice from {kind}"),
        map if map.starts_with("map[") => format!("cannot restore map from {kind}"),
        _ => format!("cannot restore struct from: {kind}"),
    }
}

#[cfg(test)]
mod tests;
