//! Service CIDRs: the ranges that cluster addresses come from.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{Condition, ListMeta, ObjectMeta};

/// Ranges from which services get their cluster addresses.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, cluster, plural = "servicecidrs", singular = "servicecidr")]
#[api(subresource(status))]
#[api(hub)]
#[api(introduced = "1.33")]
pub struct ServiceCIDR {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The ranges.
    #[api(tag = 2)]
    pub spec: ServiceCIDRSpec,
    /// Whether they are in use.
    #[api(tag = 3)]
    pub status: ServiceCIDRStatus,
}

/// Service CIDRs, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "ServiceCIDR")]
#[api(introduced = "1.33")]
pub struct ServiceCIDRList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<ServiceCIDR>,
}

/// The ranges of a service CIDR.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServiceCIDRSpec {
    /// One range, or one of each family, such as `10.96.0.0/16`.
    #[api(tag = 1, list = atomic)]
    pub cidrs: Vec<String>,
}

/// Whether addresses come from the ranges.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServiceCIDRStatus {
    /// What has been reached, and since when.
    #[api(tag = 1, patch = merge, merge_key = "type", list = map("type"))]
    pub conditions: Vec<Condition>,
}
