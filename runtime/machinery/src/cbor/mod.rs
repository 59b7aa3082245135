//! CBOR (RFC 8949), as Kubernetes uses it (KEP-4222): the JSON form of an object, in other bytes.
//!
//! Objects become CBOR by way of their JSON, in [`from_json`], and JSON is made of what clients send, in [`to_json`]:
//! one set of codecs reads and writes all types. Follows apimachinery pkg/runtime/serializer/cbor:
//!
//! - A document stands in tag 55799, "self-described CBOR", so that it can be told from other forms by its first bytes.
//! - Texts and names of fields are written as byte strings; byte strings and text strings are both read.
//! - `[]byte` is a byte string in tag 22: "as JSON this would be base64". Without the tag a byte string is a text.
//! - Maps are written in the order of RFC 8949's deterministic encoding, floats in the fewest bytes that keep their value.
//! - A name that occurs twice in a map is an error whatever the field validation, unlike in JSON.
//!
//! A stream is a sequence (RFC 8742) of such documents, without anything between them.

mod decode;
mod encode;

pub use decode::{CborError, to_json};
pub use encode::{CborWriter, from_json};

/// The media type of a document.
pub const CBOR: &str = "application/cbor";

/// The media type of a sequence of documents: a watch's events.
pub const CBOR_SEQUENCE: &str = "application/cbor-seq";

/// The first bytes of each document: tag 55799.
pub const SELF_DESCRIBED: [u8; 3] = [0xd9, 0xd9, 0xf7];

/// The tag of byte strings that JSON writes in base64.
const BASE64_LATER: u64 = 22;

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::schema::{FieldSchema, Shape, StructSchema};

    fn secret() -> &'static StructSchema {
        static BYTES: Shape = Shape::Bytes;
        static SCHEMA: StructSchema = StructSchema {
            name: "Secret",
            definition: "test.Secret",
            atomic: false,
            fields: &[FieldSchema::new("data", Shape::map(&BYTES)), FieldSchema::new("type", Shape::Scalar)],
        };
        &SCHEMA
    }

    fn cbor(value: &Value) -> Vec<u8> {
        from_json(&serde_json::to_vec(value).unwrap(), Some(secret())).unwrap()
    }

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
        digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
    }

    #[test]
    fn documents_are_deterministic_and_say_what_they_are() {
        let value = json!({"type": "Opaque", "data": {"k": "AQI="}, "b": [1, -1, 1.5, 1e300, true, null]});
        let want = "d9d9f7 a3 41 62 86 01 20 f93e00 fb7e37e43c8800759c f5 f6
                    44 64617461 a1 41 6b d6 42 0102
                    44 74797065 46 4f7061717565";
        assert_eq!(cbor(&value), hex(want));
        assert_eq!(serde_json::from_slice::<Value>(&to_json(&cbor(&value)).unwrap()).unwrap(), value);
    }

    #[track_caller]
    fn check(bytes: &str, want: &str) {
        let got = to_json(&hex(bytes));
        match got {
            Ok(json) => assert_eq!(String::from_utf8(json).unwrap(), want, "{bytes}"),
            Err(error) => assert_eq!(error.to_string(), want, "{bytes}"),
        }
    }

    #[test]
    fn what_others_encode_is_read() {
        check("a1 61 61 61 62", r#"{"a":"b"}"#);
        check("bf 41 61 9f 01 5f 41 62 41 63 ff ff ff", r#"{"a":[1,"bc"]}"#);
        check("d9d9f7 a1 41 61 d5 42 fbff", r#"{"a":"-_8="}"#);
        check("a1 41 61 d7 42 fbff", r#"{"a":"FBFF"}"#);
        check("a1 41 61 c0 54 323031332d30332d32315432303a30343a30305a", r#"{"a":"2013-03-21T20:04:00Z"}"#);
        check("a1 41 61 c1 1a 514b67b0", r#"{"a":"2013-03-21T20:04:00Z"}"#);
        check("a2 41 61 f93c00 41 62 f7", r#"{"a":1.0,"b":null}"#);
    }

    #[test]
    fn what_has_no_json_is_refused() {
        check("", "EOF");
        check("a1 41 61", "unexpected EOF");
        check("80", "cbor: cannot unmarshal array into Go value of type map[string]interface {}");
        check("a2 41 61 01 61 61 02", r#"cbor: found duplicate map key "a" at map element index 1"#);
        check("a1 01 01", "cbor: cannot unmarshal positive integer into Go value of type string");
        check("a1 41 61 62 c328", "cbor: invalid UTF-8 string");
        check("a0 a0", "cbor: 1 bytes of extraneous data starting at index 1");
        check(
            "a1 41 61 f97e00",
            "cbor: cannot unmarshal primitives into Go value of type interface {} (NaN or infinity)",
        );
        check(
            "a1 41 61 1b ffffffffffffffff",
            "cbor: cannot unmarshal positive integer into Go value of type interface {} (18446744073709551615 overflows Go's int64)",
        );
        check("a1 41 61 c2 41 01", "cbor: cannot unmarshal tag 2 into Go value of type interface {} (bignum)");
        check(&format!("a1 41 61 {} 00", "81".repeat(64)), "cbor: exceeded max nested level 64");
        check("a1 41 61 9a 7fffffff", "cbor: exceeded max number of elements 1024 for CBOR array");
        check("ba 7fffffff", "cbor: exceeded max number of key-value pairs 1024 for CBOR map");
    }
}
