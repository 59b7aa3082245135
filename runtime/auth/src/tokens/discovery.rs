//! Documents for those who check tokens themselves, after OpenID Connect. Follows
//! pkg/serviceaccount/openidmetadata.go and pkg/routes/openidmetadata.go.

use std::sync::Arc;

use async_trait::async_trait;
use http::{HeaderMap, Method, StatusCode};
use kubeforge_apiserver::{
    nonresource::{PathDescription, PathHandler},
    query::Query,
    respond::Answer,
};
use kubeforge_machinery::status::ApiError;
use serde_json::json;

use super::keys::KeySource;

/// Where the server is described.
pub const CONFIGURATION_PATH: &str = "/.well-known/openid-configuration";
/// Where the keys are.
pub const JWKS_PATH: &str = "/openid/v1/jwks";

/// `/.well-known/openid-configuration`.
#[derive(Debug)]
pub struct Configuration {
    /// Who issues tokens.
    pub issuer: String,
    /// The address of the keys.
    pub jwks_uri: String,
    /// The keys.
    pub keys: Arc<KeySource>,
}

/// `/openid/v1/jwks`.
#[derive(Debug)]
pub struct KeySet(pub Arc<KeySource>);

fn failed(error: impl std::fmt::Display) -> ApiError {
    ApiError::internal_error(error)
}

#[async_trait]
impl PathHandler for Configuration {
    async fn handle(&self, _method: &Method, _query: Query<'_>, _headers: &HeaderMap) -> Result<Answer, ApiError> {
        let keys = self.keys.get().await.map_err(failed)?;
        let document = json!({
            "issuer": self.issuer,
            "jwks_uri": self.jwks_uri,
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": keys.algorithms(),
        });
        let mut answer = Answer::new(StatusCode::OK, "application/json", document.to_string().into_bytes());
        answer.cacheable = true;
        Ok(answer)
    }

    fn description(&self) -> Option<PathDescription> {
        Some(PathDescription {
            operation_id: "getServiceAccountIssuerOpenIDConfiguration",
            says: "get what OpenID Connect clients must know of the issuer of service accounts' tokens",
            tag: "WellKnown",
            content_type: "application/json",
        })
    }
}

#[async_trait]
impl PathHandler for KeySet {
    async fn handle(&self, _method: &Method, _query: Query<'_>, _headers: &HeaderMap) -> Result<Answer, ApiError> {
        let keys = self.0.get().await.map_err(failed)?;
        let mut answer = Answer::new(StatusCode::OK, "application/jwk-set+json", keys.jwks().to_string().into_bytes());
        answer.cacheable = true;
        Ok(answer)
    }

    fn description(&self) -> Option<PathDescription> {
        Some(PathDescription {
            operation_id: "getServiceAccountIssuerOpenIDKeyset",
            says: "get the public keys that service accounts' tokens are checked with",
            tag: "openid",
            content_type: "application/jwk-set+json",
        })
    }
}
