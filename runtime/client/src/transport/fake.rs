//! A scripted server, for tests.

use std::{collections::VecDeque, fmt, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt as _;
use http_body::Frame;
use http_body_util::{Full, StreamBody};
use parking_lot::Mutex;
use tokio::sync::mpsc;

use super::{Body, BoxError, Transport, TransportError, body};

/// Answers each request with a function, and remembers what was asked.
#[derive(Clone)]
pub struct Fake {
    answer: Arc<Answer>,
    requests: Arc<Mutex<Vec<http::Request<Bytes>>>>,
}

type Answer = dyn Fn(&http::Request<Bytes>) -> Result<http::Response<Body>, TransportError> + Send + Sync;

impl fmt::Debug for Fake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fake").field("requests", &self.requests.lock().len()).finish_non_exhaustive()
    }
}

impl Fake {
    /// Answers with what `answer` returns.
    pub fn new(
        answer: impl Fn(&http::Request<Bytes>) -> Result<http::Response<Body>, TransportError> + Send + Sync + 'static,
    ) -> Self {
        Self { answer: Arc::new(answer), requests: Arc::default() }
    }

    /// Gives these answers in turn; then every request fails.
    pub fn script(answers: impl IntoIterator<Item = http::Response<Body>>) -> Self {
        let answers: Mutex<VecDeque<_>> = Mutex::new(answers.into_iter().collect());
        Self::new(move |_| {
            let next = answers.lock().pop_front();
            next.ok_or_else(|| TransportError::Send { server: "fake".into(), source: "the script is over".into() })
        })
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<http::Request<Bytes>> {
        self.requests.lock().clone()
    }

    /// The requests so far, each as `METHOD path?query`.
    pub fn lines(&self) -> Vec<String> {
        self.requests.lock().iter().map(|request| format!("{} {}", request.method(), request.uri())).collect()
    }

    /// An answer with a JSON body.
    pub fn json(code: u16, json: impl Into<Bytes>) -> http::Response<Body> {
        Self::answer(code, "application/json", Full::new(json.into()))
    }

    /// An answer with a protobuf body.
    pub fn protobuf(code: u16, bytes: impl Into<Bytes>) -> http::Response<Body> {
        Self::answer(code, "application/vnd.kubernetes.protobuf", Full::new(bytes.into()))
    }

    /// An answer whose body is what is sent into the returned handle; it ends when the handle is dropped.
    pub fn streaming(content_type: &'static str) -> (FakeBody, http::Response<Body>) {
        let (sender, receiver) = mpsc::unbounded_channel::<Result<Bytes, BoxError>>();
        let stream = futures::stream::unfold(receiver, |mut receiver| async {
            let piece = receiver.recv().await?;
            Some((piece, receiver))
        });
        let answer = Self::answer(200, content_type, StreamBody::new(stream.map(|piece| piece.map(Frame::data))));
        (FakeBody { sender }, answer)
    }

    /// An answer with any body.
    pub fn answer<B>(code: u16, content_type: &'static str, answer: B) -> http::Response<Body>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let mut response = http::Response::new(body(answer));
        *response.status_mut() = http::StatusCode::from_u16(code).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
        response.headers_mut().insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static(content_type));
        response
    }
}

#[async_trait]
impl Transport for Fake {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Body>, TransportError> {
        let answer = (self.answer)(&request);
        self.requests.lock().push(request);
        answer
    }
}

/// The writing end of a streaming answer.
#[derive(Clone, Debug)]
pub struct FakeBody {
    sender: mpsc::UnboundedSender<Result<Bytes, BoxError>>,
}

impl FakeBody {
    /// Sends a piece; says whether anybody still reads.
    pub fn send(&self, piece: impl Into<Bytes>) -> bool {
        self.sender.send(Ok(piece.into())).is_ok()
    }

    /// Breaks the body off.
    pub fn fail(&self, why: &'static str) -> bool {
        self.sender.send(Err(why.into())).is_ok()
    }
}
