//! From objects, entries and lists to answers.

mod indent;
mod list;
mod metadata;

use bytes::Bytes;
use http::StatusCode;
use kubeforge_machinery::{
    ApiError, GroupVersionKind, Object,
    cbor::CBOR,
    codec::{self, MediaType},
    meta::v1::Status,
};
use kubeforge_storage::entry::Entry;

use metadata::metadata_answer;
pub(crate) use metadata::{keep_metadata, object_metadata};
pub use {
    indent::indent,
    list::list,
    metadata::{entry_metadata, entry_partial_proto, write_entry_partial, write_partial},
};

use crate::{
    body::ServerBody,
    cbor, errors,
    negotiate::{Output, Transform},
    registry::ResourceScope,
    table_render::{IncludeObject, TableShape, TableWriter},
};

/// An answer, before headers that all answers have.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The media type.
    pub content_type: &'static str,
    /// The body.
    pub body: ServerBody,
    /// An entity tag, where the answer can be cached.
    pub etag: Option<String>,
    /// Browsers are told not to guess the type: upstream does so for plain texts and for refusals of filters.
    pub nosniff: bool,
    /// Caches between may keep it, to be checked by its tag.
    pub cacheable: bool,
}

impl Answer {
    /// An answer of bytes.
    pub fn new(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self { status, content_type, body: ServerBody::Full(body.into()), etag: None, nosniff: false, cacheable: false }
    }

    /// An answer in pieces.
    fn of_pieces(content_type: &'static str, pieces: Vec<Bytes>) -> Self {
        Self { body: ServerBody::pieces(pieces), ..Self::new(StatusCode::OK, content_type, Bytes::new()) }
    }

    /// A plain text.
    pub fn text(status: StatusCode, text: impl Into<String>) -> Self {
        Self::new(status, "text/plain; charset=utf-8", text.into())
    }
}

/// How an answer is to look: what was negotiated, and what the query adds.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// What was negotiated.
    pub output: Output,
    /// What a table's rows carry.
    pub include: IncludeObject,
}

impl Form {
    /// Whether stored bytes can be sent as they are.
    fn is_plain(self, scope: &ResourceScope) -> bool {
        self.output.transform == Transform::None && !self.output.pretty && scope.strategy.decorate().is_none()
    }
}

/// Answers with one stored object.
///
/// # Errors
/// 406 where the client wants a list's form, 500 where the entry can't be decoded.
pub fn entry(scope: &ResourceScope, form: Form, entry: &Entry, status: StatusCode) -> Result<Answer, ApiError> {
    let media = form.output.media;
    if form.is_plain(scope) && form.output.cbor {
        return Ok(Answer::new(status, CBOR, cbor::document(scope, entry)?));
    }
    if form.is_plain(scope) {
        let document = entry.document(&scope.kind, media).map_err(errors::internal)?;
        let document = document.ok_or_else(|| no_proto(&scope.kind))?;
        return Ok(Answer::new(status, media.name(), document));
    }
    match form.output.transform {
        Transform::Table(version) => {
            let shape = TableShape { version, include: form.include, with_columns: true };
            Ok(json_answer(form.output, status, TableWriter::of_entry(scope, entry, shape)?))
        }
        Transform::Metadata(version) => {
            let meta = entry_metadata(scope, entry)?;
            Ok(metadata_answer(form.output, status, version, &meta))
        }
        Transform::MetadataList(_) => Err(not_a_list(&scope.kind, "PartialObjectMetadataList")),
        Transform::None => {
            let object = decorated(scope, entry)?;
            encoded(form.output, status, object.as_ref())
        }
    }
}

/// Answers with one object that is not stored as it is shown. It may be of any kind and version.
///
/// # Errors
/// As [`entry`].
pub fn object(
    scope: &ResourceScope,
    form: Form,
    object: Box<dyn Object>,
    status: StatusCode,
) -> Result<Answer, ApiError> {
    match form.output.transform {
        Transform::Table(version) if object.list_meta().is_some() => {
            let shape = TableShape { version, include: form.include, with_columns: true };
            Ok(json_answer(form.output, status, TableWriter::of_list(scope, object.as_ref(), shape)?))
        }
        Transform::Table(version) if object.gvk() == scope.kind || object.gvk() == scope.hub => {
            let shape = TableShape { version, include: form.include, with_columns: true };
            let object = scope.scheme.to_hub(object).map_err(errors::internal)?;
            Ok(json_answer(form.output, status, TableWriter::of_object(scope, object.as_ref(), shape)?))
        }
        Transform::Metadata(version) if object.meta().is_some() => {
            let meta = object_metadata(scope, object.as_ref());
            Ok(metadata_answer(form.output, status, version, &meta))
        }
        Transform::MetadataList(_) if object.meta().is_some() => {
            Err(not_a_list(&object.gvk(), "PartialObjectMetadataList"))
        }
        _ => {
            let object = if object.gvk() == scope.hub { convert(scope, object, &scope.kind)? } else { object };
            encoded(form.output, status, object.as_ref())
        }
    }
}

fn convert(
    scope: &ResourceScope,
    object: Box<dyn Object>,
    kind: &GroupVersionKind,
) -> Result<Box<dyn Object>, ApiError> {
    scope.scheme.convert(object, kind).map_err(errors::internal)
}

/// The entry's object as the resource's strategy decorates it, in the served version.
pub(crate) fn decorated(scope: &ResourceScope, entry: &Entry) -> Result<Box<dyn Object>, ApiError> {
    let mut object = entry.object().map_err(errors::internal)?;
    if let Some(decorate) = scope.strategy.decorate() {
        decorate(object.as_mut());
    }
    convert(scope, object, &scope.kind)
}

/// Encodes any object.
///
/// # Errors
/// 406 where it has no protobuf form and that was agreed on.
pub fn encoded(output: Output, status: StatusCode, object: &dyn Object) -> Result<Answer, ApiError> {
    let bytes = codec::encode(object, output.media).ok_or_else(|| no_proto(&object.gvk()))?;
    let bytes = if output.pretty && output.media == MediaType::Json { indent(&bytes) } else { bytes };
    Ok(Answer::new(status, output.media.name(), bytes))
}

/// Answers with a failure. What can't be shown in the agreed form is shown in JSON.
pub fn failure(output: Output, error: ApiError) -> Answer {
    status(output, &error.into_status())
}

/// Answers with a status.
pub fn status(output: Output, status: &Status) -> Answer {
    let code = u16::try_from(status.code).ok().and_then(|code| StatusCode::from_u16(code).ok());
    let code =
        code.unwrap_or(if status.status == "Success" { StatusCode::OK } else { StatusCode::INTERNAL_SERVER_ERROR });
    let output = Output { transform: Transform::None, ..output };
    let in_json = || Answer::new(code, MediaType::Json.name(), codec::to_json_vec(status));
    let answer = encoded(output, code, status).unwrap_or_else(|_| in_json());
    if output.cbor { cbor::answer(answer, None).unwrap_or_else(|_| in_json()) } else { answer }
}

/// Answers with JSON that was written already, in the agreed encoding.
pub fn json_answer(output: Output, status: StatusCode, json: Vec<u8>) -> Answer {
    match output.media {
        MediaType::Yaml => Answer::new(status, MediaType::Yaml.name(), kubeforge_machinery::yaml::from_json(&json)),
        MediaType::Json | MediaType::Protobuf => {
            let mut json = if output.pretty { indent(&json) } else { json };
            if json.last() != Some(&b'\n') {
                json.push(b'\n');
            }
            Answer::new(status, MediaType::Json.name(), json)
        }
    }
}

fn no_proto(kind: &GroupVersionKind) -> ApiError {
    errors::not_acceptable_because(format!(
        "object {} does not implement the protobuf marshalling interface and cannot be encoded to a protobuf message",
        kind.kind
    ))
}

fn go_type(kind: &GroupVersionKind, suffix: &str) -> String {
    let package = match kind.group.split('.').next().unwrap_or_default() {
        "" => "core",
        label => label,
    };
    format!("*{package}.{}{suffix}", kind.kind)
}

fn not_a_list(kind: &GroupVersionKind, wanted: &str) -> ApiError {
    errors::not_acceptable_because(format!(
        "you requested {wanted}, but the requested object is not a list ({})",
        go_type(kind, "")
    ))
}
