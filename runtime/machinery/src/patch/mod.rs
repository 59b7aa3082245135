//! The three kinds of patches that carry their changes as JSON: JSON patch (RFC 6902), JSON merge patch (RFC 7386) and
//! Kubernetes' strategic merge patch.
//!
//! They work on JSON values. Where the RFCs and the library that Kubernetes uses differ, the library counts: both RFC
//! kinds are written here rather than taken from a crate for that reason. Each module says where they differ.

pub mod go_format;
pub mod json_patch;
pub mod merge_patch;
pub mod strategic;
mod text;

use serde_json::{Map, Value};

use crate::codec::{DecodeError, JsonReader, StrictError};

/// Reads a patch that is an object, with the duplicate fields that strict reading objects to.
///
/// # Errors
/// Where it is no JSON, or no object.
pub fn decode_object(patch: &[u8]) -> Result<(Map<String, Value>, Vec<StrictError>), DecodeError> {
    let mut r = JsonReader::strict(patch);
    let mut fields = Map::new();
    r.map(&|| "map[string]interface {}".into(), &mut |r, key| {
        fields.insert(key.to_owned(), r.any()?);
        Ok(())
    })?;
    r.finish()?;
    Ok((fields, r.take_strict_errors()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_objects_are_patches() {
        let (patch, errors) = decode_object(br#"{"a":{"b":1,"b":2}}"#).unwrap();
        assert_eq!(Value::from(patch), serde_json::json!({"a": {"b": 2}}));
        assert_eq!(errors[0].to_string(), r#"duplicate field "a.b""#);
        for (patch, want) in [
            ("{", "unexpected end of JSON input"),
            ("[]", "json: cannot unmarshal array into Go value of type map[string]interface {}"),
            ("data: x", "invalid character 'd' looking for beginning of value"),
        ] {
            assert_eq!(decode_object(patch.as_bytes()).unwrap_err().to_string(), want);
        }
    }
}
