//! One event's bytes.

use kubeforge_machinery::{
    Object,
    codec::{
        DecodeError, DocumentError, JsonReader, MediaType, ProtoReader, WireType, from_json_slice, from_proto_slice,
        unwrap_proto,
    },
    meta::v1::{INITIAL_EVENTS_ANNOTATION_KEY, Status},
    status::ApiError,
};

use super::{Bookmark, WatchEvent};
use crate::error::ClientError;

/// Reads an object's document.
pub(super) type ReadObject<K> = fn(MediaType, &[u8]) -> Result<K, ClientError>;

/// Reads an event. An error that the server tells is an error here.
pub(super) fn event<K: Object>(
    media: MediaType,
    frame: &[u8],
    read: ReadObject<K>,
) -> Result<WatchEvent<K>, ClientError> {
    match media {
        MediaType::Protobuf => {
            let (type_, object) = split_proto(frame).map_err(not_an_event)?;
            match type_ {
                "ERROR" => {
                    let document = unwrap_proto(object).map_err(malformed_status)?;
                    Err(told(from_proto_slice(document.raw).map_err(not_an_event)?))
                }
                type_ => build(type_, read(media, object)?),
            }
        }
        MediaType::Json | MediaType::Yaml => {
            let (type_, object) = split_json(frame).map_err(not_an_event)?;
            match type_.as_str() {
                "ERROR" => Err(told(from_json_slice(object).map_err(not_an_event)?)),
                type_ => build(type_, read(media, object)?),
            }
        }
    }
}

fn build<K: Object>(type_: &str, object: K) -> Result<WatchEvent<K>, ClientError> {
    match type_ {
        "ADDED" => Ok(WatchEvent::Added(object)),
        "MODIFIED" => Ok(WatchEvent::Modified(object)),
        "DELETED" => Ok(WatchEvent::Deleted(object)),
        "BOOKMARK" => Ok(WatchEvent::Bookmark(bookmark(&object))),
        other => Err(not_an_event(DecodeError::custom(format!("there is no event type {other:?}")))),
    }
}

fn bookmark(object: &dyn Object) -> Bookmark {
    object.meta().map_or_else(Bookmark::default, |meta| Bookmark {
        resource_version: meta.resource_version.clone(),
        initial_events_end: meta.annotations.get(INITIAL_EVENTS_ANNOTATION_KEY).is_some_and(|value| value == "true"),
    })
}

fn told(status: Status) -> ClientError {
    ApiError::from(status).into()
}

fn not_an_event(source: DecodeError) -> ClientError {
    malformed_status(DocumentError::Unrecognized(source.to_string()))
}

fn malformed_status(source: DocumentError) -> ClientError {
    ClientError::Decode { what: "a watch event".to_owned(), source: Box::new(source) }
}

/// The type and the object's text of `{"type": …, "object": …}`.
fn split_json(frame: &[u8]) -> Result<(String, &[u8]), DecodeError> {
    let (mut type_, mut object) = (String::new(), frame.get(..0).unwrap_or_default());
    let mut reader = JsonReader::new(frame);
    reader.map(&|| "v1.WatchEvent".into(), &mut |r, key| {
        match key {
            "type" => type_ = r.str()?.unwrap_or_default().to_owned(),
            "object" => object = r.raw()?,
            _ => r.skip()?,
        }
        Ok(())
    })?;
    reader.finish()?;
    Ok((type_, object))
}

/// The type and the object's document of a `WatchEvent` message: `type` is 1, `object` 2, whose `raw` is 1.
fn split_proto(frame: &[u8]) -> Result<(&str, &[u8]), DecodeError> {
    let (mut type_, mut object) = ("", frame.get(..0).unwrap_or_default());
    let mut reader = ProtoReader::new(frame);
    while let Some((tag, wire)) = reader.next_tag()? {
        match (tag, wire) {
            (1, WireType::Bytes) => {
                type_ = std::str::from_utf8(reader.bytes()?).map_err(|err| DecodeError::proto(err.to_string()))?;
            }
            (2, WireType::Bytes) => {
                let mut extension = reader.sub_message()?;
                while let Some((tag, wire)) = extension.next_tag()? {
                    match (tag, wire) {
                        (1, WireType::Bytes) => object = extension.bytes()?,
                        _ => extension.skip(wire)?,
                    }
                }
            }
            _ => reader.skip(wire)?,
        }
    }
    Ok((type_, object))
}

#[cfg(test)]
mod tests {
    use kubeforge_machinery::codec::{ProtoWriter, encode};

    use super::*;
    use crate::{response::decode_document, test_kind::Gadget};

    fn gadget_event(media: MediaType, frame: &[u8]) -> Result<WatchEvent<Gadget>, ClientError> {
        event(media, frame, decode_document)
    }

    fn proto_frame(type_: &str, object: &[u8]) -> Vec<u8> {
        let mut w = ProtoWriter::new();
        w.message_field(2, |w| w.message_field(1, |w| w.bytes(object)));
        w.message_field(1, |w| w.bytes(type_.as_bytes()));
        w.into_bytes()
    }

    #[test]
    fn both_encodings_give_the_same_event() {
        let gadget = Gadget::named("n", "a");
        let json = String::from_utf8(encode(&gadget, MediaType::Json).unwrap()).unwrap();
        let frame = format!(r#"{{"type":"MODIFIED","object":{json}}}"#);
        let want = WatchEvent::Modified(gadget.clone());
        assert_eq!(gadget_event(MediaType::Json, frame.as_bytes()).unwrap(), want);
        let frame = proto_frame("MODIFIED", &encode(&gadget, MediaType::Protobuf).unwrap());
        assert_eq!(gadget_event(MediaType::Protobuf, &frame).unwrap(), want);
    }

    #[test]
    fn bookmarks_tell_how_far_the_watch_is() {
        let frame = br#"{"type":"BOOKMARK","object":{"kind":"Gadget","apiVersion":"test.example.com/v1","metadata":{"resourceVersion":"7","annotations":{"k8s.io/initial-events-end":"true"}}}}"#;
        let want = Bookmark { resource_version: "7".to_owned(), initial_events_end: true };
        assert_eq!(gadget_event(MediaType::Json, frame).unwrap(), WatchEvent::Bookmark(want));
    }

    #[test]
    fn a_told_error_is_an_error() {
        let status = Status { code: 410, message: "too old".to_owned(), ..Status::default() };
        let json = String::from_utf8(encode(&status, MediaType::Json).unwrap()).unwrap();
        let frame = format!(r#"{{"type":"ERROR","object":{json}}}"#);
        let err = gadget_event(MediaType::Json, frame.as_bytes()).unwrap_err();
        assert_eq!(err.to_string(), "too old");
        let frame = proto_frame("ERROR", &encode(&status, MediaType::Protobuf).unwrap());
        assert_eq!(gadget_event(MediaType::Protobuf, &frame).unwrap_err().to_string(), "too old");
    }

    #[test]
    fn nonsense_is_refused() {
        for frame in [&b"{"[..], b"[]", br#"{"type":"NEW","object":{}}"#, br#"{"type":"ADDED"}"#] {
            assert!(gadget_event(MediaType::Json, frame).is_err());
            assert!(gadget_event(MediaType::Protobuf, frame).is_err());
        }
    }
}
