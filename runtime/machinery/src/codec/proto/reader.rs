//! Reading protobuf.

use std::{borrow::Cow, collections::BTreeMap};

use super::{Proto, ProtoFields};
use crate::codec::{DecodeError, budget::Budget, json};

/// How deep messages may nest: so deep that all that is read from JSON can be read back, where a level of JSON is up to
/// two of protobuf. (Go's runtime refuses more than 10,000.)
const DEPTH_LIMIT: usize = 2 * json::DEPTH_LIMIT + 16;

/// How a field's value is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum WireType {
    /// A base-128 varint.
    Varint = 0,
    /// Eight bytes, little-endian.
    Fixed64 = 1,
    /// A length, then as many bytes.
    Bytes = 2,
    /// Four bytes, little-endian.
    Fixed32 = 5,
}

/// Reads values from a message's bytes.
#[derive(Clone, Debug)]
pub struct ProtoReader<'a> {
    rest: &'a [u8],
    depth: usize,
    budget: Budget,
}

/// What follows a length-delimited value that is being read. See [`ProtoReader::enter`].
#[derive(Debug)]
#[must_use = "the reader stays inside of the value"]
pub struct Outer<'a>(&'a [u8]);

impl<'a> ProtoReader<'a> {
    /// Reads from `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, depth: 0, budget: Budget::new(bytes.len()) }
    }

    /// Whether all was read.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// All that is left.
    pub fn take_rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.rest)
    }

    /// A base-128 varint.
    #[inline]
    pub fn varint(&mut self) -> Result<u64, DecodeError> {
        // one byte is by far the most common
        if let [first, rest @ ..] = self.rest
            && *first < 0x80
        {
            self.rest = rest;
            return Ok(u64::from(*first));
        }
        self.long_varint()
    }

    #[inline(never)]
    fn long_varint(&mut self) -> Result<u64, DecodeError> {
        let mut value = 0u64;
        for (index, &byte) in self.rest.iter().enumerate().take(10) {
            value |= u64::from(byte & 0x7f) << (7 * index);
            if byte < 0x80 {
                if index == 9 && byte > 1 {
                    return Err(DecodeError::proto("integer overflow"));
                }
                self.rest = &self.rest[index + 1..];
                return Ok(value);
            }
        }
        Err(if self.rest.len() < 10 { truncated() } else { DecodeError::proto("integer overflow") })
    }

    /// A field's number and wire type; `None` at the end.
    pub fn next_tag(&mut self) -> Result<Option<(u32, WireType)>, DecodeError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let key = self.varint()?;
        let wire = match key & 7 {
            0 => WireType::Varint,
            1 => WireType::Fixed64,
            2 => WireType::Bytes,
            5 => WireType::Fixed32,
            _ => return Err(illegal_key(key)),
        };
        match u32::try_from(key >> 3) {
            Ok(0) | Err(_) => Err(illegal_key(key)),
            Ok(tag) => Ok(Some((tag, wire))),
        }
    }

    /// Refuses a value framed in another way than its type asks for.
    #[inline]
    pub fn expect_wire(&self, found: WireType, wanted: WireType) -> Result<(), DecodeError> {
        if found == wanted { Ok(()) } else { Err(wrong_wire(found)) }
    }

    /// The bytes of a length-delimited value.
    pub fn bytes(&mut self) -> Result<&'a [u8], DecodeError> {
        let length = self.varint()?;
        match usize::try_from(length).ok().and_then(|length| self.rest.split_at_checked(length)) {
            Some((bytes, rest)) => {
                self.rest = rest;
                Ok(bytes)
            }
            None => Err(truncated()),
        }
    }

    /// `N` bytes of a fixed-width value.
    pub fn fixed<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        match self.rest.split_first_chunk::<N>() {
            Some((bytes, rest)) => {
                self.rest = rest;
                Ok(*bytes)
            }
            None => Err(truncated()),
        }
    }

    /// A reader of a length-delimited value, with a bound of its own on the memory that is taken.
    pub fn sub_message(&mut self) -> Result<ProtoReader<'a>, DecodeError> {
        let depth = self.depth + 1;
        if depth > DEPTH_LIMIT {
            return Err(too_deep());
        }
        Ok(ProtoReader { rest: self.bytes()?, depth, budget: self.budget })
    }

    /// Goes into a length-delimited value: until [`ProtoReader::leave`], the reader has the value's bytes alone.
    pub fn enter(&mut self) -> Result<Outer<'a>, DecodeError> {
        if self.depth >= DEPTH_LIMIT {
            return Err(too_deep());
        }
        let value = self.bytes()?;
        self.depth += 1;
        Ok(Outer(std::mem::replace(&mut self.rest, value)))
    }

    /// Goes on behind the value that was entered, whether or not all of it was read.
    pub fn leave(&mut self, outer: Outer<'a>) {
        self.rest = outer.0;
        self.depth -= 1;
    }

    /// Counts an element of a list or map that takes so many bytes of memory.
    ///
    /// # Errors
    /// Where all elements together take too much for a document of this length.
    pub fn charge(&mut self, bytes: usize) -> Result<(), DecodeError> {
        self.budget.charge(bytes)
    }

    /// Passes over a value.
    pub fn skip(&mut self, wire: WireType) -> Result<(), DecodeError> {
        match wire {
            WireType::Varint => self.varint().map(drop),
            WireType::Fixed64 => self.fixed::<8>().map(drop),
            WireType::Bytes => self.bytes().map(drop),
            WireType::Fixed32 => self.fixed::<4>().map(drop),
        }
    }

    /// Reads a message's fields to the end; unknown ones are passed over.
    pub fn message(&mut self, target: &mut dyn ProtoFields) -> Result<(), DecodeError> {
        while let Some((tag, wire)) = self.next_tag()? {
            if !target.read_field(tag, wire, self)? {
                self.skip(wire)?;
            }
        }
        Ok(())
    }

    /// Reads a field that is a message.
    pub fn message_field(&mut self, wire: WireType, target: &mut dyn ProtoFields) -> Result<(), DecodeError> {
        self.expect_wire(wire, WireType::Bytes)?;
        let outer = self.enter()?;
        self.message(target)?;
        self.leave(outer);
        Ok(())
    }

    /// Reads a field that is bytes.
    pub fn bytes_field(&mut self, wire: WireType) -> Result<&'a [u8], DecodeError> {
        self.expect_wire(wire, WireType::Bytes)?;
        self.bytes()
    }

    /// Reads a field that is a text. Go keeps bytes that are none; a Rust string can't, so they become replacement
    /// characters.
    // inlined, so that the text stays in registers
    #[inline]
    pub fn text_field(&mut self, wire: WireType) -> Result<Cow<'a, str>, DecodeError> {
        let bytes = self.bytes_field(wire)?;
        // much faster than the lossy conversion, which looks at every byte
        Ok(match std::str::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(_) => String::from_utf8_lossy(bytes),
        })
    }

    /// Reads a list wrapped in a message of its own; see [`super::ProtoWriter::wrapped_list_field`].
    pub fn wrapped_list<T: Proto + Default>(&mut self, wire: WireType, into: &mut Vec<T>) -> Result<(), DecodeError> {
        self.expect_wire(wire, WireType::Bytes)?;
        let outer = self.enter()?;
        while let Some((tag, wire)) = self.next_tag()? {
            if tag == 1 { into.read_tagged(wire, self)? } else { self.skip(wire)? }
        }
        self.leave(outer);
        Ok(())
    }

    /// Reads an entry of a map of wrapped lists; see [`super::ProtoWriter::wrapped_list_map_field`].
    pub fn wrapped_list_map<T: Proto + Default>(
        &mut self,
        wire: WireType,
        into: &mut BTreeMap<String, Vec<T>>,
    ) -> Result<(), DecodeError> {
        self.expect_wire(wire, WireType::Bytes)?;
        let outer = self.enter()?;
        let (mut key, mut values) = (String::new(), Vec::new());
        while let Some((tag, wire)) = self.next_tag()? {
            match tag {
                1 => key.read_tagged(wire, self)?,
                2 => self.wrapped_list(wire, &mut values)?,
                _ => self.skip(wire)?,
            }
        }
        self.leave(outer);
        self.charge(size_of::<(String, Vec<T>)>())?;
        into.insert(key, values);
        Ok(())
    }
}

#[cold]
fn truncated() -> DecodeError {
    DecodeError::proto("unexpected EOF")
}

#[cold]
fn too_deep() -> DecodeError {
    DecodeError::proto("exceeded max depth")
}

#[cold]
fn wrong_wire(found: WireType) -> DecodeError {
    DecodeError::proto(format!("wrong wireType = {}", found as u8))
}

/// What is wrong with a field's key: its wire type, or else its number.
#[cold]
fn illegal_key(key: u64) -> DecodeError {
    match (key >> 3, key & 7) {
        (_, wire @ (3 | 4 | 6 | 7)) => DecodeError::proto(format!("illegal wireType {wire}")),
        (tag, wire) => DecodeError::proto(format!("illegal tag {tag} (wire type {wire})")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_are_bounded() {
        assert_eq!(ProtoReader::new(&[0x96, 0x01]).varint().unwrap(), 150);
        assert!(ProtoReader::new(&[0x80]).varint().is_err());
        assert!(ProtoReader::new(&[0xff; 11]).varint().is_err());
        assert_eq!(
            ProtoReader::new(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]).varint().unwrap(),
            u64::MAX
        );
    }

    #[test]
    fn lengths_beyond_the_end_are_refused() {
        assert!(ProtoReader::new(&[5, 1, 2]).bytes().is_err());
        assert!(ProtoReader::new(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]).bytes().is_err());
    }
}
