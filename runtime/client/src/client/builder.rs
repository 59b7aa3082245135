//! Settings of a client.

use std::{fmt, sync::Arc, time::Duration};

use http::{HeaderMap, HeaderValue};
use kubeforge_machinery::codec::MediaType;
use tracing::warn;

use super::{Client, Inner, RequestObserver, WarningHandler, warnings::LogWarnings};
use crate::{
    rate::{RateLimit, TokenBucket},
    transport::Transport,
};

/// Adds headers to a request before it is sent.
pub(super) type Propagate = dyn Fn(&mut HeaderMap) + Send + Sync;

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
    pub(super) fn new(transport: impl Transport) -> Self {
        let inner = Inner {
            transport: Arc::new(transport),
            user_agent: default_user_agent(),
            default_namespace: "default".to_owned(),
            media: MediaType::Protobuf,
            rate: None,
            timeout: None,
            warnings: Box::new(LogWarnings),
            propagate: None,
            observer: None,
            json_only: parking_lot::RwLock::default(),
        };
        Self { inner }
    }

    /// Who the client is, for the server's logs and as the default field manager (the part before the slash).
    pub fn user_agent(mut self, user_agent: &str) -> Self {
        match HeaderValue::from_str(user_agent) {
            Ok(value) => self.inner.user_agent = value,
            Err(err) => warn!(user_agent, %err, "not usable as a user agent"),
        }
        self
    }

    /// The encoding of requests and answers where a kind has it; protobuf unless set. Everything else is JSON, and so is
    /// what is sent to a server that refused protobuf.
    pub fn media(mut self, media: MediaType) -> Self {
        self.inner.media = media;
        self
    }

    /// At most so many requests per second in the long run, and this many at once; watches don't count. Unlimited unless
    /// set: the server's priority and fairness shares it out.
    pub fn rate_limit(mut self, per_second: f64, burst: u32) -> Self {
        self.inner.rate = Some(TokenBucket::new(per_second, burst));
        self
    }

    /// The limit that a configuration asks for.
    pub(super) fn rate(mut self, limit: Option<RateLimit>) -> Self {
        self.inner.rate = limit.map(|limit| TokenBucket::new(limit.per_second, limit.burst));
        self
    }

    /// How long a request may take with its answer's body, watches too; a request's own limit wins. None unless set.
    pub fn timeout(mut self, timeout: Option<Duration>) -> Self {
        self.inner.timeout = timeout;
        self
    }

    /// The namespace that [`Client::default_namespace`] tells.
    pub fn default_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.inner.default_namespace = namespace.into();
        self
    }

    /// Who is told what the server warns of; warnings are logged unless set.
    pub fn warnings(mut self, handler: impl WarningHandler) -> Self {
        self.inner.warnings = Box::new(handler);
        self
    }

    /// Adds headers to every request, such as `traceparent` (W3C Trace Context), by which a server's traces join the
    /// client's. Nothing is added unless set.
    ///
    /// ```
    /// # use kubeforge_client::{Client, transport::Fake};
    /// # let transport = Fake::script([]);
    /// let client = Client::builder(transport)
    ///     .propagate(|headers| {
    ///         // from the span that the caller is in
    ///         let context = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    ///         headers.insert("traceparent", http::HeaderValue::from_static(context));
    ///     })
    ///     .build();
    /// ```
    pub fn propagate(mut self, add: impl Fn(&mut HeaderMap) + Send + Sync + 'static) -> Self {
        self.inner.propagate = Some(Box::new(add));
        self
    }

    /// Who is told how long requests wait for the rate limit, and which are sent again. Nobody unless set.
    pub fn observer(mut self, observer: Arc<dyn RequestObserver>) -> Self {
        self.inner.observer = Some(observer);
        self
    }

    /// The client.
    pub fn build(self) -> Client {
        Client { inner: Arc::new(self.inner) }
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
