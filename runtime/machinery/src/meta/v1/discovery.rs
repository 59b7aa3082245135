//! What the API answers about itself: its groups, their versions, their resources.

use kubeforge_derive::ApiSource;

/// The versions of the core group, as `/api` lists them.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, group = "", version = "v1", no_resource)]
pub struct APIVersions {
    /// In order of preference.
    #[api(tag = 1, required, list = atomic)]
    pub versions: Vec<String>,
    /// Where clients in which network find the server.
    #[api(tag = 2, json = "serverAddressByClientCIDRs", required, list = atomic)]
    pub server_address_by_client_cidrs: Vec<ServerAddressByClientCIDR>,
}

/// All groups, as `/apis` lists them.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, group = "", version = "v1", no_resource)]
pub struct APIGroupList {
    /// The groups, in order of preference.
    #[api(tag = 1, required, list = atomic)]
    pub groups: Vec<APIGroup>,
}

/// A group and its versions, as `/apis/<group>` shows them.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, group = "", version = "v1", no_resource)]
pub struct APIGroup {
    /// The group's name.
    #[api(tag = 1, required)]
    pub name: String,
    /// Its versions, in order of preference.
    #[api(tag = 2, required, list = atomic)]
    pub versions: Vec<GroupVersionForDiscovery>,
    /// The version to use where a client has no wish of its own.
    #[api(tag = 3)]
    pub preferred_version: GroupVersionForDiscovery,
    /// Where clients in which network find the server.
    #[api(tag = 4, json = "serverAddressByClientCIDRs", list = atomic)]
    pub server_address_by_client_cidrs: Vec<ServerAddressByClientCIDR>,
}

/// A version, with its group and without.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GroupVersionForDiscovery {
    /// `group/version`, as in `apiVersion`.
    #[api(tag = 1, required)]
    pub group_version: String,
    /// The version alone.
    #[api(tag = 2, required)]
    pub version: String,
}

/// The address of the server for the clients of one network.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServerAddressByClientCIDR {
    /// The network that the client's address is in.
    #[api(tag = 1, json = "clientCIDR", required)]
    pub client_cidr: String,
    /// Host or IP, with a port where it needs one.
    #[api(tag = 2, required)]
    pub server_address: String,
}

/// The resources of one version of a group, subresources included.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, group = "", version = "v1", no_resource)]
pub struct APIResourceList {
    /// `group/version`.
    #[api(tag = 1, required)]
    pub group_version: String,
    /// The resources; a subresource is named `pods/status`.
    #[api(tag = 2, json = "resources", required, list = atomic)]
    pub api_resources: Vec<APIResource>,
}

/// A resource or subresource.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct APIResource {
    /// Its plural, as in the path.
    #[api(tag = 1, required)]
    pub name: String,
    /// Its singular, as a person would type it.
    #[api(tag = 6, required)]
    pub singular_name: String,
    /// Whether its objects are in namespaces.
    #[api(tag = 2, required)]
    pub namespaced: bool,
    /// The group of its kind, where that is another one.
    #[api(tag = 8)]
    pub group: String,
    /// The version of its kind, where that is another one.
    #[api(tag = 9)]
    pub version: String,
    /// The kind that it takes and answers.
    #[api(tag = 3, required)]
    pub kind: String,
    /// What can be done with it.
    #[api(tag = 4, wire = "list", required)]
    pub verbs: Vec<String>,
    /// Other names for the command line.
    #[api(tag = 5, list = atomic)]
    pub short_names: Vec<String>,
    /// Sets of resources that it belongs to, such as `all`.
    #[api(tag = 7, list = atomic)]
    pub categories: Vec<String>,
    /// Changes when the stored version does. To be compared for equality only.
    #[api(tag = 10)]
    pub storage_version_hash: String,
}

/// The paths that the server answers at.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct RootPaths {
    /// Sorted.
    #[api(tag = 1, required, list = atomic)]
    pub paths: Vec<String>,
}
