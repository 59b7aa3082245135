//! A watch's events as a stream.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures::Stream;
use http_body::Body as _;
use kubeforge_machinery::{Object, codec::MediaType};

use super::{
    WatchEvent,
    decode::{self, ReadObject},
    frames::Frames,
};
use crate::{
    error::ClientError,
    response,
    transport::{Body, TransportError},
};

/// Events until the server ends the watch. After an error nothing more comes.
pub struct WatchStream<K> {
    body: Body,
    media: MediaType,
    frames: Frames,
    state: State,
    read: ReadObject<K>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// More may come; then `Drained` or `Ended`.
    Open,
    /// The body is at its end; what is left in the buffer is the last event; then `Ended`.
    Drained,
    /// Nothing more comes.
    Ended,
}

impl<K> fmt::Debug for WatchStream<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WatchStream").field("media", &self.media).field("state", &self.state).finish_non_exhaustive()
    }
}

impl<K: Object> WatchStream<K> {
    /// The events in an answer's body, whose objects `read` reads.
    pub(crate) fn new(answer: http::Response<Body>, read: ReadObject<K>) -> Self {
        let media = response::media(answer.headers());
        let body = answer.into_body();
        Self { body, media, frames: Frames::new(media), state: State::Open, read }
    }

    fn decode(&self, frame: &[u8]) -> Result<WatchEvent<K>, ClientError> {
        decode::event(self.media, frame, self.read)
    }
}

impl<K: Object> Stream for WatchStream<K> {
    type Item = Result<WatchEvent<K>, ClientError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let item = loop {
            match this.state {
                State::Ended => return Poll::Ready(None),
                State::Drained => {
                    this.state = State::Ended;
                    break this.frames.rest().map(|frame| this.decode(&frame));
                }
                State::Open => {}
            }
            match this.frames.next() {
                Ok(Some(frame)) => break Some(this.decode(&frame)),
                Ok(None) => {}
                Err(too_large) => break Some(Err(TransportError::TooLarge { limit: too_large.0 }.into())),
            }
            match ready!(Pin::new(&mut this.body).poll_frame(cx)) {
                Some(Ok(piece)) => {
                    if let Some(bytes) = piece.data_ref() {
                        this.frames.push(bytes);
                    }
                }
                Some(Err(err)) => break Some(Err(TransportError::Body(err).into())),
                None => this.state = State::Drained,
            }
        };
        if matches!(item, Some(Err(_))) {
            this.state = State::Ended;
        }
        Poll::Ready(item)
    }
}
