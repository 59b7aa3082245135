//! Working on an object's top-level fields without knowing its type, through its JSON form.
//!
//! Typed strategies do the same by assigning fields; see [`crate::status_field!`].

use kubeforge_machinery::{
    Object, Scheme,
    codec::{JsonReader, JsonWriter},
    status::ApiError,
};

use crate::errors;

/// A top-level field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `spec`
    Spec,
    /// `status`
    Status,
}

impl Part {
    fn name(self) -> &'static str {
        match self {
            Self::Spec => "spec",
            Self::Status => "status",
        }
    }
}

/// The object's JSON.
pub fn json_of(object: &dyn Object) -> Vec<u8> {
    let mut w = JsonWriter::with_capacity(2048);
    object.write_json(&mut w);
    w.into_bytes()
}

/// The members of a compact JSON object, as `(name, value)` slices. The name is still escaped.
pub fn members(json: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = json.strip_prefix(b"{").unwrap_or_default();
    std::iter::from_fn(move || {
        let name_end = 1 + rest.get(1..)?.iter().position(|&byte| byte == b'"')?;
        let name = &rest[1..name_end];
        let value_start = name_end + 2;
        let value_len = value_length(rest.get(value_start..)?);
        let value = &rest[value_start..value_start + value_len];
        rest = rest.get(value_start + value_len + 1..).unwrap_or_default();
        Some((name, value))
    })
}

/// How many bytes the JSON value at the beginning of `json` takes.
fn value_length(json: &[u8]) -> usize {
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    for (at, &byte) in json.iter().enumerate() {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return at,
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => return at,
            _ => {}
        }
    }
    json.len()
}

fn member<'a>(json: &'a [u8], name: &str) -> Option<&'a [u8]> {
    members(json).find(|(found, _)| *found == name.as_bytes()).map(|(_, value)| value)
}

/// Whether the two differ in a part.
pub fn differ(a: &dyn Object, b: &dyn Object, part: Part) -> bool {
    let (a, b) = (json_of(a), json_of(b));
    member(&a, part.name()) != member(&b, part.name())
}

/// Whether the type has a field of that name.
pub fn has_field(object: &dyn Object, part: Part) -> bool {
    object.schema().is_some_and(|schema| schema.field(part.name()).is_some())
}

/// Gives `new` the status of `old`, or an empty one.
///
/// # Errors
/// None for valid types: what was written is read back.
pub fn keep_status(scheme: &Scheme, new: &mut Box<dyn Object>, old: Option<&dyn Object>) -> Result<(), ApiError> {
    let new_json = json_of(new.as_ref());
    let old_json = old.map(json_of);
    let old_status = old_json.as_deref().and_then(|json| member(json, "status"));
    if member(&new_json, "status") == old_status {
        return Ok(());
    }
    let kept = members(&new_json).filter(|(name, _)| *name != b"status");
    *new = assemble(scheme, new.as_ref(), kept.chain(old_status.map(|status| (b"status".as_slice(), status))))?;
    Ok(())
}

/// Makes all of `new` but metadata and status that of `old`.
///
/// # Errors
/// None for valid types.
pub fn keep_all_but_status(scheme: &Scheme, new: &mut Box<dyn Object>, old: &dyn Object) -> Result<(), ApiError> {
    let (new_json, old_json) = (json_of(new.as_ref()), json_of(old));
    fn is_own(name: &[u8]) -> bool {
        name == b"status" || name == b"metadata"
    }
    let kept = members(&old_json).filter(|(name, _)| !is_own(name));
    let own = members(&new_json).filter(|(name, _)| is_own(name));
    *new = assemble(scheme, new.as_ref(), kept.chain(own))?;
    Ok(())
}

/// An object like `pattern` of these members.
fn assemble<'a>(
    scheme: &Scheme,
    pattern: &dyn Object,
    members: impl Iterator<Item = (&'a [u8], &'a [u8])>,
) -> Result<Box<dyn Object>, ApiError> {
    let mut w = JsonWriter::with_capacity(2048);
    w.begin_object();
    for (name, value) in members {
        w.raw(b"\"");
        w.raw(name);
        w.raw(b"\":");
        w.raw(value);
        w.comma();
    }
    w.end_object();
    let mut object = scheme.new_object(&pattern.gvk()).map_err(errors::internal)?;
    object.read_json(&mut JsonReader::new(w.as_bytes())).map_err(errors::internal)?;
    Ok(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found_whatever_strings_hold() {
        let json = br#"{"a":"x,\"}{","spec":{"b":[1,{"c":"]"}]},"n":null,"z":-1.5e3}"#;
        let found: Vec<(&str, &str)> = members(json)
            .map(|(name, value)| (std::str::from_utf8(name).unwrap(), std::str::from_utf8(value).unwrap()))
            .collect();
        let want = [("a", r#""x,\"}{""#), ("spec", r#"{"b":[1,{"c":"]"}]}"#), ("n", "null"), ("z", "-1.5e3")];
        assert_eq!(found, want);
        assert_eq!(members(b"{}").count(), 0);
    }
}
