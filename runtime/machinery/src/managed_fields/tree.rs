//! Objects as the managers' records see them: JSON values that borrow the text they were read from.

use std::collections::BTreeMap;

use jiter::{JsonObject, JsonValue, LinePosition};
use serde_json::{Map, Value};

use crate::codec::{DecodeError, JsonWriter, json::syntax_error};

/// A JSON value that borrows its text. Copies share what they hold.
pub type Tree<'a> = JsonValue<'a>;

/// Reads JSON text in which no name occurs twice in an object, as [`JsonWriter`] writes it.
///
/// # Errors
/// Where the text is not JSON.
pub fn parse_tree(json: &[u8]) -> Result<Tree<'_>, DecodeError> {
    Tree::parse(json, false).map_err(|err| {
        syntax_error(json).unwrap_or_else(|| {
            let LinePosition { line, column } = err.get_position(json);
            DecodeError::custom(format!("{} at line {line} column {column}", err.error_type))
        })
    })
}

/// A value's tree.
pub fn tree_of(value: &Value) -> Tree<'_> {
    match value {
        Value::Null => Tree::Null,
        Value::Bool(value) => Tree::Bool(*value),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => Tree::Int(integer),
            (None, float) => Tree::Float(float.unwrap_or_default()),
        },
        Value::String(text) => Tree::Str(text.as_str().into()),
        Value::Array(list) => Tree::Array(list.iter().map(tree_of).collect::<Vec<_>>().into()),
        Value::Object(fields) => Tree::Object(
            fields.iter().map(|(name, value)| (name.as_str().into(), tree_of(value))).collect::<Vec<_>>().into(),
        ),
    }
}

/// A tree's value.
pub fn value_of(tree: &Tree<'_>) -> Value {
    match tree {
        Tree::Null => Value::Null,
        Tree::Bool(value) => Value::Bool(*value),
        Tree::Int(integer) => Value::from(*integer),
        Tree::Float(float) => Value::from(*float),
        Tree::Str(text) => Value::String(text.clone().into_owned()),
        Tree::Array(list) => Value::Array(list.iter().map(value_of).collect()),
        Tree::Object(fields) => {
            let fields: Map<String, Value> =
                fields.iter().map(|(name, value)| (name.clone().into_owned(), value_of(value))).collect();
            Value::Object(fields)
        }
    }
}

/// Writes a tree as JSON.
pub fn write_tree(tree: &Tree<'_>, w: &mut JsonWriter) {
    match tree {
        Tree::Null => w.raw(b"null"),
        Tree::Bool(value) => w.raw(if *value { b"true" } else { b"false" }),
        Tree::Int(integer) => w.integer(*integer),
        Tree::Float(float) => w.float(*float),
        Tree::Str(text) => w.string(text),
        Tree::Array(list) => {
            w.begin_array();
            for value in list.iter() {
                write_tree(value, w);
                w.comma();
            }
            w.end_array();
        }
        Tree::Object(fields) => {
            w.begin_object();
            for (name, value) in fields.iter() {
                w.key(name);
                write_tree(value, w);
                w.comma();
            }
            w.end_object();
        }
    }
}

/// The field of an object.
pub(super) fn field<'t, 'a>(fields: &'t JsonObject<'a>, name: &str) -> Option<&'t Tree<'a>> {
    fields.iter().find(|(found, _)| found == name).map(|(_, value)| value)
}

/// Finds entries of a list by their keys. It costs little where they are asked for in their own order, as two states of
/// one object mostly have it, and never more than a search in a sorted index.
pub(super) struct Finder<'t, K: Ord + ?Sized, Key> {
    len: usize,
    key: Key,
    next: usize,
    index: Option<BTreeMap<&'t K, usize>>,
}

/// Up to so many entries are searched one after another.
const SCANNED_MAX: usize = 16;

impl<'t, K: Ord + ?Sized + 't, Key: Fn(usize) -> &'t K> Finder<'t, K, Key> {
    /// `key` gives the key of each of `len` entries.
    pub(super) fn new(len: usize, key: Key) -> Self {
        Self { len, key, next: 0, index: None }
    }

    /// The position of the first entry with this key.
    pub(super) fn find(&mut self, wanted: &K) -> Option<usize> {
        let found = if self.next < self.len && (self.key)(self.next) == wanted {
            Some(self.next)
        } else if self.len <= SCANNED_MAX {
            (0..self.len).find(|at| (self.key)(*at) == wanted)
        } else {
            let (len, key) = (self.len, &self.key);
            // from the end, so that the first of equal keys stays
            self.index.get_or_insert_with(|| (0..len).rev().map(|at| (key(at), at)).collect()).get(wanted).copied()
        };
        self.next = found.map_or(self.next, |at| at + 1);
        found
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn trees_read_and_write_what_values_do() {
        let value = json!({"a": [1, -2.5, 1e300, null, true, "x\"<y"], "b": {"c": {}, "d": []}});
        let tree = tree_of(&value);
        assert_eq!(value_of(&tree), value);
        let mut w = JsonWriter::new();
        write_tree(&tree, &mut w);
        assert_eq!(parse_tree(w.as_bytes()).unwrap(), tree);
        assert_eq!(serde_json::from_slice::<Value>(w.as_bytes()).unwrap(), value);
        assert!(parse_tree(b"{\"a\":").is_err());
    }

    #[test]
    fn entries_are_found_in_any_order() {
        for len in [3, SCANNED_MAX + 4] {
            let keys: Vec<String> = (0..len).map(|n| format!("k{n}")).collect();
            let mut finder = Finder::new(len, |at: usize| keys[at].as_str());
            for at in (0..len).chain((0..len).rev()) {
                assert_eq!(finder.find(&keys[at]), Some(at));
            }
            assert_eq!(finder.find("none"), None);
        }
    }
}
