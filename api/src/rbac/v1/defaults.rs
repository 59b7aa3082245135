//! Defaults that the markers cannot say.

use super::{ClusterRoleBinding, GROUP_KIND, RoleBinding, RoleRef, Subject, USER_KIND};

/// The group of roles, and of the subjects that are no objects.
const GROUP: &str = "rbac.authorization.k8s.io";

/// The role is one of this group.
pub fn default_role_binding(binding: &mut RoleBinding) {
    default_role_ref(&mut binding.role_ref);
}

/// The role is one of this group.
pub fn default_cluster_role_binding(binding: &mut ClusterRoleBinding) {
    default_role_ref(&mut binding.role_ref);
}

/// Users and groups belong to this group; service accounts to the core group, whose name is empty.
pub fn default_subject(subject: &mut Subject) {
    if subject.api_group.is_empty() && (subject.kind == USER_KIND || subject.kind == GROUP_KIND) {
        subject.api_group = GROUP.to_owned();
    }
}

/// The role is one of this group.
pub fn default_role_ref(role: &mut RoleRef) {
    if role.api_group.is_empty() {
        role.api_group = GROUP.to_owned();
    }
}
