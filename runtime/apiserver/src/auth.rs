//! Who asks, and what they may do: the seams.

use std::sync::Arc;

use async_trait::async_trait;
use kubeforge_machinery::user::UserInfo;
use rustls_pki_types::CertificateDer;

/// What a request offers to prove who sends it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Credentials<'a> {
    /// The text after `Bearer ` in the `Authorization` header.
    pub bearer_token: Option<&'a str>,
    /// The certificate that the client proved to hold, already verified against the client CA.
    pub client_certificate: Option<&'a CertificateDer<'static>>,
}

/// Credentials that were given and are not valid: the request is refused with 401.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadCredentials(pub String);

/// Finds out who sends a request.
#[async_trait]
pub trait Authenticator: Send + Sync + 'static {
    /// The user; `None` where the credentials are of no kind that this authenticator knows.
    async fn authenticate(&self, credentials: &Credentials<'_>) -> Result<Option<Arc<UserInfo>>, BadCredentials>;
}

/// What a request wants to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorizationAttributes<'a> {
    /// `get`, `list`, `create`, … for resources; the lower-case method for other paths.
    pub verb: &'a str,
    /// Whether it is about a resource.
    pub is_resource: bool,
    /// The API group; empty for the core group.
    pub group: &'a str,
    /// The version.
    pub version: &'a str,
    /// The plural.
    pub resource: &'a str,
    /// The subresource; empty for none.
    pub subresource: &'a str,
    /// The namespace; empty for none.
    pub namespace: &'a str,
    /// The object's name; empty for none.
    pub name: &'a str,
    /// The path.
    pub path: &'a str,
}

/// What an authorizer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The request goes on.
    Allow,
    /// The request is refused, whatever other authorizers say.
    Deny(String),
    /// Others decide; if none allows it, the request is refused. The text says why it was not allowed.
    NoOpinion(String),
}

/// Decides what users may do.
#[async_trait]
pub trait Authorizer: Send + Sync + 'static {
    /// Decides one request.
    async fn authorize(&self, user: &UserInfo, attributes: &AuthorizationAttributes<'_>) -> Decision;

    /// Allows everything to everybody who was authenticated; then the chain need not ask.
    fn allows_all(&self) -> bool {
        false
    }
}
