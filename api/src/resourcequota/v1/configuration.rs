//! Resources that may only be used where a quota says so.

use kubeforge_derive::ApiSource;

use crate::core::v1::ScopedResourceSelectorRequirement;

/// Configures the ResourceQuota plugin.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(group = "apiserver.config.k8s.io", version = "v1")]
pub struct Configuration {
    /// What may only be used where a quota covers it.
    #[api(always)]
    pub limited_resources: Vec<LimitedResource>,
}

/// A resource that may only be used where a quota covers it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct LimitedResource {
    /// The group of the resource.
    pub api_group: String,
    /// The resource, for example `pods`.
    #[api(required)]
    pub resource: String,
    /// Usage counts whose name contains one of these.
    pub match_contains: Vec<String>,
    /// Objects of one of these scopes count.
    pub match_scopes: Vec<ScopedResourceSelectorRequirement>,
}
