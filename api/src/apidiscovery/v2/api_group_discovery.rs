//! All groups, versions and resources in one document.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{GroupVersionKind, ListMeta, ObjectMeta};

/// All groups that a server offers, in order of preference.
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

/// A group; its name is the object's.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(hub)]
#[api(introduced = "1.30")]
pub struct APIGroupDiscovery {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// Its versions, in order of preference.
    #[api(tag = 2, list = map("version"))]
    pub versions: Vec<APIVersionDiscovery>,
}

/// A version of a group.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct APIVersionDiscovery {
    /// The version.
    #[api(tag = 1, required)]
    pub version: String,
    /// Its resources.
    #[api(tag = 2, list = map("resource"))]
    pub resources: Vec<APIResourceDiscovery>,
    /// How new this is.
    #[api(tag = 3)]
    pub freshness: DiscoveryFreshness,
}

/// A resource.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct APIResourceDiscovery {
    /// The plural, as in the path.
    #[api(tag = 1, required)]
    pub resource: String,
    /// The kind that it answers.
    #[api(tag = 2)]
    pub response_kind: Option<Box<GroupVersionKind>>,
    /// Where its objects live.
    #[api(tag = 3, required)]
    pub scope: ResourceScope,
    /// The singular.
    #[api(tag = 4, required)]
    pub singular_resource: String,
    /// What can be done with it.
    #[api(tag = 5, required, list = set)]
    pub verbs: Vec<String>,
    /// Other names for the command line.
    #[api(tag = 6, list = set)]
    pub short_names: Vec<String>,
    /// Sets of resources that it belongs to.
    #[api(tag = 7, list = set)]
    pub categories: Vec<String>,
    /// Its subresources.
    #[api(tag = 8, list = map("subresource"))]
    pub subresources: Vec<APISubresourceDiscovery>,
}

/// A subresource.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct APISubresourceDiscovery {
    /// Its name.
    #[api(tag = 1, required)]
    pub subresource: String,
    /// The kind that it answers.
    #[api(tag = 2)]
    pub response_kind: Option<Box<GroupVersionKind>>,
    /// The kinds that it takes.
    #[api(tag = 3, list = map("group", "version", "kind"))]
    pub accepted_types: Vec<GroupVersionKind>,
    /// What can be done with it.
    #[api(tag = 4, required, list = set)]
    pub verbs: Vec<String>,
}

/// Where objects of a resource live.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ResourceScope {
    /// Beside namespaces.
    Cluster,
    /// In a namespace.
    Namespaced,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// How new what is said of a version is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum DiscoveryFreshness {
    /// As new as it can be.
    Current,
    /// Its server did not answer of late.
    Stale,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
