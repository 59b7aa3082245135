//! Any JSON value in a schema: defaults, examples, enums.

use std::borrow::Cow;

use kubeforge_machinery::{
    Defaulted, RawExtension,
    codec::{DecodeError, Json, JsonReader, JsonWriter, Proto, ProtoReader, ProtoWriter, serde_bridge},
    deepcopy::DeepCopy,
    openapi::{HasOpenApi, OpenApiSchema},
    schema::{HasSchema, Shape},
};

/// Any JSON value, kept as it was written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JSON(pub RawExtension);

impl JSON {
    /// Keeps a value.
    pub fn from_value(value: &serde_json::Value) -> Self {
        Self(RawExtension::from_value(value))
    }

    /// The value; `null` where bytes that came by protobuf are not JSON.
    pub fn to_value(&self) -> serde_json::Value {
        self.0.to_value().unwrap_or_default()
    }
}

impl Json for JSON {
    fn write_json(&self, w: &mut JsonWriter) {
        self.0.write_json(w);
    }

    fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
        self.0.read_json(r)
    }

    fn go_type() -> Cow<'static, str> {
        "v1.JSON".into()
    }
}

impl Proto for JSON {
    fn write_payload(&self, w: &mut ProtoWriter) {
        self.0.write_payload(w);
    }

    fn read_payload(&mut self, r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
        self.0.read_payload(r)
    }
}

impl HasOpenApi for JSON {
    const DEFINITION: &'static str = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON";

    fn openapi() -> &'static OpenApiSchema {
        static SCHEMA: OpenApiSchema =
            OpenApiSchema { definition: JSON::DEFINITION, json: r#"{"description":"Any JSON value."}"#, refs: &[] };
        &SCHEMA
    }
}

impl HasSchema for JSON {
    const SHAPE: Shape = Shape::Any;
}

super::hand_written::leaf!(JSON);
