//! Discovery: which groups, versions and resources a server has.
//!
//! Two forms of the same facts, made once from the [`Registry`]: the older documents, one for each group and version
//! ([`legacy`]), and the two aggregated ones (KEP-3352, [`aggregated`]). Groups come in order of their priority, versions
//! in order of their stability.

mod aggregated;
mod legacy;

use std::{cmp::Ordering, collections::BTreeMap, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use kubeforge_machinery::{GroupVersionKind, Object, version_order};
use sha2::{Digest as _, Sha256};

use crate::registry::{Registry, ResourceScope};

/// The media type of the aggregated documents.
pub const AGGREGATED_MEDIA_TYPE: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// A document that clients may keep as long as its tag is the same.
#[derive(Clone, Debug)]
pub struct Tagged {
    /// The document, JSON.
    pub body: Bytes,
    /// What identifies its content, with the quotes of the `ETag` header.
    pub etag: String,
}

impl Tagged {
    pub(crate) fn new(body: Vec<u8>) -> Self {
        let hash = Sha256::digest(&body);
        let digits: String = hash.iter().map(|byte| format!("{byte:02X}")).collect();
        Self { body: body.into(), etag: format!("\"{digits}\"") }
    }
}

/// All discovery documents of a server.
#[derive(Debug)]
pub struct Discovery {
    /// `/api`
    pub core_versions: Box<dyn Object>,
    /// `/apis`
    pub groups: Box<dyn Object>,
    /// `/apis/<group>`
    pub group: BTreeMap<String, Box<dyn Object>>,
    /// `/api/v1` and `/apis/<group>/<version>`
    pub resources: BTreeMap<(String, String), Box<dyn Object>>,
    /// `/api`, aggregated.
    pub aggregated_core: Tagged,
    /// `/apis`, aggregated.
    pub aggregated_groups: Tagged,
}

/// What the documents are made of: groups in order of priority, their versions in order of stability, their resources
/// by name.
struct Group<'a> {
    name: &'a str,
    versions: Vec<(&'a str, Vec<&'a Arc<ResourceScope>>)>,
}

impl Discovery {
    /// The documents of the registry's resources.
    ///
    /// `priorities` says which groups come first, highest first; groups that it doesn't name follow by name.
    /// `server_address` is the `host:port` that clients reach the server at.
    pub fn new(registry: &Registry, priorities: &[&str], server_address: &str) -> Self {
        let dynamic = registry.dynamic();
        let groups = groups(registry.scopes().chain(dynamic.scopes()), priorities);
        let (core, named): (Vec<_>, Vec<_>) = groups.iter().partition(|group| group.name.is_empty());
        Self {
            core_versions: legacy::core_versions(&core, server_address),
            groups: legacy::group_list(&named),
            group: named.iter().map(|group| (group.name.to_owned(), legacy::group(group))).collect(),
            resources: groups
                .iter()
                .flat_map(|group| group.versions.iter().map(move |version| (group.name, version)))
                .map(|(group, (version, resources))| {
                    let key = (group.to_owned(), (*version).to_owned());
                    (key, legacy::resource_list(group, version, resources))
                })
                .collect(),
            aggregated_core: Tagged::new(aggregated::group_list(&core)),
            aggregated_groups: Tagged::new(aggregated::group_list(&named)),
        }
    }
}

fn groups<'a>(scopes: impl Iterator<Item = &'a Arc<ResourceScope>>, priorities: &[&str]) -> Vec<Group<'a>> {
    let mut by_name: BTreeMap<&str, BTreeMap<&str, Vec<&Arc<ResourceScope>>>> = BTreeMap::new();
    for scope in scopes {
        by_name.entry(&scope.gvr.group).or_default().entry(&scope.gvr.version).or_default().push(scope);
    }
    for resources in by_name.values_mut().flat_map(BTreeMap::values_mut) {
        resources.sort_by(|a, b| a.gvr.resource.cmp(&b.gvr.resource));
    }
    let rank = |name: &str| priorities.iter().position(|it| *it == name).unwrap_or(priorities.len());
    let mut groups: Vec<Group<'_>> = by_name
        .into_iter()
        .map(|(name, versions)| {
            let mut versions: Vec<_> = versions.into_iter().collect();
            versions.sort_by(|(a, _), (b, _)| version_order::compare(a, b));
            Group { name, versions }
        })
        .collect();
    groups.sort_by(|a, b| match rank(a.name).cmp(&rank(b.name)) {
        Ordering::Equal => a.name.cmp(b.name),
        order => order,
    });
    groups
}

/// Tells clients whether the stored form of a resource has changed: a hash of the stored kind's name.
fn storage_version_hash(stored: &GroupVersionKind) -> String {
    const BYTES: usize = 8;
    let name = format!("{}/{}/{}", stored.group, stored.version, stored.kind);
    STANDARD.encode(&Sha256::digest(name.as_bytes())[..BYTES])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_upstream() {
        // the values that kube-apiserver publishes for these
        assert_eq!(storage_version_hash(&GroupVersionKind::new("", "v1", "ConfigMap")), "qFsyl6wFWjQ=");
        assert_eq!(storage_version_hash(&GroupVersionKind::new("apps", "v1", "Deployment")), "8aSe+NMegvE=");
    }
}
