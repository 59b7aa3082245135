//! Defaults that the markers cannot say. Subjects have a version here beside their group.

use super::{GROUP_KIND, RoleRef, SERVICE_ACCOUNT_KIND, Subject, USER_KIND};
use crate::rbac::defaults;

/// Users and groups belong to this group; service accounts to the core group.
pub fn default_subject(subject: &mut Subject) {
    if subject.api_version.is_empty() {
        subject.api_version = match subject.kind.as_str() {
            USER_KIND | GROUP_KIND => "rbac.authorization.k8s.io/v1alpha1".to_owned(),
            SERVICE_ACCOUNT_KIND => "v1".to_owned(),
            _ => return,
        };
    }
}

/// The role is one of this group.
pub fn default_role_ref(role: &mut RoleRef) {
    defaults::group_of_role(&mut role.api_group);
}

#[cfg(test)]
mod tests;
