//! The authorization configuration: who decides what callers may do.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Duration;

/// Who decides what callers may do, read from a file.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "apiserver.config.k8s.io/v1.AuthorizationConfiguration")]
pub struct AuthorizationConfiguration {
    /// Those who decide, asked in this order until one has an opinion; at least one.
    #[api(required)]
    pub authorizers: Vec<AuthorizerConfiguration>,
}

/// One who decides what callers may do.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct AuthorizerConfiguration {
    /// What it is, like `Node`, `RBAC` or `Webhook`; only webhooks may come more than once.
    #[api(required)]
    pub type_: String,
    /// Names it in metrics and logs; unique in the list.
    #[api(required)]
    pub name: String,
    /// How to ask it; set exactly if it is a webhook.
    pub webhook: Option<Box<WebhookConfiguration>>,
}

/// How to ask a webhook what callers may do.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct WebhookConfiguration {
    /// How long a yes is remembered; five minutes if unset.
    #[api(json = "authorizedTTL", required)]
    pub authorized_ttl: Duration,
    /// Whether a yes is remembered at all; true if unset.
    pub cache_authorized_requests: Option<bool>,
    /// How long a no is remembered; 30 seconds if unset.
    #[api(json = "unauthorizedTTL", required)]
    pub unauthorized_ttl: Duration,
    /// Whether a no is remembered at all; true if unset.
    pub cache_unauthorized_requests: Option<bool>,
    /// How long to wait for an answer; 30 seconds at most, and must be given.
    #[api(required)]
    pub timeout: Duration,
    /// The version of `SubjectAccessReview` it is sent: `v1` or `v1beta1`.
    #[api(required)]
    pub subject_access_review_version: String,
    /// The version the conditions are written for, `v1`; needed if there are any.
    #[api(required)]
    pub match_condition_subject_access_review_version: String,
    /// What follows when it cannot be asked: `NoOpinion` or `Deny`.
    #[api(required)]
    pub failure_policy: String,
    /// How to reach it.
    #[api(required)]
    pub connection_info: WebhookConnectionInfo,
    /// Conditions for asking it, all of which must hold; none means always.
    #[api(required)]
    pub match_conditions: Vec<WebhookMatchCondition>,
}

/// How to reach a webhook.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct WebhookConnectionInfo {
    /// Where that is written: `KubeConfigFile` or `InClusterConfig`.
    #[api(required)]
    pub type_: String,
    /// The file that says so; set exactly for `KubeConfigFile`.
    #[api(required)]
    pub kube_config_file: Option<String>,
}

/// A condition in CEL for asking a webhook.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct WebhookMatchCondition {
    /// The condition over `request`, the spec of the review; false means not asking.
    #[api(required)]
    pub expression: String,
}
