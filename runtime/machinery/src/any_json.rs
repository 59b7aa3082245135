//! `serde_json::Value` as a field: any JSON, as a table's cells are. It is written as Go writes such values, with sorted
//! keys and numbers in Go's form. It has no protobuf form.

use std::borrow::Cow;

use serde_json::{Number, Value};

use crate::{
    codec::{DecodeError, Json, JsonReader, JsonWriter, Proto, ProtoReader, ProtoWriter},
    deepcopy::DeepCopy,
    defaulted::Defaulted,
    schema::{HasSchema, Shape},
};

impl Json for Value {
    fn write_json(&self, w: &mut JsonWriter) {
        match self {
            Value::Null => w.raw(b"null"),
            Value::Bool(value) => value.write_json(w),
            Value::Number(number) => write_number(number, w),
            Value::String(text) => w.string(text),
            Value::Array(values) => {
                w.begin_array();
                for value in values {
                    value.write_json(w);
                    w.comma();
                }
                w.end_array();
            }
            Value::Object(fields) => {
                write_members(fields.iter().map(|(name, value)| (name.as_str(), value)).collect(), w);
            }
        }
    }

    fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
        *self = r.any()?;
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.is_null()
    }

    fn go_type() -> Cow<'static, str> {
        "interface {}".into()
    }
}

/// Writes an object with sorted keys.
pub(crate) fn write_members(mut members: Vec<(&str, &Value)>, w: &mut JsonWriter) {
    members.sort_unstable_by_key(|(name, _)| *name);
    w.begin_object();
    for (name, value) in members {
        w.key(name);
        value.write_json(w);
        w.comma();
    }
    w.end_object();
}

/// The value as it is read back once it was written: whole numbers are integers then.
pub(crate) fn as_written(value: &Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => {
            let mut w = JsonWriter::with_capacity(24);
            write_number(number, &mut w);
            serde_json::from_slice(w.as_bytes()).unwrap_or_else(|_| value.clone())
        }
        Value::Array(values) => values.iter().map(as_written).collect(),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), as_written(value))).collect())
        }
        other => other.clone(),
    }
}

fn write_number(number: &Number, w: &mut JsonWriter) {
    match (number.as_i64(), number.as_f64()) {
        (Some(integer), _) => w.integer(integer),
        (None, Some(float)) if number.is_f64() => w.float(float),
        (None, _) => w.raw(number.to_string().as_bytes()),
    }
}

impl Proto for Value {
    fn write_payload(&self, _w: &mut ProtoWriter) {}

    fn read_payload(&mut self, r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
        r.take_rest();
        Ok(())
    }
}

impl DeepCopy for Value {
    fn deep_copy_into(&self, target: &mut Self) {
        target.clone_from(self);
    }
}

impl Defaulted for Value {
    fn set_defaults(&mut self) {}
}

impl HasSchema for Value {
    const SHAPE: Shape = Shape::Any;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{from_json_slice, to_json_vec};

    #[test]
    fn any_json_comes_back_as_it_was() {
        let json = r#"[{"a":[1,2.5,"<x>",null,true],"b":{}}]"#;
        let value: Value = from_json_slice(json.as_bytes()).unwrap();
        assert_eq!(to_json_vec(&value), json.replace('<', "\\u003c").replace('>', "\\u003e").into_bytes());
    }
}
