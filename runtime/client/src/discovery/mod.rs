//! What a server serves: its groups, their versions, their resources; and the way from a kind's or a resource's name to
//! where it is served (client-go's discovery client and RESTMapper).

mod load;
mod lookup;

use kubeforge_machinery::gvk::{GroupVersion, GroupVersionKind, GroupVersionResource};

/// What a server serves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discovery {
    /// The groups in the server's order: the core group first, preferred groups before others.
    pub groups: Vec<ApiGroup>,
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
