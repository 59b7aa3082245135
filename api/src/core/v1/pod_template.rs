//! Templates that controllers make pods from.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

use super::PodSpec;

/// What the pods that a controller makes look like.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodTemplateSpec {
    /// Labels and annotations for them; names are the controller's.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What is wanted of them.
    #[api(tag = 2)]
    pub spec: PodSpec,
}

/// A stored template for pods. No controller of the cluster uses it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "podtemplates", singular = "podtemplate")]
#[api(introduced = "1.0")]
pub struct PodTemplate {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What the pods look like.
    #[api(tag = 2)]
    pub template: PodTemplateSpec,
}

/// Pod templates, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "PodTemplate")]
#[api(introduced = "1.0")]
pub struct PodTemplateList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<PodTemplate>,
}
