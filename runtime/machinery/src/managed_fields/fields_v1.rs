//! The JSON form of field sets: `{"f:spec":{"f:replicas":{}},"k:{\"name\":\"a\"}":{".":{}}}`.

use std::{borrow::Cow, fmt::Write as _};

use serde_json::Value;

use super::{FieldSet, PathElement};
use crate::{
    FieldsV1,
    codec::{JsonPlace, JsonTape, JsonWriter},
};

/// A text that is not a field set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot parse field set: {0}")]
pub struct ParseFieldsError(String);

impl FieldSet {
    /// The set as `FieldsV1`.
    pub fn to_fields_v1(&self) -> FieldsV1 {
        let mut w = JsonWriter::with_capacity(512);
        self.write(&mut w, &mut String::new());
        FieldsV1::from_written(w)
    }

    pub(super) fn write(&self, w: &mut JsonWriter, key: &mut String) {
        w.begin_object();
        if self.member && !self.children().is_empty() {
            w.raw(MEMBER_FIRST);
        }
        for (element, set) in self.children() {
            key.clear();
            write_element(element, key);
            w.key(key);
            set.write(w, key);
            w.comma();
        }
        w.end_object();
    }

    /// Reads `FieldsV1`.
    ///
    /// # Errors
    /// Where the text is not JSON or a key has none of the known forms.
    pub fn from_fields_v1(fields: &FieldsV1) -> Result<Self, ParseFieldsError> {
        if fields.raw().is_empty() {
            return Ok(Self::default());
        }
        let tape = read(fields)?;
        let root = tape.root();
        if root.is_null() {
            return Ok(Self::default());
        }
        let mut set = Self::parse(root, "")?;
        set.member = false;
        Ok(set)
    }

    fn parse(place: JsonPlace<'_>, key: &str) -> Result<Self, ParseFieldsError> {
        if !place.is_object() {
            return Err(ParseFieldsError(format!("{key}: {} is not an object", place.text())));
        }
        let mut says_so = false;
        let mut children = Vec::new();
        for (key, value) in place.members() {
            if key == MEMBER {
                says_so = true;
            } else {
                children.push((parse_element(&key)?, Self::parse(value, &key)?));
            }
        }
        Ok(Self::of_children(says_so || children.is_empty(), children.into_iter()))
    }

    /// What is below the element that stands for itself in a key.
    pub(super) fn child_of_key(&self, key: &str) -> Result<Option<&Self>, ParseFieldsError> {
        match key.strip_prefix("f:") {
            Some(name) => Ok(self.child_field(name)),
            // fields come first, so the last child tells whether there are others
            None => match self.children().last() {
                None | Some((PathElement::Field(_), _)) => Ok(None),
                Some(_) => Ok(self.child(&parse_element(key)?)),
            },
        }
    }
}

/// The key that says of a path with others below it that it is itself in the set.
pub(super) const MEMBER: &str = ".";

/// The same as it is written, before what is below.
pub(super) const MEMBER_FIRST: &[u8] = b"\".\":{},";

pub(super) fn read(fields: &FieldsV1) -> Result<JsonTape<'_>, ParseFieldsError> {
    JsonTape::parse(fields.raw()).map_err(|err| ParseFieldsError(err.to_string()))
}

/// Appends an element as keys show it.
pub(super) fn write_element(element: &PathElement, out: &mut String) {
    // a string takes all that is written to it
    let _infallible = match element {
        PathElement::Field(name) => {
            out.push_str("f:");
            out.push_str(name);
            Ok(())
        }
        PathElement::Value(value) => write!(out, "v:{value}"),
        PathElement::Index(index) => write!(out, "i:{index}"),
        PathElement::Key(fields) => {
            out.push_str("k:{");
            for (at, (name, value)) in fields.iter().enumerate() {
                let comma = if at == 0 { "" } else { "," };
                let _infallible = write!(out, "{comma}{}:{value}", Value::from(name.as_ref()));
            }
            out.push('}');
            Ok(())
        }
    };
}

pub(super) fn parse_element(key: &str) -> Result<PathElement, ParseFieldsError> {
    let bad = || ParseFieldsError(format!("{key:?} is no path element"));
    let json = |text: &str| serde_json::from_str::<Value>(text).map_err(|_| bad());
    match key.split_once(':') {
        Some(("f", name)) => Ok(PathElement::Field(name.to_owned().into())),
        Some(("v", text)) => Ok(PathElement::Value(json(text)?)),
        Some(("i", text)) => Ok(PathElement::Index(text.parse().map_err(|_| bad())?)),
        Some(("k", text)) => match json(text)? {
            Value::Object(map) => {
                let mut fields: Vec<_> = map.into_iter().map(|(name, value)| (Cow::from(name), value)).collect();
                fields.sort_by(|a, b| a.0.cmp(&b.0));
                Ok(PathElement::Key(fields))
            }
            _ => Err(bad()),
        },
        _ => Err(bad()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_form_survives_a_round_trip() {
        let text = r#"{"f:metadata":{"f:labels":{".":{},"f:a/b":{}}},"f:spec":{"f:list":{"k:{\"name\":\"x\",\"port\":1}":{".":{},"f:name":{}}},"f:set":{"v:\"one\"":{}}}}"#;
        let set = FieldSet::from_fields_v1(&FieldsV1::from_json(text.as_bytes()).unwrap()).unwrap();
        assert_eq!(String::from_utf8_lossy(set.to_fields_v1().raw()), text);
    }

    #[test]
    fn unknown_keys_are_refused() {
        for text in [r#"{"x:a":{}}"#, r#"{"f:a":1}"#, "[]"] {
            assert!(FieldSet::from_fields_v1(&FieldsV1::from_json(text.as_bytes()).unwrap()).is_err(), "{text}");
        }
    }
}
