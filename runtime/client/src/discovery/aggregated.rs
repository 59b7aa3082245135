//! Aggregated discovery documents (KEP-3352).

use kubeforge_machinery::{codec::DocumentError, gvk::GroupVersion};
use serde::Deserialize;

use super::{ApiGroup, ApiResource, ApiSubresource, ApiVersion};
use crate::{error::ClientError, response::Answer};

/// The kind of an aggregated answer.
const KIND: &str = "APIGroupDiscoveryList";

/// Whether an answer is one.
pub(super) fn is(answer: &Answer) -> bool {
    answer.type_meta().kind == KIND
}

/// The groups in an answer.
///
/// # Errors
/// Where it is something else.
pub(super) fn read(answer: &Answer) -> Result<Vec<ApiGroup>, ClientError> {
    let list: GroupList = serde_json::from_slice(&answer.bytes).map_err(|err| {
        let source = DocumentError::Unrecognized(err.to_string());
        ClientError::Decode { what: KIND.to_owned(), source: Box::new(source) }
    })?;
    Ok(list.items.into_iter().map(group).collect())
}

/// The aggregated document, as far as it is read here; absent lists and texts are empty ones.
#[derive(Deserialize)]
struct GroupList {
    #[serde(default)]
    items: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    #[serde(default)]
    metadata: GroupMeta,
    #[serde(default)]
    versions: Vec<Version>,
}

#[derive(Default, Deserialize)]
struct GroupMeta {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    version: String,
    #[serde(default)]
    resources: Vec<Resource>,
    #[serde(default)]
    freshness: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Resource {
    resource: String,
    #[serde(default)]
    response_kind: Option<ResponseKind>,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    singular_resource: String,
    #[serde(default)]
    verbs: Vec<String>,
    #[serde(default)]
    short_names: Vec<String>,
    #[serde(default)]
    categories: Vec<String>,
    #[serde(default)]
    subresources: Vec<Subresource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Subresource {
    subresource: String,
    #[serde(default)]
    response_kind: Option<ResponseKind>,
    #[serde(default)]
    verbs: Vec<String>,
}

#[derive(Deserialize)]
struct ResponseKind {
    #[serde(default)]
    group: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    kind: String,
}

fn group(group: Group) -> ApiGroup {
    let name = group.metadata.name;
    let versions = group.versions.into_iter().map(|version| ApiVersion {
        resources: version.resources.into_iter().map(|found| resource(&name, &version.version, found)).collect(),
        is_stale: version.freshness == "Stale",
        version: version.version,
    });
    ApiGroup { versions: versions.collect(), name }
}

fn resource(group: &str, version: &str, found: Resource) -> ApiResource {
    // an empty group or version is that of the resource
    let kind = |kind: Option<ResponseKind>| {
        let kind = kind.unwrap_or(ResponseKind { group: String::new(), version: String::new(), kind: String::new() });
        let (group, version) = match kind.version.as_str() {
            "" => (group.to_owned(), version.to_owned()),
            _ => (kind.group, kind.version),
        };
        GroupVersion { group: group.into(), version: version.into() }.with_kind(kind.kind)
    };
    ApiResource {
        group: group.to_owned(),
        version: version.to_owned(),
        plural: found.resource,
        singular: found.singular_resource,
        kind: kind(found.response_kind),
        namespaced: found.scope == "Namespaced",
        verbs: found.verbs,
        short_names: found.short_names,
        categories: found.categories,
        subresources: found
            .subresources
            .into_iter()
            .map(|sub| ApiSubresource { name: sub.subresource, kind: kind(sub.response_kind), verbs: sub.verbs })
            .collect(),
    }
}
