//! Defaults that the markers cannot say.

use super::{RoleRef, Subject};
use crate::rbac::defaults;

/// Users and groups belong to this group.
pub fn default_subject(subject: &mut Subject) {
    defaults::group_of_subject(&mut subject.api_group, &subject.kind);
}

/// The role is one of this group.
pub fn default_role_ref(role: &mut RoleRef) {
    defaults::group_of_role(&mut role.api_group);
}
