//! Roles: rights in a namespace.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::{
    NilVec,
    meta::v1::{ListMeta, ObjectMeta},
};

/// A set of rights in one namespace.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "roles", singular = "role")]
#[api(hub)]
#[api(introduced = "1.8")]
pub struct Role {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The rights.
    #[api(tag = 2, always, list = atomic)]
    pub rules: NilVec<PolicyRule>,
}

/// Roles, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "Role")]
#[api(introduced = "1.8")]
pub struct RoleList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<Role>,
}

/// Verbs, and what they may be used on.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PolicyRule {
    /// The verbs; `*` for all.
    #[api(tag = 1, required, list = atomic)]
    pub verbs: Vec<String>,
    /// The groups of the resources; `*` for all.
    #[api(tag = 2, list = atomic)]
    pub api_groups: Vec<String>,
    /// The resources; `*` for all, `pods/status` for a subresource.
    #[api(tag = 3, list = atomic)]
    pub resources: Vec<String>,
    /// Only these objects; none means all.
    #[api(tag = 4, list = atomic)]
    pub resource_names: Vec<String>,
    /// Paths that are no resources; a `*` at the end stands for any rest.
    #[api(tag = 5, json = "nonResourceURLs", list = atomic)]
    pub non_resource_urls: Vec<String>,
}
