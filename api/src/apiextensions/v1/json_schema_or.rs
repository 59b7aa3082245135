//! Places of a schema that take a schema or something simpler.

use std::borrow::Cow;

use kubeforge_machinery::{
    Defaulted,
    codec::{DecodeError, Json, JsonReader, JsonWriter, Proto, ProtoReader, ProtoWriter, serde_bridge},
    deepcopy::DeepCopy,
    openapi::{HasOpenApi, OpenApiSchema},
    schema::{HasSchema, HasStructSchema, Shape},
};

use super::JSONSchemaProps;

/// A schema, or a list of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JSONSchemaPropsOrArray {
    /// The schema, where there is one for all.
    pub schema: Option<Box<JSONSchemaProps>>,
    /// The schemas, one for each place.
    pub json_schemas: Vec<JSONSchemaProps>,
}

/// A schema, or whether anything is allowed at all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JSONSchemaPropsOrBool {
    /// Whether anything is allowed; true where there is a schema.
    pub allows: bool,
    /// What is allowed.
    pub schema: Option<Box<JSONSchemaProps>>,
}

/// A schema, or names of fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JSONSchemaPropsOrStringArray {
    /// The schema.
    pub schema: Option<Box<JSONSchemaProps>>,
    /// The names.
    pub property: Vec<String>,
}

impl Json for JSONSchemaPropsOrArray {
    fn write_json(&self, w: &mut JsonWriter) {
        match (self.json_schemas.as_slice(), &self.schema) {
            ([], Some(schema)) => schema.write_json(w),
            ([], None) => w.raw(b"null"),
            _ => self.json_schemas.write_json(w),
        }
    }

    fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
        r.leniently(|r| {
            if r.is_object()? {
                self.schema = Some(Box::new(r.value()?));
            } else if r.is_array()? {
                self.json_schemas = r.value()?;
            } else {
                r.skip()?;
            }
            Ok(())
        })
    }

    fn go_type() -> Cow<'static, str> {
        "v1.JSONSchemaPropsOrArray".into()
    }
}

impl Json for JSONSchemaPropsOrBool {
    fn write_json(&self, w: &mut JsonWriter) {
        match &self.schema {
            Some(schema) => schema.write_json(w),
            None => self.allows.write_json(w),
        }
    }

    fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
        r.leniently(|r| {
            if r.is_object()? {
                self.allows = true;
                self.schema = Some(Box::new(r.value()?));
            } else if r.is_bool()? {
                self.allows = r.value()?;
            } else {
                let found = String::from_utf8_lossy(r.raw()?).into_owned();
                return Err(DecodeError::custom(format!("boolean or JSON schema expected, got {found}")));
            }
            Ok(())
        })
    }

    fn go_type() -> Cow<'static, str> {
        "v1.JSONSchemaPropsOrBool".into()
    }
}

impl Json for JSONSchemaPropsOrStringArray {
    fn write_json(&self, w: &mut JsonWriter) {
        match (self.property.as_slice(), &self.schema) {
            ([], Some(schema)) => schema.write_json(w),
            ([], None) => w.raw(b"null"),
            _ => self.property.write_json(w),
        }
    }

    fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
        r.leniently(|r| {
            if r.is_object()? {
                self.schema = Some(Box::new(r.value()?));
            } else if r.is_array()? {
                self.property = r.value()?;
            } else {
                r.skip()?;
            }
            Ok(())
        })
    }

    fn go_type() -> Cow<'static, str> {
        "v1.JSONSchemaPropsOrStringArray".into()
    }
}

/// Fields 1 and 2 of each message: what their names are is in `generated.proto` of apiextensions.
macro_rules! message {
    ($type:ident, $first:ident, $second:ident) => {
        impl Proto for $type {
            fn write_payload(&self, w: &mut ProtoWriter) {
                w.field(2, &self.$second);
                w.field(1, &self.$first);
            }

            fn read_payload(&mut self, r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
                while let Some((tag, wire)) = r.next_tag()? {
                    match tag {
                        1 => self.$first.read_tagged(wire, r)?,
                        2 => self.$second.read_tagged(wire, r)?,
                        _ => r.skip(wire)?,
                    }
                }
                Ok(())
            }
        }
    };
}

message!(JSONSchemaPropsOrArray, schema, json_schemas);
message!(JSONSchemaPropsOrBool, allows, schema);
message!(JSONSchemaPropsOrStringArray, schema, property);

macro_rules! schema {
    ($type:ident, $definition:literal, $json:literal) => {
        impl HasOpenApi for $type {
            const DEFINITION: &'static str = $definition;

            fn openapi() -> &'static OpenApiSchema {
                static SCHEMA: OpenApiSchema = OpenApiSchema { definition: $definition, json: $json, refs: &[] };
                &SCHEMA
            }
        }

        impl HasSchema for $type {
            const SHAPE: Shape = Shape::AtomicStruct(<JSONSchemaProps as HasStructSchema>::struct_schema);
        }

        super::hand_written::leaf!($type);
    };
}

schema!(
    JSONSchemaPropsOrArray,
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray",
    r#"{"description":"A schema, or a list of them."}"#
);
schema!(
    JSONSchemaPropsOrBool,
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool",
    r#"{"description":"A schema, or whether anything is allowed at all."}"#
);
schema!(
    JSONSchemaPropsOrStringArray,
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray",
    r#"{"description":"A schema, or names of fields."}"#
);
