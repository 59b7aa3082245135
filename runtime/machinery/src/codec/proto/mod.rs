//! Protocol buffers, as gogo-protobuf writes the Kubernetes API: fields in ascending order of their numbers, plain
//! scalars and messages always, optional ones where set, repeated scalars unpacked, map entries sorted by key.

mod impls;
mod reader;
mod writer;

pub use reader::{Outer, ProtoReader, WireType};
pub use writer::ProtoWriter;

use super::DecodeError;

/// A value with a protobuf form.
pub trait Proto: Sized {
    /// How the value is framed on the wire.
    const WIRE: WireType = WireType::Bytes;

    /// Writes the value without tag and, for [`WireType::Bytes`], without length.
    fn write_payload(&self, w: &mut ProtoWriter);

    /// Reads the value from a reader that holds just its payload.
    fn read_payload(&mut self, r: &mut ProtoReader<'_>) -> Result<(), DecodeError>;

    /// Writes the value as field `tag`. Lists write one field for each element, absent values none.
    fn write_tagged(&self, tag: u32, w: &mut ProtoWriter) {
        let end = w.len();
        self.write_payload(w);
        if Self::WIRE == WireType::Bytes {
            w.end_value(tag, end);
        } else {
            w.tag(tag, Self::WIRE);
        }
    }

    /// Reads one occurrence of the field, framed as `wire`.
    fn read_tagged(&mut self, wire: WireType, r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
        r.expect_wire(wire, Self::WIRE)?;
        if Self::WIRE != WireType::Bytes {
            return self.read_payload(r);
        }
        let outer = r.enter()?;
        self.read_payload(r)?;
        r.leave(outer);
        Ok(())
    }
}

/// The fields of a message, as the generator writes them. Object-safe, so that one reading loop serves every message.
pub trait ProtoFields {
    /// Reads one occurrence of field `tag`; `false` if there is no such field.
    fn read_field(&mut self, tag: u32, wire: WireType, r: &mut ProtoReader<'_>) -> Result<bool, DecodeError>;
    /// Writes the fields, in descending order of their numbers.
    fn write_fields(&self, w: &mut ProtoWriter);
}
