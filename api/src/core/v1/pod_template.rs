use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

use super::PodSpec;

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodTemplateSpec {
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    #[api(tag = 2)]
    pub spec: PodSpec,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "podtemplates", singular = "podtemplate")]
#[api(introduced = "1.0")]
pub struct PodTemplate {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    #[api(tag = 2)]
    pub template: PodTemplateSpec,
}

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
