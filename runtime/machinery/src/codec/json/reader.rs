//! Reading JSON.

use std::{
    borrow::Cow,
    fmt::{self, Write as _},
};

use serde_json::Value;

use super::{
    Json, JsonFields, JsonStruct,
    scanner::{Malformed, Scanner},
    syntax_error,
};
use crate::codec::{DecodeError, DecodeErrorKind, budget::Budget};

/// How deep values may nest. Go's decoder allows 10,000; no API type comes near this, and stacks are small.
pub(crate) const DEPTH_LIMIT: usize = 256;

/// At most so many strict errors are collected, as upstream does.
const STRICT_ERRORS_LIMIT: usize = 100;

/// So many bytes of paths are written for strict errors, known ones included: long keys and many duplicates together
/// would keep the reader busy for minutes.
const STRICT_PATHS_BYTES_MAX: usize = 1 << 20;

/// A field that strict decoding objects to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StrictError {
    /// No such field; the path says where.
    Unknown(String),
    /// The field occurs twice.
    Duplicate(String),
    /// Keys occur twice in a YAML text; in the words of the YAML library.
    Yaml(String),
}

impl fmt::Display for StrictError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(path) => write!(f, "unknown field {path:?}"),
            Self::Duplicate(path) => write!(f, "duplicate field {path:?}"),
            Self::Yaml(message) => f.write_str(message),
        }
    }
}

#[derive(Debug)]
enum Segment {
    Field { holder: &'static JsonStruct, name: &'static str },
    Index(usize),
    Key(String),
}

/// Reads values from JSON text, keeping track of the path for errors.
#[derive(Debug)]
pub struct JsonReader<'a> {
    input: &'a [u8],
    scanner: Scanner<'a>,
    path: Vec<Segment>,
    depth: usize,
    strict: bool,
    strict_errors: Vec<StrictError>,
    strict_paths_bytes: usize,
    budget: Budget,
}

impl<'a> JsonReader<'a> {
    /// Reads leniently: unknown fields are skipped, the last of duplicates counts.
    pub fn new(input: &'a [u8]) -> Self {
        Self {
            input,
            scanner: Scanner::new(input),
            path: Vec::new(),
            depth: 0,
            strict: false,
            strict_errors: Vec::new(),
            strict_paths_bytes: 0,
            budget: Budget::new(input.len()),
        }
    }

    /// Reads like [`JsonReader::new`] and notes unknown and duplicate fields.
    pub fn strict(input: &'a [u8]) -> Self {
        Self { strict: true, ..Self::new(input) }
    }

    /// Whether unknown and duplicate fields are noted.
    pub fn is_strict(&self) -> bool {
        self.strict
    }

    /// What strict reading objected to so far.
    pub fn take_strict_errors(&mut self) -> Vec<StrictError> {
        std::mem::take(&mut self.strict_errors)
    }

    /// Checks that nothing but white space follows.
    pub fn finish(&mut self) -> Result<(), DecodeError> {
        if self.scanner.peek().is_none() && self.scanner.position() == self.input.len() {
            return Ok(());
        }
        Err(malformed(self.input))
    }

    /// The first byte of the next value.
    #[inline]
    fn peek(&mut self) -> Result<u8, DecodeError> {
        self.scanner.peek().ok_or_else(|| malformed(self.input))
    }

    /// The error for a value of the wrong type at the current position.
    #[cold]
    fn mismatch(&mut self, expected: &str) -> DecodeError {
        let found = match self.scanner.peek() {
            Some(b'n') => "null",
            Some(b't' | b'f') => "bool",
            Some(b'"') => "string",
            Some(b'[') => "array",
            Some(b'{') => "object",
            Some(b'-' | b'0'..=b'9') => "number",
            _ => return malformed(self.input),
        };
        self.type_error(found.to_owned(), expected)
    }

    /// A type error at the current path. Like Go, which checks the whole text first, this prefers an error of syntax.
    pub fn type_error(&self, found: String, expected: &str) -> DecodeError {
        if let Some(err) = syntax_error(self.input) {
            return err;
        }
        let holder = self.path.iter().rev().find_map(|segment| match segment {
            Segment::Field { holder, .. } => Some(holder.name),
            _ => None,
        });
        let names: Vec<&str> = self
            .path
            .iter()
            .filter_map(|segment| match segment {
                Segment::Field { name, .. } => Some(*name),
                _ => None,
            })
            .collect();
        DecodeError::new(DecodeErrorKind::Type {
            found,
            holder: holder.unwrap_or_default().to_owned(),
            path: names.join("."),
            expected: expected.to_owned(),
        })
    }

    /// Whether an object is next.
    pub fn is_object(&mut self) -> Result<bool, DecodeError> {
        Ok(self.peek()? == b'{')
    }

    /// Whether an array is next.
    pub fn is_array(&mut self) -> Result<bool, DecodeError> {
        Ok(self.peek()? == b'[')
    }

    /// Whether a boolean is next.
    pub fn is_bool(&mut self) -> Result<bool, DecodeError> {
        Ok(matches!(self.peek()?, b't' | b'f'))
    }

    /// Reads without noting strict errors: types that Go decodes with a method of their own lose its strict mode.
    pub fn leniently(&mut self, read: impl FnOnce(&mut Self) -> Result<(), DecodeError>) -> Result<(), DecodeError> {
        let strict = std::mem::replace(&mut self.strict, false);
        let done = read(self);
        self.strict = strict;
        done
    }

    /// Reads `null` if it is next, and says whether it was.
    pub fn null(&mut self) -> Result<bool, DecodeError> {
        if self.peek()? != b'n' {
            return Ok(false);
        }
        self.literal("null")?;
        Ok(true)
    }

    fn literal(&mut self, word: &str) -> Result<(), DecodeError> {
        self.scanner.literal(word).map_err(|Malformed| malformed(self.input))
    }

    /// Reads a string, borrowed until the next call; `None` for `null`.
    pub fn str(&mut self) -> Result<Option<&str>, DecodeError> {
        self.str_as("string")
    }

    /// Reads the string form of a type that Go calls `expected`.
    pub fn str_as(&mut self, expected: &str) -> Result<Option<&str>, DecodeError> {
        match self.peek()? {
            b'"' => match self.scanner.string() {
                Ok(text) => Ok(Some(text)),
                Err(Malformed) => Err(malformed(self.input)),
            },
            b'n' => self.literal("null").map(|()| None),
            _ => Err(self.mismatch(expected)),
        }
    }

    /// Reads a boolean; `None` for `null`.
    pub fn bool(&mut self) -> Result<Option<bool>, DecodeError> {
        match self.peek()? {
            b't' => self.literal("true").map(|()| Some(true)),
            b'f' => self.literal("false").map(|()| Some(false)),
            b'n' => self.literal("null").map(|()| None),
            _ => Err(self.mismatch("bool")),
        }
    }

    /// Reads the digits of a number as they stand; `None` for `null`. `expected` is the Go type wanted.
    pub fn number(&mut self, expected: &str) -> Result<Option<&'a str>, DecodeError> {
        match self.peek()? {
            b'-' | b'0'..=b'9' => self.scanner.number().map(Some).map_err(|Malformed| malformed(self.input)),
            b'n' => self.literal("null").map(|()| None),
            _ => Err(self.mismatch(expected)),
        }
    }

    /// Reads an integer that fits a type of `T`'s range; `None` for `null`.
    pub fn integer<T: TryFrom<i64>>(&mut self, expected: &str) -> Result<Option<T>, DecodeError> {
        let Some(digits) = self.number(expected)? else { return Ok(None) };
        match digits.parse::<i64>().ok().and_then(|value| T::try_from(value).ok()) {
            Some(value) => Ok(Some(value)),
            None => {
                let found = format!("number {digits}");
                Err(self.type_error(found, expected))
            }
        }
    }

    /// Reads an array, calling `element` for each; `false` for `null`. `expected` is the Go type wanted.
    pub fn array(
        &mut self,
        expected: &dyn Fn() -> Cow<'static, str>,
        element: &mut dyn FnMut(&mut Self) -> Result<(), DecodeError>,
    ) -> Result<bool, DecodeError> {
        match self.peek()? {
            b'[' => {}
            b'n' => return self.literal("null").map(|()| false),
            _ => return Err(self.mismatch(&expected())),
        }
        self.enter()?;
        let mut index = 0;
        let mut has_next = self.scanner.first_element();
        while has_next {
            self.path.push(Segment::Index(index));
            element(self)?;
            self.path.pop();
            index += 1;
            has_next = self.scanner.next_element().map_err(|Malformed| malformed(self.input))?;
        }
        self.depth -= 1;
        Ok(true)
    }

    /// Reads an object with free keys, calling `entry` for each key; `false` for `null`.
    pub fn map(
        &mut self,
        expected: &dyn Fn() -> Cow<'static, str>,
        entry: &mut dyn FnMut(&mut Self, &str) -> Result<(), DecodeError>,
    ) -> Result<bool, DecodeError> {
        self.entries(expected, &mut |r| {
            let key = match r.path.last() {
                Some(Segment::Key(key)) => key.clone(),
                _ => String::new(),
            };
            entry(r, &key)
        })
    }

    /// Like [`JsonReader::map`], for values that are read without a look at their keys: after a value was read,
    /// [`JsonReader::take_key`] has its key.
    pub fn entries(
        &mut self,
        expected: &dyn Fn() -> Cow<'static, str>,
        entry: &mut dyn FnMut(&mut Self) -> Result<(), DecodeError>,
    ) -> Result<bool, DecodeError> {
        match self.peek()? {
            b'{' => {}
            b'n' => return self.literal("null").map(|()| false),
            _ => return Err(self.mismatch(&expected())),
        }
        self.enter()?;
        let mut seen = std::collections::BTreeSet::new();
        let depth = self.path.len();
        let mut key = self.scanner.first_key().map_err(|Malformed| malformed(self.input))?.map(str::to_owned);
        while let Some(name) = key {
            if self.strict && !seen.insert(name.clone()) {
                self.object_to(StrictError::Duplicate, &name);
            }
            self.path.push(Segment::Key(name));
            entry(self)?;
            self.path.truncate(depth);
            key = self.scanner.next_key().map_err(|Malformed| malformed(self.input))?.map(str::to_owned);
        }
        self.depth -= 1;
        Ok(true)
    }

    /// The key of the value that was just read, inside of [`JsonReader::entries`], once.
    pub fn take_key(&mut self) -> String {
        match self.path.last_mut() {
            Some(Segment::Key(key)) => std::mem::take(key),
            _ => String::new(),
        }
    }

    /// Reads an object into a struct's fields. `null` leaves it as it is. `expected` is the Go type wanted.
    pub fn object(&mut self, target: &mut dyn JsonFields) -> Result<(), DecodeError> {
        match self.peek()? {
            b'{' => {}
            b'n' => return self.literal("null"),
            _ => {
                let JsonStruct { version, name, .. } = target.json_struct();
                return Err(self.mismatch(&format!("{version}.{name}")));
            }
        }
        self.enter()?;
        let holder = target.json_struct();
        let (mut seen, mut expected) = ([0u64; 4], 0);
        let mut key = self.scanner.first_key().map_err(|Malformed| malformed(self.input))?;
        while let Some(name) = key {
            if let Some((field, name)) = holder.find(name, expected) {
                expected = field + 1;
                if self.strict {
                    let (word, bit) = ((field / 64) % seen.len(), 1u64 << (field % 64));
                    if seen[word] & bit != 0 {
                        self.object_to(StrictError::Duplicate, name);
                    }
                    seen[word] |= bit;
                }
                self.path.push(Segment::Field { holder, name });
                target.read_field(field, self)?;
                self.path.pop();
            } else {
                if self.strict && !(holder.has_type_meta && matches!(name, "kind" | "apiVersion")) {
                    let name = name.to_owned();
                    self.object_to(StrictError::Unknown, &name);
                }
                self.skip()?;
            }
            key = self.scanner.next_key().map_err(|Malformed| malformed(self.input))?;
        }
        self.depth -= 1;
        Ok(())
    }

    /// Skips a value.
    pub fn skip(&mut self) -> Result<(), DecodeError> {
        match self.peek()? {
            b'{' => {
                self.enter()?;
                let mut key = self.scanner.first_key().map_err(|Malformed| malformed(self.input))?;
                while key.is_some() {
                    self.skip()?;
                    key = self.scanner.next_key().map_err(|Malformed| malformed(self.input))?;
                }
                self.depth -= 1;
                Ok(())
            }
            b'[' => {
                self.enter()?;
                let mut has_next = self.scanner.first_element();
                while has_next {
                    self.skip()?;
                    has_next = self.scanner.next_element().map_err(|Malformed| malformed(self.input))?;
                }
                self.depth -= 1;
                Ok(())
            }
            b'"' => self.scanner.string().map(drop).map_err(|Malformed| malformed(self.input)),
            b't' => self.literal("true"),
            b'f' => self.literal("false"),
            b'n' => self.literal("null"),
            _ => self.scanner.number().map(drop).map_err(|Malformed| malformed(self.input)),
        }
    }

    /// Skips a value and returns its text.
    pub fn raw(&mut self) -> Result<&'a [u8], DecodeError> {
        self.peek()?;
        let start = self.scanner.position();
        self.skip()?;
        Ok(self.scanner.since(start).as_bytes())
    }

    /// Reads any value. Integers that fit an `i64` stay exact, other numbers become floats, as in Go.
    pub fn any(&mut self) -> Result<Value, DecodeError> {
        let expected = || "interface {}".into();
        Ok(match self.peek()? {
            b'n' => {
                self.literal("null")?;
                Value::Null
            }
            b't' | b'f' => self.bool()?.into(),
            b'"' => self.str()?.into(),
            b'[' => {
                let mut values = Vec::new();
                self.array(&expected, &mut |r| {
                    values.push(r.any()?);
                    Ok(())
                })?;
                values.into()
            }
            b'{' => {
                let mut fields = serde_json::Map::new();
                self.entries(&expected, &mut |r| {
                    let value = r.any()?;
                    fields.insert(r.take_key(), value);
                    Ok(())
                })?;
                fields.into()
            }
            _ => {
                let digits = self.number("float64")?.unwrap_or_default();
                let integer = digits.parse::<i64>().ok().map(Value::from);
                match integer.or_else(|| digits.parse::<f64>().ok().filter(|float| float.is_finite()).map(Value::from))
                {
                    Some(number) => number,
                    None => {
                        let found = format!("number {digits}");
                        return Err(self.type_error(found, "float64"));
                    }
                }
            }
        })
    }

    /// Reads into a value that is at its zero value.
    pub fn value<T: Json + Default>(&mut self) -> Result<T, DecodeError> {
        let mut value = T::default();
        value.read_json(self)?;
        Ok(value)
    }

    /// Goes over an opening bracket, one level deeper.
    fn enter(&mut self) -> Result<(), DecodeError> {
        self.scanner.advance();
        self.depth += 1;
        if self.depth > DEPTH_LIMIT {
            let (message, offset) = ("exceeded max depth".to_owned(), self.scanner.position());
            return Err(DecodeError::new(DecodeErrorKind::Syntax { message, offset }));
        }
        Ok(())
    }

    /// Counts an element of a list or map that takes so many bytes of memory.
    ///
    /// # Errors
    /// Where all elements together take too much for a text of this length.
    pub fn charge(&mut self, bytes: usize) -> Result<(), DecodeError> {
        self.budget.charge(bytes)
    }

    /// Notes what is wrong with the member of this name below the current path.
    fn object_to(&mut self, what: fn(String) -> StrictError, name: &str) {
        if self.strict_errors.len() >= STRICT_ERRORS_LIMIT || self.strict_paths_bytes > STRICT_PATHS_BYTES_MAX {
            return;
        }
        let path = self.path_text(name);
        self.strict_paths_bytes += path.len();
        let error = what(path);
        if !self.strict_errors.contains(&error) {
            self.strict_errors.push(error);
        }
    }

    /// Notes a strict error for a name below the current path, for readers of values without fixed fields.
    pub fn note_unknown(&mut self, name: &str) {
        self.object_to(StrictError::Unknown, name);
    }

    fn path_text(&self, last: &str) -> String {
        let mut text = String::new();
        for segment in &self.path {
            match segment {
                Segment::Field { name, .. } => push_name(&mut text, name),
                Segment::Key(key) => push_name(&mut text, key),
                Segment::Index(index) => {
                    // writing to a String cannot fail
                    let _infallible = write!(text, "[{index}]");
                }
            }
        }
        push_name(&mut text, last);
        text
    }
}

fn push_name(text: &mut String, name: &str) {
    if !text.is_empty() {
        text.push('.');
    }
    text.push_str(name);
}

/// The error for a text that is not JSON: in the words of Go's scanner, which looks at it again. Only the reader objects to
/// bytes that are no text.
#[cold]
fn malformed(input: &[u8]) -> DecodeError {
    syntax_error(input).unwrap_or_else(|| {
        let offset = std::str::from_utf8(input).map_or_else(|err| err.valid_up_to(), str::len);
        DecodeError::new(DecodeErrorKind::Syntax { message: "invalid unicode code point".to_owned(), offset })
    })
}
