//! Where the API server reads validating admission policies that no client can change.

use kubeforge_derive::ApiSource;

/// Configures the ValidatingAdmissionPolicy plugin.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
pub struct ValidatingAdmissionPolicyConfiguration {
    /// The directory of policies and bindings that hold from the start and that no client can change.
    pub static_manifests_dir: String,
}
