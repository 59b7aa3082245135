//! The JSON form of field sets: `{"f:spec":{"f:replicas":{}},"k:{\"name\":\"a\"}":{".":{}}}`.

use serde_json::{Map, Value};

use super::{FieldSet, PathElement};
use crate::{FieldsV1, codec::JsonWriter};

/// A text that is not a field set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot parse field set: {0}")]
pub struct ParseFieldsError(String);

impl FieldSet {
    /// The set as `FieldsV1`.
    pub fn to_fields_v1(&self) -> Result<FieldsV1, ParseFieldsError> {
        let mut w = JsonWriter::with_capacity(256);
        self.write(&mut w);
        FieldsV1::from_json(w.as_bytes()).map_err(|err| ParseFieldsError(err.to_string()))
    }

    fn write(&self, w: &mut JsonWriter) {
        w.begin_object();
        if self.member && !self.children.is_empty() {
            w.raw(b"\".\":{},");
        }
        for (element, set) in &self.children {
            w.key(&element_text(element));
            set.write(w);
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
        let value: Value = serde_json::from_slice(fields.raw()).map_err(|err| ParseFieldsError(err.to_string()))?;
        match value {
            Value::Object(map) => {
                let mut set = Self::parse(map)?;
                set.member = false;
                Ok(set)
            }
            Value::Null => Ok(Self::default()),
            other => Err(ParseFieldsError(format!("{other} is not an object"))),
        }
    }

    fn parse(map: Map<String, Value>) -> Result<Self, ParseFieldsError> {
        let mut set = Self { member: map.is_empty(), ..Self::default() };
        for (key, value) in map {
            if key == "." {
                set.member = true;
                continue;
            }
            let element = parse_element(&key)?;
            let Value::Object(below) = value else { return Err(ParseFieldsError(format!("{key}: not an object"))) };
            set.children.insert(element, Self::parse(below)?);
        }
        Ok(set)
    }
}

fn element_text(element: &PathElement) -> String {
    match element {
        PathElement::Field(name) => format!("f:{name}"),
        PathElement::Value(value) => format!("v:{value}"),
        PathElement::Index(index) => format!("i:{index}"),
        PathElement::Key(fields) => {
            let map: Map<String, Value> = fields.iter().cloned().collect();
            format!("k:{}", Value::Object(map))
        }
    }
}

fn parse_element(key: &str) -> Result<PathElement, ParseFieldsError> {
    let bad = || ParseFieldsError(format!("{key:?} is no path element"));
    let json = |text: &str| serde_json::from_str::<Value>(text).map_err(|_| bad());
    match key.split_once(':') {
        Some(("f", name)) => Ok(PathElement::Field(name.to_owned())),
        Some(("v", text)) => Ok(PathElement::Value(json(text)?)),
        Some(("i", text)) => Ok(PathElement::Index(text.parse().map_err(|_| bad())?)),
        Some(("k", text)) => match json(text)? {
            Value::Object(map) => {
                let mut fields: Vec<_> = map.into_iter().collect();
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
        assert_eq!(String::from_utf8_lossy(set.to_fields_v1().unwrap().raw()), text);
    }

    #[test]
    fn unknown_keys_are_refused() {
        for text in [r#"{"x:a":{}}"#, r#"{"f:a":1}"#, "[]"] {
            assert!(FieldSet::from_fields_v1(&FieldsV1::from_json(text.as_bytes()).unwrap()).is_err(), "{text}");
        }
    }
}
