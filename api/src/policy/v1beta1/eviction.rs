//! Evictions: a pod has to go, if its budget allows.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{DeleteOptions, ObjectMeta};

/// Asks a pod to go, if its disruption budget allows.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "v1")]
#[api(introduced = "1.5", deprecated = "1.22")]
pub struct Eviction {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// How to delete the pod.
    #[api(tag = 2)]
    pub delete_options: Option<Box<DeleteOptions>>,
}
