//! Asking the server.
//!
//! Aggregated discovery takes two requests (KEP-3352). A server that doesn't know it answers with its groups, whose
//! versions are then asked for one by one.

use http::Method;
use kubeforge_machinery::{
    codec::DocumentError,
    gvk::{GroupVersion, GroupVersionKind},
    meta::v1::{APIGroupList, APIResource, APIResourceList, APIVersions},
};
use serde::Deserialize;
use tracing::warn;

use super::{ApiGroup, ApiResource, ApiSubresource, ApiVersion, Discovery};
use crate::{client::Client, error::ClientError, request::Request, response::Answer};

/// Takes aggregated discovery, else the older documents.
const ACCEPT_AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

/// The kind of an aggregated answer.
const AGGREGATED_KIND: &str = "APIGroupDiscoveryList";

impl Discovery {
    /// Asks a server what it serves. A version that can't be read is left out, with a warning.
    ///
    /// # Errors
    /// Where the server doesn't answer.
    pub async fn load(client: &Client) -> Result<Self, ClientError> {
        let mut groups = match ask(client, "/api").await? {
            answer if is_aggregated(&answer) => aggregated(&answer)?,
            answer => vec![core_group(client, &answer.decode()?).await],
        };
        match ask(client, "/apis").await? {
            answer if is_aggregated(&answer) => groups.extend(aggregated(&answer)?),
            answer => {
                for group in answer.decode::<APIGroupList>()?.groups {
                    let preferred = group.preferred_version.version;
                    let mut versions: Vec<_> = group.versions.into_iter().map(|version| version.version).collect();
                    versions.sort_by_key(|version| *version != preferred);
                    groups.push(load_group(client, group.name, versions).await);
                }
            }
        }
        Ok(Self { groups })
    }
}

async fn ask(client: &Client, path: &str) -> Result<Answer, ClientError> {
    let mut request = Request::new(Method::GET, path);
    request.accept = ACCEPT_AGGREGATED;
    client.send(&request).await
}

fn is_aggregated(answer: &Answer) -> bool {
    answer.type_meta().kind == AGGREGATED_KIND
}

async fn core_group(client: &Client, versions: &APIVersions) -> ApiGroup {
    load_group(client, String::new(), versions.versions.clone()).await
}

async fn load_group(client: &Client, name: String, versions: Vec<String>) -> ApiGroup {
    let mut group = ApiGroup { name, versions: Vec::new() };
    for version in versions {
        let path =
            if group.name.is_empty() { format!("/api/{version}") } else { format!("/apis/{}/{version}", group.name) };
        match client.fetch::<APIResourceList>(&Request::get(path)).await {
            Ok(list) => group.versions.push(legacy_version(&group.name, version, list)),
            Err(err) => warn!(group = group.name, version, %err, "cannot read what the server serves"),
        }
    }
    group
}

fn legacy_version(group: &str, version: String, list: APIResourceList) -> ApiVersion {
    let mut found = ApiVersion { version, resources: Vec::new(), is_stale: false };
    let (subresources, resources): (Vec<_>, Vec<_>) =
        list.api_resources.into_iter().partition(|resource| resource.name.contains('/'));
    for resource in resources {
        found.resources.push(ApiResource {
            group: group.to_owned(),
            version: found.version.clone(),
            kind: legacy_kind(group, &found.version, &resource),
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
        let kind = legacy_kind(group, &found.version, &subresource);
        let Some((plural, name)) = subresource.name.split_once('/') else { continue };
        if let Some(resource) = found.resources.iter_mut().find(|resource| resource.plural == plural) {
            resource.subresources.push(ApiSubresource { name: name.to_owned(), kind, verbs: subresource.verbs });
        }
    }
    found
}

fn legacy_kind(group: &str, version: &str, resource: &APIResource) -> GroupVersionKind {
    let own = |given: &str, usual: &str| if resource.version.is_empty() { usual } else { given }.to_owned();
    let gv =
        GroupVersion { group: own(&resource.group, group).into(), version: own(&resource.version, version).into() };
    gv.with_kind(resource.kind.clone())
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

fn aggregated(answer: &Answer) -> Result<Vec<ApiGroup>, ClientError> {
    let list: GroupList = serde_json::from_slice(&answer.bytes).map_err(|err| {
        let source = DocumentError::Unrecognized(err.to_string());
        ClientError::Decode { what: AGGREGATED_KIND.to_owned(), source: Box::new(source) }
    })?;
    Ok(list.items.into_iter().map(group).collect())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::Fake;

    const CORE: &str = r#"{"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","metadata":{},"items":[
        {"metadata":{"creationTimestamp":null},"versions":[{"version":"v1","freshness":"Current","resources":[
            {"resource":"pods","responseKind":{"group":"","version":"","kind":"Pod"},"scope":"Namespaced","singularResource":"pod",
             "verbs":["get","list"],"shortNames":["po"],"categories":["all"],
             "subresources":[{"subresource":"eviction","responseKind":{"group":"policy","version":"v1","kind":"Eviction"},"verbs":["create"]}]}]}]}]}"#;
    const NO_GROUPS: &str = r#"{"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","items":[]}"#;

    fn check(discovery: &Discovery) {
        let pods = discovery.find("po").unwrap();
        assert!(pods.namespaced && pods.has_verb("list") && !pods.has_verb("create"));
        assert_eq!(pods.kind.to_string(), "v1, Kind=Pod");
        assert_eq!(pods.subresources[0].name, "eviction");
        assert_eq!(pods.subresources[0].kind.to_string(), "policy/v1, Kind=Eviction");
        assert_eq!(discovery.category("all").count(), 1);
    }

    #[tokio::test]
    async fn two_requests_tell_everything() {
        let fake = Fake::script([Fake::json(200, CORE), Fake::json(200, NO_GROUPS)]);
        check(&Discovery::load(&Client::new(fake.clone())).await.unwrap());
        assert_eq!(fake.lines(), ["GET /api", "GET /apis"]);
    }

    #[tokio::test]
    async fn an_older_server_is_asked_version_by_version() {
        let fake = Fake::script([
            Fake::json(200, r#"{"kind":"APIVersions","versions":["v1"]}"#),
            Fake::json(
                200,
                r#"{"kind":"APIResourceList","apiVersion":"v1","groupVersion":"v1","resources":[
                {"name":"pods","singularName":"pod","namespaced":true,"kind":"Pod","verbs":["get","list"],"shortNames":["po"],"categories":["all"]},
                {"name":"pods/eviction","singularName":"","namespaced":true,"group":"policy","version":"v1","kind":"Eviction","verbs":["create"]}]}"#,
            ),
            Fake::json(
                200,
                r#"{"kind":"APIGroupList","apiVersion":"v1","groups":[{"name":"apps",
                "versions":[{"groupVersion":"apps/v1beta1","version":"v1beta1"},{"groupVersion":"apps/v1","version":"v1"}],
                "preferredVersion":{"groupVersion":"apps/v1","version":"v1"}}]}"#,
            ),
            Fake::json(503, "gone"),
            Fake::json(200, r#"{"kind":"APIResourceList","groupVersion":"apps/v1beta1","resources":[]}"#),
        ]);
        let discovery = Discovery::load(&Client::new(fake.clone())).await.unwrap();
        check(&discovery);
        assert_eq!(fake.lines()[3..], ["GET /apis/apps/v1", "GET /apis/apps/v1beta1"]);
        assert_eq!(discovery.groups[1].versions.len(), 1);
    }
}
