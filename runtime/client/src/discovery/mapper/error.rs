//! Why a name leads nowhere, or to several places (apimachinery pkg/api/meta/errors.go).

use std::fmt::Display;

use kubeforge_machinery::{
    GroupVersionResource,
    gvk::{GroupKind, GroupVersionKind},
};

use crate::error::ClientError;

/// A name that leads to no resource or kind, or to several.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// There is no such resource.
    #[error("no matches for {}", resource(.0))]
    NoResource(GroupVersionResource),
    /// There is no such kind.
    #[error("{}", no_kind(.kind, .versions))]
    NoKind {
        /// The kind.
        kind: GroupKind,
        /// The versions that were looked at; all where there are none.
        versions: Vec<String>,
    },
    /// There are several, and none goes before the others.
    #[error("{} matches multiple {}", resource(.partial), candidates(.resources, .kinds))]
    Ambiguous {
        /// What was asked for.
        partial: GroupVersionResource,
        /// The resources that it may mean.
        resources: Vec<GroupVersionResource>,
        /// The kinds that it may mean.
        kinds: Vec<GroupVersionKind>,
    },
    /// A resource must be named.
    #[error("a resource must be present, got: {}", resource(.0))]
    NoName(GroupVersionResource),
    /// What somebody typed is neither a resource nor a kind.
    #[error("the server doesn't have a resource type {0:?}")]
    NoResourceType(String),
    /// A plural has more than one singular.
    #[error("multiple possible singular resources ({}) found for {name}", list(.resources, resource))]
    Singulars {
        /// The plural.
        name: String,
        /// The resources.
        resources: Vec<GroupVersionResource>,
    },
    /// The server didn't say what it serves.
    #[error(transparent)]
    Discovery(#[from] ClientError),
}

impl MappingError {
    /// Whether nothing was found.
    pub fn is_no_match(&self) -> bool {
        matches!(self, Self::NoResource(_) | Self::NoKind { .. } | Self::NoResourceType(_))
    }

    /// Whether too much was found.
    pub fn is_ambiguous(&self) -> bool {
        matches!(self, Self::Ambiguous { .. } | Self::Singulars { .. })
    }
}

/// As Go prints it: the slash is there without a group, too.
pub(crate) fn resource(gvr: &GroupVersionResource) -> String {
    format!("{}/{}, Resource={}", gvr.group, gvr.version, gvr.resource)
}

fn kind(gvk: &GroupVersionKind) -> String {
    format!("{}/{}, Kind={}", gvk.group, gvk.version, gvk.kind)
}

fn list<T, D: Display>(items: &[T], show: fn(&T) -> D) -> String {
    let shown: Vec<_> = items.iter().map(|item| show(item).to_string()).collect();
    format!("[{}]", shown.join(" "))
}

fn candidates(resources: &[GroupVersionResource], kinds: &[GroupVersionKind]) -> String {
    match (resources, kinds) {
        ([], []) => "resources or kinds".to_owned(),
        ([], kinds) => format!("kinds {}", list(kinds, kind)),
        (resources, []) => format!("resources {}", list(resources, resource)),
        (resources, kinds) => format!("resources {} and kinds {}", list(resources, resource), list(kinds, kind)),
    }
}

fn no_kind(gk: &GroupKind, versions: &[String]) -> String {
    let mut searched: Vec<_> =
        versions.iter().map(|version| super::super::document::group_version(&gk.group, version)).collect();
    searched.sort_unstable();
    searched.dedup();
    match searched.as_slice() {
        [] => format!("no matches for kind {:?} in group {:?}", gk.kind, gk.group),
        [version] => format!("no matches for kind {:?} in version {version:?}", gk.kind),
        versions => {
            let versions: Vec<_> = versions.iter().map(|version| format!("{version:?}")).collect();
            format!("no matches for kind {:?} in versions [{}]", gk.kind, versions.join(" "))
        }
    }
}
