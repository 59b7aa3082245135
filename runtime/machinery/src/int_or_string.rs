//! A value that is a number or a text.

use std::{borrow::Cow, fmt};

use crate::{
    codec::{DecodeError, Json, JsonReader, JsonWriter, Proto, ProtoReader, ProtoWriter},
    leaf::leaf_type,
};

/// A number or a text (`intstr.IntOrString`): a port's number or name, a count or a percentage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IntOrString {
    /// A number.
    Int(i32),
    /// A text.
    String(String),
}

/// What a percentage of a total is rounded to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// The next lower whole number.
    Down,
    /// The next higher whole number.
    Up,
}

/// Why a value is neither a count nor a percentage, in apimachinery's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PercentError {
    /// The text doesn't end in `%`.
    #[error("invalid value for IntOrString: invalid type: string is not a percentage")]
    NotAPercentage,
    /// What stands before the `%` is no number.
    #[error("invalid value for IntOrString: invalid value: not a number before '%'")]
    NotANumber,
}

impl IntOrString {
    /// The number, if it is one.
    pub fn as_int(&self) -> Option<i32> {
        match self {
            Self::Int(value) => Some(*value),
            Self::String(_) => None,
        }
    }

    /// The number; of a text the number it writes, or zero.
    pub fn int_value(&self) -> i32 {
        match self {
            Self::Int(value) => *value,
            Self::String(text) => text.parse().unwrap_or_default(),
        }
    }

    /// The number before the `%` of a percentage.
    ///
    /// # Errors
    /// Where the value is a text that is no percentage.
    pub fn percent(&self) -> Result<Option<i32>, PercentError> {
        match self {
            Self::Int(_) => Ok(None),
            Self::String(text) => {
                let digits = text.strip_suffix('%').ok_or(PercentError::NotAPercentage)?;
                digits.parse().map(Some).map_err(|_| PercentError::NotANumber)
            }
        }
    }

    /// The count, or so many percent of `total`.
    ///
    /// # Errors
    /// Where the value is a text that is no percentage.
    pub fn scaled(&self, total: i32, rounding: Rounding) -> Result<i32, PercentError> {
        let Some(percent) = self.percent()? else { return Ok(self.int_value()) };
        let hundredths = i64::from(percent) * i64::from(total);
        let whole = hundredths.div_euclid(100) + i64::from(rounding == Rounding::Up && hundredths.rem_euclid(100) != 0);
        Ok(i32::try_from(whole).unwrap_or(if whole < 0 { i32::MIN } else { i32::MAX }))
    }
}

impl Default for IntOrString {
    fn default() -> Self {
        Self::Int(0)
    }
}

impl From<i32> for IntOrString {
    fn from(value: i32) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for IntOrString {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for IntOrString {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl fmt::Display for IntOrString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(value) => fmt::Display::fmt(value, f),
            Self::String(text) => f.pad(text),
        }
    }
}

impl Json for IntOrString {
    fn write_json(&self, w: &mut JsonWriter) {
        match self {
            Self::Int(value) => w.integer(i64::from(*value)),
            Self::String(text) => w.string(text),
        }
    }

    fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
        let raw = r.raw()?;
        *self = match raw {
            b"null" => Self::Int(0),
            [b'"', ..] => Self::String(JsonReader::new(raw).value()?),
            _ => match std::str::from_utf8(raw).ok().and_then(|digits| digits.parse().ok()) {
                Some(value) => Self::Int(value),
                None => return Err(r.type_error(found_type(raw), "int32")),
            },
        };
        Ok(())
    }

    fn go_type() -> Cow<'static, str> {
        "intstr.IntOrString".into()
    }
}

/// What Go calls a value that is not the number wanted.
fn found_type(raw: &[u8]) -> String {
    match raw.first() {
        Some(b't' | b'f') => "bool".to_owned(),
        Some(b'{') => "object".to_owned(),
        Some(b'[') => "array".to_owned(),
        _ => format!("number {}", String::from_utf8_lossy(raw)),
    }
}

/// The message writes its three fields always: which of the two it is, the number, the text.
impl Proto for IntOrString {
    fn write_payload(&self, w: &mut ProtoWriter) {
        let (kind, number, text) = match self {
            Self::Int(value) => (0, *value, ""),
            Self::String(text) => (1, 0, text.as_str()),
        };
        w.bytes_field(3, text.as_bytes());
        w.field(2, &number);
        w.field(1, &kind);
    }

    fn read_payload(&mut self, r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
        let (mut kind, mut number, mut text) = (0i64, 0i32, String::new());
        while let Some((tag, wire)) = r.next_tag()? {
            match tag {
                1 => kind.read_tagged(wire, r)?,
                2 => number.read_tagged(wire, r)?,
                3 => text.read_tagged(wire, r)?,
                _ => r.skip(wire)?,
            }
        }
        *self = if kind == 1 { Self::String(text) } else { Self::Int(number) };
        Ok(())
    }
}

leaf_type!(IntOrString);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{from_json_slice, from_proto_slice, to_json_vec, to_proto_vec};

    #[test]
    fn json_is_a_number_or_a_string() {
        for (json, want) in [("80", IntOrString::Int(80)), (r#""a\n""#, "a\n".into()), ("-1", IntOrString::Int(-1))] {
            let value: IntOrString = from_json_slice(json.as_bytes()).unwrap();
            assert_eq!(value, want);
            assert_eq!(to_json_vec(&value), json.as_bytes());
        }
        assert_eq!(from_json_slice::<IntOrString>(b"null").unwrap(), IntOrString::Int(0));
    }

    #[test]
    fn other_json_is_refused_as_no_int32() {
        for (json, found) in [
            ("true", "bool"),
            ("{}", "object"),
            ("[1]", "array"),
            ("1.5", "number 1.5"),
            ("2147483648", "number 2147483648"),
        ] {
            let err = from_json_slice::<IntOrString>(json.as_bytes()).unwrap_err();
            assert_eq!(err.to_string(), format!("json: cannot unmarshal {found} into Go value of type int32"));
        }
    }

    #[test]
    fn protobuf_writes_all_fields() {
        let value = IntOrString::from("http");
        let bytes = b"\x08\x01\x10\x00\x1a\x04http";
        assert_eq!(to_proto_vec(&value), bytes);
        assert_eq!(from_proto_slice::<IntOrString>(bytes).unwrap(), value);
        assert_eq!(to_proto_vec(&IntOrString::Int(80)), [0x08, 0, 0x10, 80, 0x1a, 0]);
    }

    #[test]
    fn percentages_are_of_a_total() {
        let quarter = IntOrString::from("25%");
        assert_eq!(quarter.scaled(10, Rounding::Down), Ok(2));
        assert_eq!(quarter.scaled(10, Rounding::Up), Ok(3));
        assert_eq!(IntOrString::Int(4).scaled(10, Rounding::Up), Ok(4));
        assert_eq!(IntOrString::from("4").scaled(10, Rounding::Up), Err(PercentError::NotAPercentage));
        assert_eq!(IntOrString::from("x%").scaled(10, Rounding::Up), Err(PercentError::NotANumber));
    }
}
