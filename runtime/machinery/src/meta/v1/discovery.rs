use kubeforge_derive::ApiSource;

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, group = "", version = "v1", no_resource)]
pub struct APIVersions {
    #[api(tag = 1, required, list = atomic)]
    pub versions: Vec<String>,
    #[api(tag = 2, json = "serverAddressByClientCIDRs", required, list = atomic)]
    pub server_address_by_client_cidrs: Vec<ServerAddressByClientCIDR>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, group = "", version = "v1", no_resource)]
pub struct APIGroupList {
    #[api(tag = 1, required, list = atomic)]
    pub groups: Vec<APIGroup>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, group = "", version = "v1", no_resource)]
pub struct APIGroup {
    #[api(tag = 1, required)]
    pub name: String,
    #[api(tag = 2, required, list = atomic)]
    pub versions: Vec<GroupVersionForDiscovery>,
    #[api(tag = 3)]
    pub preferred_version: GroupVersionForDiscovery,
    #[api(tag = 4, json = "serverAddressByClientCIDRs", list = atomic)]
    pub server_address_by_client_cidrs: Vec<ServerAddressByClientCIDR>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GroupVersionForDiscovery {
    #[api(tag = 1, required)]
    pub group_version: String,
    #[api(tag = 2, required)]
    pub version: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServerAddressByClientCIDR {
    #[api(tag = 1, json = "clientCIDR", required)]
    pub client_cidr: String,
    #[api(tag = 2, required)]
    pub server_address: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, group = "", version = "v1", no_resource)]
pub struct APIResourceList {
    #[api(tag = 1, required)]
    pub group_version: String,
    #[api(tag = 2, json = "resources", required, list = atomic)]
    pub api_resources: Vec<APIResource>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct APIResource {
    #[api(tag = 1, required)]
    pub name: String,
    #[api(tag = 6, required)]
    pub singular_name: String,
    #[api(tag = 2, required)]
    pub namespaced: bool,
    #[api(tag = 8)]
    pub group: String,
    #[api(tag = 9)]
    pub version: String,
    #[api(tag = 3, required)]
    pub kind: String,
    #[api(tag = 4, wire = "list", required)]
    pub verbs: Vec<String>,
    #[api(tag = 5, list = atomic)]
    pub short_names: Vec<String>,
    #[api(tag = 7, list = atomic)]
    pub categories: Vec<String>,
    #[api(tag = 10)]
    pub storage_version_hash: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct RootPaths {
    #[api(tag = 1, required, list = atomic)]
    pub paths: Vec<String>,
}
