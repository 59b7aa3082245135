//! JSON values that borrow the text they were read from.

use std::{borrow::Cow, sync::Arc};

use serde_json::{Map, Value};

use super::{
    DEPTH_LIMIT, JsonWriter,
    scanner::{Malformed, Scanner},
    syntax_error,
};
use crate::codec::DecodeError;

/// A JSON value that borrows its text. Copies share what they hold.
#[derive(Clone, Debug, PartialEq)]
pub enum JsonTree<'a> {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number that is an integer of 64 bits.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// A string.
    Str(Cow<'a, str>),
    /// An array.
    Array(Arc<Vec<JsonTree<'a>>>),
    /// An object's fields in their order, each name once.
    Object(Arc<Vec<JsonTreeField<'a>>>),
}

/// A field of an object, by name.
pub type JsonTreeField<'a> = (Cow<'a, str>, JsonTree<'a>);

impl<'a> JsonTree<'a> {
    /// Reads JSON text in which no name occurs twice in an object, as [`JsonWriter`] writes it.
    ///
    /// # Errors
    /// Where the text is not JSON, or nests too deeply.
    pub fn parse(json: &'a [u8]) -> Result<Self, DecodeError> {
        let mut scanner = Scanner::new(json);
        let tree = read(&mut scanner, DEPTH_LIMIT);
        match tree {
            Ok(tree) if scanner.peek().is_none() && scanner.position() == json.len() => Ok(tree),
            _ => Err(syntax_error(json).unwrap_or_else(|| DecodeError::custom("exceeded max depth"))),
        }
    }

    /// The tree of a value.
    pub fn of(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(integer), _) => Self::Int(integer),
                (None, float) => Self::Float(float.unwrap_or_default()),
            },
            Value::String(text) => Self::Str(text.as_str().into()),
            Value::Array(list) => Self::Array(list.iter().map(Self::of).collect::<Vec<_>>().into()),
            Value::Object(fields) => {
                let fields: Vec<_> =
                    fields.iter().map(|(name, value)| (name.as_str().into(), Self::of(value))).collect();
                Self::Object(fields.into())
            }
        }
    }

    /// The value.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Int(integer) => Value::from(*integer),
            Self::Float(float) => Value::from(*float),
            Self::Str(text) => Value::String(text.clone().into_owned()),
            Self::Array(list) => Value::Array(list.iter().map(Self::to_value).collect()),
            Self::Object(fields) => {
                let fields: Map<String, Value> =
                    fields.iter().map(|(name, value)| (name.clone().into_owned(), value.to_value())).collect();
                Value::Object(fields)
            }
        }
    }

    /// The same, borrowing nothing.
    pub fn into_static(self) -> JsonTree<'static> {
        match self {
            Self::Null => JsonTree::Null,
            Self::Bool(value) => JsonTree::Bool(value),
            Self::Int(integer) => JsonTree::Int(integer),
            Self::Float(float) => JsonTree::Float(float),
            Self::Str(text) => JsonTree::Str(Cow::Owned(text.into_owned())),
            Self::Array(list) => {
                let list: Vec<_> = list.iter().map(|value| value.clone().into_static()).collect();
                JsonTree::Array(list.into())
            }
            Self::Object(fields) => {
                let owned = |(name, value): &JsonTreeField<'_>| -> JsonTreeField<'static> {
                    (Cow::Owned(name.clone().into_owned()), value.clone().into_static())
                };
                JsonTree::Object(fields.iter().map(owned).collect::<Vec<_>>().into())
            }
        }
    }

    /// Writes the value as JSON.
    pub fn write(&self, w: &mut JsonWriter) {
        match self {
            Self::Null => w.raw(b"null"),
            Self::Bool(value) => w.raw(if *value { b"true" } else { b"false" }),
            Self::Int(integer) => w.integer(*integer),
            Self::Float(float) => w.float(*float),
            Self::Str(text) => w.string(text),
            Self::Array(list) => {
                w.begin_array();
                for value in list.iter() {
                    value.write(w);
                    w.comma();
                }
                w.end_array();
            }
            Self::Object(fields) => {
                w.begin_object();
                for (name, value) in fields.iter() {
                    w.key(name);
                    value.write(w);
                    w.comma();
                }
                w.end_object();
            }
        }
    }
}

/// Reads a value in which objects and arrays nest at most `depth` deep.
fn read<'a>(scanner: &mut Scanner<'a>, depth: usize) -> Result<JsonTree<'a>, Malformed> {
    let below = || depth.checked_sub(1).ok_or(Malformed);
    Ok(match scanner.peek() {
        Some(b'"') => JsonTree::Str(scanner.take_string()?),
        Some(b'{') => {
            let depth = below()?;
            scanner.advance();
            let mut fields = Vec::new();
            let mut key = scanner.take_first_key()?;
            while let Some(name) = key {
                fields.push((name, read(scanner, depth)?));
                key = scanner.take_next_key()?;
            }
            JsonTree::Object(fields.into())
        }
        Some(b'[') => {
            let depth = below()?;
            scanner.advance();
            let mut list = Vec::new();
            let mut has_next = scanner.first_element();
            while has_next {
                list.push(read(scanner, depth)?);
                has_next = scanner.next_element()?;
            }
            JsonTree::Array(list.into())
        }
        Some(b't') => scanner.literal("true").map(|()| JsonTree::Bool(true))?,
        Some(b'f') => scanner.literal("false").map(|()| JsonTree::Bool(false))?,
        Some(b'n') => scanner.literal("null").map(|()| JsonTree::Null)?,
        _ => {
            let digits = scanner.number()?;
            match digits.parse() {
                Ok(integer) => JsonTree::Int(integer),
                Err(_) => JsonTree::Float(digits.parse().map_err(|_| Malformed)?),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn trees_read_and_write_what_values_do() {
        let value = json!({"a": [1, -2.5, 1e300, null, true, "x\"<y"], "b\n": {"c": {}, "d": []}});
        let tree = JsonTree::of(&value);
        assert_eq!(tree.to_value(), value);
        let mut w = JsonWriter::new();
        tree.write(&mut w);
        assert_eq!(JsonTree::parse(w.as_bytes()).unwrap(), tree);
        assert_eq!(JsonTree::parse(w.as_bytes()).unwrap().into_static(), tree);
        assert_eq!(serde_json::from_slice::<Value>(w.as_bytes()).unwrap(), value);
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in ["", "{", "{\"a\":", "[1,]", "tru", "1 2", "\"\u{1}\""] {
            assert!(JsonTree::parse(text.as_bytes()).is_err(), "{text}");
        }
        let deep = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert!(JsonTree::parse(deep(DEPTH_LIMIT).as_bytes()).is_ok());
        assert!(JsonTree::parse(deep(DEPTH_LIMIT + 1).as_bytes()).is_err());
        assert!(JsonTree::parse(deep(1_000_000).as_bytes()).is_err());
        // all ways to read JSON agree on how deep it may be
        for depth in [DEPTH_LIMIT, DEPTH_LIMIT + 1] {
            let text = deep(depth);
            let is_read = crate::codec::from_json_slice::<Value>(text.as_bytes()).is_ok();
            assert_eq!(is_read, depth <= DEPTH_LIMIT);
            assert_eq!(crate::codec::JsonTape::parse(text.as_bytes()).is_ok(), is_read);
        }
    }
}
