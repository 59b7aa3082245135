//! Protobuf forms of Rust's own types.

use std::collections::BTreeMap;

use super::{Proto, ProtoReader, ProtoWriter, WireType};
use crate::codec::{DecodeError, room::make_room};

impl Proto for String {
    fn write_payload(&self, w: &mut ProtoWriter) {
        w.bytes(self.as_bytes());
    }

    fn read_payload(&mut self, r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
        *self = String::from_utf8_lossy(r.take_rest()).into_owned();
        Ok(())
    }

    fn write_tagged(&self, tag: u32, w: &mut ProtoWriter) {
        w.bytes_field(tag, self.as_bytes());
    }

    fn read_tagged(&mut self, wire: WireType, r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
        *self = r.text_field(wire)?.into_owned();
        Ok(())
    }
}

impl Proto for bool {
    const WIRE: WireType = WireType::Varint;

    fn write_payload(&self, w: &mut ProtoWriter) {
        w.varint(u64::from(*self));
    }

    fn read_payload(&mut self, r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
        *self = r.varint()? != 0;
        Ok(())
    }

    fn write_tagged(&self, tag: u32, w: &mut ProtoWriter) {
        w.varint_field(tag, u64::from(*self));
    }
}

macro_rules! integer {
    ($rust:ty) => {
        impl Proto for $rust {
            const WIRE: WireType = WireType::Varint;

            fn write_payload(&self, w: &mut ProtoWriter) {
                // negative numbers are sign-extended to 64 bits, as protobuf's int32 and int64 are
                w.varint(i64::from(*self).cast_unsigned());
            }

            fn read_payload(&mut self, r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
                // bits beyond the type's width are dropped, as Go's decoder does
                *self = r.varint()? as $rust;
                Ok(())
            }

            fn write_tagged(&self, tag: u32, w: &mut ProtoWriter) {
                w.varint_field(tag, i64::from(*self).cast_unsigned());
            }
        }
    };
}

integer!(i32);
integer!(i64);
integer!(u32);

impl Proto for f64 {
    const WIRE: WireType = WireType::Fixed64;

    fn write_payload(&self, w: &mut ProtoWriter) {
        w.bytes(&self.to_le_bytes());
    }

    fn read_payload(&mut self, r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
        *self = f64::from_le_bytes(r.fixed()?);
        Ok(())
    }
}

impl<T: Proto + Default> Proto for Option<T> {
    const WIRE: WireType = T::WIRE;

    fn write_payload(&self, w: &mut ProtoWriter) {
        if let Some(value) = self {
            value.write_payload(w);
        }
    }

    fn read_payload(&mut self, r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
        if self.is_none() {
            *self = Some(T::default());
        }
        match self {
            Some(value) => value.read_payload(r),
            None => Ok(()),
        }
    }

    fn write_tagged(&self, tag: u32, w: &mut ProtoWriter) {
        if let Some(value) = self {
            value.write_tagged(tag, w);
        }
    }

    fn read_tagged(&mut self, wire: WireType, r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
        if self.is_none() {
            *self = Some(T::default());
        }
        match self {
            Some(value) => value.read_tagged(wire, r),
            None => Ok(()),
        }
    }
}

impl<T: Proto> Proto for Box<T> {
    const WIRE: WireType = T::WIRE;

    fn write_payload(&self, w: &mut ProtoWriter) {
        (**self).write_payload(w);
    }

    fn read_payload(&mut self, r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
        (**self).read_payload(r)
    }

    fn write_tagged(&self, tag: u32, w: &mut ProtoWriter) {
        (**self).write_tagged(tag, w);
    }

    fn read_tagged(&mut self, wire: WireType, r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
        (**self).read_tagged(wire, r)
    }
}

impl<T: Proto + Default> Proto for Vec<T> {
    const WIRE: WireType = T::WIRE;

    /// The packed form: elements without keys. Only read, never written, by Kubernetes.
    fn write_payload(&self, w: &mut ProtoWriter) {
        for value in self.iter().rev() {
            value.write_payload(w);
        }
    }

    fn read_payload(&mut self, r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
        while !r.is_empty() {
            self.read_tagged(T::WIRE, r)?;
        }
        Ok(())
    }

    fn write_tagged(&self, tag: u32, w: &mut ProtoWriter) {
        let mut rest = self.as_slice();
        while let [before @ .., last] = rest {
            last.write_tagged(tag, w);
            rest = before;
        }
    }

    fn read_tagged(&mut self, wire: WireType, r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
        if T::WIRE != WireType::Bytes && wire == WireType::Bytes {
            let outer = r.enter()?;
            self.read_payload(r)?;
            r.leave(outer);
            return Ok(());
        }
        r.charge(size_of::<T>())?;
        // read in place: elements can be large
        make_room(self).push_mut(T::default()).read_tagged(wire, r)
    }
}

impl<T: Proto + Default> Proto for BTreeMap<String, T> {
    /// Maps exist only as repeated entries; see [`Proto::write_tagged`].
    fn write_payload(&self, w: &mut ProtoWriter) {
        self.write_tagged(1, w);
    }

    fn read_payload(&mut self, r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
        r.charge(size_of::<(String, T)>())?;
        let (mut key, mut value) = (String::new(), T::default());
        while let Some((tag, wire)) = r.next_tag()? {
            match tag {
                1 => key.read_tagged(wire, r)?,
                2 => value.read_tagged(wire, r)?,
                _ => r.skip(wire)?,
            }
        }
        self.insert(key, value);
        Ok(())
    }

    fn write_tagged(&self, tag: u32, w: &mut ProtoWriter) {
        for (key, value) in self.iter().rev() {
            w.message_field(tag, |w| {
                w.field(2, value);
                w.field(1, key);
            });
        }
    }
}
