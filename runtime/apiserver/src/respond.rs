//! From objects, entries and lists to answers.

use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use kubeforge_machinery::{
    ApiError, GroupVersionKind, Object,
    cbor::CBOR,
    codec::{self, Json as _, JsonWriter, MediaType, Proto as _, ProtoWriter, to_json_vec},
    meta::v1::{ListMeta, ObjectMeta, Status},
};
use kubeforge_storage::entry::Entry;

use crate::{
    body::ServerBody,
    cbor, errors,
    negotiate::{MetaVersion, Output, Transform},
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

/// JSON with line breaks and two spaces of indentation.
pub fn indent(json: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(json.len() * 2);
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    let line = |out: &mut Vec<u8>, depth: usize| {
        out.push(b'\n');
        out.extend(std::iter::repeat_n(b' ', depth * 2));
    };
    let mut bytes = json.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if in_string {
            out.push(byte);
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => {
                in_string = true;
                out.push(byte);
            }
            b'{' | b'[' => {
                out.push(byte);
                if let Some(close) = bytes.next_if(|next| matches!(next, b'}' | b']')) {
                    out.push(close);
                } else {
                    depth += 1;
                    line(&mut out, depth);
                }
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(byte);
            }
            b',' => {
                out.push(byte);
                line(&mut out, depth);
            }
            b':' => out.extend_from_slice(b": "),
            _ => out.push(byte),
        }
    }
    out
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

/// The entry's metadata, as it is shown without its object.
///
/// # Errors
/// 500 where the entry can't be decoded.
pub fn entry_metadata(scope: &ResourceScope, entry: &Entry) -> Result<ObjectMeta, ApiError> {
    let mut object = entry.object().map_err(errors::internal)?;
    let mut meta = object.meta_mut().map(std::mem::take).unwrap_or_default();
    without_internal(scope, &mut meta);
    Ok(meta)
}

/// An object's metadata, as it is shown without its object.
pub(crate) fn object_metadata(scope: &ResourceScope, object: &dyn Object) -> ObjectMeta {
    let mut meta = object.meta().cloned().unwrap_or_default();
    without_internal(scope, &mut meta);
    meta
}

fn without_internal(scope: &ResourceScope, meta: &mut ObjectMeta) {
    for annotation in scope.strategy.internal_annotations() {
        meta.annotations.remove(*annotation);
    }
}

/// A metadata document's JSON, kept with the entry.
struct MetadataJson(Option<Bytes>);

fn metadata_json(scope: &ResourceScope, entry: &Entry) -> Result<Bytes, ApiError> {
    let cached = entry.cached(|| MetadataJson(entry_metadata(scope, entry).ok().map(|meta| to_json_vec(&meta).into())));
    match &cached.0 {
        Some(json) => Ok(json.clone()),
        None => Err(errors::internal("an object's metadata can't be decoded")),
    }
}

/// Keeps an entry's metadata, for whoever decoded its object already.
pub(crate) fn keep_metadata(scope: &ResourceScope, entry: &Entry, object: &dyn Object) {
    let encode = || match object.meta() {
        Some(meta) if scope.strategy.internal_annotations().is_empty() => to_json_vec(meta),
        _ => to_json_vec(&object_metadata(scope, object)),
    };
    entry.cached(|| MetadataJson(Some(encode().into())));
}

/// Writes a `PartialObjectMetadata` around metadata that was encoded already.
pub fn write_partial(w: &mut JsonWriter, version: MetaVersion, metadata: &[u8]) {
    w.raw(b"{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"");
    w.raw(version.api_version().as_bytes());
    w.raw(b"\",\"metadata\":");
    w.raw(metadata);
    w.raw(b"}");
}

/// Appends an entry's `PartialObjectMetadata` as JSON.
///
/// # Errors
/// 500 where the entry can't be decoded.
pub fn write_entry_partial(
    w: &mut JsonWriter,
    version: MetaVersion,
    scope: &ResourceScope,
    entry: &Entry,
) -> Result<(), ApiError> {
    write_partial(w, version, &metadata_json(scope, entry)?);
    Ok(())
}

fn metadata_kind(version: MetaVersion, kind: &'static str) -> GroupVersionKind {
    let version = match version {
        MetaVersion::V1 => "v1",
        MetaVersion::V1Beta1 => "v1beta1",
    };
    GroupVersionKind::new("meta.k8s.io", version, kind)
}

fn metadata_answer(output: Output, status: StatusCode, version: MetaVersion, meta: &ObjectMeta) -> Answer {
    if output.media == MediaType::Protobuf {
        let kind = metadata_kind(version, "PartialObjectMetadata");
        return Answer::new(status, MediaType::Protobuf.name(), partial_document(&kind, meta));
    }
    let mut w = JsonWriter::with_capacity(1024);
    write_partial(&mut w, version, &to_json_vec(meta));
    json_answer(output, status, w.into_bytes())
}

fn partial_document(kind: &GroupVersionKind, meta: &ObjectMeta) -> Vec<u8> {
    codec::wrap_proto(kind, 512, |w| meta.write_tagged(1, w))
}

/// A `PartialObjectMetadata` document in protobuf, for watch events.
///
/// # Errors
/// 500 where the entry can't be decoded.
pub fn entry_partial_proto(version: MetaVersion, scope: &ResourceScope, entry: &Entry) -> Result<Vec<u8>, ApiError> {
    Ok(partial_document(&metadata_kind(version, "PartialObjectMetadata"), &entry_metadata(scope, entry)?))
}

/// Answers with a list.
///
/// # Errors
/// 406 where the client wants an object's form, 500 where an entry can't be decoded.
pub async fn list(
    scope: &ResourceScope,
    form: Form,
    meta: &ListMeta,
    items: &[Arc<Entry>],
) -> Result<Answer, ApiError> {
    let output = form.output;
    match output.transform {
        Transform::Table(version) => {
            let shape = TableShape { version, include: form.include, with_columns: true };
            let mut table = TableWriter::new(scope, meta, shape);
            let mut pieces = Vec::new();
            let sorted = in_order(scope, items)?;
            for (at, item) in sorted.as_deref().unwrap_or(items).iter().enumerate() {
                table.entry(item)?;
                pieces.extend(table.piece());
                breathe(at).await;
            }
            let rest = table.finish();
            if pieces.is_empty() || output.pretty || output.media != MediaType::Json {
                return Ok(json_answer(output, StatusCode::OK, [pieces.concat(), rest].concat()));
            }
            pieces.extend([rest.into(), Bytes::from_static(b"\n")]);
            Ok(Answer::of_pieces(MediaType::Json.name(), pieces))
        }
        Transform::MetadataList(version) => metadata_list(scope, output, version, meta, items).await,
        Transform::Metadata(_) => Err(errors::not_acceptable_because(format!(
            "you requested PartialObjectMetadata, but the requested object is a list ({})",
            go_type(&scope.kind, "List")
        ))),
        Transform::None => match output.media {
            MediaType::Protobuf => list_proto(scope, meta, items).await,
            // a list of custom resources says more than others
            MediaType::Json if output.cbor && form.is_plain(scope) && !scope.is_custom() => {
                list_cbor(scope, meta, items).await
            }
            MediaType::Json if form.is_plain(scope) => {
                Ok(Answer::of_pieces(MediaType::Json.name(), list_json(scope, meta, items).await?))
            }
            MediaType::Json | MediaType::Yaml => {
                let json = list_json(scope, meta, items).await?.concat();
                Ok(json_answer(output, StatusCode::OK, json))
            }
        },
    }
}

/// Lets other tasks run between the many items of a large list.
async fn breathe(at: usize) {
    if at % 256 == 255 {
        tokio::task::yield_now().await;
    }
}

/// The bytes of one item.
fn item(scope: &ResourceScope, entry: &Entry, media: MediaType) -> Result<Bytes, ApiError> {
    if scope.strategy.decorate().is_none() {
        let bytes = entry.item(&scope.kind, media).map_err(errors::internal)?;
        return bytes.ok_or_else(|| no_proto(&scope.kind));
    }
    let object = decorated(scope, entry)?;
    if media == MediaType::Protobuf {
        let mut w = ProtoWriter::with_capacity(1024);
        object.write_proto(&mut w);
        Ok(w.into_bytes().into())
    } else {
        let mut w = JsonWriter::with_capacity(1024);
        object.write_json_item(&mut w);
        Ok(w.into_bytes().into())
    }
}

fn list_head(kind: &str, api_version: &str, meta: &ListMeta) -> JsonWriter {
    let mut w = JsonWriter::with_capacity(256);
    w.begin_object();
    w.raw(b"\"kind\":\"");
    w.raw(kind.as_bytes());
    w.raw(b"\",\"apiVersion\":\"");
    w.raw(api_version.as_bytes());
    w.raw(b"\",\"metadata\":");
    meta.write_json(&mut w);
    w
}

/// Upstream keeps lists of custom resources untyped, and writes the continuation even if it is empty.
fn custom_list_head(scope: &ResourceScope, meta: &ListMeta) -> JsonWriter {
    let mut w = list_head(&scope.list_kind.kind, &scope.list_kind.api_version(), &ListMeta::default());
    let mut head = w.into_bytes();
    head.truncate(head.len().saturating_sub(b"{}".len()));
    w = JsonWriter::with_capacity(256);
    w.raw(&head);
    let mut fields = Vec::new();
    let mut m = JsonWriter::with_capacity(64);
    meta.write_json(&mut m);
    fields.extend_from_slice(m.as_bytes());
    if meta.continue_.is_empty() {
        let rest = fields.strip_prefix(b"{").unwrap_or(&fields).to_vec();
        let comma: &[u8] = if rest == b"}" { b"" } else { b"," };
        fields = [b"{\"continue\":\"\"", comma, &rest].concat();
    }
    w.raw(&fields);
    w
}

async fn list_json(scope: &ResourceScope, meta: &ListMeta, items: &[Arc<Entry>]) -> Result<Vec<Bytes>, ApiError> {
    let mut head = if scope.is_custom() {
        custom_list_head(scope, meta)
    } else {
        list_head(&scope.list_kind.kind, &scope.list_kind.api_version(), meta)
    };
    head.raw(b",\"items\":[");
    let mut pieces = Vec::with_capacity(items.len() * 2 + 2);
    pieces.push(Bytes::from(head.into_bytes()));
    for (at, entry) in items.iter().enumerate() {
        if at > 0 {
            pieces.push(Bytes::from_static(b","));
        }
        pieces.push(item(scope, entry, MediaType::Json)?);
        breathe(at).await;
    }
    pieces.push(Bytes::from_static(b"]}\n"));
    Ok(pieces)
}

/// The length of a varint.
fn varint_len(value: usize) -> usize {
    (usize::BITS - (value | 1).leading_zeros()).div_ceil(7) as usize
}

fn write_varint(out: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A list in protobuf: `runtime.Unknown{typeMeta, raw: List{metadata = 1, items = 2…}, contentEncoding, contentType}`,
/// written front to back around the items' bytes.
fn assemble_proto(kind: &GroupVersionKind, meta: &ListMeta, items: Vec<Bytes>) -> ServerBody {
    let mut metadata = ProtoWriter::with_capacity(64);
    meta.write_tagged(1, &mut metadata);
    let metadata = metadata.into_bytes();
    let raw: usize = metadata.len() + items.iter().map(|item| 1 + varint_len(item.len()) + item.len()).sum::<usize>();

    let api_version = kind.api_version();
    let mut type_meta = Vec::with_capacity(64);
    for (tag, text) in [(0x0a, api_version.as_bytes()), (0x12, kind.kind.as_bytes())] {
        type_meta.push(tag);
        write_varint(&mut type_meta, text.len());
        type_meta.extend_from_slice(text);
    }
    let mut head = Vec::with_capacity(128 + metadata.len());
    head.extend_from_slice(codec::PROTO_MAGIC);
    head.push(0x0a);
    write_varint(&mut head, type_meta.len());
    head.extend_from_slice(&type_meta);
    head.push(0x12);
    write_varint(&mut head, raw);
    head.extend_from_slice(&metadata);

    let mut pieces = Vec::with_capacity(items.len() * 2 + 2);
    pieces.push(Bytes::from(head));
    for item in items {
        let mut tag = Vec::with_capacity(8);
        tag.push(0x12);
        write_varint(&mut tag, item.len());
        pieces.push(Bytes::from(tag));
        pieces.push(item);
    }
    pieces.push(Bytes::from_static(&[0x1a, 0, 0x22, 0]));
    ServerBody::pieces(pieces)
}

async fn list_proto(scope: &ResourceScope, meta: &ListMeta, items: &[Arc<Entry>]) -> Result<Answer, ApiError> {
    let mut bytes = Vec::with_capacity(items.len());
    for (at, entry) in items.iter().enumerate() {
        bytes.push(item(scope, entry, MediaType::Protobuf)?);
        breathe(at).await;
    }
    let mut answer = Answer::new(StatusCode::OK, MediaType::Protobuf.name(), Bytes::new());
    answer.body = assemble_proto(&scope.list_kind, meta, bytes);
    Ok(answer)
}

async fn list_cbor(scope: &ResourceScope, meta: &ListMeta, items: &[Arc<Entry>]) -> Result<Answer, ApiError> {
    let mut encoded = Vec::with_capacity(items.len());
    for (at, entry) in items.iter().enumerate() {
        encoded.push(cbor::bare_item(scope, entry)?);
        breathe(at).await;
    }
    Ok(Answer::of_pieces(CBOR, cbor::list(&scope.list_kind, meta, encoded)?))
}

async fn metadata_list(
    scope: &ResourceScope,
    output: Output,
    version: MetaVersion,
    meta: &ListMeta,
    items: &[Arc<Entry>],
) -> Result<Answer, ApiError> {
    if output.media == MediaType::Protobuf {
        let mut bytes = Vec::with_capacity(items.len());
        for (at, entry) in items.iter().enumerate() {
            let mut w = ProtoWriter::with_capacity(512);
            entry_metadata(scope, entry)?.write_tagged(1, &mut w);
            bytes.push(Bytes::from(w.into_bytes()));
            breathe(at).await;
        }
        let mut answer = Answer::new(StatusCode::OK, MediaType::Protobuf.name(), Bytes::new());
        answer.body = assemble_proto(&metadata_kind(version, "PartialObjectMetadataList"), meta, bytes);
        return Ok(answer);
    }
    let mut out = list_head("PartialObjectMetadataList", version.api_version(), meta);
    if items.is_empty() {
        // upstream leaves the Go slice nil
        out.raw(b",\"items\":null}");
        return Ok(json_answer(output, StatusCode::OK, out.into_bytes()));
    }
    out.raw(b",\"items\":[");
    for (at, entry) in items.iter().enumerate() {
        write_entry_partial(&mut out, version, scope, entry)?;
        out.comma();
        breathe(at).await;
    }
    out.end_array();
    out.raw(b"}");
    Ok(json_answer(output, StatusCode::OK, out.into_bytes()))
}

/// The entries as a table shows them, where it has an order of its own.
fn in_order(scope: &ResourceScope, items: &[Arc<Entry>]) -> Result<Option<Vec<Arc<Entry>>>, ApiError> {
    let Some(key) = scope.table.order() else { return Ok(None) };
    let mut keyed = Vec::with_capacity(items.len());
    for item in items {
        keyed.push((key(item.object().map_err(errors::internal)?.as_ref()), item.clone()));
    }
    keyed.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(Some(keyed.into_iter().map(|(_, item)| item).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_indented_as_upstream_does() {
        let json = br#"{"a":{"b":[1,"x,{"],"c":{},"d":[]}}"#;
        let want =
            "{\n  \"a\": {\n    \"b\": [\n      1,\n      \"x,{\"\n    ],\n    \"c\": {},\n    \"d\": []\n  }\n}";
        assert_eq!(String::from_utf8(indent(json)).unwrap(), want);
    }

    #[test]
    fn varints_have_the_length_that_is_counted() {
        for value in [0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, usize::MAX] {
            let mut out = Vec::new();
            write_varint(&mut out, value);
            assert_eq!(out.len(), varint_len(value), "{value}");
        }
    }
}
