//! Role bindings: who has rights in a namespace.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

/// Gives the rights of a role, in one namespace, to subjects.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "v1", lossy = "the version of a subject is lost, its group stays")]
pub struct RoleBinding {
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

/// Role bindings, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "RoleBinding")]
pub struct RoleBindingList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<RoleBinding>,
}

/// Somebody: a user, a group, or a service account.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Subject {
    /// Its kind.
    #[api(tag = 1, required)]
    pub kind: String,
    /// The group and version of its kind, as the first version wrote it.
    #[api(tag = 2)]
    pub api_version: String,
    /// Its name.
    #[api(tag = 3, required)]
    pub name: String,
    /// Its namespace.
    #[api(tag = 4)]
    pub namespace: String,
}

/// The role that a binding is about; fixed.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct RoleRef {
    /// The group of its kind; empty for the core group.
    #[api(tag = 1, always)]
    pub api_group: String,
    /// Its kind.
    #[api(tag = 2, required)]
    pub kind: String,
    /// Its name.
    #[api(tag = 3, required)]
    pub name: String,
}
