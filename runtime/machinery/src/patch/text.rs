//! Patches applied to the text of an object.
//!
//! Most patches touch little of large objects. Objects on the way to what is touched are walked through in the text, all
//! beside them is copied as it is, and only the members that change become values.

use serde_json::{Map, Value};

use crate::{
    codec::{JsonPlace, JsonTape, from_json_slice},
    status::ApiError,
};

/// How a kind of patch sees an object.
pub(super) trait Level: Copy {
    /// How it sees an object inside that both the patch and the document have; `None` where it may not be taken apart.
    fn enter(self, name: &str, patched: &Map<String, Value>) -> Option<Self>;

    /// Whether each member of the patch is about the member of that name only.
    fn is_divisible(self, patch: &Map<String, Value>) -> bool;

    /// Applies a patch, or some of its members to the members of the same names.
    fn apply(self, document: Map<String, Value>, patch: Map<String, Value>) -> Result<Map<String, Value>, ApiError>;
}

/// Applies a patch to an object's text.
pub(super) fn apply<L: Level>(json: &[u8], patch: &Map<String, Value>, level: L) -> Result<Vec<u8>, ApiError> {
    let tape = JsonTape::parse(json).map_err(|err| ApiError::internal_error(err.to_string()))?;
    let mut out = Vec::with_capacity(json.len() + 512);
    patch_object(tape.root(), patch, level, &mut out)?;
    Ok(out)
}

fn patch_object<L: Level>(
    place: JsonPlace<'_>,
    patch: &Map<String, Value>,
    level: L,
    out: &mut Vec<u8>,
) -> Result<(), ApiError> {
    let (mut touched, mut changes) = (Map::new(), patch.clone());
    out.push(b'{');
    if level.is_divisible(patch) {
        for (name, quoted, value) in place.written_members() {
            let inside = match patch.get(name.as_ref()) {
                None => {
                    write_member(quoted, out, |out| {
                        out.extend_from_slice(value.text().as_bytes());
                        Ok(())
                    })?;
                    continue;
                }
                Some(Value::Object(patched)) if value.is_object() => {
                    level.enter(&name, patched).map(|level| (patched, level))
                }
                Some(_) => None,
            };
            match inside {
                Some((patched, level)) => {
                    changes.remove(name.as_ref());
                    write_member(quoted, out, |out| patch_object(value, patched, level, out))?;
                }
                None => drop(touched.insert(name.into_owned(), value_of(value)?)),
            }
        }
    } else {
        for (name, value) in place.members() {
            touched.insert(name.into_owned(), value_of(value)?);
        }
    }
    for (name, value) in level.apply(touched, changes)? {
        write_member(&Value::from(name).to_string(), out, |out| {
            serde_json::to_writer(out, &value).map_err(|err| ApiError::internal_error(err.to_string()))
        })?;
    }
    if let Some(last) = out.last_mut().filter(|last| **last == b',') {
        *last = b'}';
    } else {
        out.push(b'}');
    }
    Ok(())
}

fn write_member(
    quoted: &str,
    out: &mut Vec<u8>,
    value: impl FnOnce(&mut Vec<u8>) -> Result<(), ApiError>,
) -> Result<(), ApiError> {
    out.extend_from_slice(quoted.as_bytes());
    out.push(b':');
    value(out)?;
    out.push(b',');
    Ok(())
}

pub(super) fn value_of(place: JsonPlace<'_>) -> Result<Value, ApiError> {
    from_json_slice(place.text().as_bytes()).map_err(|err| ApiError::internal_error(err.to_string()))
}
