//! Text that a subresource answers with, such as a container's log, as it comes.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf as _, Bytes};
use http_body::Body as _;
use kubeforge_machinery::{Resource, codec::Json};
use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};

use super::Api;
use crate::{error::ClientError, transport::Body};

/// An answer's body, to be read as any input is: whole, or line by line through [`AsyncBufRead`].
pub struct TextReader {
    body: Body,
    piece: Bytes,
}

impl std::fmt::Debug for TextReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TextReader").field("piece", &self.piece.len()).finish_non_exhaustive()
    }
}

impl From<Body> for TextReader {
    fn from(body: Body) -> Self {
        Self { body, piece: Bytes::new() }
    }
}

impl<K: Resource> Api<K> {
    /// Reads a subresource that answers with text, such as `log`, as it comes; with `follow` among the options it goes on
    /// until the server or the reader has enough. `query` is sent as parameters.
    ///
    /// # Errors
    /// Where it doesn't exist, or the request fails. What goes wrong later is an error of reading.
    pub async fn read_text<Q: Json>(
        &self,
        name: &str,
        subresource: &str,
        query: &Q,
    ) -> Result<TextReader, ClientError> {
        Ok(self.open_text(name, subresource, query).await?.into_body().into())
    }
}

impl AsyncBufRead for TextReader {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        while this.piece.is_empty() {
            match ready!(Pin::new(&mut this.body).poll_frame(cx)) {
                Some(Ok(frame)) => this.piece = frame.into_data().unwrap_or_default(),
                Some(Err(err)) => return Poll::Ready(Err(io::Error::other(err))),
                None => break,
            }
        }
        Poll::Ready(Ok(&this.piece))
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        let this = self.get_mut();
        this.piece.advance(amount.min(this.piece.len()));
    }
}

impl AsyncRead for TextReader {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let filled = ready!(self.as_mut().poll_fill_buf(cx))?;
        let count = filled.len().min(buf.remaining());
        buf.put_slice(filled.get(..count).unwrap_or_default());
        self.consume(count);
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use kubeforge_machinery::meta::v1::GetOptions;
    use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _};

    use super::*;
    use crate::{Client, test_kind::Gadget, transport::Fake};

    #[tokio::test]
    async fn lines_come_as_they_are_written() {
        let (writer, answer) = Fake::streaming("text/plain");
        let api = Api::<Gadget>::namespaced(Client::new(Fake::script([answer])), "n");
        let reader = api.read_text("a", "log", &GetOptions::default()).await.unwrap();
        writer.send("one\ntw");
        let mut lines = reader.lines();
        assert_eq!(lines.next_line().await.unwrap().as_deref(), Some("one"));
        writer.send("o\nrest");
        assert_eq!(lines.next_line().await.unwrap().as_deref(), Some("two"));
        drop(writer);
        let mut rest = String::new();
        lines.into_inner().read_to_string(&mut rest).await.unwrap();
        assert_eq!(rest, "rest");
    }

    #[tokio::test]
    async fn a_broken_connection_is_an_error_of_reading() {
        let (writer, answer) = Fake::streaming("text/plain");
        let mut reader = TextReader::from(answer.into_body());
        writer.fail("gone");
        assert_eq!(reader.read_u8().await.unwrap_err().to_string(), "gone");
    }
}
