//! serde's traits over the codecs here, for users' own formats and containers.
//!
//! Values travel as [`serde_json::Value`]: simple, and not meant for hot paths, which use the codecs directly.

use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer, de::Error as _, ser::Error as _};
use serde_json::Value;

use super::{Json, from_json_slice, to_json_vec};

/// Serializes what [`Json`] writes.
///
/// # Errors
/// Where the serializer refuses it.
pub fn serialize<T: Json, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let value: Value = serde_json::from_slice(&to_json_vec(value)).map_err(S::Error::custom)?;
    value.serialize(serializer)
}

/// Deserializes what [`Json`] reads.
///
/// # Errors
/// Where the input doesn't fit the type.
pub fn deserialize<'de, T: Json + Default, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let json = serde_json::to_vec(&value).map_err(D::Error::custom)?;
    from_json_slice(&json).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use crate::time::Time;

    #[test]
    fn a_value_has_one_json_form_either_way() {
        let time = Time::from_unix(0);
        assert_eq!(serde_json::to_string(&time).unwrap(), r#""1970-01-01T00:00:00Z""#);
        assert_eq!(serde_json::from_str::<Time>(r#""1970-01-01T00:00:00Z""#).unwrap(), time);
        let err = serde_json::from_str::<Time>("1").unwrap_err().to_string();
        assert_eq!(err, "json: cannot unmarshal number into Go value of type string");
    }
}
