//! Puts a resource version into an encoded object without decoding it.
//!
//! In protobuf, every kind's metadata is field 1, and its resource version is field 6 of that. Stored objects have it empty.

use std::ops::Range;

use kubeforge_machinery::{
    GroupVersionKind,
    codec::{DecodeError, JsonTape, PROTO_MAGIC, ProtoReader, WireType},
};

use super::stored_kind::Document;

const METADATA: u8 = 1;
const RESOURCE_VERSION: u8 = 6;

/// The `k8s\0` document of the bare message `raw`, with the resource version.
pub(super) fn document(gvk: &GroupVersionKind, raw: &[u8], resource_version: &str) -> Result<Document, DecodeError> {
    let meta = find(raw, METADATA)?;
    let field = find(meta.of(raw), RESOURCE_VERSION)?;
    let meta_len = meta.value.len() - field.whole.len() + field_len(resource_version.len());
    let raw_len = raw.len() - meta.whole.len() + field_len(meta_len);

    let version = gvk.api_version();
    let type_meta = field_len(version.len()) + field_len(gvk.kind.len());
    let mut out = Vec::with_capacity(4 + field_len(type_meta) + field_len(raw_len) + 4);
    out.extend_from_slice(PROTO_MAGIC);
    head(&mut out, 1, type_meta);
    put(&mut out, 1, version.as_bytes());
    put(&mut out, 2, gvk.kind.as_bytes());
    head(&mut out, 2, raw_len);
    let start = out.len();
    out.extend_from_slice(part(raw, 0..meta.whole.start));
    head(&mut out, METADATA, meta_len);
    out.extend_from_slice(part(meta.of(raw), 0..field.whole.start));
    put(&mut out, RESOURCE_VERSION, resource_version.as_bytes());
    out.extend_from_slice(part(meta.of(raw), field.whole.end..meta.value.len()));
    out.extend_from_slice(part(raw, meta.whole.end..raw.len()));
    let item = start..out.len();
    // contentEncoding and contentType, empty
    head(&mut out, 3, 0);
    head(&mut out, 4, 0);
    Ok(Document { bytes: out, item })
}

/// As [`document`], of the JSON text of an object whose members are sorted at every depth: a custom resource's.
pub(super) fn json_document(json: &[u8], resource_version: &str) -> Result<Document, DecodeError> {
    const MEMBER: &str = "resourceVersion";
    let tape = JsonTape::parse(json)?;
    let missing = || DecodeError::custom("the object has no metadata");
    let (_, meta) = tape.root().members().find(|(name, _)| name == "metadata").ok_or_else(missing)?;
    let mut place = meta.range().end.saturating_sub(1)..meta.range().end.saturating_sub(1);
    let (mut before, mut after) = (if meta.text() == "{}" { "" } else { "," }, "");
    for (name, written, value) in meta.written_members() {
        if name.as_ref() >= MEMBER {
            let start = value.range().start.saturating_sub(written.len() + 1);
            let is_there = name == MEMBER;
            place = start..if is_there { value.range().end } else { start };
            (before, after) = ("", if is_there { "" } else { "," });
            break;
        }
    }
    let (head, tail) = (part(json, 0..place.start), part(json, place.end..json.len()));
    let member = format!("{before}\"{MEMBER}\":\"{resource_version}\"{after}");
    let bytes = [head, member.as_bytes(), tail, b"\n"].concat();
    let item = 0..bytes.len() - 1;
    Ok(Document { bytes, item })
}

/// A field's place: all of it, and its value.
struct Place {
    whole: Range<usize>,
    value: Range<usize>,
}

impl Place {
    fn of<'a>(&self, message: &'a [u8]) -> &'a [u8] {
        part(message, self.value.clone())
    }
}

fn part(bytes: &[u8], range: Range<usize>) -> &[u8] {
    bytes.get(range).unwrap_or_default()
}

/// The first length-delimited field `tag`; where there is none, the empty place before the first field above `tag`.
fn find(message: &[u8], tag: u8) -> Result<Place, DecodeError> {
    let mut reader = ProtoReader::new(message);
    let left = |reader: &ProtoReader<'_>| message.len() - reader.clone().take_rest().len();
    loop {
        let start = left(&reader);
        let Some((found, wire)) = reader.next_tag()? else {
            return Ok(Place { whole: start..start, value: start..start });
        };
        if found == u32::from(tag) && wire == WireType::Bytes {
            let value = reader.bytes()?.len();
            let end = left(&reader);
            return Ok(Place { whole: start..end, value: end - value..end });
        }
        if found > u32::from(tag) {
            return Ok(Place { whole: start..start, value: start..start });
        }
        reader.skip(wire)?;
    }
}

fn varint_len(value: usize) -> usize {
    (usize::BITS as usize - value.leading_zeros() as usize).div_ceil(7).max(1)
}

/// The length of a field below 16 with a value of `len` bytes.
fn field_len(len: usize) -> usize {
    1 + varint_len(len) + len
}

fn head(out: &mut Vec<u8>, tag: u8, mut len: usize) {
    out.push(tag << 3 | WireType::Bytes as u8);
    while len >= 0x80 {
        out.push((len as u8 & 0x7f) | 0x80);
        len >>= 7;
    }
    out.push(len as u8);
}

fn put(out: &mut Vec<u8>, tag: u8, value: &[u8]) {
    head(out, tag, value.len());
    out.extend_from_slice(value);
}

#[cfg(test)]
mod tests {
    use kubeforge_machinery::{
        codec::{MediaType, encode, to_proto_vec},
        meta::v1::{ObjectMeta, PartialObjectMetadata},
    };

    use super::*;

    const KIND: GroupVersionKind = GroupVersionKind::new("meta.k8s.io", "v1", "PartialObjectMetadata");

    fn object(resource_version: &str, filler: usize) -> PartialObjectMetadata {
        let metadata = ObjectMeta {
            name: "name".to_owned(),
            uid: "uid".to_owned(),
            resource_version: resource_version.to_owned(),
            generation: 3,
            annotations: [("filler".to_owned(), "x".repeat(filler))].into(),
            ..ObjectMeta::default()
        };
        PartialObjectMetadata { metadata }
    }

    #[test]
    fn it_equals_encoding_with_the_resource_version() {
        // around the sizes at which lengths take one more byte
        for filler in (0..400).chain(16_200..16_400) {
            let raw = to_proto_vec(&object("", filler));
            let document = document(&KIND, &raw, "12345").unwrap();
            assert_eq!(document.bytes, encode(&object("12345", filler), MediaType::Protobuf).unwrap());
            assert_eq!(document.bytes[document.item.clone()], to_proto_vec(&object("12345", filler)));
            let again = super::document(&KIND, &document.bytes[document.item], "9").unwrap();
            assert_eq!(again.bytes, encode(&object("9", filler), MediaType::Protobuf).unwrap());
        }
    }

    #[test]
    fn json_gets_it_where_it_sorts() {
        for (metadata, want) in [
            ("{}", r#"{"resourceVersion":"7"}"#),
            (r#"{"name":"a"}"#, r#"{"name":"a","resourceVersion":"7"}"#),
            (r#"{"name":"a","uid":"u"}"#, r#"{"name":"a","resourceVersion":"7","uid":"u"}"#),
            (r#"{"uid":"u"}"#, r#"{"resourceVersion":"7","uid":"u"}"#),
            (r#"{"name":"a","resourceVersion":"123","uid":"u"}"#, r#"{"name":"a","resourceVersion":"7","uid":"u"}"#),
            (r#"{"resourceVersion":"123"}"#, r#"{"resourceVersion":"7"}"#),
        ] {
            let object =
                |metadata: &str| format!(r#"{{"apiVersion":"a/v1","metadata":{metadata},"spec":{{"metadata":{{}}}}}}"#);
            let document = json_document(object(metadata).as_bytes(), "7").unwrap();
            assert_eq!(String::from_utf8_lossy(&document.bytes), object(want) + "\n");
            assert_eq!(document.item, 0..document.bytes.len() - 1);
        }
        assert!(json_document(b"{}", "7").is_err());
    }

    #[test]
    fn what_other_writers_left_out_is_put_in() {
        // metadata with a name and a generation only, then metadata missing altogether
        let document = document(&KIND, &[0x0a, 5, 0x0a, 1, b'a', 0x38, 3], "7").unwrap();
        assert_eq!(document.bytes[document.item], [0x0a, 8, 0x0a, 1, b'a', 0x32, 1, b'7', 0x38, 3]);
        let document = super::document(&KIND, &[0x12, 0], "7").unwrap();
        assert_eq!(document.bytes[document.item], [0x0a, 3, 0x32, 1, b'7', 0x12, 0]);
        assert!(super::document(&KIND, &[0x0a, 200, 1], "7").is_err());
    }
}
