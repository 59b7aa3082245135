//! Watch events as they are sent: JSON in lines, protobuf with the length before it.

use bytes::{Buf as _, Bytes, BytesMut};
use kubeforge_machinery::{
    codec::{MediaType, ProtoWriter, encode},
    meta::v1::Status,
};

/// Takes a watch's body apart.
pub(crate) struct Frames {
    media: MediaType,
    buffer: BytesMut,
}

impl Frames {
    pub(crate) fn new(media: MediaType) -> Self {
        Self { media, buffer: BytesMut::new() }
    }

    pub(crate) fn push(&mut self, bytes: impl bytes::Buf) {
        let mut bytes = bytes;
        while bytes.has_remaining() {
            self.buffer.extend_from_slice(bytes.chunk());
            let length = bytes.chunk().len();
            bytes.advance(length);
        }
    }

    /// The next whole event, with all that belongs to it on the wire.
    pub(crate) fn next(&mut self) -> Option<Bytes> {
        let length = match self.media {
            MediaType::Protobuf => {
                let mut head = self.buffer.get(..4)?;
                4 + head.get_u32() as usize
            }
            _ => 1 + self.buffer.iter().position(|byte| *byte == b'\n')?,
        };
        (self.buffer.len() >= length).then(|| self.buffer.split_to(length).freeze())
    }
}

/// Whether an event says that all initial ones were told.
pub(crate) fn ends_initial_events(event: &[u8]) -> bool {
    let mark = b"k8s.io/initial-events-end";
    event.windows(mark.len()).any(|window| window == mark)
}

/// A refusal.
pub(crate) fn status(code: i32) -> Status {
    let (reason, message) = match code {
        410 => ("Expired", "The resourceVersion for the provided watch is too old."),
        _ => ("InternalError", "an error on the server has prevented the request from succeeding"),
    };
    Status {
        status: "Failure".to_owned(),
        message: message.to_owned(),
        reason: reason.into(),
        code,
        ..Status::default()
    }
}

/// An event that tells of a refusal.
pub(crate) fn error(media: MediaType, code: i32) -> Bytes {
    let object = encode(&status(code), media).unwrap();
    if media == MediaType::Protobuf {
        let mut w = ProtoWriter::new();
        w.message_field(2, |w| w.message_field(1, |w| w.bytes(&object)));
        w.message_field(1, |w| w.bytes(b"ERROR"));
        let event = w.into_bytes();
        return [&(event.len() as u32).to_be_bytes()[..], &event].concat().into();
    }
    let object = String::from_utf8(object).unwrap();
    format!("{{\"type\":\"ERROR\",\"object\":{}}}\n", object.trim()).into()
}
