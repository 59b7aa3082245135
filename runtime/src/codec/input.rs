//! From a file's bytes to documents.

use std::{
    fs,
    io::{self, Read as _},
};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use kubeforge_machinery::{
    codec::{MediaType, PROTO_MAGIC, unwrap_proto},
    yaml,
};
use serde_json::{Deserializer, value::RawValue};

use super::{CodecArgs, Finding, InputEncoding, InputFormat};

/// The bytes of one object, and what they are encoded in.
#[derive(Debug, PartialEq)]
pub(super) struct Document {
    pub(super) media: MediaType,
    pub(super) bytes: Vec<u8>,
}

/// Reads a file's documents.
pub(super) fn read(file: &str, args: &CodecArgs) -> Result<Vec<Document>, Finding> {
    let read = match file {
        "-" => {
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
        }
        path => fs::read(path),
    };
    let bytes = read.map_err(|err| Finding::new("", err))?;
    let bytes = decoded(bytes, args.input_encoding)?;
    let media = match args.from {
        InputFormat::Auto => guess(&bytes),
        InputFormat::Json => MediaType::Json,
        InputFormat::Yaml => MediaType::Yaml,
        InputFormat::Protobuf => MediaType::Protobuf,
    };
    let documents = split(bytes, media)?;
    if documents.is_empty() { Err(Finding::new("", "there is no object in it")) } else { Ok(documents) }
}

/// Undoes what made the bytes text.
fn decoded(bytes: Vec<u8>, encoding: InputEncoding) -> Result<Vec<u8>, Finding> {
    let packed = || bytes.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect::<Vec<u8>>();
    match encoding {
        InputEncoding::Raw => Ok(bytes),
        InputEncoding::Hex => from_hex(&packed()).ok_or_else(|| Finding::new("", "not hexadecimal digits in pairs")),
        InputEncoding::Base64 => BASE64.decode(packed()).map_err(|err| Finding::new("", format!("not base64: {err}"))),
    }
}

fn from_hex(digits: &[u8]) -> Option<Vec<u8>> {
    let value = |digit: u8| char::from(digit).to_digit(16);
    let (pairs, rest) = digits.as_chunks::<2>();
    let bytes = pairs.iter().map(|&[high, low]| u8::try_from(value(high)? << 4 | value(low)?).ok());
    if rest.is_empty() { bytes.collect() } else { None }
}

/// What bytes are encoded in, by how they begin.
pub(super) fn guess(bytes: &[u8]) -> MediaType {
    if bytes.starts_with(PROTO_MAGIC) {
        return MediaType::Protobuf;
    }
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes).trim_ascii_start();
    if text.starts_with(b"{") { MediaType::Json } else { MediaType::Yaml }
}

fn split(bytes: Vec<u8>, media: MediaType) -> Result<Vec<Document>, Finding> {
    let texts = match media {
        MediaType::Protobuf => vec![value_of_etcd(bytes)],
        MediaType::Json => json_documents(&bytes),
        MediaType::Yaml => {
            let text = str::from_utf8(&bytes).map_err(|err| Finding::new("", format!("not YAML: {err}")))?;
            yaml::documents(text).into_iter().map(|document| document.as_bytes().to_vec()).collect()
        }
    };
    Ok(texts.into_iter().map(|bytes| Document { media, bytes }).collect())
}

/// The bytes without the line feed that `etcdctl` writes behind a value.
fn value_of_etcd(mut bytes: Vec<u8>) -> Vec<u8> {
    let without = bytes.strip_suffix(b"\n").map(unwrap_proto);
    if unwrap_proto(&bytes).is_err() && without.is_some_and(|envelope| envelope.is_ok()) {
        bytes.pop();
    }
    bytes
}

/// The documents of a stream. What is no JSON is left whole, for the decoder to say what is wrong with it.
fn json_documents(stream: &[u8]) -> Vec<Vec<u8>> {
    let stream = stream.strip_prefix("\u{feff}".as_bytes()).unwrap_or(stream);
    let mut documents = Vec::new();
    let mut values = Deserializer::from_slice(stream).into_iter::<Box<RawValue>>();
    let mut end = 0;
    while let Some(value) = values.next() {
        match value {
            Ok(value) => documents.push(value.get().as_bytes().to_vec()),
            Err(_) => {
                documents.push(stream[end..].trim_ascii().to_vec());
                break;
            }
        }
        end = values.byte_offset();
    }
    documents
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_known_by_how_they_begin() {
        for (bytes, want) in [
            (b"k8s\0\x0a".as_slice(), MediaType::Protobuf),
            (b" \n{\"a\":1}", MediaType::Json),
            (b"\xef\xbb\xbf{}", MediaType::Json),
            (b"a: 1", MediaType::Yaml),
            (b"", MediaType::Yaml),
            (b"k8s: 1", MediaType::Yaml),
        ] {
            assert_eq!(guess(bytes), want, "{bytes:?}");
        }
    }

    #[test]
    fn streams_are_split() {
        let texts = |stream: &str| -> Vec<String> {
            json_documents(stream.as_bytes()).into_iter().map(|text| String::from_utf8(text).unwrap()).collect()
        };
        assert_eq!(texts("{\"a\": 1}\n{}{}"), ["{\"a\": 1}", "{}", "{}"]);
        assert_eq!(texts("{} {\"a\": }"), ["{}", "{\"a\": }"]);
        assert!(texts(" \n").is_empty());
    }

    #[test]
    fn hexadecimal_digits_are_read_in_pairs() {
        assert_eq!(from_hex(b"6b3873fF").as_deref(), Some(b"k8s\xff".as_slice()));
        assert_eq!(from_hex(b"6b3"), None);
        assert_eq!(from_hex(b"6x"), None);
    }
}
