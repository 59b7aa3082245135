//! JSON's tokens, one after the other.

use std::{borrow::Cow, mem, ops::Range};

/// The text is no JSON where the scanner stands.
#[derive(Debug)]
pub(super) struct Malformed;

/// Goes over a text. It stands before a value, or before what separates two.
#[derive(Debug)]
pub(super) struct Scanner<'a> {
    /// The input as far as it is text.
    text: &'a str,
    at: usize,
    /// The last string that had escapes, without them.
    unescaped: String,
}

/// A string's place.
enum Span {
    Text(Range<usize>),
    Unescaped,
}

impl<'a> Scanner<'a> {
    /// Stands at the start of `input`. Bytes that are not UTF-8 are like its end.
    pub(super) fn new(input: &'a [u8]) -> Self {
        let text = std::str::from_utf8(input).unwrap_or_else(|err| {
            let sound = input.get(..err.valid_up_to()).unwrap_or_default();
            std::str::from_utf8(sound).unwrap_or_default()
        });
        Self { text, at: 0, unescaped: String::new() }
    }

    /// The number of the byte that it stands before.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// The text from an earlier position to the present one.
    pub(super) fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The first byte of what comes next, white space aside; `None` at the end.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        loop {
            match self.byte() {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                next => return next,
            }
        }
    }

    /// Goes over a byte that was peeked at.
    pub(super) fn advance(&mut self) {
        self.at += 1;
    }

    /// Goes over `true`, `false` or `null`.
    pub(super) fn literal(&mut self, word: &str) -> Result<(), Malformed> {
        let end = self.at + word.len();
        if self.text.as_bytes().get(self.at..end) != Some(word.as_bytes()) {
            return Err(Malformed);
        }
        self.at = end;
        Ok(())
    }

    /// After an object's brace: its first key, or `None` and its end.
    #[inline]
    pub(super) fn first_key(&mut self) -> Result<Option<&str>, Malformed> {
        let key = self.first_key_span()?;
        Ok(key.map(|key| self.resolve(key)))
    }

    /// As [`Scanner::first_key`]; the key is borrowed from the text where it can be.
    pub(super) fn take_first_key(&mut self) -> Result<Option<Cow<'a, str>>, Malformed> {
        let key = self.first_key_span()?;
        Ok(key.map(|key| self.take(key)))
    }

    /// After a value in an object: the next key, or `None` and the object's end.
    #[inline]
    pub(super) fn next_key(&mut self) -> Result<Option<&str>, Malformed> {
        let key = self.next_key_span()?;
        Ok(key.map(|key| self.resolve(key)))
    }

    /// As [`Scanner::next_key`]; the key is borrowed from the text where it can be.
    pub(super) fn take_next_key(&mut self) -> Result<Option<Cow<'a, str>>, Malformed> {
        let key = self.next_key_span()?;
        Ok(key.map(|key| self.take(key)))
    }

    #[inline]
    fn first_key_span(&mut self) -> Result<Option<Span>, Malformed> {
        match self.peek() {
            Some(b'"') => self.key_span().map(Some),
            Some(b'}') => {
                self.at += 1;
                Ok(None)
            }
            _ => Err(Malformed),
        }
    }

    #[inline]
    fn next_key_span(&mut self) -> Result<Option<Span>, Malformed> {
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                if self.peek() == Some(b'"') { self.key_span().map(Some) } else { Err(Malformed) }
            }
            Some(b'}') => {
                self.at += 1;
                Ok(None)
            }
            _ => Err(Malformed),
        }
    }

    #[inline]
    fn key_span(&mut self) -> Result<Span, Malformed> {
        let key = self.span()?;
        if self.peek() != Some(b':') {
            return Err(Malformed);
        }
        self.at += 1;
        Ok(key)
    }

    /// After an array's bracket: whether there is a first element, or else its end.
    pub(super) fn first_element(&mut self) -> bool {
        let ends = self.peek() == Some(b']');
        self.at += usize::from(ends);
        !ends
    }

    /// After an element of an array: whether there is another, or else its end.
    pub(super) fn next_element(&mut self) -> Result<bool, Malformed> {
        let has_next = match self.peek() {
            Some(b',') => true,
            Some(b']') => false,
            _ => return Err(Malformed),
        };
        self.at += 1;
        Ok(has_next)
    }

    /// After an object's brace: the place of its first name, quotes included, or `None` and the object's end.
    pub(super) fn pass_first_name(&mut self) -> Result<Option<Range<usize>>, Malformed> {
        let start = self.start_of_string();
        let name = self.first_key_span()?;
        Ok(name.map(|name| start..self.end_of_name(&name, start)))
    }

    /// After a value in an object: the place of the next name, quotes included, or `None` and the object's end.
    pub(super) fn pass_next_name(&mut self) -> Result<Option<Range<usize>>, Malformed> {
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                match self.peek() {
                    Some(b'"') => self.pass_first_name(),
                    _ => Err(Malformed),
                }
            }
            _ => self.next_key_span().map(|_| None),
        }
    }

    fn start_of_string(&mut self) -> usize {
        self.peek();
        self.at
    }

    /// Where a name that began at `start` ended. The scanner stands after its colon.
    fn end_of_name(&self, name: &Span, start: usize) -> usize {
        match name {
            Span::Text(range) => range.end + 1,
            Span::Unescaped => {
                start + self.text.get(start..self.at).and_then(|text| text.rfind('"')).map_or(0, |at| at + 1)
            }
        }
    }

    /// Goes over a string whose quote is next.
    pub(super) fn pass_string(&mut self) -> Result<(), Malformed> {
        self.span().map(drop)
    }

    /// A string whose quote is next.
    #[inline]
    pub(super) fn string(&mut self) -> Result<&str, Malformed> {
        let span = self.span()?;
        Ok(self.resolve(span))
    }

    /// A string whose quote is next, borrowed from the text where it can be.
    pub(super) fn take_string(&mut self) -> Result<Cow<'a, str>, Malformed> {
        let span = self.span()?;
        Ok(self.take(span))
    }

    fn take(&mut self, span: Span) -> Cow<'a, str> {
        match span {
            Span::Text(range) => Cow::Borrowed(self.text.get(range).unwrap_or_default()),
            Span::Unescaped => Cow::Owned(mem::take(&mut self.unescaped)),
        }
    }

    fn resolve(&self, span: Span) -> &str {
        match span {
            Span::Text(range) => self.text.get(range).unwrap_or_default(),
            Span::Unescaped => &self.unescaped,
        }
    }

    #[inline]
    fn span(&mut self) -> Result<Span, Malformed> {
        let start = self.at + 1;
        let end = self.plain_until(start);
        match self.text.as_bytes().get(end) {
            Some(b'"') => {
                self.at = end + 1;
                Ok(Span::Text(start..end))
            }
            Some(b'\\') => self.unescape(start, end),
            _ => Err(Malformed),
        }
    }

    /// Where the bytes end that stand for themselves, from `at` on: at a quote, a backslash or a control character.
    #[inline]
    fn plain_until(&self, mut at: usize) -> usize {
        let bytes = self.text.as_bytes();
        while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
            let special = specials(u64::from_le_bytes(*chunk));
            if special != 0 {
                return at + special.trailing_zeros() as usize / 8;
            }
            at += 8;
        }
        while let Some(byte) = bytes.get(at)
            && !matches!(byte, b'"' | b'\\' | 0..0x20)
        {
            at += 1;
        }
        at
    }

    /// Reads the rest of a string that began at `start` and has a backslash at `at`.
    #[cold]
    fn unescape(&mut self, start: usize, mut at: usize) -> Result<Span, Malformed> {
        let text = self.text;
        self.unescaped.clear();
        let mut plain = start;
        loop {
            self.unescaped.push_str(text.get(plain..at).unwrap_or_default());
            match text.as_bytes().get(at) {
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok(Span::Unescaped);
                }
                Some(b'\\') => {}
                _ => return Err(Malformed),
            }
            let (char, length) = escaped(text.as_bytes().get(at + 1..).unwrap_or_default()).ok_or(Malformed)?;
            self.unescaped.push(char);
            plain = at + 1 + length;
            at = self.plain_until(plain);
        }
    }

    /// A number, as it stands.
    pub(super) fn number(&mut self) -> Result<&'a str, Malformed> {
        let start = self.at;
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        match self.byte() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.byte(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(self.since(start))
    }

    fn digits(&mut self) -> Result<(), Malformed> {
        let start = self.at;
        while matches!(self.byte(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(Malformed) }
    }
}

/// Bits in those of eight bytes that can't stand for themselves in a string. The lowest is exact, and no other is looked at.
#[inline]
fn specials(bytes: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    let below = |limit: u8, bytes: u64| bytes.wrapping_sub(ONES * u64::from(limit)) & !bytes;
    let is = |byte: u8| below(1, bytes ^ (ONES * u64::from(byte)));
    (below(0x20, bytes) | is(b'"') | is(b'\\')) & HIGH
}

/// What an escape stands for, and its length, given what follows the backslash. Like Go's decoder, this takes half of a
/// surrogate pair for U+FFFD.
fn escaped(rest: &[u8]) -> Option<(char, usize)> {
    let char = match rest.first()? {
        b'b' => '\x08',
        b'f' => '\x0c',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        byte @ (b'"' | b'\\' | b'/') => char::from(*byte),
        b'u' => {
            let first = four_hex(rest.get(1..5)?)?;
            let second = || match rest.get(5..11)? {
                [b'\\', b'u', digits @ ..] => four_hex(digits),
                _ => None,
            };
            return Some(match (first, second()) {
                (0xd800..0xdc00, Some(second @ 0xdc00..0xe000)) => {
                    let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                    (char::from_u32(code)?, 11)
                }
                _ => (char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), 5),
            });
        }
        _ => return None,
    };
    Some((char, 1))
}

fn four_hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| Some(number * 16 + char::from(*digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_string(json: &str, want: Option<&str>) {
        let mut scanner = Scanner::new(json.as_bytes());
        assert_eq!(scanner.string().ok(), want, "{json}");
    }

    #[test]
    fn strings_are_read_wherever_their_special_bytes_are() {
        for length in 0..20 {
            let plain = "a".repeat(length);
            check_string(&format!("\"{plain}\", \"b\""), Some(&plain));
            check_string(&format!("\"{plain}\\n{plain}ü\""), Some(&format!("{plain}\n{plain}ü")));
            check_string(&format!("\"{plain}\u{1f}\""), None);
            check_string(&format!("\"{plain}"), None);
        }
    }

    #[test]
    fn escapes_stand_for_what_go_takes_them_for() {
        check_string(r#""\"\\\/\b\f\n\r\t""#, Some("\"\\/\u{8}\u{c}\n\r\t"));
        check_string(r#""\u00e9\u20AC\ud83d\ude00""#, Some("é€😀"));
        check_string(r#""\ud83d!""#, Some("\u{fffd}!"));
        check_string(r#""\ude00\ud83d\ude00""#, Some("\u{fffd}😀"));
        check_string(r#""\ud83d\u0041""#, Some("\u{fffd}A"));
        for wrong in [r#""\x""#, r#""\u12""#, r#""\u12g4""#, r#""\"#] {
            check_string(wrong, None);
        }
    }

    #[test]
    fn every_byte_is_told_apart_in_every_place() {
        for byte in 0..=u8::MAX {
            let is_special = byte < 0x20 || byte == b'"' || byte == b'\\';
            for place in 0..8 {
                let mut bytes = [b'a'; 8];
                bytes[place] = byte;
                let found = specials(u64::from_le_bytes(bytes));
                assert_eq!(found != 0, is_special, "{byte:#x}");
                assert!(!is_special || found.trailing_zeros() as usize / 8 == place, "{byte:#x}");
            }
        }
    }

    #[test]
    fn numbers_end_where_their_grammar_does() {
        for (text, want) in [("0", "0"), ("-12,", "-12"), ("1.50e+3]", "1.50e+3"), ("01", "0"), ("7 ", "7")] {
            assert_eq!(Scanner::new(text.as_bytes()).number().ok(), Some(want));
        }
        for wrong in ["-", "1.", "1e", ".5", "+1"] {
            assert!(Scanner::new(wrong.as_bytes()).number().is_err(), "{wrong}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_end_it() {
        let mut scanner = Scanner::new(b"\"a\xff\"");
        assert!(scanner.string().is_err());
    }
}
