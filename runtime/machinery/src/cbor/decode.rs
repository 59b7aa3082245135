//! From CBOR to JSON.

use std::{borrow::Cow, collections::HashSet};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE},
};
use minicbor::{Decoder, data::Type};

use crate::codec::JsonWriter;

/// So deep arrays, maps and tags may nest.
const DEPTH_MAX: usize = 64;

/// An array may have so many elements, a map so many entries.
const ELEMENTS_MAX: usize = 1024;

/// Why bytes are no CBOR that has a JSON form, in the words of upstream's library.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CborError(String);

impl From<minicbor::decode::Error> for CborError {
    fn from(error: minicbor::decode::Error) -> Self {
        if error.is_end_of_input() { Self("unexpected EOF".to_owned()) } else { Self(format!("cbor: {error}")) }
    }
}

/// The JSON text of a CBOR document, whether it says of itself that it is one or not. It must be a map.
///
/// # Errors
/// Where the bytes are malformed, a map has a name twice, or something has no JSON form or is beyond a limit.
pub fn to_json(bytes: &[u8]) -> Result<Vec<u8>, CborError> {
    if bytes.is_empty() {
        return Err(CborError("EOF".to_owned()));
    }
    let mut reader = Reader { d: Decoder::new(bytes), w: JsonWriter::with_capacity(bytes.len() * 2) };
    reader.document()?;
    let end = reader.d.position();
    if end < bytes.len() {
        let extra = bytes.len() - end;
        return Err(CborError(format!("cbor: {extra} bytes of extraneous data starting at index {end}")));
    }
    Ok(reader.w.into_bytes())
}

/// What a byte string becomes in JSON.
#[derive(Clone, Copy)]
enum Later {
    Text,
    Base64Url,
    Base64,
    Base16,
}

struct Reader<'b> {
    d: Decoder<'b>,
    w: JsonWriter,
}

impl<'b> Reader<'b> {
    fn document(&mut self) -> Result<(), CborError> {
        let mut depth = DEPTH_MAX;
        while self.d.datatype()? == Type::Tag {
            depth = deeper(depth)?;
            self.d.tag()?;
        }
        let found = match self.d.datatype()? {
            Type::Map | Type::MapIndef => return self.value(Later::Text, depth),
            Type::Array | Type::ArrayIndef => "array",
            Type::Bytes | Type::BytesIndef => "byte string",
            Type::String | Type::StringIndef => "UTF-8 text string",
            Type::U8 | Type::U16 | Type::U32 | Type::U64 => "positive integer",
            Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::Int => "negative integer",
            _ => "primitives",
        };
        Err(CborError(format!("cbor: cannot unmarshal {found} into Go value of type map[string]interface {{}}")))
    }

    fn value(&mut self, later: Later, depth: usize) -> Result<(), CborError> {
        match self.d.datatype()? {
            Type::Null => {
                self.d.null()?;
                self.w.raw(b"null");
            }
            Type::Undefined => {
                self.d.undefined()?;
                self.w.raw(b"null");
            }
            Type::Bool => {
                let value = self.d.bool()?;
                self.w.raw(if value { b"true" } else { b"false" });
            }
            Type::U8 | Type::U16 | Type::U32 | Type::U64 | Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::Int => {
                self.integer()?;
            }
            Type::F16 => {
                let value = self.d.f16()?;
                self.float(value.into())?;
            }
            Type::F32 => {
                let value = self.d.f32()?;
                self.float(value.into())?;
            }
            Type::F64 => {
                let value = self.d.f64()?;
                self.float(value)?;
            }
            Type::Bytes | Type::BytesIndef => {
                let bytes = self.byte_string()?;
                match later {
                    Later::Text => self.w.string(&String::from_utf8_lossy(&bytes)),
                    Later::Base64Url => self.w.string(&URL_SAFE.encode(bytes)),
                    Later::Base64 => self.w.string(&STANDARD.encode(bytes)),
                    Later::Base16 => {
                        self.w.string(&bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>());
                    }
                }
            }
            Type::String | Type::StringIndef => {
                let text = self.text_string()?;
                self.w.string(&text);
            }
            Type::Array | Type::ArrayIndef => self.array(later, deeper(depth)?)?,
            Type::Map | Type::MapIndef => self.map(later, deeper(depth)?)?,
            Type::Tag => self.tagged(later, deeper(depth)?)?,
            Type::Simple | Type::Break | Type::Unknown(_) => {
                return Err(cannot("primitives", "unknown simple value"));
            }
        }
        Ok(())
    }

    fn integer(&mut self) -> Result<(), CborError> {
        let value = i128::from(self.d.int()?);
        match i64::try_from(value) {
            Ok(value) => self.w.integer(value),
            Err(_) => {
                let sign = if value < 0 { "negative integer" } else { "positive integer" };
                return Err(cannot(sign, &format!("{value} overflows Go's int64")));
            }
        }
        Ok(())
    }

    fn float(&mut self, value: f64) -> Result<(), CborError> {
        if !value.is_finite() {
            return Err(cannot("primitives", "NaN or infinity"));
        }
        // a float stays one, even without a fraction
        let start = self.w.as_bytes().len();
        self.w.float(value);
        if !self.w.as_bytes().iter().skip(start).any(|byte| matches!(byte, b'.' | b'e')) {
            self.w.raw(b".0");
        }
        Ok(())
    }

    fn byte_string(&mut self) -> Result<Cow<'b, [u8]>, CborError> {
        if self.d.datatype()? == Type::Bytes {
            return Ok(Cow::Borrowed(self.d.bytes()?));
        }
        let mut all = Vec::new();
        for chunk in self.d.bytes_iter()? {
            all.extend_from_slice(chunk?);
        }
        Ok(Cow::Owned(all))
    }

    fn text_string(&mut self) -> Result<Cow<'b, str>, CborError> {
        let is_whole = self.d.datatype()? == Type::String;
        let invalid = |error: minicbor::decode::Error| {
            if error.is_end_of_input() { error.into() } else { CborError("cbor: invalid UTF-8 string".to_owned()) }
        };
        if is_whole {
            return Ok(Cow::Borrowed(self.d.str().map_err(invalid)?));
        }
        let mut all = String::new();
        for chunk in self.d.str_iter().map_err(invalid)? {
            all.push_str(chunk.map_err(invalid)?);
        }
        Ok(Cow::Owned(all))
    }

    fn array(&mut self, later: Later, depth: usize) -> Result<(), CborError> {
        let len = self.d.array()?;
        let too_many = || CborError(format!("cbor: exceeded max number of elements {ELEMENTS_MAX} for CBOR array"));
        self.w.begin_array();
        let mut read = 0;
        while self.has_next(len, read, too_many)? {
            self.value(later, depth)?;
            self.w.comma();
            read += 1;
        }
        self.w.end_array();
        Ok(())
    }

    fn map(&mut self, later: Later, depth: usize) -> Result<(), CborError> {
        let len = self.d.map()?;
        let too_many =
            || CborError(format!("cbor: exceeded max number of key-value pairs {ELEMENTS_MAX} for CBOR map"));
        self.w.begin_object();
        let (mut read, mut names) = (0, HashSet::new());
        while self.has_next(len, read, too_many)? {
            let name = self.key()?;
            self.w.key(&name);
            if let Some(name) = names.replace(name) {
                return Err(CborError(format!("cbor: found duplicate map key {name:?} at map element index {read}")));
            }
            self.value(later, depth)?;
            self.w.comma();
            read += 1;
        }
        self.w.end_object();
        Ok(())
    }

    /// Whether another element follows the `read` ones, and may.
    fn has_next(&mut self, len: Option<u64>, read: usize, too_many: impl Fn() -> CborError) -> Result<bool, CborError> {
        let has_next = match len {
            Some(len) if len > ELEMENTS_MAX as u64 => return Err(too_many()),
            Some(len) => (read as u64) < len,
            None if self.d.datatype()? == Type::Break => {
                self.d.skip()?;
                false
            }
            None => true,
        };
        if has_next && read >= ELEMENTS_MAX { Err(too_many()) } else { Ok(has_next) }
    }

    fn key(&mut self) -> Result<String, CborError> {
        match self.d.datatype()? {
            Type::Bytes | Type::BytesIndef => Ok(String::from_utf8_lossy(&self.byte_string()?).into_owned()),
            Type::String | Type::StringIndef => Ok(self.text_string()?.into_owned()),
            found => {
                let found = match found {
                    Type::U8 | Type::U16 | Type::U32 | Type::U64 => "positive integer",
                    Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::Int => "negative integer",
                    Type::Array | Type::ArrayIndef => "array",
                    Type::Map | Type::MapIndef => "map",
                    Type::Tag => "tag",
                    _ => "primitives",
                };
                Err(CborError(format!("cbor: cannot unmarshal {found} into Go value of type string")))
            }
        }
    }

    fn tagged(&mut self, later: Later, depth: usize) -> Result<(), CborError> {
        match self.d.tag()?.as_u64() {
            1 => self.epoch(),
            tag @ (2 | 3) => Err(cannot(&format!("tag {tag}"), "bignum")),
            21 => self.value(Later::Base64Url, depth),
            22 => self.value(Later::Base64, depth),
            23 => self.value(Later::Base16, depth),
            // what a tag says that nobody knows is left out
            _ => self.value(later, depth),
        }
    }

    /// A time in seconds since 1970, which JSON writes as a text.
    fn epoch(&mut self) -> Result<(), CborError> {
        let seconds = match self.d.datatype()? {
            Type::F16 => self.d.f16()?.into(),
            Type::F32 => self.d.f32()?.into(),
            Type::F64 => self.d.f64()?,
            _ => i64::try_from(i128::from(self.d.int()?)).unwrap_or(i64::MAX) as f64,
        };
        let time = jiff::SignedDuration::try_from_secs_f64(seconds)
            .ok()
            .and_then(|since| jiff::Timestamp::from_duration(since).ok());
        match time {
            Some(time) => self.w.string(&time.to_string()),
            None => return Err(cannot("tag 1", "no time")),
        }
        Ok(())
    }
}

fn deeper(depth: usize) -> Result<usize, CborError> {
    depth.checked_sub(1).ok_or_else(|| CborError(format!("cbor: exceeded max nested level {DEPTH_MAX}")))
}

fn cannot(what: &str, why: &str) -> CborError {
    CborError(format!("cbor: cannot unmarshal {what} into Go value of type interface {{}} ({why})"))
}
