//! What the cluster says of itself: the older discovery documents, which clients fall back to.

use std::collections::{BTreeMap, BTreeSet};

use kubeforge_machinery::{
    ApiError, GroupVersion, Object, Scheme,
    codec::{MediaType, encode},
    meta::v1::{APIGroup, APIGroupList, APIResource, APIResourceList, APIVersions, GroupVersionForDiscovery},
    scheme::{ResourceInfo, TypeEntry},
};

use super::answer;
use crate::transport::{Body, Fake};

/// Answers a request to a path that is no resource's.
pub(super) fn answer(scheme: &Scheme, path: &str) -> http::Response<Body> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let version = |group: &str, version: &str| {
        let gv = GroupVersion { group: group.to_owned().into(), version: version.to_owned().into() };
        resources(scheme, &gv)
    };
    let document: Option<Box<dyn Object>> = match parts.as_slice() {
        ["api"] => Some(Box::new(core_versions(scheme))),
        ["apis"] => Some(Box::new(APIGroupList { groups: groups(scheme) })),
        ["apis", group] => {
            groups(scheme).into_iter().find(|known| known.name == *group).map(|group| Box::new(group) as _)
        }
        ["api", v] => version("", v).map(|list| Box::new(list) as _),
        ["apis", group, v] => version(group, v).map(|list| Box::new(list) as _),
        _ => None,
    };
    match document.and_then(|document| encode(document.as_ref(), MediaType::Json)) {
        Some(json) => Fake::json(200, json),
        None => answer::refusal(&ApiError::path_not_found()),
    }
}

fn served(scheme: &Scheme) -> impl Iterator<Item = (&TypeEntry, &ResourceInfo)> {
    scheme.entries().into_iter().filter_map(|entry| Some((entry.as_ref(), entry.info.resource.as_ref()?)))
}

fn core_versions(scheme: &Scheme) -> APIVersions {
    let versions: BTreeSet<String> = served(scheme)
        .filter(|(entry, _)| entry.gvk.group.is_empty())
        .map(|(entry, _)| entry.gvk.version.to_string())
        .collect();
    APIVersions { versions: versions.into_iter().collect(), ..APIVersions::default() }
}

fn groups(scheme: &Scheme) -> Vec<APIGroup> {
    let mut groups: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (entry, _) in served(scheme).filter(|(entry, _)| !entry.gvk.group.is_empty()) {
        groups.entry(entry.gvk.group.to_string()).or_default().insert(entry.gvk.version.to_string());
    }
    let group = |(name, versions): (String, BTreeSet<String>)| {
        let version =
            |version: String| GroupVersionForDiscovery { group_version: format!("{name}/{version}"), version };
        let versions: Vec<_> = versions.into_iter().map(version).collect();
        let preferred_version = versions.last().cloned().unwrap_or_default();
        APIGroup { name: name.clone(), versions, preferred_version, ..APIGroup::default() }
    };
    groups.into_iter().map(group).collect()
}

fn resources(scheme: &Scheme, gv: &GroupVersion) -> Option<APIResourceList> {
    let mut api_resources = Vec::new();
    for (entry, resource) in served(scheme).filter(|(entry, _)| entry.gvk.group_version() == *gv) {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        api_resources.push(APIResource {
            name: resource.plural.to_string(),
            singular_name: resource.singular.to_string(),
            namespaced: resource.namespaced,
            kind: entry.gvk.kind.to_string(),
            verbs: texts(&resource.verbs),
            short_names: texts(&resource.short_names),
            categories: texts(&resource.categories),
            ..APIResource::default()
        });
        for subresource in resource.subresources.iter() {
            let own = subresource.kind.as_ref().unwrap_or(&entry.gvk);
            let is_other = subresource.kind.is_some();
            api_resources.push(APIResource {
                name: format!("{}/{}", resource.plural, subresource.name),
                namespaced: resource.namespaced,
                group: if is_other { own.group.to_string() } else { String::new() },
                version: if is_other { own.version.to_string() } else { String::new() },
                kind: own.kind.to_string(),
                verbs: texts(&subresource.verbs),
                ..APIResource::default()
            });
        }
    }
    (!api_resources.is_empty()).then(|| APIResourceList { group_version: gv.to_string(), api_resources })
}
