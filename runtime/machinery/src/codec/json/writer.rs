//! Writing JSON.

use super::{Json, is_zero};

/// A buffer that JSON is appended to.
///
/// Objects and arrays are written with a comma after each element; the closing call turns the last comma into the
/// closing bracket, so writers keep no state.
#[derive(Debug, Default)]
pub struct JsonWriter {
    out: Vec<u8>,
}

impl JsonWriter {
    /// An empty buffer, with room for a common object.
    pub fn new() -> Self {
        Self::with_capacity(1024)
    }

    /// An empty buffer with room for `capacity` bytes.
    pub fn with_capacity(capacity: usize) -> Self {
        Self { out: Vec::with_capacity(capacity) }
    }

    /// Appends to bytes that are there already.
    pub fn append_to(out: Vec<u8>) -> Self {
        Self { out }
    }

    /// What was written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    /// What was written so far.
    pub fn as_bytes(&self) -> &[u8] {
        &self.out
    }

    /// Appends JSON text as it is.
    #[inline(never)]
    pub fn raw(&mut self, json: &[u8]) {
        self.out.extend_from_slice(json);
    }

    /// Takes back all after the first `length` bytes.
    pub fn truncate(&mut self, length: usize) {
        self.out.truncate(length);
    }

    /// Opens an object.
    pub fn begin_object(&mut self) {
        self.out.push(b'{');
    }

    /// Closes an object: the comma after the last field becomes the bracket.
    pub fn end_object(&mut self) {
        self.close(b'}');
    }

    /// Opens an array.
    pub fn begin_array(&mut self) {
        self.out.push(b'[');
    }

    /// Ends an element of an array.
    pub fn comma(&mut self) {
        self.out.push(b',');
    }

    /// Closes an array.
    pub fn end_array(&mut self) {
        self.close(b']');
    }

    fn close(&mut self, bracket: u8) {
        match self.out.last_mut() {
            Some(last) if *last == b',' => *last = bracket,
            _ => self.out.push(bracket),
        }
    }

    /// Writes a field: its quoted name with the colon (`"\"spec\":"`), the value, a comma.
    pub fn field<T: Json>(&mut self, quoted_name: &'static str, value: &T) {
        value.write_field(quoted_name, self);
    }

    /// Like [`JsonWriter::field`], unless the value is empty in Go's sense.
    pub fn field_unless_empty<T: Json>(&mut self, quoted_name: &'static str, value: &T) {
        if !value.is_empty() {
            self.field(quoted_name, value);
        }
    }

    /// Like [`JsonWriter::field`], unless the value is zero in the sense of Go's `omitzero`.
    pub fn field_unless_zero<T: Json + Default + PartialEq>(&mut self, quoted_name: &'static str, value: &T) {
        if !is_zero(value) {
            self.field(quoted_name, value);
        }
    }

    /// Writes a list kind's items: `[]` where there are none, unlike other lists, whose empty form is `null`.
    pub fn items_field<T: Json>(&mut self, quoted_name: &'static str, items: &[T]) {
        self.out.extend_from_slice(quoted_name.as_bytes());
        self.begin_array();
        for item in items {
            item.write_json(self);
            self.comma();
        }
        self.end_array();
        self.out.push(b',');
    }

    /// Writes a field whose name is only known at run time.
    pub fn key(&mut self, name: &str) {
        self.string(name);
        self.out.push(b':');
    }

    /// Writes an integer.
    pub fn integer(&mut self, value: i64) {
        self.out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
    }

    /// Writes an integer as a field.
    pub fn integer_field(&mut self, quoted_name: &'static str, value: i64) {
        let mut buffer = itoa::Buffer::new();
        let digits = buffer.format(value);
        self.out.reserve(quoted_name.len() + digits.len() + 1);
        self.out.extend_from_slice(quoted_name.as_bytes());
        self.out.extend_from_slice(digits.as_bytes());
        self.out.push(b',');
    }

    /// Writes a boolean as a field.
    pub fn bool_field(&mut self, quoted_name: &'static str, value: bool) {
        self.raw(quoted_name.as_bytes());
        self.raw(if value { b"true," } else { b"false," });
    }

    /// Writes a field that is null.
    pub fn null_field(&mut self, quoted_name: &'static str) {
        self.raw(quoted_name.as_bytes());
        self.raw(b"null,");
    }

    /// Writes a string as a field.
    pub fn string_field(&mut self, quoted_name: &'static str, text: &str) {
        self.out.reserve(quoted_name.len() + text.len() + 3);
        self.out.extend_from_slice(quoted_name.as_bytes());
        self.string(text);
        self.out.push(b',');
    }

    /// Writes a float in Go's form: shortest digits, an exponent below 1e-6 and from 1e21 on.
    pub fn float(&mut self, value: f64) {
        if !value.is_finite() {
            // Go refuses to encode these; no reader of ours can produce them.
            self.raw(b"null");
            return;
        }
        let magnitude = value.abs();
        if magnitude != 0.0 && !(1e-6..1e21).contains(&magnitude) {
            let text = format!("{value:e}");
            // Rust writes 1e21 and 1e-7; Go writes 1e+21 and 1e-07 with the exponent's zero removed: 1e-7.
            match text.split_once('e') {
                Some((digits, exponent)) if !exponent.starts_with('-') => {
                    self.raw(digits.as_bytes());
                    self.raw(b"e+");
                    self.raw(exponent.as_bytes());
                }
                _ => self.raw(text.as_bytes()),
            }
        } else {
            self.raw(format!("{value}").as_bytes());
        }
    }

    /// Writes a string, quoted and escaped as Go does it.
    pub fn string(&mut self, text: &str) {
        let bytes = text.as_bytes();
        self.out.reserve(bytes.len() + 2);
        self.out.push(b'"');
        let plain = plain_until(bytes, 0);
        if plain == bytes.len() {
            self.out.extend_from_slice(bytes);
        } else {
            self.escaped(bytes, plain);
        }
        self.out.push(b'"');
    }

    /// Writes a string's bytes, of which the first `plain` stand for themselves.
    #[inline(never)]
    fn escaped(&mut self, bytes: &[u8], mut plain: usize) {
        let mut start = 0;
        while let Some(byte) = bytes.get(plain) {
            self.out.extend_from_slice(&bytes[start..plain]);
            start = plain + 1;
            match (byte, &bytes[start..]) {
                (b'"' | b'\\', _) => self.out.extend_from_slice(&[b'\\', *byte]),
                (b'\n', _) => self.out.extend_from_slice(b"\\n"),
                (b'\r', _) => self.out.extend_from_slice(b"\\r"),
                (b'\t', _) => self.out.extend_from_slice(b"\\t"),
                (0x08, _) => self.out.extend_from_slice(b"\\b"),
                (0x0c, _) => self.out.extend_from_slice(b"\\f"),
                (0xe2, [0x80, last @ (0xa8 | 0xa9), ..]) => {
                    self.out.extend_from_slice(b"\\u202");
                    self.out.push(last - 0xa8 + b'8');
                    start += 2;
                }
                // another character
                (0xe2, _) => self.out.push(0xe2),
                _ => {
                    const HEX: &[u8; 16] = b"0123456789abcdef";
                    let [high, low] = [byte >> 4, byte & 15].map(|digit| HEX[usize::from(digit)]);
                    self.out.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
                }
            }
            plain = plain_until(bytes, start);
        }
        self.out.extend_from_slice(&bytes[start..]);
    }
}

/// Whether a byte can't stand for itself inside a string: 0xe2 may begin U+2028 or U+2029.
const fn is_special(byte: u8) -> bool {
    (byte < 0x20) | (byte == b'"') | (byte == b'\\') | (byte == b'<') | (byte == b'>') | (byte == b'&') | (byte == 0xe2)
}

/// Where the bytes end that stand for themselves, from `at` on.
#[inline]
fn plain_until(bytes: &[u8], mut at: usize) -> usize {
    // eight bytes without a branch in between are looked at all at once
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>)
        && !chunk.iter().fold(false, |found, byte| found | is_special(*byte))
    {
        at += 8;
    }
    while let Some(byte) = bytes.get(at)
        && !is_special(*byte)
    {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn string(text: &str) -> String {
        let mut w = JsonWriter::new();
        w.string(text);
        String::from_utf8(w.into_bytes()).unwrap()
    }

    fn float(value: f64) -> String {
        let mut w = JsonWriter::new();
        w.float(value);
        String::from_utf8(w.into_bytes()).unwrap()
    }

    #[test]
    fn strings_are_escaped_as_in_go() {
        assert_eq!(string("a<b>&c"), r#""a\u003cb\u003e\u0026c""#);
        assert_eq!(string("q\"\\\n\r\t\u{8}\u{c}\u{1}\u{7f}"), "\"q\\\"\\\\\\n\\r\\t\\b\\f\\u0001\u{7f}\"");
        assert_eq!(string("â\u{2028}\u{2029}€"), "\"â\\u2028\\u2029€\"");
    }

    #[test]
    fn floats_take_gos_form() {
        assert_eq!(float(1.0), "1");
        assert_eq!(float(0.1), "0.1");
        assert_eq!(float(1e21), "1e+21");
        assert_eq!(float(1e-7), "1e-7");
        assert_eq!(float(123456789.0), "123456789");
        assert_eq!(float(-0.0), "-0");
    }

    #[test]
    fn closing_replaces_the_last_comma() {
        let mut w = JsonWriter::new();
        w.begin_object();
        w.field("\"a\":", &1i32);
        w.field_unless_empty("\"b\":", &String::new());
        w.end_object();
        assert_eq!(w.as_bytes(), br#"{"a":1}"#);
    }
}
