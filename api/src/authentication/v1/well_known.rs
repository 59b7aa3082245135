//! Names that programs agree on.

/// The header that names the user to act as.
pub const IMPERSONATE_USER_HEADER: &str = "Impersonate-User";
/// The header that names a group to act as a member of; may come several times.
pub const IMPERSONATE_GROUP_HEADER: &str = "Impersonate-Group";
/// The header with the uid of the user to act as.
pub const IMPERSONATE_UID_HEADER: &str = "Impersonate-Uid";
/// How headers begin that say anything else about the user to act as; the key comes after it.
pub const IMPERSONATE_USER_EXTRA_HEADER_PREFIX: &str = "Impersonate-Extra-";
