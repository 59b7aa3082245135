//! The documents for each group and version.

use std::sync::Arc;

use kubeforge_machinery::{
    Object,
    meta::v1::{
        APIGroup, APIGroupList, APIResource, APIResourceList, APIVersions, GroupVersionForDiscovery,
        ServerAddressByClientCIDR,
    },
};

use super::{Group, storage_version_hash};
use crate::registry::ResourceScope;

/// `/api`
pub(super) fn core_versions(core: &[&Group<'_>], server_address: &str) -> Box<dyn Object> {
    let versions = core.iter().flat_map(|group| &group.versions).map(|(version, _)| (*version).to_owned());
    Box::new(APIVersions {
        versions: versions.collect(),
        server_address_by_client_cidrs: vec![ServerAddressByClientCIDR {
            client_cidr: "0.0.0.0/0".to_owned(),
            server_address: server_address.to_owned(),
        }],
    })
}

/// `/apis`
pub(super) fn group_list(groups: &[&Group<'_>]) -> Box<dyn Object> {
    Box::new(APIGroupList { groups: groups.iter().map(|group| api_group(group)).collect() })
}

/// `/apis/<group>`
pub(super) fn group(group: &Group<'_>) -> Box<dyn Object> {
    Box::new(api_group(group))
}

fn api_group(group: &Group<'_>) -> APIGroup {
    let versions: Vec<GroupVersionForDiscovery> = group
        .versions
        .iter()
        .map(|(version, _)| GroupVersionForDiscovery {
            group_version: format!("{}/{version}", group.name),
            version: (*version).to_owned(),
        })
        .collect();
    APIGroup {
        name: group.name.to_owned(),
        preferred_version: versions.first().cloned().unwrap_or_default(),
        versions,
        ..APIGroup::default()
    }
}

/// `/apis/<group>/<version>`
pub(super) fn resource_list(group: &str, version: &str, resources: &[&Arc<ResourceScope>]) -> Box<dyn Object> {
    let mut list = Vec::new();
    for scope in resources {
        list.push(APIResource {
            name: scope.gvr.resource.to_string(),
            singular_name: scope.info.singular.to_string(),
            namespaced: scope.info.namespaced,
            kind: scope.kind.kind.to_string(),
            verbs: scope.info.verbs.iter().map(|verb| (*verb).to_owned()).collect(),
            short_names: scope.info.short_names.iter().map(|name| (*name).to_owned()).collect(),
            categories: scope.info.categories.iter().map(|name| (*name).to_owned()).collect(),
            storage_version_hash: match scope.storage {
                Some(_) => storage_version_hash(&scope.stored),
                None => String::new(),
            },
            ..APIResource::default()
        });
        for (name, subresource) in &scope.subresources {
            let own = subresource.kind.group == scope.gvr.group && subresource.kind.version == scope.gvr.version;
            let (group, version) = if own {
                Default::default()
            } else {
                (subresource.kind.group.to_string(), subresource.kind.version.to_string())
            };
            list.push(APIResource {
                name: format!("{}/{name}", scope.gvr.resource),
                namespaced: scope.info.namespaced,
                kind: subresource.kind.kind.to_string(),
                group,
                version,
                verbs: subresource.verbs.clone(),
                ..APIResource::default()
            });
        }
    }
    // upstream sorts built-in resources by name, and tells of a custom resource's status before its scale
    let is_custom = resources.iter().any(|scope| scope.is_custom());
    let key = |resource: &APIResource| match resource.name.split_once('/') {
        Some((plural, "scale")) if is_custom => format!("{plural}/~"),
        _ => resource.name.clone(),
    };
    list.sort_by_cached_key(key);
    let group_version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
    Box::new(APIResourceList { group_version, api_resources: list })
}
