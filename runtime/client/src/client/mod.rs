//! The client: sends requests, tries again where that helps, and turns refusals into errors.
//!
//! ```no_run
//! use kubeforge_client::{Client, Config, rate::RateLimit, request::Request};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let config = Config { rate_limit: Some(RateLimit::default()), ..Config::infer()? };
//! let version = Client::from_config(&config)?.send(&Request::get("/version")).await?;
//! println!("{}", String::from_utf8_lossy(&version.bytes));
//! # Ok(())
//! # }
//! ```
//!
//! A request is given up by dropping its future: nothing of it goes on in the background.

mod answer;
mod builder;
mod send;
mod warnings;

use std::{collections::HashSet, fmt, sync::Arc, time::Duration};

use http::{HeaderValue, Method, StatusCode};
use kubeforge_machinery::{Kind, codec::MediaType};
use tokio::time::Instant;

pub use crate::response::Answer;
pub use builder::ClientBuilder;
pub use warnings::{LogWarnings, NoWarnings, WarningHandler, WarningWriter, WarningWriterOptions};

use crate::{
    config::Config,
    error::ClientError,
    rate::TokenBucket,
    request::Request,
    transport::{Body, Https, Io, Transport, TransportError, Upgrade},
};

/// The largest answer taken. A list of a million small objects is about this large; more means that something is wrong.
const ANSWER_BYTES_LIMIT: usize = 2 << 30;

/// Is told what becomes of requests before they are sent, for metrics.
pub trait RequestObserver: Send + Sync {
    /// A request had to wait so long for the rate limit.
    fn throttled(&self, method: &Method, waited: Duration);

    /// A request is sent again after an answer with a code; none where no answer came.
    fn retried(&self, method: &Method, code: Option<StatusCode>);
}

/// A connection to one server. Clones share it.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    transport: Arc<dyn Transport>,
    user_agent: HeaderValue,
    default_namespace: String,
    media: MediaType,
    rate: Option<TokenBucket>,
    timeout: Option<Duration>,
    warnings: Box<dyn WarningHandler>,
    propagate: Option<Box<builder::Propagate>>,
    observer: Option<Arc<dyn RequestObserver>>,
    /// The paths of groups and versions whose server takes no protobuf.
    json_only: parking_lot::RwLock<HashSet<String>>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("user_agent", &self.inner.user_agent).finish_non_exhaustive()
    }
}

impl Client {
    /// A client over `transport` with the usual settings.
    pub fn new(transport: impl Transport) -> Self {
        Self::builder(transport).build()
    }

    /// A client over `transport`, to be set up.
    pub fn builder(transport: impl Transport) -> ClientBuilder {
        ClientBuilder::new(transport)
    }

    /// A client over HTTPS.
    ///
    /// # Errors
    /// Where the configuration can't be used.
    pub fn from_config(config: &Config) -> Result<Self, ClientError> {
        Ok(Self::builder_from_config(config)?.build())
    }

    /// A client over HTTPS, to be set up further.
    ///
    /// # Errors
    /// Where the configuration can't be used.
    pub fn builder_from_config(config: &Config) -> Result<ClientBuilder, ClientError> {
        let builder = Self::builder(Https::new(config)?).rate(config.rate_limit).timeout(config.timeout);
        let namespace = &config.default_namespace;
        Ok(if namespace.is_empty() { builder } else { builder.default_namespace(namespace) })
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
    /// Where the server refuses, or the answer doesn't arrive whole in time.
    pub async fn send(&self, request: &Request) -> Result<Answer, ClientError> {
        let (head, body) = self.open(request).await?.into_parts();
        let bytes = answer::read(body, ANSWER_BYTES_LIMIT).await?;
        Ok(Answer { code: head.status, headers: head.headers, bytes })
    }

    /// Sends a request whose answer nobody reads, but for a refusal.
    pub(crate) async fn send_unread(&self, request: &Request) -> Result<(), ClientError> {
        self.send(request).await?.refusal().map_or(Ok(()), |refusal| Err(ClientError::Api(refusal)))
    }

    /// Sends a request and decodes the answer.
    ///
    /// # Errors
    /// As [`Client::send`], and where the answer is no `T`. One that is a refusal, although it came with another code, is
    /// told as such.
    pub async fn fetch<T: Kind>(&self, request: &Request) -> Result<T, ClientError> {
        let answer = self.send(request).await?;
        answer.decode().map_err(|err| answer.refusal().map_or(err, ClientError::Api))
    }

    /// Sends a request and returns as soon as the server has accepted it; the body arrives as it is read.
    ///
    /// # Errors
    /// Where the server refuses, can't be reached, or takes too long.
    pub async fn open(&self, request: &Request) -> Result<http::Response<Body>, ClientError> {
        let timeout = request.timeout.or(self.inner.timeout);
        // a time that no clock can tell is no limit
        let limit = timeout.and_then(|timeout| Some((timeout, Instant::now().checked_add(timeout)?)));
        let Some((timeout, end)) = limit else { return self.exchange(request).await };
        let answer = tokio::time::timeout_at(end, self.exchange(request)).await;
        let answer = answer.map_err(|_| TransportError::Timeout(timeout))??;
        Ok(answer.map(|body| answer::until(body, end, timeout)))
    }

    /// Sends a request that asks for its connection to become something else, and returns that, with the answer's headers.
    /// The time that the request may take is that until then; the connection has no limit.
    ///
    /// # Errors
    /// Where the server refuses, can't be reached, or takes too long.
    pub async fn upgrade(&self, request: &Request) -> Result<(http::HeaderMap, Box<dyn Io>), ClientError> {
        let upgraded = async {
            match self.exchange_upgrade(request).await? {
                Upgrade::Done(headers, stream) => Ok((headers, stream)),
                Upgrade::Refused(answer) => Err(answer::refusal(request, answer).await),
            }
        };
        match request.timeout.or(self.inner.timeout) {
            Some(timeout) => {
                tokio::time::timeout(timeout, upgraded).await.map_err(|_| TransportError::Timeout(timeout))?
            }
            None => upgraded.await,
        }
    }
}

impl Inner {
    fn takes_json_only(&self, path: &str) -> bool {
        let known = self.json_only.read();
        !known.is_empty() && known.contains(group_version(path))
    }

    fn remember_json_only(&self, path: &str) {
        self.json_only.write().insert(group_version(path).to_owned());
    }
}

/// The part of a path that names the group and version: `/api/v1`, `/apis/apps/v1`.
fn group_version(path: &str) -> &str {
    let slashes = if path.starts_with("/apis/") { 4 } else { 3 };
    match path.match_indices('/').nth(slashes - 1) {
        Some((end, _)) => path.get(..end).unwrap_or(path),
        None => path,
    }
}

#[cfg(test)]
mod tests;
