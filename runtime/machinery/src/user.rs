//! Who makes a request: shared by the client's in-process transport and the API server's filters.

use std::collections::BTreeMap;

/// A user as authentication found it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserInfo {
    /// The name, for example `system:node:node-1`.
    pub name: String,
    /// An identifier that stays with the user; may be empty.
    pub uid: String,
    /// The groups the user is in.
    pub groups: Vec<String>,
    /// What else the authenticator knows, for the authorizer.
    pub extra: BTreeMap<String, Vec<String>>,
}

/// Groups and users with a meaning of their own.
pub mod well_known {
    /// Members may do anything.
    pub const GROUP_MASTERS: &str = "system:masters";
    /// Everybody who was authenticated.
    pub const GROUP_AUTHENTICATED: &str = "system:authenticated";
    /// Everybody who was not.
    pub const GROUP_UNAUTHENTICATED: &str = "system:unauthenticated";
    /// The user of requests without credentials.
    pub const USER_ANONYMOUS: &str = "system:anonymous";
}

/// The identity of a caller in the same process, as a request extension.
///
/// It cannot come over the network, where requests start without extensions; the server trusts it for that reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InProcessUser {
    /// The user's name.
    pub name: String,
    /// The user's groups.
    pub groups: Vec<String>,
}
