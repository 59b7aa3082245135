//! Quotas: how much all objects together may ask for.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Quantity;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

/// Limits for what all objects of a namespace together ask for.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "resourcequotas", singular = "resourcequota", short = ["quota"])]
#[api(subresource(status))]
#[api(introduced = "1.0")]
pub struct ResourceQuota {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What is wanted.
    #[api(tag = 2)]
    pub spec: ResourceQuotaSpec,
    /// What has come of it.
    #[api(tag = 3)]
    pub status: ResourceQuotaStatus,
}

/// Resource quotas, listed as of one point in the history of the store.
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

/// The limits, and the pods that they count.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourceQuotaSpec {
    /// The limits by resource.
    #[api(tag = 1)]
    pub hard: BTreeMap<String, Quantity>,
    /// It counts only what has all these properties.
    #[api(tag = 2, list = atomic)]
    pub scopes: Vec<ResourceQuotaScope>,
    /// It counts only what has these properties, with values.
    #[api(tag = 3)]
    pub scope_selector: Option<ScopeSelector>,
}

/// A property of pods that a quota can be confined to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum ResourceQuotaScope {
    /// They have a deadline.
    Terminating,
    /// They have no deadline.
    NotTerminating,
    /// They ask for no resources.
    BestEffort,
    /// They ask for some resource.
    NotBestEffort,
    /// They have one of certain priorities.
    PriorityClass,
    /// They name pods of other namespaces in their affinity.
    CrossNamespacePodAffinity,
    /// Claims with one of certain attribute classes.
    VolumeAttributesClass,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// The properties that what a quota counts must have.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct ScopeSelector {
    /// The conditions; all must hold.
    #[api(tag = 1, list = atomic)]
    pub match_expressions: Vec<ScopedResourceSelectorRequirement>,
}

/// A condition on one property.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ScopedResourceSelectorRequirement {
    /// The property.
    #[api(tag = 1, required)]
    pub scope_name: ResourceQuotaScope,
    /// How it relates to the values.
    #[api(tag = 2, required)]
    pub operator: ScopeSelectorOperator,
    /// What it is compared with.
    #[api(tag = 3, list = atomic)]
    pub values: Vec<String>,
}

/// How a property relates to the values of a condition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum ScopeSelectorOperator {
    /// It is one of the values.
    In,
    /// It is none of the values.
    NotIn,
    /// It is there.
    Exists,
    /// It is not there.
    DoesNotExist,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// How much of a quota is used.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourceQuotaStatus {
    /// The limits in force.
    #[api(tag = 1)]
    pub hard: BTreeMap<String, Quantity>,
    /// How much is used.
    #[api(tag = 2)]
    pub used: BTreeMap<String, Quantity>,
}
