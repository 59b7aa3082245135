//! Who asks the endpoint and what they may do, as far as the API server is asked about it. Follows apiserver's
//! pkg/authentication/authenticatorfactory, pkg/authentication/token/cache and pkg/authorization/authorizerfactory
//! (metrics.go of each).

use std::{
    fmt,
    time::{Duration, Instant},
};

use kubeforge_client::ClientError;
use kubeforge_serving::metrics::{Families, HistogramVec, IdentityMetrics, IntCounterVec, IntGaugeVec};
use prometheus::IntGauge;

/// Upper bounds in seconds.
const SECONDS: [f64; 8] = [0.25, 0.5, 0.7, 1.0, 1.5, 3.0, 5.0, 10.0];
const CACHE_SECONDS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// What is counted of an endpoint that delegates.
pub struct DelegatedMetrics {
    /// Users and what they were allowed.
    pub identity: IdentityMetrics,
    authentication: Reviews,
    authorization: Reviews,
    cache_requests: IntCounterVec,
    cache_seconds: HistogramVec,
    cache_fetches: IntCounterVec,
    cache_active: IntGaugeVec,
}

impl fmt::Debug for DelegatedMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DelegatedMetrics").finish_non_exhaustive()
    }
}

/// What the API server is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Review {
    /// Whose a token is.
    Token,
    /// Whether a user may do something.
    Access,
}

struct Reviews {
    requests: IntCounterVec,
    seconds: HistogramVec,
}

impl Reviews {
    fn new(families: &Families, what: &str) -> Self {
        let name = |rest: &str| format!("apiserver_delegated_{what}_request_{rest}");
        Self {
            requests: families.counters(
                &name("total"),
                "Questions to the API server, by the answer's code.",
                &["code"],
            ),
            seconds: families.histograms(
                &name("duration_seconds"),
                "How long the API server took to answer.",
                &["code"],
                &SECONDS,
            ),
        }
    }
}

/// A token that the API server is being asked about.
pub(crate) struct Fetching(IntGauge);

impl Drop for Fetching {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl DelegatedMetrics {
    /// Adds the families.
    pub fn new(families: &Families) -> Self {
        let name = |rest: &str| format!("authentication_token_cache_{rest}");
        Self {
            identity: IdentityMetrics::new(families),
            authentication: Reviews::new(families, "authn"),
            authorization: Reviews::new(families, "authz"),
            cache_requests: families.counters(&name("request_total"), "Tokens that were looked up.", &["status"]),
            cache_seconds: families.histograms(
                &name("request_duration_seconds"),
                "How long it took to look a token up.",
                &["status"],
                &CACHE_SECONDS,
            ),
            cache_fetches: families.counters(
                &name("fetch_total"),
                "Tokens that the API server was asked about.",
                &["status"],
            ),
            cache_active: families.gauges(
                &name("active_fetch_count"),
                "Tokens that the API server is being asked about.",
                &["status"],
            ),
        }
    }

    /// The API server was asked; `created` is the code of the answer that it gives to questions that it takes.
    pub(crate) fn reviewed<T>(&self, review: Review, answer: &Result<T, ClientError>, took: Duration) {
        let code = match answer {
            Ok(_) => "201".to_owned(),
            Err(ClientError::Api(err)) => err.status().code.to_string(),
            Err(_) => "<error>".to_owned(),
        };
        let reviews = match review {
            Review::Token => &self.authentication,
            Review::Access => &self.authorization,
        };
        reviews.requests.with_label_values(&[&code]).inc();
        reviews.seconds.with_label_values(&[&code]).observe(took.as_secs_f64());
    }

    /// A token is being asked about, until the guard is dropped.
    pub(crate) fn fetching(&self) -> Fetching {
        let active = self.cache_active.with_label_values(&["in_flight"]);
        active.inc();
        Fetching(active)
    }

    /// The API server knew what a token is, or did not answer.
    pub(crate) fn fetched(&self, is_known: bool) {
        self.cache_fetches.with_label_values(&[if is_known { "ok" } else { "error" }]).inc();
    }

    /// A token was looked up since then, among those that are remembered or not.
    pub(crate) fn looked_up(&self, is_remembered: bool, began: Instant) {
        let status = [if is_remembered { "hit" } else { "miss" }];
        self.cache_requests.with_label_values(&status).inc();
        self.cache_seconds.with_label_values(&status).observe(began.elapsed().as_secs_f64());
    }
}
