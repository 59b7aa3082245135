//! What a request can end with.

use kubeforge_machinery::{codec::DocumentError, status::ApiError};

use crate::{config::ConfigError, transport::TransportError};

/// A request that did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The server refused it; the status says why.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// It did not reach the server, or the answer did not arrive whole.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The answer is not what was asked for.
    #[error("cannot decode {what}: {source}")]
    Decode {
        /// What was expected.
        what: String,
        /// What is wrong with it.
        source: Box<DocumentError>,
    },
    /// A stream to a process or port broke off, or the other end didn't keep to the protocol.
    #[error("{0}")]
    Stream(String),
    /// The request makes no sense and was not sent.
    #[error("{0}")]
    Request(String),
    /// The client could not be set up.
    #[error(transparent)]
    Config(#[from] ConfigError),
}

impl ClientError {
    /// The server's refusal, if it is one.
    pub fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(err) => Some(err),
            Self::Transport(_) | Self::Decode { .. } | Self::Stream(_) | Self::Request(_) | Self::Config(_) => None,
        }
    }

    /// Whether the object or resource does not exist.
    pub fn is_not_found(&self) -> bool {
        self.api().is_some_and(ApiError::is_not_found)
    }

    /// Whether an object of that name exists already.
    pub fn is_already_exists(&self) -> bool {
        self.api().is_some_and(ApiError::is_already_exists)
    }

    /// Whether the object was changed in between.
    pub fn is_conflict(&self) -> bool {
        self.api().is_some_and(ApiError::is_conflict)
    }

    /// Whether the history that was asked for is gone, so that one must list again.
    pub fn is_expired(&self) -> bool {
        self.api().is_some_and(|err| err.is_resource_expired() || err.is_gone())
    }
}
