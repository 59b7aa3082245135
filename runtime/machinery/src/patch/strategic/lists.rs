use serde_json::Value;

use super::{DIRECTIVE, Purpose, StrategicPatchError, Type, merge_objects, order};
use crate::patch::go_format::GoSlice;

/// Merges the elements of two lists: objects by their key, anything else as a set.
pub(super) fn merge(
    original: Vec<Value>,
    patch: Vec<Value>,
    element: Type,
    merge_key: Option<&str>,
    purpose: Purpose,
) -> Result<Vec<Value>, StrategicPatchError> {
    if original.is_empty() && patch.is_empty() {
        return Ok(original);
    }
    if !holds_objects(&original, &patch)? {
        if purpose == Purpose::Delete {
            return Ok(original.into_iter().filter(|value| !patch.contains(value)).collect());
        }
        let mut merged = original.clone();
        merged.extend(patch.iter().cloned());
        return order::arrange(without_duplicates(merged), &patch, &original, None);
    }
    let Some(key) = merge_key else {
        return Err(StrategicPatchError::Unfit("cannot merge lists without merge key for struct".to_owned()));
    };
    let (original, patch) = follow_directives(original, patch, key)?;
    let merged = merge_by_key(original.clone(), &patch, element, key)?;
    order::arrange(merged, &patch, &original, merge_key)
}

/// Whether the elements are objects. They must be of one type, and no lists.
fn holds_objects(original: &[Value], patch: &[Value]) -> Result<bool, StrategicPatchError> {
    let mut elements = original.iter().chain(patch);
    let Some(first) = elements.next() else { return Ok(false) };
    if first.is_array() {
        return Err(StrategicPatchError::ListOfLists);
    }
    let kind = super::go_type(first);
    if elements.any(|element| super::go_type(element) != kind) {
        let lists = format!("[{} {}]", GoSlice(original), GoSlice(patch));
        return Err(StrategicPatchError::Unfit(format!("list element types are not identical: {lists}")));
    }
    Ok(first.is_object())
}

fn without_duplicates(values: Vec<Value>) -> Vec<Value> {
    let mut kept: Vec<Value> = Vec::with_capacity(values.len());
    for value in values {
        if !kept.contains(&value) {
            kept.push(value);
        }
    }
    kept
}

/// Follows the patch's elements with a `$patch` directive; returns what is then to merge.
fn follow_directives(
    mut original: Vec<Value>,
    patch: Vec<Value>,
    key: &str,
) -> Result<(Vec<Value>, Vec<Value>), StrategicPatchError> {
    let (mut plain, mut replaces) = (Vec::with_capacity(patch.len()), false);
    for element in patch {
        let Some(directive) = element.get(DIRECTIVE) else {
            plain.push(element);
            continue;
        };
        match directive.as_str() {
            Some("delete") => {
                let value = element.get(key).ok_or_else(|| StrategicPatchError::no_merge_key(&element, key))?;
                original.retain(|other| other.get(key) != Some(value));
            }
            Some("replace") => replaces = true,
            Some("merge") => {
                let message = "merging lists cannot yet be specified in the patch".to_owned();
                return Err(StrategicPatchError::Unfit(message));
            }
            _ => {
                let fields = element.as_object().cloned().unwrap_or_default();
                return Err(StrategicPatchError::bad_directive(directive, &fields));
            }
        }
    }
    Ok(if replaces { (plain, Vec::new()) } else { (original, plain) })
}

/// Merges each element into the one with the same key, or appends it.
fn merge_by_key(
    mut merged: Vec<Value>,
    patch: &[Value],
    element: Type,
    key: &str,
) -> Result<Vec<Value>, StrategicPatchError> {
    for patched in patch {
        let value = patched.get(key).ok_or_else(|| StrategicPatchError::no_merge_key(patched, key))?;
        let slot = merged.iter_mut().find(|other| other.get(key) == Some(value));
        match (slot, patched) {
            (Some(Value::Object(current)), Value::Object(patched)) => {
                *current = merge_objects(std::mem::take(current), patched.clone(), element)?;
            }
            _ => merged.push(patched.clone()),
        }
    }
    Ok(merged)
}
