//! Names that programs agree on.

/// All groups.
pub const API_GROUP_ALL: &str = "*";
/// All resources.
pub const RESOURCE_ALL: &str = "*";
/// All verbs.
pub const VERB_ALL: &str = "*";
/// All paths.
pub const NON_RESOURCE_ALL: &str = "*";
/// A subject that is a group of users.
pub const GROUP_KIND: &str = "Group";
/// A subject that is a service account.
pub const SERVICE_ACCOUNT_KIND: &str = "ServiceAccount";
/// A subject that is a user.
pub const USER_KIND: &str = "User";
/// Whether the server brings a role that it made back into shape when it starts.
pub const AUTO_UPDATE_ANNOTATION_KEY: &str = "rbac.authorization.kubernetes.io/autoupdate";
