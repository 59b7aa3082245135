//! What the defaults of all versions have in common.

/// The group of roles, and of the subjects that are no objects.
const GROUP: &str = "rbac.authorization.k8s.io";

/// A role is one of this group.
pub(super) fn group_of_role(api_group: &mut String) {
    if api_group.is_empty() {
        *api_group = GROUP.to_owned();
    }
}

/// Users and groups belong to this group; service accounts to the core group, whose name is empty.
pub(super) fn group_of_subject(api_group: &mut String, kind: &str) {
    if api_group.is_empty() && (kind == "User" || kind == "Group") {
        *api_group = GROUP.to_owned();
    }
}
