//! Resources that may only be used where a quota says so.

use kubeforge_derive::ApiSource;

use crate::core::v1::ScopedResourceSelectorRequirement;

/// Configures the ResourceQuota plugin.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
pub struct ResourceQuotaConfiguration {
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
    /// Objects count that use something whose name contains one of these, such as `requests.storage`.
    pub match_contains: Vec<String>,
    /// Objects count that are in one of these scopes.
    pub match_scopes: Vec<ScopedResourceSelectorRequirement>,
}
