//! Service account tokens: made on request, and checked against the objects that they are bound to.
//!
//! - [`keys`]: what tokens are signed and checked with.
//! - [`claims`]: what a token says.
//! - [`Issuer`] answers `serviceaccounts/token`.
//! - [`ServiceAccountTokens`] is the authenticator.
//! - [`discovery`]: the documents that let others check tokens (`/.well-known/openid-configuration`, `/openid/v1/jwks`).

mod authenticator;
mod claims;
pub mod discovery;
mod issuer;
mod jws;
pub mod keys;
mod live;

use std::{sync::Arc, time::Duration};

pub use authenticator::ServiceAccountTokens;
pub use issuer::Issuer;

use self::keys::KeySource;

/// What tokens are made and checked with.
#[derive(Clone)]
pub struct TokenSettings {
    /// Who issues tokens; tokens of the others are accepted too (`--service-account-issuer`, at least one).
    pub issuers: Vec<String>,
    /// What the API server calls itself (`--api-audiences`).
    pub audiences: Vec<String>,
    /// No token lives longer (`--service-account-max-token-expiration`).
    pub lifetime_max: Option<Duration>,
    /// Tokens that pods get by default live longer than they say, for clients that don't read them again.
    pub extend: bool,
    /// The keys.
    pub keys: Arc<KeySource>,
}

impl std::fmt::Debug for TokenSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenSettings").field("issuers", &self.issuers).finish_non_exhaustive()
    }
}
