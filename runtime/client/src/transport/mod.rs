//! How requests reach a server.
//!
//! A [`Transport`] takes a request whose URI is a path with its query (`/api/v1/pods?watch=true`) and answers with a
//! response whose body streams. There are [`Https`], [`InProcess`] and, for tests, [`Fake`], which follows a script, and
//! [`FakeCluster`](crate::fake::FakeCluster), which keeps objects.

mod auth;
mod credentials;
mod debug;
mod exec;
mod fake;
mod gzip;
mod https;
mod in_process;
mod lanes;
mod pool;
mod proxy;
mod redirect;
mod severed;
mod tls;

use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderMap;
use http_body_util::{BodyExt as _, combinators::UnsyncBoxBody};
use tokio::io::{AsyncRead, AsyncWrite};

pub use auth::Auth;
pub use exec::{ExecAuth, ExecCluster};
pub use fake::{Fake, FakeBody};
pub use https::Https;
pub use in_process::InProcess;
pub use kubeforge_machinery::user::InProcessUser;
pub use tls::tls_config;

pub(crate) use proxy::{parse_proxy_url, without_credentials};

/// Any error, to be passed on.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The body of an answer, arriving piece by piece.
pub type Body = UnsyncBoxBody<Bytes, BoxError>;

/// Sends requests to one server.
#[async_trait]
pub trait Transport: Send + Sync + 'static {
    /// Sends a request and waits for the head of its answer.
    ///
    /// # Errors
    /// Where no answer arrives. An answer that says no is an answer.
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Body>, TransportError>;

    /// Sends a request that asks for its connection to become something else, such as a WebSocket.
    ///
    /// # Errors
    /// Where no answer arrives, or the transport has no such connections.
    async fn upgrade(&self, _request: http::Request<Bytes>) -> Result<Upgrade, TransportError> {
        Err(TransportError::NoUpgrades)
    }
}

/// A connection that became a stream of bytes.
pub trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// The answer to a request to make a connection something else.
pub enum Upgrade {
    /// It is; the headers say what.
    Done(HeaderMap, Box<dyn Io>),
    /// It isn't; the answer says why.
    Refused(http::Response<Body>),
}

impl std::fmt::Debug for Upgrade {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Done(headers, _) => f.debug_tuple("Done").field(headers).finish_non_exhaustive(),
            Self::Refused(answer) => f.debug_tuple("Refused").field(&answer.status()).finish(),
        }
    }
}

/// A request that got no answer, or only part of one.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// No connection could be made.
    #[error("cannot connect to {server}: {source}")]
    Connect {
        /// The server's URL.
        server: String,
        /// Why.
        source: BoxError,
    },
    /// The connection failed before the answer's head was there.
    #[error("request to {server} failed: {source}")]
    Send {
        /// The server's URL.
        server: String,
        /// Why.
        source: BoxError,
    },
    /// The server redirects to where this client doesn't go, or round in circles. Asking again doesn't help.
    #[error("request to {server} failed: {source}")]
    Redirect {
        /// The server's URL.
        server: String,
        /// Why the redirect isn't followed.
        source: BoxError,
    },
    /// The connection failed while the answer's body was read.
    #[error("the answer broke off: {0}")]
    Body(#[source] BoxError),
    /// The answer took longer than allowed.
    #[error("no answer within {0:?}")]
    Timeout(std::time::Duration),
    /// The answer is larger than the client accepts.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// There are no credentials, or they could not be made into a header.
    #[error("{0}")]
    Credentials(String),
    /// The transport can't make a connection something else.
    #[error("this transport's connections cannot be upgraded")]
    NoUpgrades,
}

/// Makes any body a [`Body`].
pub fn body<B>(body: B) -> Body
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    body.map_err(Into::into).boxed_unsync()
}
