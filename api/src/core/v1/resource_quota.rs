use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Quantity;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "resourcequotas", singular = "resourcequota", short = ["quota"])]
#[api(subresource(status))]
#[api(introduced = "1.0")]
pub struct ResourceQuota {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    #[api(tag = 2)]
    pub spec: ResourceQuotaSpec,
    #[api(tag = 3)]
    pub status: ResourceQuotaStatus,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "ResourceQuota")]
#[api(introduced = "1.0")]
pub struct ResourceQuotaList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<ResourceQuota>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourceQuotaSpec {
    #[api(tag = 1)]
    pub hard: BTreeMap<String, Quantity>,
    #[api(tag = 2, list = atomic)]
    pub scopes: Vec<ResourceQuotaScope>,
    #[api(tag = 3)]
    pub scope_selector: Option<ScopeSelector>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum ResourceQuotaScope {
    Terminating,
    NotTerminating,
    BestEffort,
    NotBestEffort,
    PriorityClass,
    CrossNamespacePodAffinity,
    VolumeAttributesClass,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct ScopeSelector {
    #[api(tag = 1, list = atomic)]
    pub match_expressions: Vec<ScopedResourceSelectorRequirement>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ScopedResourceSelectorRequirement {
    #[api(tag = 1, required)]
    pub scope_name: ResourceQuotaScope,
    #[api(tag = 2, required)]
    pub operator: ScopeSelectorOperator,
    #[api(tag = 3, list = atomic)]
    pub values: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum ScopeSelectorOperator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourceQuotaStatus {
    #[api(tag = 1)]
    pub hard: BTreeMap<String, Quantity>,
    #[api(tag = 2)]
    pub used: BTreeMap<String, Quantity>,
}
