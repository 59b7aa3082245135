//! Settings that several components share.

use kubeforge_derive::ApiSource;

/// Where a component sends its traces, and how many.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct TracingConfiguration {
    /// The collector, as host and port; `localhost:4317` if unset. Not secured.
    pub endpoint: Option<String>,
    /// How many of a million traces to keep; if unset, only those that a caller started.
    pub sampling_rate_per_million: Option<i32>,
}
