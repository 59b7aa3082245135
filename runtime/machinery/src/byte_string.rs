//! Bytes that JSON writes in base64.

use std::{borrow::Cow, fmt, ops::Deref};

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use crate::{
    codec::{DecodeError, Json, JsonReader, JsonWriter, Proto, ProtoReader, ProtoWriter},
    leaf::leaf_type,
};

/// Go's standard encoding: padded, and forgiving towards leftover bits.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

/// Bytes (`[]byte`): base64 in JSON. Tells no bytes, JSON `null`, from an empty string of bytes, `""`.
#[derive(Clone, Default)]
pub struct ByteString(Option<Box<[u8]>>);

impl ByteString {
    /// The bytes, taken out.
    pub fn into_vec(self) -> Vec<u8> {
        self.0.map(Vec::from).unwrap_or_default()
    }

    /// Whether it is `null`, as opposed to empty.
    pub fn is_null(&self) -> bool {
        self.0.is_none()
    }
}

impl Deref for ByteString {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0.as_deref().unwrap_or_default()
    }
}

impl From<Vec<u8>> for ByteString {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Some(bytes.into_boxed_slice()))
    }
}

impl From<&[u8]> for ByteString {
    fn from(bytes: &[u8]) -> Self {
        Self(Some(bytes.into()))
    }
}

impl From<&str> for ByteString {
    fn from(text: &str) -> Self {
        text.as_bytes().into()
    }
}

/// No bytes equal an empty string of bytes.
impl PartialEq for ByteString {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for ByteString {}

/// Shows how many bytes there are, not which: they may be secret.
impl fmt::Debug for ByteString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ByteString({} bytes)", self.len())
    }
}

impl Json for ByteString {
    fn write_json(&self, w: &mut JsonWriter) {
        match &self.0 {
            None => w.raw(b"null"),
            Some(bytes) => {
                w.raw(b"\"");
                w.raw(BASE64.encode(bytes).as_bytes());
                w.raw(b"\"");
            }
        }
    }

    fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
        self.0 = match r.str_as("[]uint8")? {
            Some(text) => Some(decode(text)?.into_boxed_slice()),
            None => None,
        };
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn go_type() -> Cow<'static, str> {
        "[]uint8".into()
    }
}

fn decode(text: &str) -> Result<Vec<u8>, DecodeError> {
    if let Ok(bytes) = BASE64.decode(text) {
        return Ok(bytes);
    }
    // Go passes over line ends, and counts them in the position that its error names
    if let Some(at) = corrupt_byte(text.as_bytes()) {
        return Err(DecodeError::custom(format!("illegal base64 data at input byte {at}")));
    }
    let joined: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    BASE64.decode(joined).map_err(|err| DecodeError::custom(err.to_string()))
}

/// Where Go's decoder stops, in groups of four characters; `None` if the text is sound.
fn corrupt_byte(text: &[u8]) -> Option<usize> {
    let mut significant = text.iter().enumerate().filter(|(_, byte)| !matches!(byte, b'\r' | b'\n'));
    let mut in_group = 0;
    while let Some((at, &byte)) = significant.next() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => in_group = (in_group + 1) % 4,
            b'=' if in_group < 2 => return Some(at),
            b'=' => {
                if in_group == 2 {
                    match significant.next() {
                        None => return Some(text.len()),
                        Some((_, b'=')) => {}
                        Some((at, _)) => return Some(at - 1),
                    }
                }
                return significant.next().map(|(at, _)| at);
            }
            _ => return Some(at),
        }
    }
    (in_group != 0).then(|| text.len() - in_group)
}

impl Proto for ByteString {
    fn write_payload(&self, w: &mut ProtoWriter) {
        w.bytes(self);
    }

    fn read_payload(&mut self, r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
        self.0 = Some(r.take_rest().into());
        Ok(())
    }

    fn write_tagged(&self, tag: u32, w: &mut ProtoWriter) {
        if let Some(bytes) = &self.0 {
            w.bytes_field(tag, bytes);
        }
    }
}

leaf_type!(ByteString);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{from_json_slice, to_json_vec};

    #[track_caller]
    fn check(json: &str, bytes: &[u8]) {
        assert_eq!(*from_json_slice::<ByteString>(json.as_bytes()).unwrap(), *bytes, "{json}");
    }

    #[track_caller]
    fn check_error(text: &str, at: usize) {
        let err = from_json_slice::<ByteString>(&serde_json::to_vec(text).unwrap()).unwrap_err();
        assert_eq!(err.to_string(), format!("illegal base64 data at input byte {at}"), "{text}");
    }

    #[test]
    fn base64_is_read_as_go_reads_it() {
        check(r#""aGVsbG8=""#, b"hello");
        check(r#""aGVs\nbG8=\n""#, b"hello");
        check(r#""aGVsbG9=""#, b"hello");
        check(r#""""#, b"");
    }

    #[test]
    fn errors_name_the_byte() {
        check_error("a", 0);
        check_error("aGVsb", 4);
        check_error("aGVsbG8", 4);
        check_error("aG%s", 2);
        check_error("aG=s", 2);
        check_error("aG=", 3);
        check_error("aG==x", 4);
        check_error("=", 0);
        check_error("not base64!", 3);
    }

    #[test]
    fn null_and_empty_differ() {
        assert_eq!(to_json_vec(&ByteString::default()), b"null");
        assert_eq!(to_json_vec(&ByteString::from("")), br#""""#);
        assert!(from_json_slice::<ByteString>(b"null").unwrap().is_null());
        let err = from_json_slice::<ByteString>(b"5").unwrap_err();
        assert_eq!(err.to_string(), "json: cannot unmarshal number into Go value of type []uint8");
    }
}
