//! The scheduler's own HTTPS endpoint (`--secure-port`): health, metrics, configuration, profiles, and explanations.
//!
//! [`pages`] answers; [`authentication`] finds out who asks and [`authorization`] whether they may, both by asking the API
//! server, as kube-scheduler does it (apiserver's pkg/server/options, DelegatingAuthenticationOptions and
//! DelegatingAuthorizationOptions).

mod authentication;
mod authorization;
mod configz;
mod pages;
mod ttl;

pub use authentication::{Authentication, AuthenticationError, ProxyHeaders};
pub use authorization::Authorization;
pub use pages::{ElectionCheck, Health, Pages, Question};

use std::{sync::Arc, time::Instant};

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use kubeforge_machinery::{
    ApiError, GroupResource,
    codec::to_json_vec,
    meta::v1::StatusReason,
    user::{UserInfo, well_known},
};
use kubeforge_serving::listener::{Handler, Peer};
use tracing::info;

use crate::metrics::DelegatedMetrics;
use authorization::Verdict;

/// Answers requests to the endpoint of those who may ask.
pub struct Endpoint {
    /// Finds out who asks.
    pub authentication: Authentication,
    /// Says whether they may.
    pub authorization: Authorization,
    /// What there is to see.
    pub pages: Pages,
    /// What is counted of those who ask.
    pub metrics: Arc<DelegatedMetrics>,
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Endpoint").finish_non_exhaustive()
    }
}

#[async_trait]
impl Handler for Endpoint {
    async fn handle(&self, request: Request<Bytes>, peer: &Peer) -> Response<Bytes> {
        let began = Instant::now();
        let (verb, path) = (request.method().clone(), request.uri().path().to_owned());
        let answer = match self.admit(&request, peer).await {
            Ok(()) => self.pages.answer(&request).await,
            Err(refusal) => refused(&refusal),
        };
        let latency = began.elapsed();
        info!(
            target: "httplog", verb = %verb, URI = path, latency = ?latency, srcIP = ?peer.address,
            resp = answer.status().as_u16(), "HTTP"
        );
        answer
    }
}

impl Endpoint {
    async fn admit(&self, request: &Request<Bytes>, peer: &Peer) -> Result<(), ApiError> {
        let began = Instant::now();
        let user = self.authentication.authenticate(request.headers(), peer, &self.metrics).await;
        let user = user.map(|user| user.unwrap_or_else(anonymous));
        self.metrics.identity.authenticated(user.as_deref().ok(), began.elapsed());
        let user = match user {
            Ok(user) => user,
            Err(reason) => {
                info!(reason, "Unable to authenticate the request");
                return Err(ApiError::new(401, StatusReason::Unauthorized, "Unauthorized"));
            }
        };
        let (verb, path) = (request.method().as_str().to_ascii_lowercase(), request.uri().path());
        let began = Instant::now();
        let verdict = self.authorization.authorize(&user, &verb, path, &self.metrics).await;
        self.metrics.identity.authorized(verdict.name(), began.elapsed());
        match verdict {
            Verdict::Allowed => Ok(()),
            Verdict::Refused(reason) | Verdict::Denied(reason) => {
                let mut why = format!("User {:?} cannot {verb} path {path:?}", user.name);
                if !reason.is_empty() {
                    why.push_str(": ");
                    why.push_str(&reason);
                }
                Err(ApiError::forbidden(&GroupResource::default(), "", why))
            }
            Verdict::Unknown(error) => Err(ApiError::new(500, StatusReason::InternalError, error)),
        }
    }
}

fn anonymous() -> Arc<UserInfo> {
    Arc::new(UserInfo {
        name: well_known::USER_ANONYMOUS.to_owned(),
        groups: vec![well_known::GROUP_UNAUTHENTICATED.to_owned()],
        ..UserInfo::default()
    })
}

fn refused(refusal: &ApiError) -> Response<Bytes> {
    let status = refusal.status();
    let code = u16::try_from(status.code).ok().and_then(|code| StatusCode::from_u16(code).ok());
    let mut answer = Response::new(Bytes::from(to_json_vec(status)));
    *answer.status_mut() = code.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, private"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}

#[cfg(test)]
mod tests;
