//! Connections that may end without a farewell.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connection whose abrupt end (TLS without `close_notify`, a reset) is an end like any other, so that what was read
/// before it still arrives at the other side.
#[derive(Debug)]
pub(super) struct Abrupt<T>(pub(super) T);

impl<T: AsyncRead + Unpin> AsyncRead for Abrupt<T> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.0).poll_read(cx, buf) {
            Poll::Ready(Err(error)) if is_end(&error) => Poll::Ready(Ok(())),
            other => other,
        }
    }
}

fn is_end(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset)
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Abrupt<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional, duplex, join};

    use super::*;

    /// Says its bytes, then breaks off.
    struct Breaks(&'static [u8], io::ErrorKind);

    impl AsyncRead for Breaks {
        fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
            if self.0.is_empty() {
                return Poll::Ready(Err(self.1.into()));
            }
            buf.put_slice(std::mem::take(&mut self.0));
            Poll::Ready(Ok(()))
        }
    }

    /// What the client hears of a server that breaks off in this way, and whether the copy failed.
    async fn heard(kind: io::ErrorKind) -> (String, bool) {
        // too small for what is said, so that some of it is still on its way when the server is gone
        let (mut client, ours) = duplex(4);
        let copy = tokio::spawn(async move {
            let mut server = Abrupt(join(Breaks(b"the last words", kind), tokio::io::sink()));
            copy_bidirectional(&mut Abrupt(ours), &mut server).await
        });
        client.shutdown().await.unwrap();
        let mut text = String::new();
        client.read_to_string(&mut text).await.unwrap();
        (text, copy.await.unwrap().is_err())
    }

    #[tokio::test]
    async fn what_was_said_before_an_abrupt_end_arrives() {
        for kind in [io::ErrorKind::UnexpectedEof, io::ErrorKind::ConnectionReset] {
            assert_eq!(heard(kind).await, ("the last words".to_owned(), false), "{kind}");
        }
        assert!(heard(io::ErrorKind::InvalidData).await.1);
    }
}
