//! JSON text with an index of its values: cheaper to make than a tree, and enough to find where two texts differ.

use std::{borrow::Cow, ops::Range};

use super::{
    DEPTH_LIMIT, JsonTree, JsonWriter,
    scanner::{Malformed, Scanner},
    syntax_error,
};
use crate::codec::DecodeError;

/// JSON text and where its values are, in the order in which they begin.
#[derive(Debug)]
pub struct JsonTape<'a> {
    text: &'a str,
    values: Vec<Span>,
}

/// A value's place. The name of a member stands before the member's value.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: u32,
    end: u32,
    /// The number of the first value that is not inside of this one.
    next: u32,
}

/// A value of a tape.
#[derive(Clone, Copy, Debug)]
pub struct JsonPlace<'t> {
    tape: &'t JsonTape<'t>,
    at: u32,
}

impl<'a> JsonTape<'a> {
    /// Reads JSON text in which no name occurs twice in an object, as [`JsonWriter`] writes it.
    ///
    /// # Errors
    /// Where the text is not JSON, or nests too deeply.
    pub fn parse(json: &'a [u8]) -> Result<Self, DecodeError> {
        let text = std::str::from_utf8(json).map_err(|err| DecodeError::custom(err.to_string()))?;
        let mut tape = Self { text, values: Vec::with_capacity(json.len() / 16 + 4) };
        let mut scanner = Scanner::new(json);
        match tape.read(&mut scanner, DEPTH_LIMIT) {
            Ok(()) if scanner.peek().is_none() && scanner.position() == json.len() => Ok(tape),
            _ => Err(syntax_error(json).unwrap_or_else(|| DecodeError::custom("exceeded max depth"))),
        }
    }

    /// The whole value.
    pub fn root(&self) -> JsonPlace<'_> {
        JsonPlace { tape: self, at: 0 }
    }

    fn begin(&mut self, start: usize) -> usize {
        // no request or stored value is near 4 GiB
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        self.values.push(Span { start, end: start, next: 0 });
        self.values.len() - 1
    }

    fn end(&mut self, value: usize, end: usize) {
        let next = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        if let Some(span) = self.values.get_mut(value) {
            span.end = u32::try_from(end).unwrap_or(u32::MAX);
            span.next = next;
        }
    }

    fn read(&mut self, scanner: &mut Scanner<'a>, depth: usize) -> Result<(), Malformed> {
        let below = || depth.checked_sub(1).ok_or(Malformed);
        let first = scanner.peek();
        let value = self.begin(scanner.position());
        match first {
            Some(b'"') => scanner.pass_string()?,
            Some(b'{') => {
                let depth = below()?;
                scanner.advance();
                let mut name = scanner.pass_first_name()?;
                while let Some(range) = name {
                    let at = self.begin(range.start);
                    self.end(at, range.end);
                    self.read(scanner, depth)?;
                    name = scanner.pass_next_name()?;
                }
            }
            Some(b'[') => {
                let depth = below()?;
                scanner.advance();
                let mut has_next = scanner.first_element();
                while has_next {
                    self.read(scanner, depth)?;
                    has_next = scanner.next_element()?;
                }
            }
            Some(b't') => scanner.literal("true")?,
            Some(b'f') => scanner.literal("false")?,
            Some(b'n') => scanner.literal("null")?,
            _ => drop(scanner.number()?),
        }
        self.end(value, scanner.position());
        Ok(())
    }
}

impl<'t> JsonPlace<'t> {
    fn span(self) -> Span {
        self.tape.values.get(self.at as usize).copied().unwrap_or(Span { start: 0, end: 0, next: self.at + 1 })
    }

    /// The value's text.
    pub fn text(self) -> &'t str {
        self.tape.text.get(self.range()).unwrap_or_default()
    }

    /// Where it is in the text.
    pub fn range(self) -> Range<usize> {
        let span = self.span();
        span.start as usize..span.end as usize
    }

    fn starts_with(self, byte: u8) -> bool {
        self.text().as_bytes().first() == Some(&byte)
    }

    /// Whether it is an object.
    pub fn is_object(self) -> bool {
        self.starts_with(b'{')
    }

    /// Whether it is an array.
    pub fn is_array(self) -> bool {
        self.starts_with(b'[')
    }

    /// Whether it is `null`.
    pub fn is_null(self) -> bool {
        self.starts_with(b'n')
    }

    /// The text without quotes and escapes, of a string.
    fn unquoted(self) -> Cow<'t, str> {
        let text = self.text();
        let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
        if !inner.contains('\\') {
            return Cow::Borrowed(inner);
        }
        let mut scanner = Scanner::new(text.as_bytes());
        scanner.take_string().unwrap_or_default()
    }

    /// Names and values of an object's members, in their order; nothing of other values.
    pub fn members(self) -> impl Iterator<Item = (Cow<'t, str>, JsonPlace<'t>)> {
        self.inner(self.is_object()).map(|name| (name.unquoted(), JsonPlace { at: name.at + 1, ..name }))
    }

    /// As [`JsonPlace::members`], with each name as it is written between them.
    pub fn written_members(self) -> impl Iterator<Item = (Cow<'t, str>, &'t str, JsonPlace<'t>)> {
        self.inner(self.is_object()).map(|name| (name.unquoted(), name.text(), JsonPlace { at: name.at + 1, ..name }))
    }

    /// The elements of an array; nothing of other values.
    pub fn elements(self) -> impl Iterator<Item = JsonPlace<'t>> {
        self.inner(self.is_array())
    }

    /// What is inside, names standing for themselves and their values.
    fn inner(self, any: bool) -> impl Iterator<Item = JsonPlace<'t>> {
        let names = self.is_object();
        let end = if any { self.span().next } else { 0 };
        let mut at = self.at + 1;
        std::iter::from_fn(move || {
            let found = (at < end).then_some(JsonPlace { at, ..self })?;
            at = if names { JsonPlace { at: at + 1, ..self } } else { found }.span().next;
            Some(found)
        })
    }

    /// The value as a tree.
    pub fn to_tree(self) -> JsonTree<'t> {
        // what was read once is JSON
        JsonTree::parse(self.text().as_bytes()).unwrap_or(JsonTree::Null)
    }

    /// Writes it with the members of all objects in the order of their names.
    pub fn write_sorted(self, w: &mut JsonWriter) {
        if self.is_object() {
            let mut members: Vec<_> = self.written_members().collect();
            members.sort_unstable_by(|a, b| a.0.cmp(&b.0));
            w.begin_object();
            for (_, quoted, value) in members {
                w.raw(quoted.as_bytes());
                w.raw(b":");
                value.write_sorted(w);
                w.comma();
            }
            w.end_object();
        } else if self.is_array() {
            w.begin_array();
            for element in self.elements() {
                element.write_sorted(w);
                w.comma();
            }
            w.end_array();
        } else {
            w.raw(self.text().as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = r#"{"b":{"y":[1,{"z":null,"a\"":"x\\"},[]],"x":{}},"a":-1.5e3,"c":true}"#;

    #[test]
    fn values_are_found_by_their_places() {
        let tape = JsonTape::parse(JSON.as_bytes()).unwrap();
        let shown = |place: JsonPlace<'_>| -> Vec<String> {
            place.members().map(|(name, value)| format!("{name}={}", value.text())).collect()
        };
        let root = tape.root();
        assert_eq!(shown(root), [r#"b={"y":[1,{"z":null,"a\"":"x\\"},[]],"x":{}}"#, "a=-1.5e3", "c=true"]);
        let (_, b) = root.members().next().unwrap();
        let (_, list) = b.members().next().unwrap();
        let elements: Vec<_> = list.elements().collect();
        assert_eq!(elements.iter().map(|place| place.text().len()).collect::<Vec<_>>(), [1, 22, 2]);
        assert_eq!(shown(elements[1]), ["z=null", r#"a"="x\\""#]);
        assert_eq!((elements[0].members().count(), elements[2].elements().count()), (0, 0));
        assert!(JsonTape::parse(b"{\"a\":}").is_err() && JsonTape::parse(&b"[".repeat(1_000_000)).is_err());
    }

    #[test]
    fn members_are_sorted_at_every_depth() {
        let tape = JsonTape::parse(JSON.as_bytes()).unwrap();
        let mut w = JsonWriter::new();
        tape.root().write_sorted(&mut w);
        let want = r#"{"a":-1.5e3,"b":{"x":{},"y":[1,{"a\"":"x\\","z":null},[]]},"c":true}"#;
        assert_eq!(String::from_utf8_lossy(w.as_bytes()), want);
    }
}
