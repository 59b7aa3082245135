//! The wire forms of API objects. Generated code implements these traits; see [`json`] and [`proto`].

mod budget;
mod error;
pub mod json;
pub mod proto;
mod room;
pub mod serde_bridge;
mod serializer;

pub use error::{DecodeError, DecodeErrorKind};
pub use json::{
    Json, JsonFields, JsonPlace, JsonReader, JsonStruct, JsonStructOf, JsonTape, JsonTree, JsonTreeField, JsonWriter,
    StrictError, is_zero,
};
pub use proto::{Proto, ProtoFields, ProtoReader, ProtoWriter, WireType};
pub use serializer::{
    Decoded, DocumentError, MediaType, PROTO_MAGIC, ProtoEnvelope, Strictness, TypeMeta, decode, encode, peek_json,
    unwrap_proto, wrap_proto,
};

/// A type that may be written as another of its values, for instance one that holds changes aside. Where it is
/// implemented beside the type, generated codecs ask it first.
pub trait WireForm: Sized {
    /// What is written instead; `None` for the value itself.
    fn wire_form(&self) -> Option<Self>;
}

/// The value's compact JSON.
pub fn to_json_vec<T: Json>(value: &T) -> Vec<u8> {
    let mut w = JsonWriter::new();
    value.write_json(&mut w);
    w.into_bytes()
}

/// Reads a value from JSON, leniently.
///
/// # Errors
/// Where the text is not JSON or does not fit the type.
pub fn from_json_slice<T: Json + Default>(json: &[u8]) -> Result<T, DecodeError> {
    let mut r = JsonReader::new(json);
    let value = r.value()?;
    r.finish()?;
    Ok(value)
}

/// The value's bare protobuf message, without the `k8s\0` envelope.
pub fn to_proto_vec<T: Proto>(value: &T) -> Vec<u8> {
    let mut w = ProtoWriter::new();
    value.write_payload(&mut w);
    w.into_bytes()
}

/// Reads a value from a bare protobuf message.
///
/// # Errors
/// Where the bytes are no message of the type.
pub fn from_proto_slice<T: Proto + Default>(bytes: &[u8]) -> Result<T, DecodeError> {
    let mut value = T::default();
    value.read_payload(&mut ProtoReader::new(bytes))?;
    Ok(value)
}
