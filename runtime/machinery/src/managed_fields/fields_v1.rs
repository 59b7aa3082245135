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

    fn write(&self, w: &mut JsonWriter, key: &mut String) {
        w.begin_object();
        if self.member && !self.children().is_empty() {
            w.raw(b"\".\":{},");
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
    fn child_of_key(&self, key: &str) -> Result<Option<&Self>, ParseFieldsError> {
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
const MEMBER: &str = ".";

fn read(fields: &FieldsV1) -> Result<JsonTape<'_>, ParseFieldsError> {
    JsonTape::parse(fields.raw()).map_err(|err| ParseFieldsError(err.to_string()))
}

/// `FieldsV1` that is asked for a few paths: most writes touch few fields, and most managers own none of these.
pub(super) struct Recorded<'a>(JsonTape<'a>);

impl<'a> Recorded<'a> {
    /// The fields of an entry; `None` where there are none.
    ///
    /// # Errors
    /// Where the text is not JSON.
    pub(super) fn of(fields: Option<&'a FieldsV1>) -> Result<Option<Self>, ParseFieldsError> {
        let Some(fields) = fields.filter(|fields| !fields.raw().is_empty()) else { return Ok(None) };
        let tape = read(fields)?;
        let any = tape.root().members().next().is_some();
        Ok(any.then_some(Self(tape)))
    }

    /// Whether a path is in both.
    ///
    /// # Errors
    /// Where a key has none of the known forms.
    pub(super) fn meets(&self, set: &FieldSet) -> Result<bool, ParseFieldsError> {
        meets(self.0.root(), set)
    }

    /// Whether all paths of `set` are in it.
    ///
    /// # Errors
    /// Where a key has none of the known forms.
    pub(super) fn covers(&self, set: &FieldSet) -> Result<bool, ParseFieldsError> {
        covers(self.0.root(), set)
    }
}

fn meets(place: JsonPlace<'_>, set: &FieldSet) -> Result<bool, ParseFieldsError> {
    let mut is_leaf = true;
    for (key, value) in place.members() {
        is_leaf = false;
        if key == MEMBER {
            if set.member {
                return Ok(true);
            }
        } else if let Some(below) = set.child_of_key(&key)?
            && meets(value, below)?
        {
            return Ok(true);
        }
    }
    Ok(is_leaf && set.member)
}

fn covers(place: JsonPlace<'_>, set: &FieldSet) -> Result<bool, ParseFieldsError> {
    let (mut is_member, mut found) = (place.members().next().is_none(), 0);
    for (key, value) in place.members() {
        if key == MEMBER {
            is_member = true;
        } else if let Some(below) = set.child_of_key(&key)? {
            if !covers(value, below)? {
                return Ok(false);
            }
            found += 1;
        }
    }
    Ok(found == set.children().len() && (is_member || !set.member))
}

/// Appends an element as keys show it.
fn write_element(element: &PathElement, out: &mut String) {
    // a string takes all that is written to it
    let _infallible = match element {
        PathElement::Field(name) => write!(out, "f:{name}"),
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

fn parse_element(key: &str) -> Result<PathElement, ParseFieldsError> {
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
    fn paths_are_found_without_reading_all() {
        let text = r#"{"f:a":{".":{},"f:b":{}},"f:c":{"k:{\"n\":\"x\"}":{"f:d":{}}},"f:e":{}}"#;
        let fields = FieldsV1::from_json(text.as_bytes()).unwrap();
        let recorded = Recorded::of(Some(&fields)).unwrap().unwrap();
        let whole = FieldSet::from_fields_v1(&fields).unwrap();
        for (asked, meets, covers) in [
            (r#"{"f:a":{}}"#, true, true),
            (r#"{"f:a":{"f:b":{}},"f:e":{}}"#, true, true),
            (r#"{"f:a":{"f:b":{},"f:z":{}}}"#, true, false),
            (r#"{"f:c":{}}"#, false, false),
            (r#"{"f:c":{"k:{\"n\":\"x\"}":{"f:d":{}}}}"#, true, true),
            (r#"{"f:c":{"k:{\"n\":\"x\"}":{}}}"#, false, false),
            (r#"{"f:c":{"k:{\"n\":\"y\"}":{"f:d":{}}}}"#, false, false),
            (r#"{"f:e":{"f:b":{}}}"#, false, false),
            (text, true, true),
        ] {
            let set = FieldSet::from_fields_v1(&FieldsV1::from_json(asked.as_bytes()).unwrap()).unwrap();
            assert_eq!(recorded.meets(&set).unwrap(), meets, "{asked}");
            assert_eq!(recorded.covers(&set).unwrap(), covers, "{asked}");
            let (mut both, mut rest) = (whole.clone(), set.clone());
            both.intersect(&set);
            rest.subtract(&whole);
            assert_eq!((!both.is_empty(), rest.is_empty()), (meets, covers), "{asked}");
        }
        assert!(Recorded::of(None).unwrap().is_none());
        assert!(Recorded::of(Some(&FieldsV1::from_json(b"{}").unwrap())).unwrap().is_none());
    }

    #[test]
    fn unknown_keys_are_refused() {
        for text in [r#"{"x:a":{}}"#, r#"{"f:a":1}"#, "[]"] {
            assert!(FieldSet::from_fields_v1(&FieldsV1::from_json(text.as_bytes()).unwrap()).is_err(), "{text}");
        }
    }
}
