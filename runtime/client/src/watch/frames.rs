//! Where one event ends and the next begins.
//!
//! JSON events stand on a line each. Protobuf events have their length before them, as four bytes, big-endian.

use bytes::{Buf as _, Bytes, BytesMut};
use kubeforge_machinery::codec::MediaType;

/// The largest event taken (client-go's frame reader has the same limit). An object is at most a few megabytes.
const FRAME_BYTES_LIMIT: usize = 16 << 20;

/// Splits arriving bytes into events.
#[derive(Debug)]
pub(super) struct Frames {
    media: MediaType,
    buffer: BytesMut,
    /// How much of the buffer is known to hold no line's end.
    searched: usize,
}

impl Frames {
    pub(super) fn new(media: MediaType) -> Self {
        Self { media, buffer: BytesMut::new(), searched: 0 }
    }

    /// Adds what arrived.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole event.
    ///
    /// # Errors
    /// Where an event is larger than any can be.
    pub(super) fn next(&mut self) -> Result<Option<Bytes>, FrameTooLarge> {
        let frame = match self.media {
            MediaType::Protobuf => self.next_delimited()?,
            MediaType::Json | MediaType::Yaml => self.next_line(),
        };
        if frame.is_none() && self.buffer.len() > FRAME_BYTES_LIMIT + 4 {
            return Err(FrameTooLarge(self.buffer.len()));
        }
        Ok(frame)
    }

    /// What is left when no more will come: an event without its line's end.
    pub(super) fn rest(&mut self) -> Option<Bytes> {
        let rest = self.buffer.split().freeze();
        (self.media != MediaType::Protobuf && !rest.trim_ascii().is_empty()).then_some(rest)
    }

    fn next_line(&mut self) -> Option<Bytes> {
        loop {
            let unsearched = self.buffer.get(self.searched..).unwrap_or_default();
            let Some(found) = memchr::memchr(b'\n', unsearched) else {
                self.searched = self.buffer.len();
                return None;
            };
            let line = self.buffer.split_to(self.searched + found).freeze();
            self.buffer.advance(1);
            self.searched = 0;
            if !line.trim_ascii().is_empty() {
                return Some(line);
            }
        }
    }

    fn next_delimited(&mut self) -> Result<Option<Bytes>, FrameTooLarge> {
        let Some(length) = self.buffer.first_chunk::<4>() else { return Ok(None) };
        let length = u32::from_be_bytes(*length) as usize;
        if length > FRAME_BYTES_LIMIT {
            return Err(FrameTooLarge(length));
        }
        if self.buffer.len() < 4 + length {
            return Ok(None);
        }
        self.buffer.advance(4);
        Ok(Some(self.buffer.split_to(length).freeze()))
    }
}

/// An event of more than 16 MiB: its number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FrameTooLarge(pub(super) usize);

#[cfg(test)]
mod tests {
    use super::*;

    /// Splits `input` given in pieces of every size.
    #[track_caller]
    fn check(media: MediaType, input: &[u8], want: &[&[u8]]) {
        for size in 1..=input.len() {
            let mut frames = Frames::new(media);
            let mut found = Vec::new();
            for piece in input.chunks(size) {
                frames.push(piece);
                while let Some(frame) = frames.next().unwrap() {
                    found.push(frame);
                }
            }
            found.extend(frames.rest());
            assert_eq!(found, want, "pieces of {size}");
        }
    }

    #[test]
    fn json_events_are_lines() {
        check(MediaType::Json, b"{\"a\":1}\n\n{\"b\":2}\n{}", &[b"{\"a\":1}", b"{\"b\":2}", b"{}"]);
    }

    #[test]
    fn protobuf_events_say_their_length() {
        check(MediaType::Protobuf, b"\0\0\0\x02ab\0\0\0\0\0\0\0\x01c\0\0\0\x05x", &[b"ab", b"", b"c"]);
    }

    #[test]
    fn no_event_is_larger_than_the_limit() {
        let mut frames = Frames::new(MediaType::Protobuf);
        frames.push(&[1, 0, 0, 1]);
        assert_eq!(frames.next(), Err(FrameTooLarge(0x0100_0001)));
        let mut frames = Frames::new(MediaType::Json);
        frames.push(&vec![b'x'; FRAME_BYTES_LIMIT + 5]);
        assert!(frames.next().is_err());
    }
}
