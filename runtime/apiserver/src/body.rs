//! Bodies of requests and answers.

mod due;

use std::{
    collections::VecDeque,
    fmt,
    io::Write as _,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::{Bytes, BytesMut};
use flate2::{Compression, write::GzEncoder};
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::Instant;

pub use self::due::Due;
use crate::{access_log::AccessLog, handlers::watch::WatchStream, metrics::LongRunning};

/// What goes wrong while a body is sent or received.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Small pieces of an answer are copied together into frames of about this size.
const FRAME_BYTES: usize = 64 * 1024;

/// A piece of this size or more becomes a frame of its own, uncopied.
const PIECE_BYTES: usize = 16 * 1024;

/// So much of a body beyond the limit is read and thrown away before the refusal, so that the client, which is still
/// sending, gets to read it and can go on with the same connection.
const DISCARD_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A request's body, not read yet.
#[derive(Debug, Default)]
pub enum RequestBody {
    /// None, or taken already.
    #[default]
    Empty,
    /// At hand: requests from this process.
    Full(Bytes),
    /// To be read from a connection.
    Incoming(Unread),
}

/// A body on a connection. Where it is dropped before it was read, the rest is read in the background: a connection of
/// HTTP/1.1 is only of further use once the request before has been taken in.
#[derive(Debug)]
pub struct Unread(Option<Incoming>);

impl From<Incoming> for Unread {
    fn from(incoming: Incoming) -> Self {
        Self(Some(incoming))
    }
}

impl Drop for Unread {
    fn drop(&mut self) {
        if let Some(incoming) = self.0.take().filter(|incoming| !incoming.is_end_stream()) {
            tokio::spawn(discard(incoming, DISCARD_BYTES_MAX));
        }
    }
}

/// A request's body is larger than the limit.
#[derive(Debug, thiserror::Error)]
pub enum ReadBodyError {
    /// It is longer than this many bytes.
    #[error("Request entity too large: limit is {0}")]
    TooLarge(usize),
    /// The connection failed.
    #[error("the body could not be read: {0}")]
    Connection(String),
}

impl RequestBody {
    /// The whole body.
    ///
    /// # Errors
    /// Where it is larger than `limit` bytes or the connection fails.
    pub async fn read(self, limit: usize) -> Result<Bytes, ReadBodyError> {
        match self {
            Self::Empty => Ok(Bytes::new()),
            Self::Full(bytes) if bytes.len() > limit => Err(ReadBodyError::TooLarge(limit)),
            Self::Full(bytes) => Ok(bytes),
            Self::Incoming(mut unread) => match unread.0.take() {
                Some(incoming) => read_incoming(incoming, limit).await,
                None => Ok(Bytes::new()),
            },
        }
    }
}

async fn read_incoming(mut incoming: Incoming, limit: usize) -> Result<Bytes, ReadBodyError> {
    let mut first: Option<Bytes> = None;
    let mut rest = BytesMut::new();
    let next = |incoming: &mut Incoming, cx: &mut Context<'_>| Pin::new(incoming).poll_frame(cx);
    while let Some(frame) = std::future::poll_fn(|cx| next(&mut incoming, cx)).await {
        let frame = frame.map_err(|err| ReadBodyError::Connection(err.to_string()))?;
        let Ok(data) = frame.into_data() else { continue };
        let so_far = first.as_ref().map_or(0, Bytes::len).max(rest.len());
        if so_far + data.len() > limit {
            discard(incoming, DISCARD_BYTES_MAX).await;
            return Err(ReadBodyError::TooLarge(limit));
        }
        match &first {
            None => first = Some(data),
            Some(head) => {
                if rest.is_empty() {
                    rest.extend_from_slice(head);
                }
                rest.extend_from_slice(&data);
            }
        }
    }
    Ok(if rest.is_empty() { first.unwrap_or_default() } else { rest.freeze() })
}

async fn discard(mut incoming: Incoming, mut left: usize) {
    while let Some(Ok(frame)) = std::future::poll_fn(|cx| Pin::new(&mut incoming).poll_frame(cx)).await {
        match frame.data_ref().and_then(|data| left.checked_sub(data.len())) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

/// An answer's body.
#[derive(Default)]
pub enum ServerBody {
    /// Nothing (more).
    #[default]
    Empty,
    /// One buffer.
    Full(Bytes),
    /// Pieces that are shared with the cache.
    Pieces {
        /// What is still to be sent.
        pieces: VecDeque<Bytes>,
        /// How many bytes that is.
        left: u64,
    },
    /// Pieces, compressed while they are sent.
    Gzip(Box<GzipBody>),
    /// The events of a watch.
    Watch(Box<WatchStream>),
    /// What another server answers.
    Proxied(Box<Proxied>),
    /// One that must be sent by a deadline.
    Due(Box<Due>),
    /// One that somebody wants to know the end of.
    Open(Box<(ServerBody, OpenRequest)>),
}

/// A long-running request: counted, and told of in the log once it is over.
#[derive(Debug)]
pub struct OpenRequest {
    _counted: LongRunning,
    _log: Option<AccessLog>,
}

impl OpenRequest {
    pub(crate) fn new(counted: LongRunning, log: Option<AccessLog>) -> Self {
        Self { _counted: counted, _log: log }
    }
}

/// An answer of another server that is passed on as it comes.
#[derive(Debug)]
pub struct Proxied {
    /// Its headers, without those that only concern the connection.
    pub headers: HeaderMap,
    /// Its body; `None` for none.
    pub body: Option<Incoming>,
}

impl Proxied {
    /// An answer with a body.
    pub fn of(headers: HeaderMap, body: Incoming) -> Self {
        Self { headers, body: Some(body) }
    }

    /// The first bytes of the body, as text.
    pub async fn excerpt(self, limit: usize) -> String {
        let Some(mut body) = self.body else { return String::new() };
        let mut text = Vec::new();
        while let Some(Ok(frame)) = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
            text.extend_from_slice(frame.data_ref().map_or(&[][..], |data| data));
            if text.len() >= limit {
                text.truncate(limit);
                break;
            }
        }
        String::from_utf8_lossy(&text).into_owned()
    }
}

/// Pieces and the state of their compression.
pub struct GzipBody {
    pieces: VecDeque<Bytes>,
    encoder: Option<GzEncoder<Vec<u8>>>,
}

impl fmt::Debug for ServerBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Full(bytes) => write!(f, "Full({} bytes)", bytes.len()),
            Self::Pieces { left, .. } => write!(f, "Pieces({left} bytes)"),
            Self::Gzip(_) => f.write_str("Gzip"),
            Self::Watch(_) => f.write_str("Watch"),
            Self::Proxied(_) => f.write_str("Proxied"),
            Self::Due(due) => due.fmt(f),
            Self::Open(open) => write!(f, "Open({:?})", open.0),
        }
    }
}

impl ServerBody {
    /// A body of pieces.
    pub fn pieces(pieces: Vec<Bytes>) -> Self {
        let left = pieces.iter().map(|piece| piece.len() as u64).sum();
        Self::Pieces { pieces: pieces.into(), left }
    }

    /// The number of bytes, where it is known.
    pub fn len(&self) -> Option<u64> {
        match self {
            Self::Empty => Some(0),
            Self::Full(bytes) => Some(bytes.len() as u64),
            Self::Pieces { left, .. } => Some(*left),
            Self::Proxied(proxied) if proxied.body.is_none() => Some(0),
            Self::Gzip(_) | Self::Watch(_) | Self::Proxied(_) => None,
            Self::Due(due) => due.len(),
            Self::Open(open) => open.0.len(),
        }
    }

    /// Whether it is known to be empty.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// The same body. If it is one in many pieces, a client that has not read it by then is cut off: it would keep all of
    /// it in memory for as long as it likes.
    #[must_use]
    pub(crate) fn due(self, deadline: Instant) -> Self {
        match self {
            // less is handed over in one frame
            Self::Pieces { left, .. } if left <= FRAME_BYTES as u64 => self,
            Self::Pieces { .. } | Self::Gzip(_) => Self::Due(Box::new(Due::new(self, deadline))),
            other => other,
        }
    }

    /// The same body, and what is to be dropped with it.
    #[must_use]
    pub(crate) fn with(self, open: OpenRequest) -> Self {
        Self::Open(Box::new((self, open)))
    }

    /// The same body, compressed while it is sent. Level 1, as upstream: speed counts more than size.
    pub fn gzip(self) -> Self {
        let pieces = match self {
            Self::Full(bytes) => VecDeque::from([bytes]),
            Self::Pieces { pieces, .. } => pieces,
            other => return other,
        };
        let encoder = GzEncoder::new(Vec::with_capacity(FRAME_BYTES / 4), Compression::fast());
        Self::Gzip(Box::new(GzipBody { pieces, encoder: Some(encoder) }))
    }
}

impl GzipBody {
    /// Compresses on until there is something to send; `None` at the end.
    fn next(&mut self) -> Option<Bytes> {
        let mut taken = 0;
        while taken < 4 * FRAME_BYTES {
            let Some(piece) = self.pieces.pop_front() else { break };
            taken += piece.len();
            // writing to a Vec does not fail
            if self.encoder.as_mut()?.write_all(&piece).is_err() {
                return None;
            }
        }
        if self.pieces.is_empty() {
            return Some(Bytes::from(self.encoder.take()?.finish().ok()?));
        }
        let out = std::mem::take(self.encoder.as_mut()?.get_mut());
        Some(Bytes::from(out))
    }
}

fn next_piece(pieces: &mut VecDeque<Bytes>) -> Option<Bytes> {
    let first = pieces.pop_front()?;
    match pieces.front() {
        Some(next) if first.len() < PIECE_BYTES && next.len() < PIECE_BYTES => {}
        _ => return Some(first),
    }
    let mut frame = BytesMut::with_capacity(FRAME_BYTES);
    frame.extend_from_slice(&first);
    while let Some(piece) = pieces.pop_front_if(|piece| frame.len() + piece.len() <= FRAME_BYTES) {
        frame.extend_from_slice(&piece);
    }
    Some(frame.freeze())
}

impl Body for ServerBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        let next = match this {
            Self::Empty => None,
            Self::Full(_) => match std::mem::take(this) {
                Self::Full(bytes) if !bytes.is_empty() => Some(bytes),
                _ => None,
            },
            Self::Pieces { pieces, left } => {
                let next = next_piece(pieces);
                *left -= next.as_ref().map_or(0, |bytes| bytes.len() as u64);
                next
            }
            Self::Gzip(gzip) => loop {
                match gzip.next() {
                    Some(bytes) if bytes.is_empty() => {}
                    other => break other,
                }
            },
            Self::Watch(watch) => return watch.poll_frame(cx),
            Self::Due(due) => return due.poll_frame(cx),
            Self::Open(open) => return Pin::new(&mut open.0).poll_frame(cx),
            Self::Proxied(proxied) => {
                return match &mut proxied.body {
                    Some(body) => Pin::new(body).poll_frame(cx).map_err(Into::into),
                    None => Poll::Ready(None),
                };
            }
        };
        Poll::Ready(next.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        self.len().map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

#[cfg(test)]
mod tests {
    use std::{io::Read as _, time::Duration};

    use http_body_util::BodyExt as _;

    use super::*;

    fn pieces() -> Vec<Bytes> {
        (0..500).map(|n| Bytes::from(format!("{n}-{}\n", "x".repeat(if n % 50 == 0 { 20_000 } else { 700 })))).collect()
    }

    async fn collect(body: ServerBody) -> Vec<u8> {
        body.collect().await.unwrap().to_bytes().to_vec()
    }

    #[tokio::test]
    async fn pieces_arrive_in_order_and_whole() {
        let want: Vec<u8> = pieces().concat();
        let body = ServerBody::pieces(pieces());
        assert_eq!(body.len(), Some(want.len() as u64));
        assert_eq!(collect(body).await, want);
    }

    #[tokio::test(start_paused = true)]
    async fn who_reads_too_slowly_is_cut_off() {
        let due = || ServerBody::pieces(pieces()).due(Instant::now() + Duration::from_secs(60));
        assert_eq!(collect(due()).await, pieces().concat());
        let mut slow = due();
        assert!(slow.frame().await.is_some_and(|frame| frame.is_ok()));
        tokio::time::sleep(Duration::from_secs(61)).await;
        assert!(slow.frame().await.is_some_and(|frame| frame.is_err()));
    }

    #[tokio::test]
    async fn gzip_unpacks_to_the_same() {
        let packed = collect(ServerBody::pieces(pieces()).gzip()).await;
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, pieces().concat());
    }
}
