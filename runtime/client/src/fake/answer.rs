//! Answers.

use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use http_body::Frame;
use http_body_util::StreamBody;
use kubeforge_machinery::{
    ApiError,
    codec::{MediaType, encode},
    meta::v1::Status,
};
use serde_json::{Map, Value, json};

use crate::transport::{Body, BoxError, Fake};

/// An object or a list, or only its metadata where the client wants that.
pub(super) fn object(code: u16, object: Value, accept: &str) -> http::Response<Body> {
    Fake::json(code, shown(object, accept).to_string())
}

/// A refusal.
pub(super) fn refusal(refusal: &ApiError) -> http::Response<Body> {
    status(refusal.code(), refusal.status())
}

/// A status.
fn status(code: u16, status: &Status) -> http::Response<Body> {
    // a status has a JSON form
    Fake::json(code, encode(status, MediaType::Json).unwrap_or_default())
}

/// The events of a watch, a line each.
pub(super) fn stream(lines: impl Stream<Item = Bytes> + Send + 'static) -> http::Response<Body> {
    let frames = lines.map(|line| Ok::<_, BoxError>(Frame::data(line)));
    Fake::answer(200, MediaType::Json.name(), StreamBody::new(frames))
}

/// The object as the client wants it: whole, or its metadata only.
pub(super) fn shown(object: Value, accept: &str) -> Value {
    if !accept.contains("as=PartialObjectMetadata") || object.get("kind").and_then(Value::as_str) == Some("Status") {
        return object;
    }
    match object {
        Value::Object(mut fields) if fields.contains_key("items") => {
            let items = match fields.remove("items") {
                Some(Value::Array(items)) => {
                    items.into_iter().map(|item| partial("PartialObjectMetadata", item)).collect()
                }
                _ => Vec::new(),
            };
            let mut list = partial("PartialObjectMetadataList", Value::Object(fields));
            list["items"] = Value::Array(items);
            list
        }
        object => partial("PartialObjectMetadata", object),
    }
}

fn partial(kind: &str, mut object: Value) -> Value {
    let metadata = object.get_mut("metadata").map_or_else(|| Value::Object(Map::new()), Value::take);
    json!({ "apiVersion": "meta.k8s.io/v1", "kind": kind, "metadata": metadata })
}
