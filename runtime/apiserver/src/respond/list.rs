//! Lists: an envelope around the bytes that entries have already.

use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use kubeforge_machinery::{
    ApiError, GroupVersionKind,
    cbor::CBOR,
    codec::{self, Json as _, JsonWriter, MediaType, Proto as _, ProtoWriter},
    meta::v1::ListMeta,
};
use kubeforge_storage::entry::Entry;

use super::{
    Answer, Form, decorated, entry_metadata, go_type, json_answer, metadata::metadata_kind, no_proto,
    write_entry_partial,
};
use crate::{
    body::ServerBody,
    cbor, errors,
    negotiate::{MetaVersion, Output, Transform},
    registry::ResourceScope,
    table_render::{TableShape, TableWriter},
};

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
    fn varints_have_the_length_that_is_counted() {
        for value in [0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, usize::MAX] {
            let mut out = Vec::new();
            write_varint(&mut out, value);
            assert_eq!(out.len(), varint_len(value), "{value}");
        }
    }
}
