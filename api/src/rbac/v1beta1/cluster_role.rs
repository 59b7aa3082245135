//! Cluster roles: rights in all namespaces and outside of them.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::{
    NilVec,
    meta::v1::{LabelSelector, ListMeta, ObjectMeta},
};

use super::PolicyRule;

/// A set of rights in the whole cluster; a role binding may also grant it in one namespace.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(
    introduced = "1.6",
    deprecated = "1.17",
    removed = "1.22",
    replacement = "rbac.authorization.k8s.io/v1.ClusterRole"
)]
#[api(spoke_of = "v1")]
pub struct ClusterRole {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The rights.
    #[api(tag = 2, always, list = atomic)]
    pub rules: NilVec<PolicyRule>,
    /// Where the rights come from, where they are put together from other roles.
    #[api(tag = 3)]
    pub aggregation_rule: Option<Box<AggregationRule>>,
}

/// Cluster roles, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "ClusterRole")]
#[api(
    introduced = "1.6",
    deprecated = "1.17",
    removed = "1.22",
    replacement = "rbac.authorization.k8s.io/v1.ClusterRoleList"
)]
pub struct ClusterRoleList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<ClusterRole>,
}

/// Which cluster roles a cluster role is put together from.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct AggregationRule {
    /// Roles that match one of these are in it.
    #[api(tag = 1, list = atomic)]
    pub cluster_role_selectors: Vec<LabelSelector>,
}
