//! Connections that became streams, which end with the certificate that they were made with.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// A stream that breaks off when its connections are closed.
pub(super) struct Severed<S> {
    stream: S,
    closed: CancellationToken,
    /// Wakes who reads. Who waits for room to write is told by the reader's error.
    closing: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl<S> Severed<S> {
    pub(super) fn new(stream: S, closed: CancellationToken) -> Self {
        let closing = Box::pin(closed.clone().cancelled_owned());
        Self { stream, closed, closing }
    }

    fn check(&self) -> io::Result<()> {
        if self.closed.is_cancelled() { Err(severed()) } else { Ok(()) }
    }
}

fn severed() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "the client's certificate changed meanwhile")
}

impl<S: AsyncRead + Unpin> AsyncRead for Severed<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.closing.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(severed()));
        }
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Severed<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
