//! CBOR at the edge (KEP-4222), behind the feature gate [`GATE`]: requests become JSON before a handler sees them, and
//! answers in JSON become CBOR behind it. What is sent often, an object of a list or a watch, is kept with its entry.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use kubeforge_machinery::{
    ApiError, GroupVersionKind,
    cbor::{self, CBOR, CborWriter},
    codec::{MediaType, to_json_vec},
    meta::v1::ListMeta,
    schema::StructSchema,
};
use kubeforge_storage::entry::Entry;

use crate::{body::ServerBody, errors, registry::ResourceScope, request_info::RequestInfo, respond::Answer};

/// The feature gate; off by default.
pub(crate) const GATE: &str = "CBORServingAndStorage";

const APPLY_CBOR: &str = "application/apply-patch+cbor";
const APPLY_YAML: HeaderValue = HeaderValue::from_static("application/apply-patch+yaml");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A request's body, in JSON where it was in CBOR.
pub(crate) struct InJson {
    /// The headers that say so. In a box, for hardly any request has them, and each keeps room for them.
    pub(crate) headers: Option<Box<HeaderMap>>,
    pub(crate) body: Bytes,
    /// It was CBOR.
    pub(crate) was_cbor: bool,
}

/// Reads a request's body where it is CBOR.
///
/// # Errors
/// 400 for what is no CBOR.
pub(crate) fn request(
    scope: &ResourceScope,
    info: &RequestInfo<'_>,
    headers: &HeaderMap,
    body: Bytes,
) -> Result<InJson, ApiError> {
    let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let becomes = match media.split(';').next().unwrap_or_default().trim() {
        CBOR => JSON,
        APPLY_CBOR => APPLY_YAML,
        _ => return Ok(InJson { headers: None, body, was_cbor: false }),
    };
    if body.is_empty() && !matches!(info.verb, "create" | "update" | "patch") {
        return Ok(InJson { headers: None, body, was_cbor: false });
    }
    let json = match cbor::to_json(&body) {
        Ok(json) => json,
        Err(error) if becomes == APPLY_YAML => {
            return Err(errors::bad_request(format!("error decoding CBOR: {error}")));
        }
        Err(error) => {
            let cause = format!("unable to determine group/version/kind: {error}");
            let kind = scope.subresources.get(info.subresource).map_or(&scope.kind, |subresource| &subresource.kind);
            return Err(match info.verb {
                "create" | "update" => crate::decode::unrecognized(kind, &cause, &body),
                _ => errors::bad_request(cause),
            });
        }
    };
    let mut headers = headers.clone();
    headers.insert(header::CONTENT_TYPE, becomes);
    Ok(InJson { headers: Some(Box::new(headers)), body: json.into(), was_cbor: true })
}

/// The answer in CBOR, where it is in JSON. `schema` is the structure of the objects in it.
///
/// # Errors
/// 500 where the JSON is broken.
pub(crate) fn answer(mut answer: Answer, schema: Option<&'static StructSchema>) -> Result<Answer, ApiError> {
    if answer.content_type != MediaType::Json.name() {
        return Ok(answer);
    }
    let json = match std::mem::take(&mut answer.body) {
        ServerBody::Full(json) => json,
        ServerBody::Pieces { pieces, .. } => pieces.into_iter().collect::<Vec<_>>().concat().into(),
        other => return Ok(Answer { body: other, ..answer }),
    };
    answer.body = ServerBody::Full(document_of(&json, schema)?.into());
    answer.content_type = CBOR;
    Ok(answer)
}

/// An object in a version, kept with its entry: as in a list, and as on its own.
struct Bare(GroupVersionKind, Result<Bytes, String>);
struct Whole(GroupVersionKind, Result<Bytes, String>);

/// An entry's object as a data item of a list.
///
/// # Errors
/// 500 where the entry can't be decoded.
pub(crate) fn bare_item(scope: &ResourceScope, entry: &Entry) -> Result<Bytes, ApiError> {
    let encode = || {
        let json = entry.item(&scope.kind, MediaType::Json).map_err(|err| err.to_string())?;
        let mut w = CborWriter::default();
        w.json(&json.unwrap_or_default(), scope.schema).map_err(|err| err.to_string())?;
        Ok::<_, String>(Bytes::from(w.into_bytes()))
    };
    let kept = entry.cached(|| Bare(scope.kind.clone(), encode()));
    // another version may have been asked for first
    let found = if kept.0 == scope.kind { kept.1.clone() } else { encode() };
    found.map_err(errors::internal)
}

/// An entry's object in the served version as a document.
///
/// # Errors
/// 500 where the entry can't be decoded.
pub(crate) fn document(scope: &ResourceScope, entry: &Entry) -> Result<Bytes, ApiError> {
    let encode = || {
        let json = entry.json_object(&scope.kind).map_err(|err| err.to_string())?;
        cbor::from_json(&json, scope.schema).map(Bytes::from).map_err(|err| err.to_string())
    };
    let kept = entry.cached(|| Whole(scope.kind.clone(), encode()));
    let found = if kept.0 == scope.kind { kept.1.clone() } else { encode() };
    found.map_err(errors::internal)
}

/// A JSON object as a document.
///
/// # Errors
/// 500 where the JSON is broken.
pub(crate) fn document_of(json: &[u8], schema: Option<&'static StructSchema>) -> Result<Vec<u8>, ApiError> {
    cbor::from_json(json, schema).map_err(errors::internal)
}

/// A list around its items' data items.
///
/// # Errors
/// 500 where the list's metadata can't be encoded.
pub(crate) fn list(kind: &GroupVersionKind, meta: &ListMeta, items: Vec<Bytes>) -> Result<Vec<Bytes>, ApiError> {
    let mut head = CborWriter::append_to(cbor::SELF_DESCRIBED.to_vec());
    head.map(4);
    head.text("kind");
    head.text(&kind.kind);
    head.text("items");
    head.array(items.len());
    let mut tail = CborWriter::default();
    tail.text("metadata");
    tail.json(&to_json_vec(meta), None).map_err(errors::internal)?;
    tail.text("apiVersion");
    tail.text(&kind.api_version());
    let mut pieces = vec![Bytes::from(head.into_bytes())];
    pieces.extend(items);
    pieces.push(tail.into_bytes().into());
    Ok(pieces)
}

/// Appends a watch's event around an object's document: it keeps its tag, as upstream's do.
pub(crate) fn event(type_: &str, object: &[u8], out: &mut Vec<u8>) {
    let mut w = CborWriter::append_to(std::mem::take(out));
    w.raw(&cbor::SELF_DESCRIBED);
    w.map(2);
    w.text("type");
    w.text(type_);
    w.text("object");
    w.raw(object);
    *out = w.into_bytes();
}
