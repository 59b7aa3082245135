//! JSON that is passed on as it came.

use std::{borrow::Cow, fmt};

use crate::{
    codec::{DecodeError, Json, JsonReader, JsonWriter, Proto, ProtoReader, ProtoWriter, WireType},
    leaf::leaf_type,
};

/// Any JSON value, kept as bytes (`runtime.RawExtension`).
///
/// The bytes are those that were read, without the white space between tokens; JSON output escapes what Go escapes.
/// Empty, it is JSON `null`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RawExtension(RawJson);

/// A set of field names as a JSON object, kept as bytes (`metav1.FieldsV1`).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct FieldsV1(RawJson);

#[derive(Clone, Default, PartialEq, Eq)]
struct RawJson(Option<Box<[u8]>>);

impl RawJson {
    fn bytes(&self) -> &[u8] {
        self.0.as_deref().unwrap_or_default()
    }

    fn write_json(&self, w: &mut JsonWriter) {
        match self.bytes() {
            b"" => w.raw(b"null"),
            json => write_compact(json, w),
        }
    }

    fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
        let raw = r.raw()?;
        self.0 = (raw != b"null").then(|| without_spaces(raw));
        Ok(())
    }

    fn write_payload(&self, w: &mut ProtoWriter) {
        if let Some(json) = &self.0 {
            w.bytes_field(1, json);
        }
    }

    fn read_payload(&mut self, r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
        while let Some((tag, wire)) = r.next_tag()? {
            if tag == 1 {
                r.expect_wire(wire, WireType::Bytes)?;
                self.0 = Some(r.bytes()?.into());
            } else {
                r.skip(wire)?;
            }
        }
        Ok(())
    }
}

/// Whether any byte is so. It looks at all of a chunk before it decides, which the processor does many at a time.
fn any_byte(bytes: &[u8], is: impl Fn(u8) -> bool) -> bool {
    bytes.chunks(64).any(|chunk| chunk.iter().fold(false, |any, byte| any | is(*byte)))
}

/// Well-formed JSON without the white space between tokens, so that all encodings of an object hold the same bytes.
fn without_spaces(json: &[u8]) -> Box<[u8]> {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    if !any_byte(json, |byte| is_space(&byte)) {
        return json.into();
    }
    let (mut in_string, mut escaped) = (false, false);
    let mut is_kept = |byte: u8| {
        if in_string {
            in_string = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            return true;
        }
        in_string = byte == b'"';
        !is_space(&byte)
    };
    json.iter().copied().filter(|byte| is_kept(*byte)).collect()
}

/// Writes well-formed JSON without the white space between tokens, and with the escapes that Go's encoder adds.
fn write_compact(json: &[u8], w: &mut JsonWriter) {
    if !any_byte(json, |byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'<' | b'>' | b'&' | 0xe2)) {
        return w.raw(json);
    }
    let (mut start, mut in_string) = (0, false);
    let mut bytes = json.iter().enumerate();
    while let Some((at, &byte)) = bytes.next() {
        let replacement: &[u8] = match byte {
            b'"' => {
                in_string = !in_string;
                continue;
            }
            b'\\' if in_string => {
                // what is escaped closes no string
                bytes.next();
                continue;
            }
            b' ' | b'\t' | b'\r' | b'\n' if !in_string => b"",
            b'<' => b"\\u003c",
            b'>' => b"\\u003e",
            b'&' => b"\\u0026",
            0xe2 if json[at..].starts_with("\u{2028}".as_bytes()) => b"\\u2028",
            0xe2 if json[at..].starts_with("\u{2029}".as_bytes()) => b"\\u2029",
            _ => continue,
        };
        w.raw(&json[start..at]);
        w.raw(replacement);
        start = at + 1;
        if byte == 0xe2 {
            // the character's other two bytes
            bytes.nth(1);
            start += 2;
        }
    }
    w.raw(&json[start..]);
}

macro_rules! raw_type {
    ($type:ident, $go:literal) => {
        impl $type {
            /// Keeps `json`, which must be one JSON value.
            ///
            /// # Errors
            /// Where it isn't.
            pub fn from_json(json: &[u8]) -> Result<Self, DecodeError> {
                crate::codec::from_json_slice(json)
            }

            /// Keeps a value.
            pub fn from_value(value: &serde_json::Value) -> Self {
                Self(RawJson((!value.is_null()).then(|| value.to_string().into_bytes().into())))
            }

            /// The bytes as they came; none for `null`.
            pub fn raw(&self) -> &[u8] {
                self.0.bytes()
            }

            /// Whether there is no value.
            pub fn is_null(&self) -> bool {
                self.raw().is_empty()
            }

            /// The value.
            ///
            /// # Errors
            /// Where the bytes, if they came by protobuf, aren't JSON.
            pub fn to_value(&self) -> Result<serde_json::Value, serde_json::Error> {
                if self.is_null() { Ok(serde_json::Value::Null) } else { serde_json::from_slice(self.raw()) }
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($type), String::from_utf8_lossy(self.raw()))
            }
        }

        impl Json for $type {
            fn write_json(&self, w: &mut JsonWriter) {
                self.0.write_json(w);
            }

            fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
                self.0.read_json(r)
            }

            fn go_type() -> Cow<'static, str> {
                $go.into()
            }
        }

        impl Proto for $type {
            fn write_payload(&self, w: &mut ProtoWriter) {
                self.0.write_payload(w);
            }

            fn read_payload(&mut self, r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
                self.0.read_payload(r)
            }
        }

        leaf_type!($type);
    };
}

impl FieldsV1 {
    /// Keeps what was written, one JSON value.
    pub(crate) fn from_written(w: JsonWriter) -> Self {
        Self(RawJson(Some(w.into_bytes().into())))
    }
}

raw_type!(RawExtension, "runtime.RawExtension");
raw_type!(FieldsV1, "v1.FieldsV1");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{from_json_slice, from_proto_slice, to_json_vec, to_proto_vec};

    #[track_caller]
    fn check(input: &str, want: &str) {
        let raw = RawExtension::from_json(input.as_bytes()).unwrap();
        assert_eq!(String::from_utf8(to_json_vec(&raw)).unwrap(), want);
    }

    #[test]
    fn json_is_compacted_and_escaped_but_otherwise_as_it_came() {
        check(r#" { "b" : 1.0 , "a" : [ 1e2 , "x  y" ] } "#, r#"{"b":1.0,"a":[1e2,"x  y"]}"#);
        check("{\"a\":\"<&>\u{2028}\u{2029}€\"}", "{\"a\":\"\\u003c\\u0026\\u003e\\u2028\\u2029€\"}");
        check(r#"{"a" : "\" : \\" }"#, r#"{"a":"\" : \\"}"#);
        check("null", "null");
    }

    #[test]
    fn the_bytes_are_kept() {
        let raw = RawExtension::from_json(br#"{ "a": 1.0e2, "b\" c": " " }"#).unwrap();
        assert_eq!(raw.raw(), br#"{"a":1.0e2,"b\" c":" "}"#);
        let raw = RawExtension::from_json(br#"{ "a": 1 }"#).unwrap();
        assert_eq!(to_proto_vec(&raw), b"\x0a\x07{\"a\":1}");
        assert_eq!(from_proto_slice::<RawExtension>(&to_proto_vec(&raw)).unwrap(), raw);
        assert!(RawExtension::from_json(b"{").is_err());
        assert_eq!(raw.to_value().unwrap()["a"], 1);
    }

    #[test]
    fn fields_v1_is_an_object_in_bytes() {
        let fields: FieldsV1 = from_json_slice(br#"{"f:metadata":{}}"#).unwrap();
        assert_eq!(to_json_vec(&fields), br#"{"f:metadata":{}}"#);
        assert_eq!(to_json_vec(&FieldsV1::default()), b"null");
        assert_eq!(to_proto_vec(&FieldsV1::default()), b"");
    }
}
