//! How requests reach a server.
//!
//! A [`Transport`] takes a request whose URI is a path with its query (`/api/v1/pods?watch=true`) and answers with a
//! response whose body streams. There are [`Https`], [`InProcess`] and, for tests, [`Fake`], which follows a script, and
//! [`FakeCluster`](crate::fake::FakeCluster), which keeps objects.

mod auth;
mod fake;
mod https;
mod in_process;
mod lanes;
mod tls;

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::{BodyExt as _, combinators::UnsyncBoxBody};

pub use auth::Auth;
pub use fake::{Fake, FakeBody};
pub use https::Https;
pub use in_process::InProcess;
pub use kubeforge_machinery::user::InProcessUser;
pub use tls::tls_config;

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
    /// The credentials could not be made into a header.
    #[error("cannot use the credentials: {0}")]
    Credentials(String),
}

/// Makes any body a [`Body`].
pub fn body<B>(body: B) -> Body
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    body.map_err(Into::into).boxed_unsync()
}
