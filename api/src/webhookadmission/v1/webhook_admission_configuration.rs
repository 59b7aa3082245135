//! How the API server signs in to admission webhooks.

use kubeforge_derive::ApiSource;

/// Configures the admission webhook plugins.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
pub struct WebhookAdmissionConfiguration {
    /// The kubeconfig with which the API server signs in to webhooks.
    #[api(required)]
    pub kube_config_file: String,
    /// The directory of webhook configurations that hold from the start and that no client can change.
    pub static_manifests_dir: String,
}
