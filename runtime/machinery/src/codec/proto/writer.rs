//! Writing protobuf from the end to the start.

use std::collections::BTreeMap;

use super::{Proto, ProtoFields, WireType};

/// The first buffer has so many bytes: most objects fit.
const BYTES_MIN: usize = 2 << 10;

/// A buffer that is filled backwards.
///
/// A message's length stands before its bytes. Written backwards the bytes come first, so their length is known when it
/// is due: one pass, no sizes computed beforehand.
#[derive(Debug, Default)]
pub struct ProtoWriter {
    /// The bytes written are those from `start` on.
    buf: Vec<u8>,
    start: usize,
    lost_empty_list: bool,
}

impl ProtoWriter {
    /// An empty buffer.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty buffer with room for `capacity` bytes.
    pub fn with_capacity(capacity: usize) -> Self {
        Self { buf: vec![0; capacity], start: capacity, lost_empty_list: false }
    }

    /// How many bytes were written.
    pub fn len(&self) -> usize {
        self.buf.len() - self.start
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What was written, in reading order.
    pub fn as_bytes(&self) -> &[u8] {
        &self.buf[self.start..]
    }

    /// What was written, in reading order.
    pub fn into_bytes(mut self) -> Vec<u8> {
        self.buf.drain(..self.start);
        self.buf
    }

    /// Notes that a list was empty but not nil, which reads back as nil.
    pub(crate) fn lose_empty_list(&mut self) {
        self.lost_empty_list = true;
    }

    /// Whether what was written reads back with a list nil that was only empty.
    pub fn has_lost_empty_list(&self) -> bool {
        self.lost_empty_list
    }

    /// Makes room for `count` bytes before those written and returns them.
    fn room(&mut self, count: usize) -> &mut [u8] {
        if self.start < count {
            self.grow(count);
        }
        let end = self.start;
        self.start -= count;
        &mut self.buf[self.start..end]
    }

    #[inline(never)]
    fn grow(&mut self, count: usize) {
        let written = self.len();
        let capacity = (self.buf.len() * 2).max(written + count).max(BYTES_MIN);
        let mut grown = vec![0; capacity];
        grown[capacity - written..].copy_from_slice(self.as_bytes());
        self.buf = grown;
        self.start = capacity - written;
    }

    /// Puts bytes before those written.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.room(bytes.len()).copy_from_slice(bytes);
    }

    /// Puts a base-128 varint before the bytes written.
    pub fn varint(&mut self, value: u64) {
        if value < 0x80 {
            self.room(1)[0] = value as u8;
        } else {
            self.long_varint(value);
        }
    }

    fn long_varint(&mut self, mut value: u64) {
        let mut encoded = [0u8; 10];
        let mut count = 0;
        loop {
            let low = (value & 0x7f) as u8;
            value >>= 7;
            if value == 0 {
                encoded[count] = low;
                count += 1;
                break;
            }
            encoded[count] = low | 0x80;
            count += 1;
        }
        self.bytes(&encoded[..count]);
    }

    /// Puts a field's key before its value.
    pub fn tag(&mut self, tag: u32, wire: WireType) {
        self.varint(u64::from(tag) << 3 | wire as u64);
    }

    /// Writes `value` as field `tag`. A message's fields are written in descending order of their numbers.
    pub fn field<T: Proto>(&mut self, tag: u32, value: &T) {
        value.write_tagged(tag, self);
    }

    /// Writes a length-delimited field from what `payload` writes.
    pub fn message_field(&mut self, tag: u32, payload: impl FnOnce(&mut Self)) {
        let end = self.len();
        payload(self);
        self.end_value(tag, end);
    }

    /// Writes a message as a field.
    pub fn message(&mut self, tag: u32, message: &dyn ProtoFields) {
        let end = self.len();
        message.write_fields(self);
        self.end_value(tag, end);
    }

    /// Makes a length-delimited field of all that was written since there were `end` bytes.
    pub fn end_value(&mut self, tag: u32, end: usize) {
        self.varint((self.len() - end) as u64);
        self.tag(tag, WireType::Bytes);
    }

    /// Writes bytes as a field.
    pub fn bytes_field(&mut self, tag: u32, bytes: &[u8]) {
        if bytes.len() < 0x80 && tag < 16 {
            // the key, the length and the bytes at once
            let room = self.room(bytes.len() + 2);
            room[0] = (tag << 3 | WireType::Bytes as u32) as u8;
            room[1] = bytes.len() as u8;
            room[2..].copy_from_slice(bytes);
        } else {
            self.bytes(bytes);
            self.varint(bytes.len() as u64);
            self.tag(tag, WireType::Bytes);
        }
    }

    /// Writes a number as a field.
    pub fn varint_field(&mut self, tag: u32, value: u64) {
        if value < 0x80 && tag < 16 {
            self.room(2).copy_from_slice(&[(tag << 3) as u8, value as u8]);
        } else {
            self.varint(value);
            self.tag(tag, WireType::Varint);
        }
    }

    /// Writes a list of strings wrapped in a message of its own, as Go's named slice types are (`Verbs`, `ExtraValue`).
    pub fn wrapped_list_field<T: Proto + Default>(&mut self, tag: u32, values: &Vec<T>) {
        if !values.is_empty() {
            self.message_field(tag, |w| w.field(1, values));
        }
    }

    /// Writes a map whose values are lists wrapped in messages of their own (`map[string]ExtraValue`).
    pub fn wrapped_list_map_field<T: Proto + Default>(&mut self, tag: u32, map: &BTreeMap<String, Vec<T>>) {
        for (key, values) in map.iter().rev() {
            self.message_field(tag, |w| {
                // unlike a field, an entry of a map has its value even where that is empty
                w.message_field(2, |w| w.field(1, values));
                w.field(1, key);
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_out_in_reading_order_however_the_buffer_grows() {
        for capacity in [0, 1, 1000] {
            let mut w = ProtoWriter::with_capacity(capacity);
            w.message_field(2, |w| {
                w.field(3, &"x".repeat(300));
                w.field(1, &true);
            });
            w.field(1, &"a".to_owned());
            let bytes = w.into_bytes();
            assert_eq!(&bytes[..9], &[0x0a, 1, b'a', 0x12, 0xb1, 0x02, 0x08, 1, 0x1a]);
            assert_eq!(bytes.len(), 3 + 3 + 305);
        }
    }

    #[test]
    fn negative_integers_take_ten_bytes() {
        let mut w = ProtoWriter::new();
        w.field(1, &-1i32);
        assert_eq!(w.as_bytes(), [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]);
    }
}
