//! What a server serves: its groups, their versions, their resources; and the way from a kind's or a resource's name to
//! where it is served (client-go's discovery client and RESTMapper).
//!
//! [`Discovery`] is what a server said once. A [`DiscoveryCache`] keeps it until it is invalidated: in memory at any age, and
//! where wanted on disk, from where it is read unless it is too old. A [`RestMapper`] finds resources and kinds by all their names; [`DeferredMapper`] does that over
//! a cache, and asks the server again where something isn't found.
//!
//! ```no_run
//! use kubeforge_client::{Client, discovery::{DeferredMapper, DiscoveryCache, DiskCache}, dynamic::DynamicApi};
//!
//! # async fn example(client: Client) -> Result<(), Box<dyn std::error::Error>> {
//! let disk = DiskCache::for_server(std::path::Path::new("/home/me/.kube/cache"), "https://lab.example.com:6443");
//! let mapper = DeferredMapper::new(DiscoveryCache::on_disk(client.clone(), disk));
//! // what a person typed: a short name, a kind, a resource with its group…
//! let found = mapper.mapping_for("deploy").await?;
//! assert!(found.is_namespaced);
//! let deployments = DynamicApi::namespaced(client, found.resource, "default");
//! # Ok(())
//! # }
//! ```

mod aggregated;
mod cache;
mod disk;
mod document;
mod load;
mod lookup;
mod mapper;
mod version;

use std::fmt;

pub use cache::DiscoveryCache;
pub use disk::DiskCache;
pub use mapper::{DeferredMapper, Mapping, MappingError, RestMapper};
pub use version::ServerVersion;

pub(crate) use mapper::go_text;

use kubeforge_machinery::gvk::{GroupVersion, GroupVersionKind, GroupVersionResource};

/// What a server serves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discovery {
    /// The groups in the server's order: the core group first, preferred groups before others.
    pub groups: Vec<ApiGroup>,
    /// What the server could not tell.
    pub failures: Vec<GroupFailure>,
}

/// A version of a group of which the server could not tell what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupFailure {
    /// The group.
    pub group: String,
    /// The version.
    pub version: String,
    /// Why.
    pub reason: String,
}

/// What a server could not tell, as one error (client-go's ErrGroupDiscoveryFailed).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscoveryFailed(Vec<GroupFailure>);

impl fmt::Display for DiscoveryFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |it: &GroupFailure| format!("{}: {}", document::group_version(&it.group, &it.version), it.reason);
        let mut groups: Vec<_> = self.0.iter().map(of).collect();
        groups.sort_unstable();
        write!(f, "unable to retrieve the complete list of server APIs: {}", groups.join(", "))
    }
}

impl std::error::Error for DiscoveryFailed {}

impl Discovery {
    /// What is missing from it, if anything is. Many programs go on without.
    pub fn failure(&self) -> Option<DiscoveryFailed> {
        (!self.failures.is_empty()).then(|| DiscoveryFailed(self.failures.clone()))
    }
}

/// A group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiGroup {
    /// The name; empty for the core group.
    pub name: String,
    /// The versions, the preferred one first.
    pub versions: Vec<ApiVersion>,
}

/// A version of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiVersion {
    /// Which one.
    pub version: String,
    /// Its resources.
    pub resources: Vec<ApiResource>,
    /// The server has this from another server that doesn't answer now.
    pub is_stale: bool,
}

/// A resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiResource {
    /// Its group.
    pub group: String,
    /// Its version.
    pub version: String,
    /// The plural, as paths spell it.
    pub plural: String,
    /// The singular.
    pub singular: String,
    /// The kind of its objects, which may be of another group and version.
    pub kind: GroupVersionKind,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// What can be done with it.
    pub verbs: Vec<String>,
    /// Short names, for command lines.
    pub short_names: Vec<String>,
    /// Sets of resources it belongs to, such as `all`.
    pub categories: Vec<String>,
    /// Its subresources.
    pub subresources: Vec<ApiSubresource>,
}

/// A subresource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiSubresource {
    /// The name, for example `status`.
    pub name: String,
    /// The kind that it takes and answers.
    pub kind: GroupVersionKind,
    /// What can be done with it.
    pub verbs: Vec<String>,
}

impl ApiResource {
    /// Its group and version.
    pub fn group_version(&self) -> GroupVersion {
        GroupVersion { group: self.group.clone().into(), version: self.version.clone().into() }
    }

    /// Where it is served.
    pub fn gvr(&self) -> GroupVersionResource {
        self.group_version().with_resource(self.plural.clone())
    }

    /// Whether something can be done with it.
    pub fn has_verb(&self, verb: &str) -> bool {
        self.verbs.iter().any(|known| known == verb)
    }
}
