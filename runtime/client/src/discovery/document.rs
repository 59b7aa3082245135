//! The older discovery documents, `APIGroupList` and `APIResourceList`: from a server that has no others, and as what is
//! known is kept on disk.

use kubeforge_machinery::{
    gvk::{GroupVersion, GroupVersionKind},
    meta::v1::{APIGroup, APIGroupList, APIResource, APIResourceList, GroupVersionForDiscovery},
};

use super::{ApiResource, ApiSubresource, ApiVersion, Discovery};

/// A version of a group, from its document.
pub(super) fn version(group: &str, version: String, list: APIResourceList) -> ApiVersion {
    let mut found = ApiVersion { version, resources: Vec::new(), is_stale: false };
    let (subresources, resources): (Vec<_>, Vec<_>) =
        list.api_resources.into_iter().partition(|resource| resource.name.contains('/'));
    for resource in resources {
        found.resources.push(ApiResource {
            group: group.to_owned(),
            version: found.version.clone(),
            kind: kind(group, &found.version, &resource),
            plural: resource.name,
            singular: resource.singular_name,
            namespaced: resource.namespaced,
            verbs: resource.verbs,
            short_names: resource.short_names,
            categories: resource.categories,
            subresources: Vec::new(),
        });
    }
    for subresource in subresources {
        let kind = kind(group, &found.version, &subresource);
        let Some((plural, name)) = subresource.name.split_once('/') else { continue };
        if let Some(resource) = found.resources.iter_mut().find(|resource| resource.plural == plural) {
            resource.subresources.push(ApiSubresource { name: name.to_owned(), kind, verbs: subresource.verbs });
        }
    }
    found
}

fn kind(group: &str, version: &str, resource: &APIResource) -> GroupVersionKind {
    let own = |given: &str, usual: &str| if resource.version.is_empty() { usual } else { given }.to_owned();
    let gv =
        GroupVersion { group: own(&resource.group, group).into(), version: own(&resource.version, version).into() };
    gv.with_kind(resource.kind.clone())
}

impl Discovery {
    /// The groups as their document, the core group among them.
    pub(super) fn group_list(&self) -> APIGroupList {
        let groups = self.groups.iter().map(|group| {
            let versions: Vec<_> = group
                .versions
                .iter()
                .map(|version| GroupVersionForDiscovery {
                    group_version: group_version(&group.name, &version.version),
                    version: version.version.clone(),
                })
                .collect();
            let preferred_version = versions.first().cloned().unwrap_or_default();
            APIGroup { name: group.name.clone(), versions, preferred_version, ..APIGroup::default() }
        });
        APIGroupList { groups: groups.collect() }
    }
}

impl ApiVersion {
    /// Its resources as their document.
    pub(super) fn resource_list(&self, group: &str) -> APIResourceList {
        let mut api_resources = Vec::new();
        for resource in &self.resources {
            api_resources.push(APIResource {
                name: resource.plural.clone(),
                singular_name: resource.singular.clone(),
                namespaced: resource.namespaced,
                verbs: resource.verbs.clone(),
                short_names: resource.short_names.clone(),
                categories: resource.categories.clone(),
                ..self.described(group, &resource.kind)
            });
            for subresource in &resource.subresources {
                api_resources.push(APIResource {
                    name: format!("{}/{}", resource.plural, subresource.name),
                    namespaced: resource.namespaced,
                    verbs: subresource.verbs.clone(),
                    ..self.described(group, &subresource.kind)
                });
            }
        }
        APIResourceList { group_version: group_version(group, &self.version), api_resources }
    }

    /// A kind, with its group and version where they are not those of the document.
    fn described(&self, group: &str, kind: &GroupVersionKind) -> APIResource {
        let mut described = APIResource { kind: kind.kind.to_string(), ..APIResource::default() };
        if kind.group != group || kind.version != self.version {
            described.group = kind.group.to_string();
            described.version = kind.version.to_string();
        }
        described
    }
}

pub(super) fn group_version(group: &str, version: &str) -> String {
    if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") }
}
