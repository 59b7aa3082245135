//! Compressed answers, decompressed as they arrive.

use std::{
    io::Write as _,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf as _, Bytes};
use flate2::write::GzDecoder;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http_body::Frame;

use super::{Body, BoxError, body};

/// How much is decompressed at once: gzip makes of a byte at most about a thousand.
const STEP_BYTES: usize = 16 << 10;

/// An answer whose body is not compressed.
pub(super) fn decoded(mut answer: http::Response<Body>) -> http::Response<Body> {
    let is_gzip =
        answer.headers().get(CONTENT_ENCODING).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"gzip"));
    if !is_gzip {
        return answer;
    }
    answer.headers_mut().remove(CONTENT_ENCODING);
    answer.headers_mut().remove(CONTENT_LENGTH);
    answer.map(|inner| {
        let decoder = Some(GzDecoder::new(Vec::new()));
        body(Decoded { inner, decoder, waiting: Bytes::new(), has_begun: false })
    })
}

struct Decoded {
    inner: Body,
    /// `None` once all is decompressed.
    decoder: Option<GzDecoder<Vec<u8>>>,
    /// What arrived and isn't decompressed yet.
    waiting: Bytes,
    /// Something arrived. The answer to a HEAD is marked as compressed too, and nothing at all is no gzip.
    has_begun: bool,
}

impl http_body::Body for Decoded {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        loop {
            let Some(decoder) = &mut this.decoder else { return Poll::Ready(None) };
            if !this.waiting.is_empty() {
                let step = this.waiting.len().min(STEP_BYTES);
                let written = decoder.write(this.waiting.get(..step).unwrap_or_default());
                let written = written.map_err(|err| BoxError::from(format!("the compressed answer: {err}")));
                match written {
                    Ok(0) => return this.fail("the compressed answer goes on after its end".into()),
                    Ok(written) => this.waiting.advance(written),
                    Err(err) => return this.fail(err),
                }
                let out = std::mem::take(decoder.get_mut());
                if !out.is_empty() {
                    return Poll::Ready(Some(Ok(Frame::data(out.into()))));
                }
                continue;
            }
            match ready!(Pin::new(&mut this.inner).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(bytes) => {
                        this.has_begun |= !bytes.is_empty();
                        this.waiting = bytes;
                    }
                    Err(frame) => return Poll::Ready(Some(Ok(frame))),
                },
                Some(Err(err)) => return this.fail(err),
                None => {
                    let Some(decoder) = this.decoder.take().filter(|_| this.has_begun) else {
                        return Poll::Ready(None);
                    };
                    return match decoder.finish() {
                        Ok(rest) if rest.is_empty() => Poll::Ready(None),
                        Ok(rest) => Poll::Ready(Some(Ok(Frame::data(rest.into())))),
                        Err(err) => Poll::Ready(Some(Err(format!("the compressed answer: {err}").into()))),
                    };
                }
            }
        }
    }
}

impl Decoded {
    fn fail(&mut self, err: BoxError) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.decoder = None;
        Poll::Ready(Some(Err(err)))
    }
}

#[cfg(test)]
mod tests {
    use flate2::{Compression, write::GzEncoder};
    use http::HeaderValue;
    use http_body_util::{BodyExt as _, Full};

    use super::*;

    fn zipped(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    async fn read(sent: Vec<u8>) -> Result<Bytes, BoxError> {
        let mut answer = http::Response::new(body(Full::new(Bytes::from(sent))));
        answer.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        let answer = decoded(answer);
        assert!(answer.headers().get(CONTENT_ENCODING).is_none());
        Ok(answer.into_body().collect().await?.to_bytes())
    }

    #[tokio::test]
    async fn bodies_are_decompressed() {
        let text = b"hello ".repeat(100_000);
        assert_eq!(read(zipped(&text)).await.unwrap(), text);
        assert_eq!(read(zipped(b"")).await.unwrap(), "");
        assert_eq!(read(Vec::new()).await.unwrap(), "", "an empty body is no gzip, and no error");
    }

    #[tokio::test]
    async fn what_is_not_whole_is_an_error() {
        let mut cut = zipped(&b"hello ".repeat(1000));
        cut.truncate(cut.len() - 5);
        assert!(read(cut).await.is_err());
        assert!(read(b"plain".to_vec()).await.is_err());
    }
}
