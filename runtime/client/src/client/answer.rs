//! Reading answers.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use http::header::RETRY_AFTER;
use http_body::Frame;
use http_body_util::BodyExt as _;
use kubeforge_machinery::status::{ApiError, GenericResponse};
use tokio::time::{Instant, Sleep};

use crate::{
    error::ClientError,
    request::{Request, ResourcePath},
    response::{self, FAILURE},
    transport::{Body, BoxError, TransportError, body},
};

/// The largest body of a refusal that is read.
const REFUSAL_BYTES_LIMIT: usize = 1 << 20;

/// Reads a body whole. One that comes in one piece is not copied.
pub(super) async fn read(mut body: Body, limit: usize) -> Result<Bytes, TransportError> {
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(piece) = frame.map_err(TransportError::Body)?.into_data() else { continue };
        if first.len() + all.len() + piece.len() > limit {
            return Err(TransportError::TooLarge { limit });
        }
        if first.is_empty() && all.is_empty() {
            first = piece;
            continue;
        }
        if all.is_empty() {
            all.reserve(first.len() + piece.len());
            all.extend_from_slice(&std::mem::take(&mut first));
        }
        all.extend_from_slice(&piece);
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

/// The error that a refusal stands for: the status in its body, or one made from its code.
pub(super) async fn refusal(request: &Request, answer: http::Response<Body>) -> ClientError {
    let retry_after = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let (head, body) = answer.into_parts();
    let bytes = match read(body, REFUSAL_BYTES_LIMIT).await {
        Ok(bytes) => bytes,
        Err(err) => return err.into(),
    };
    let retry_after = retry_after.unwrap_or_default();
    // a status that isn't a failure doesn't explain one
    let Some(status) = response::status(&head.headers, &bytes).filter(|status| status.status == FAILURE) else {
        let message = response::text(&head.headers, &bytes);
        return generic_error(request, head.status, &message, retry_after).into();
    };
    let mut error = ApiError::from(status);
    if retry_after != 0 && error.suggested_delay().is_none() {
        error = error.with_retry_after(retry_after);
    }
    error.into()
}

/// An error for an answer that has no status: from a proxy, or from a path that is no API.
fn generic_error(request: &Request, code: http::StatusCode, message: &str, retry_after_seconds: i32) -> ApiError {
    let (resource, name) = ResourcePath::named_by(&request.path);
    ApiError::generic(&GenericResponse {
        code: code.as_u16(),
        verb: request.method.as_str(),
        resource: &resource,
        name: &name,
        message,
        retry_after_seconds,
        is_unexpected: true,
    })
}

/// A body that breaks off when its time is over.
pub(super) fn until(inner: Body, end: Instant, timeout: Duration) -> Body {
    body(Timed { inner, end: Box::pin(tokio::time::sleep_until(end)), timeout })
}

struct Timed {
    inner: Body,
    end: Pin<Box<Sleep>>,
    timeout: Duration,
}

impl http_body::Body for Timed {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(cx);
        if polled.is_pending() && self.end.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Some(Err(TransportError::Timeout(self.timeout).into())));
        }
        polled
    }
}
