//! The tracing configuration: where traces go.

use kubeforge_derive::ApiSource;

/// Where the server sends its traces, read from a file.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(group = "apiserver.config.k8s.io", version = "v1beta1")]
#[api(spoke_of = "apiserver.config.k8s.io/v1.TracingConfiguration")]
pub struct TracingConfiguration {
    /// The settings that all components share.
    #[api(inline)]
    pub tracing_configuration: crate::componentbase::v1::TracingConfiguration,
}
