//! Objects' metadata without the objects: `PartialObjectMetadata`.

use bytes::Bytes;
use http::StatusCode;
use kubeforge_machinery::{
    ApiError, GroupVersionKind, Object,
    codec::{self, JsonWriter, MediaType, Proto as _, to_json_vec},
    meta::v1::ObjectMeta,
};
use kubeforge_storage::entry::Entry;

use super::{Answer, json_answer};
use crate::{
    errors,
    negotiate::{MetaVersion, Output},
    registry::ResourceScope,
};

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

pub(super) fn metadata_kind(version: MetaVersion, kind: &'static str) -> GroupVersionKind {
    let version = match version {
        MetaVersion::V1 => "v1",
        MetaVersion::V1Beta1 => "v1beta1",
    };
    GroupVersionKind::new("meta.k8s.io", version, kind)
}

pub(super) fn metadata_answer(output: Output, status: StatusCode, version: MetaVersion, meta: &ObjectMeta) -> Answer {
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
