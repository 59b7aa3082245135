//! Settings that several components share.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Duration;

/// How equals agree on which of them does the work.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct LeaderElectionConfiguration {
    /// Whether they need to: off, each one works at once.
    #[api(required)]
    pub leader_elect: Option<bool>,
    /// How long the others wait after the last renewal before one takes over.
    #[api(required)]
    pub lease_duration: Duration,
    /// How long the leader tries to renew before it gives up; less than `leaseDuration`.
    #[api(required)]
    pub renew_deadline: Duration,
    /// How long to wait between two tries to become or stay leader.
    #[api(required)]
    pub retry_period: Duration,
    /// The kind of object they agree by, like `leases`.
    #[api(required)]
    pub resource_lock: String,
    /// The name of that object.
    #[api(required)]
    pub resource_name: String,
    /// The namespace of that object.
    #[api(required)]
    pub resource_namespace: String,
}

/// What a component offers to those who look into it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DebuggingConfiguration {
    /// Whether profiles can be fetched, at `/debug/pprof`.
    pub enable_profiling: Option<bool>,
    /// Whether waiting for locks is profiled too; only along with the other.
    pub enable_contention_profiling: Option<bool>,
}

/// How a component speaks with the server.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ClientConnectionConfiguration {
    /// The kubeconfig file that says where the server is.
    #[api(required)]
    pub kubeconfig: String,
    /// The media types it accepts, as in an `Accept` header; empty for the usual ones.
    #[api(required)]
    pub accept_content_types: String,
    /// The media type it sends.
    #[api(required)]
    pub content_type: String,
    /// How many requests a second it may send in the long run.
    #[api(required)]
    pub qps: f64,
    /// How many requests it may send at once, beyond the rate.
    #[api(required)]
    pub burst: i32,
}
