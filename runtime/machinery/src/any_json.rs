//! `serde_json::Value` as a field: any JSON, as a table's cells are. It has no protobuf form.

use std::borrow::Cow;

use serde_json::Value;

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
            Value::Number(number) => w.raw(number.to_string().as_bytes()),
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
                w.begin_object();
                for (name, value) in fields {
                    w.key(name);
                    value.write_json(w);
                    w.comma();
                }
                w.end_object();
            }
        }
    }

    fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
        *self = serde_json::from_slice(r.raw()?).map_err(|err| DecodeError::custom(err.to_string()))?;
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.is_null()
    }

    fn go_type() -> Cow<'static, str> {
        "interface {}".into()
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
