//! Cluster role bindings: who has rights in the whole cluster.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

use super::{RoleRef, Subject};

/// Gives the rights of a cluster role, everywhere, to subjects.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "v1", lossy = "the version of a subject is lost, its group stays")]
pub struct ClusterRoleBinding {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// Who has the rights.
    #[api(tag = 2, list = atomic)]
    pub subjects: Vec<Subject>,
    /// Which rights.
    #[api(tag = 3, required)]
    pub role_ref: RoleRef,
}

/// Cluster role bindings, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "ClusterRoleBinding")]
pub struct ClusterRoleBindingList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<ClusterRoleBinding>,
}
