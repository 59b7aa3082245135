use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{GroupVersionKind, ListMeta, ObjectMeta};

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "APIGroupDiscovery")]
#[api(introduced = "1.30")]
pub struct APIGroupDiscoveryList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<APIGroupDiscovery>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(introduced = "1.30")]
pub struct APIGroupDiscovery {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    #[api(tag = 2, list = map("version"))]
    pub versions: Vec<APIVersionDiscovery>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct APIVersionDiscovery {
    #[api(tag = 1, required)]
    pub version: String,
    #[api(tag = 2, list = map("resource"))]
    pub resources: Vec<APIResourceDiscovery>,
    #[api(tag = 3)]
    pub freshness: DiscoveryFreshness,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct APIResourceDiscovery {
    #[api(tag = 1, required)]
    pub resource: String,
    #[api(tag = 2)]
    pub response_kind: Option<Box<GroupVersionKind>>,
    #[api(tag = 3, required)]
    pub scope: ResourceScope,
    #[api(tag = 4, required)]
    pub singular_resource: String,
    #[api(tag = 5, required, list = set)]
    pub verbs: Vec<String>,
    #[api(tag = 6, list = set)]
    pub short_names: Vec<String>,
    #[api(tag = 7, list = set)]
    pub categories: Vec<String>,
    #[api(tag = 8, list = map("subresource"))]
    pub subresources: Vec<APISubresourceDiscovery>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct APISubresourceDiscovery {
    #[api(tag = 1, required)]
    pub subresource: String,
    #[api(tag = 2)]
    pub response_kind: Option<Box<GroupVersionKind>>,
    #[api(tag = 3, list = map("group", "version", "kind"))]
    pub accepted_types: Vec<GroupVersionKind>,
    #[api(tag = 4, required, list = set)]
    pub verbs: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ResourceScope {
    Cluster,
    Namespaced,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum DiscoveryFreshness {
    Current,
    Stale,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
