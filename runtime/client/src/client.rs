//! The client: sends requests, tries again where that helps, and turns refusals into errors.

use std::{fmt, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use http::{
    HeaderMap, HeaderValue, Method,
    header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER, USER_AGENT, WARNING},
};
use http_body_util::BodyExt as _;
use kubeforge_machinery::{
    GroupResource, Kind,
    codec::MediaType,
    status::{ApiError, GenericResponse},
};
use tracing::{debug, warn};

use crate::{
    config::Config,
    error::ClientError,
    rate::TokenBucket,
    request::Request,
    response::{self, Answer},
    transport::{Body, Https, Transport, TransportError},
};

/// How often a request is sent again (client-go's default).
const RETRIES_MAX: u32 = 10;

/// How long to wait before a read that the connection broke is sent again (client-go's retryAfterResponse).
const BROKEN_CONNECTION_PAUSE: Duration = Duration::from_secs(1);

/// The largest answer taken. A list of a million small objects is about this large; more means that something is wrong.
const ANSWER_BYTES_LIMIT: usize = 2 << 30;

/// The largest body of a refusal that is read.
const REFUSAL_BYTES_LIMIT: usize = 1 << 20;

/// A connection to one server. Clones share it.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    transport: Box<dyn Transport>,
    user_agent: HeaderValue,
    default_namespace: String,
    media: MediaType,
    rate: Option<TokenBucket>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("user_agent", &self.inner.user_agent).finish_non_exhaustive()
    }
}

/// Settings of a [`Client`].
#[must_use]
pub struct ClientBuilder {
    inner: Inner,
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("user_agent", &self.inner.user_agent).finish_non_exhaustive()
    }
}

impl ClientBuilder {
    /// Who the client is, for the server's logs and as the default field manager (the part before the slash).
    pub fn user_agent(mut self, user_agent: &str) -> Self {
        match HeaderValue::from_str(user_agent) {
            Ok(value) => self.inner.user_agent = value,
            Err(err) => warn!(user_agent, %err, "not usable as a user agent"),
        }
        self
    }

    /// The encoding of requests and answers where a kind has it; protobuf unless set. Everything else is JSON.
    pub fn media(mut self, media: MediaType) -> Self {
        self.inner.media = media;
        self
    }

    /// At most so many requests per second in the long run, and this many at once. Unlimited unless set: the server's
    /// priority and fairness shares it out.
    pub fn rate_limit(mut self, per_second: f64, burst: u32) -> Self {
        self.inner.rate = Some(TokenBucket::new(per_second, burst));
        self
    }

    /// The namespace that [`Client::default_namespace`] tells.
    pub fn default_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.inner.default_namespace = namespace.into();
        self
    }

    /// The client.
    pub fn build(self) -> Client {
        Client { inner: Arc::new(self.inner) }
    }
}

impl Client {
    /// A client over `transport` with the usual settings.
    pub fn new(transport: impl Transport) -> Self {
        Self::builder(transport).build()
    }

    /// A client over `transport`, to be set up.
    pub fn builder(transport: impl Transport) -> ClientBuilder {
        let inner = Inner {
            transport: Box::new(transport),
            user_agent: default_user_agent(),
            default_namespace: "default".to_owned(),
            media: MediaType::Protobuf,
            rate: None,
        };
        ClientBuilder { inner }
    }

    /// A client over HTTPS.
    ///
    /// # Errors
    /// Where the configuration can't be used.
    pub fn from_config(config: &Config) -> Result<Self, ClientError> {
        let builder = Self::builder(Https::new(config)?);
        let namespace = &config.default_namespace;
        Ok(if namespace.is_empty() { builder } else { builder.default_namespace(namespace) }.build())
    }

    /// A client to the server that kubectl would use; see [`Config::infer`].
    ///
    /// # Errors
    /// Where there is no usable configuration.
    pub fn try_default() -> Result<Self, ClientError> {
        Self::from_config(&Config::infer()?)
    }

    /// The namespace to use where none is given.
    pub fn default_namespace(&self) -> &str {
        &self.inner.default_namespace
    }

    /// The encoding wanted where a kind has it.
    pub fn media(&self) -> MediaType {
        self.inner.media
    }

    /// Sends a request and waits for the whole answer.
    ///
    /// # Errors
    /// Where the server refuses, or the answer doesn't arrive whole.
    pub async fn send(&self, request: &Request) -> Result<Answer, ClientError> {
        let (head, body) = self.open(request).await?.into_parts();
        let bytes = read(body, ANSWER_BYTES_LIMIT).await?;
        Ok(Answer { code: head.status, headers: head.headers, bytes })
    }

    /// Sends a request and decodes the answer.
    ///
    /// # Errors
    /// As [`Client::send`], and where the answer is no `T`.
    pub async fn fetch<T: Kind>(&self, request: &Request) -> Result<T, ClientError> {
        self.send(request).await?.decode()
    }

    /// Sends a request and returns as soon as the server has accepted it; the body arrives as it is read.
    ///
    /// # Errors
    /// Where the server refuses or can't be reached.
    pub async fn open(&self, request: &Request) -> Result<http::Response<Body>, ClientError> {
        let mut attempt = 0;
        loop {
            if let Some(rate) = &self.inner.rate {
                rate.wait().await;
            }
            let pause = match self.inner.transport.send(self.http_request(request)?).await {
                Ok(answer) if answer.status().is_success() => {
                    report_warnings(answer.headers());
                    return Ok(answer);
                }
                Ok(answer) => {
                    let pause = asked_pause(&answer).filter(|_| attempt < RETRIES_MAX);
                    let refusal = refusal(request, answer).await;
                    pause.ok_or(refusal)?
                }
                Err(err @ TransportError::Send { .. }) if request.method == Method::GET && attempt < RETRIES_MAX => {
                    debug!(%err, path = request.path, "a read broke off; trying again");
                    BROKEN_CONNECTION_PAUSE
                }
                Err(err) => return Err(err.into()),
            };
            attempt += 1;
            tokio::time::sleep(pause).await;
        }
    }

    fn http_request(&self, request: &Request) -> Result<http::Request<Bytes>, ClientError> {
        let mut builder = http::Request::builder().method(request.method.clone());
        builder = if request.query.is_empty() {
            builder.uri(request.path.as_str())
        } else {
            builder.uri(format!("{}?{}", request.path, request.query))
        };
        builder = builder
            .header(ACCEPT, HeaderValue::from_static(request.accept))
            .header(USER_AGENT, self.inner.user_agent.clone());
        let built = match &request.content {
            Some(content) => {
                builder.header(CONTENT_TYPE, HeaderValue::from_static(content.type_)).body(content.bytes.clone())
            }
            None => builder.body(Bytes::new()),
        };
        built.map_err(|err| ClientError::Request(format!("{}: {err}", request.path)))
    }
}

/// `program/version (os/architecture) kubeforge/version`, as client-go forms it.
fn default_user_agent() -> HeaderValue {
    let program = std::env::args_os().next().unwrap_or_default();
    let program = std::path::Path::new(&program).file_name().and_then(|name| name.to_str()).unwrap_or("unknown");
    let version = env!("CARGO_PKG_VERSION");
    let text =
        format!("{program}/v{version} ({}/{}) kubeforge/v{version}", std::env::consts::OS, std::env::consts::ARCH);
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("kubeforge"))
}

/// How long the server wants us to wait before trying again, if it wants that.
fn asked_pause(answer: &http::Response<Body>) -> Option<Duration> {
    let code = answer.status();
    if code != http::StatusCode::TOO_MANY_REQUESTS && !code.is_server_error() {
        return None;
    }
    let seconds = answer.headers().get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// Logs what the server warns of (RFC 7234, `299 - "text"`).
fn report_warnings(headers: &HeaderMap) {
    for value in headers.get_all(WARNING) {
        let text = value.to_str().unwrap_or_default();
        let text = text.splitn(3, ' ').nth(2).unwrap_or(text).trim_matches('"');
        tracing::info!("the server warns: {text}");
    }
}

/// Reads a body whole. One that comes in one piece is not copied.
async fn read(mut body: Body, limit: usize) -> Result<Bytes, TransportError> {
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
async fn refusal(request: &Request, answer: http::Response<Body>) -> ClientError {
    let retry_after = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let (head, body) = answer.into_parts();
    let bytes = match read(body, REFUSAL_BYTES_LIMIT).await {
        Ok(bytes) => bytes,
        Err(err) => return err.into(),
    };
    let retry_after = retry_after.unwrap_or_default();
    let Some(status) = response::status(&head.headers, &bytes) else {
        return generic_error(request, head.status, &bytes, retry_after).into();
    };
    let mut error = ApiError::from(status);
    if retry_after != 0 && error.suggested_delay().is_none() {
        error = error.with_retry_after(retry_after);
    }
    error.into()
}

/// An error for an answer that has no status: from a proxy, or from a path that is no API.
fn generic_error(request: &Request, code: http::StatusCode, body: &[u8], retry_after_seconds: i32) -> ApiError {
    ApiError::generic(&GenericResponse {
        code: code.as_u16(),
        verb: request.method.as_str(),
        resource: &GroupResource::default(),
        name: "",
        message: String::from_utf8_lossy(body).trim(),
        retry_after_seconds,
        is_unexpected: true,
    })
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;
    use crate::transport::Fake;

    const NOT_FOUND: &str = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","message":"pods \"a\" not found","reason":"NotFound","code":404}"#;

    fn busy(seconds: &'static str) -> http::Response<Body> {
        let mut answer = Fake::json(429, "{}");
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static(seconds));
        answer
    }

    #[tokio::test]
    async fn a_refusal_is_its_status() {
        let client = Client::new(Fake::script([Fake::json(404, NOT_FOUND)]));
        let err = client.send(&Request::get("/api/v1/pods/a")).await.unwrap_err();
        assert_eq!(err.to_string(), "pods \"a\" not found");
        assert!(err.is_not_found());
    }

    #[tokio::test]
    async fn a_refusal_without_a_status_is_made_into_one() {
        let client = Client::new(Fake::script([Fake::json(502, "bad gateway")]));
        let err = client.send(&Request::get("/x")).await.unwrap_err();
        assert_eq!(
            err.to_string(),
            "an error on the server (\"bad gateway\") has prevented the request from succeeding"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_busy_server_is_asked_again_when_it_says() {
        let fake = Fake::script([busy("2"), busy("3"), Fake::json(200, "{}")]);
        let client = Client::new(fake.clone());
        let start = Instant::now();
        client.send(&Request::new(Method::POST, "/x")).await.unwrap();
        assert_eq!(start.elapsed().as_secs(), 5);
        assert_eq!(fake.lines(), ["POST /x"; 3]);
    }

    #[tokio::test(start_paused = true)]
    async fn patience_ends() {
        let fake = Fake::new(|_| Ok(busy("1")));
        let client = Client::new(fake.clone());
        assert!(client.send(&Request::get("/x")).await.is_err());
        assert_eq!(fake.lines().len(), 11);
    }

    #[tokio::test(start_paused = true)]
    async fn broken_reads_are_repeated_and_broken_writes_are_not() {
        let fake = Fake::script([]);
        let client = Client::new(fake.clone());
        assert!(client.send(&Request::new(Method::POST, "/x")).await.is_err());
        assert_eq!(fake.lines().len(), 1);
        assert!(client.send(&Request::get("/x")).await.is_err());
        assert_eq!(fake.lines().len(), 12);
    }

    #[tokio::test]
    async fn requests_say_who_asks_and_what_they_take() {
        let fake = Fake::script([Fake::json(200, "{}")]);
        let client = Client::builder(fake.clone()).user_agent("tester/1").build();
        client.send(&Request::get("/x")).await.unwrap();
        let request = &fake.requests()[0];
        assert_eq!(request.headers()[USER_AGENT], "tester/1");
        assert_eq!(request.headers()[ACCEPT], "application/json");
    }
}
