//! Version v1 of the `rbac.authorization.k8s.io` group: roles and who has them.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod cluster_role;
mod cluster_role_binding;
pub mod defaults;
mod role;
mod role_binding;
mod well_known;

#[rustfmt::skip]
pub mod generated;

pub use cluster_role::{AggregationRule, ClusterRole, ClusterRoleList};
pub use cluster_role_binding::{ClusterRoleBinding, ClusterRoleBindingList};
pub use role::{PolicyRule, Role, RoleList};
pub use role_binding::{RoleBinding, RoleBindingList, RoleRef, Subject};
pub use well_known::{
    API_GROUP_ALL, AUTO_UPDATE_ANNOTATION_KEY, GROUP_KIND, NON_RESOURCE_ALL, RESOURCE_ALL, SERVICE_ACCOUNT_KIND,
    USER_KIND, VERB_ALL,
};
