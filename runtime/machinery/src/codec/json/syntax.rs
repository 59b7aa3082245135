//! What is wrong with a text that is not JSON, in the words of Go's `encoding/json` scanner.
//!
//! Only runs after a parse has failed, so it is written for its messages, not for speed.

use crate::codec::{DecodeError, DecodeErrorKind};

/// The first syntax error of `input`, or `None` where it is well-formed JSON.
pub fn syntax_error(input: &[u8]) -> Option<DecodeError> {
    let mut scanner = Scanner { input, at: 0 };
    scanner.document().err().map(|message| DecodeError::new(DecodeErrorKind::Syntax { message, offset: scanner.at }))
}

struct Scanner<'a> {
    input: &'a [u8],
    at: usize,
}

/// What the scanner stands in while it looks for the next byte.
enum Frame {
    Array,
    Object,
}

impl Scanner<'_> {
    fn peek(&mut self) -> Result<u8, String> {
        self.input.get(self.at).copied().ok_or_else(|| "unexpected end of JSON input".to_owned())
    }

    fn skip_space(&mut self) {
        while matches!(self.input.get(self.at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn invalid(&self, byte: u8, context: &str) -> String {
        format!("invalid character {} {context}", quote(byte))
    }

    fn document(&mut self) -> Result<(), String> {
        let mut stack = Vec::new();
        loop {
            self.skip_space();
            let opened = self.value_start()?;
            match opened {
                Some(Frame::Object) => {
                    self.skip_space();
                    if self.peek()? == b'}' {
                        self.at += 1;
                    } else {
                        self.key()?;
                        stack.push(Frame::Object);
                        continue;
                    }
                }
                Some(Frame::Array) => {
                    self.skip_space();
                    if self.peek()? == b']' {
                        self.at += 1;
                    } else {
                        stack.push(Frame::Array);
                        continue;
                    }
                }
                None => {}
            }
            loop {
                self.skip_space();
                match stack.last() {
                    None => {
                        return match self.input.get(self.at) {
                            None => Ok(()),
                            Some(&byte) => Err(self.invalid(byte, "after top-level value")),
                        };
                    }
                    Some(Frame::Array) => match self.peek()? {
                        b',' => {
                            self.at += 1;
                            break;
                        }
                        b']' => {
                            self.at += 1;
                            stack.pop();
                        }
                        byte => return Err(self.invalid(byte, "after array element")),
                    },
                    Some(Frame::Object) => match self.peek()? {
                        b',' => {
                            self.at += 1;
                            self.skip_space();
                            self.key()?;
                            break;
                        }
                        b'}' => {
                            self.at += 1;
                            stack.pop();
                        }
                        byte => return Err(self.invalid(byte, "after object key:value pair")),
                    },
                }
            }
        }
    }

    fn key(&mut self) -> Result<(), String> {
        match self.peek()? {
            b'"' => self.string()?,
            byte => return Err(self.invalid(byte, "looking for beginning of object key string")),
        }
        self.skip_space();
        match self.peek()? {
            b':' => {
                self.at += 1;
                Ok(())
            }
            byte => Err(self.invalid(byte, "after object key")),
        }
    }

    /// Reads a scalar whole, or the opening of an array or object.
    fn value_start(&mut self) -> Result<Option<Frame>, String> {
        match self.peek()? {
            b'{' => {
                self.at += 1;
                Ok(Some(Frame::Object))
            }
            b'[' => {
                self.at += 1;
                Ok(Some(Frame::Array))
            }
            b'"' => self.string().map(|()| None),
            b't' => self.literal("true").map(|()| None),
            b'f' => self.literal("false").map(|()| None),
            b'n' => self.literal("null").map(|()| None),
            b'-' | b'0'..=b'9' => self.number().map(|()| None),
            byte => Err(self.invalid(byte, "looking for beginning of value")),
        }
    }

    fn literal(&mut self, word: &str) -> Result<(), String> {
        self.at += 1;
        for expected in word.bytes().skip(1) {
            let byte = self.peek()?;
            if byte != expected {
                return Err(self.invalid(byte, &format!("in literal {word} (expecting {})", quote(expected))));
            }
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), String> {
        if self.peek()? == b'-' {
            self.at += 1;
            let byte = self.peek()?;
            if !byte.is_ascii_digit() {
                return Err(self.invalid(byte, "in numeric literal"));
            }
        }
        if self.peek()? == b'0' {
            self.at += 1;
        } else {
            self.digits();
        }
        if self.input.get(self.at) == Some(&b'.') {
            self.at += 1;
            let byte = self.peek()?;
            if !byte.is_ascii_digit() {
                return Err(self.invalid(byte, "after decimal point in numeric literal"));
            }
            self.digits();
        }
        if matches!(self.input.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek()?, b'+' | b'-') {
                self.at += 1;
            }
            let byte = self.peek()?;
            if !byte.is_ascii_digit() {
                return Err(self.invalid(byte, "in exponent of numeric literal"));
            }
            self.digits();
        }
        Ok(())
    }

    fn digits(&mut self) {
        while matches!(self.input.get(self.at), Some(b'0'..=b'9')) {
            self.at += 1;
        }
    }

    fn string(&mut self) -> Result<(), String> {
        self.at += 1;
        loop {
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Ok(());
                }
                b'\\' => {
                    self.at += 1;
                    match self.peek()? {
                        b'b' | b'f' | b'n' | b'r' | b't' | b'\\' | b'/' | b'"' => self.at += 1,
                        b'u' => {
                            self.at += 1;
                            for _ in 0..4 {
                                let byte = self.peek()?;
                                if !byte.is_ascii_hexdigit() {
                                    return Err(self.invalid(byte, "in \\u hexadecimal character escape"));
                                }
                                self.at += 1;
                            }
                        }
                        byte => return Err(self.invalid(byte, "in string escape code")),
                    }
                }
                byte if byte < 0x20 => return Err(self.invalid(byte, "in string literal")),
                _ => self.at += 1,
            }
        }
    }
}

/// A byte between single quotes, as Go's scanner shows it.
fn quote(byte: u8) -> String {
    match byte {
        b'\'' => r"'\''".to_owned(),
        b'"' => "'\"'".to_owned(),
        b'\\' => r"'\\'".to_owned(),
        b'\n' => r"'\n'".to_owned(),
        b'\r' => r"'\r'".to_owned(),
        b'\t' => r"'\t'".to_owned(),
        0x00..0x20 | 0x7f => format!("'\\x{byte:02x}'"),
        0x80.. => format!("'{}'", char::from(byte)),
        _ => format!("'{}'", char::from(byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, want: &str) {
        assert_eq!(syntax_error(input.as_bytes()).unwrap().to_string(), want, "{input}");
    }

    #[test]
    fn messages_are_those_of_gos_scanner() {
        check("", "unexpected end of JSON input");
        check(r#"{"kind": "#, "unexpected end of JSON input");
        check("hello", "invalid character 'h' looking for beginning of value");
        check("{a", "invalid character 'a' looking for beginning of object key string");
        check(r#"{"a" 1}"#, "invalid character '1' after object key");
        check(r#"{"a":1 "b""#, "invalid character '\"' after object key:value pair");
        check("[1 2]", "invalid character '2' after array element");
        check("[1,]", "invalid character ']' looking for beginning of value");
        check("trux", "invalid character 'x' in literal true (expecting 'e')");
        check("{} x", "invalid character 'x' after top-level value");
        check("\"\\x\"", "invalid character 'x' in string escape code");
    }

    #[test]
    fn well_formed_text_has_no_error() {
        for text in ["{}", "[]", "[1,-2.5e+3,0]", r#"{"a":[{"b":null},true,"\u00e9"]}"#, " 1 "] {
            assert_eq!(syntax_error(text.as_bytes()), None, "{text}");
        }
    }
}
