//! Resource claim templates: one claim for each pod.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

use super::ResourceClaimSpec;

/// What claims look like that are made for pods, one for each.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "resourceclaimtemplates", singular = "resourceclaimtemplate")]
#[api(hub)]
#[api(introduced = "1.34")]
pub struct ResourceClaimTemplate {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What the claims look like; fixed.
    #[api(tag = 2, required)]
    pub spec: ResourceClaimTemplateSpec,
}

/// Resource claim templates, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "ResourceClaimTemplate")]
#[api(introduced = "1.34")]
pub struct ResourceClaimTemplateList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<ResourceClaimTemplate>,
}

/// What a claim looks like that is made from a template.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourceClaimTemplateSpec {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What it asks for.
    #[api(tag = 2, required)]
    pub spec: ResourceClaimSpec,
}
