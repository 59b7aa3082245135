//! Asking the server.
//!
//! Aggregated discovery takes two requests (KEP-3352). A server that doesn't know it answers with its groups, whose
//! versions are then asked for one by one.

use futures::future::join_all;
use http::{
    HeaderValue, Method, StatusCode,
    header::{ETAG, IF_NONE_MATCH},
};
use kubeforge_machinery::meta::v1::{APIGroupList, APIResourceList, APIVersions};

use super::{ApiGroup, ApiVersion, Discovery, GroupFailure, aggregated, document};
use crate::{client::Client, error::ClientError, request::Request, response::Answer};

/// Takes aggregated discovery, else the older documents.
const ACCEPT_AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

/// What a server said before, so that it need not say it again.
#[derive(Debug, Default)]
pub(super) struct Known {
    core: Option<Tagged>,
    groups: Option<Tagged>,
}

#[derive(Debug)]
struct Tagged {
    tag: HeaderValue,
    groups: Vec<ApiGroup>,
}

impl Discovery {
    /// Asks a server what it serves. What it can't tell now is among the [failures](Discovery::failures).
    ///
    /// # Errors
    /// Where the server doesn't answer.
    pub async fn load(client: &Client) -> Result<Self, ClientError> {
        load(client, &mut Known::default()).await
    }
}

/// Asks a server what it serves; what hasn't changed since it was `known` isn't sent again.
pub(super) async fn load(client: &Client, known: &mut Known) -> Result<Discovery, ClientError> {
    let mut discovery = Discovery::default();
    match ask(client, "/api", &mut known.core).await? {
        Asked::Groups(groups) => discovery.groups = groups,
        Asked::Older(answer) => {
            let versions = answer.decode::<APIVersions>()?.versions;
            discovery.add(load_group(client, String::new(), versions).await);
        }
        Asked::Nothing => {}
    }
    match ask(client, "/apis", &mut known.groups).await? {
        Asked::Groups(groups) => discovery.groups.extend(groups),
        Asked::Older(answer) => {
            let groups = answer.decode::<APIGroupList>()?.groups.into_iter().map(|group| {
                let preferred = group.preferred_version.version;
                let mut versions: Vec<_> = group.versions.into_iter().map(|version| version.version).collect();
                versions.sort_by_key(|version| *version != preferred);
                load_group(client, group.name, versions)
            });
            join_all(groups).await.into_iter().for_each(|loaded| discovery.add(loaded));
        }
        Asked::Nothing => {}
    }
    discovery.note_stale();
    Ok(discovery)
}

enum Asked {
    Groups(Vec<ApiGroup>),
    Older(Answer),
    /// The user may not ask, or there are none: client-go goes on with the rest.
    Nothing,
}

async fn ask(client: &Client, path: &str, known: &mut Option<Tagged>) -> Result<Asked, ClientError> {
    let mut request = Request::new(Method::GET, path);
    request.accept = ACCEPT_AGGREGATED;
    if let Some(known) = known {
        request.headers.insert(IF_NONE_MATCH, known.tag.clone());
    }
    let answer = match client.send(&request).await {
        Ok(answer) => answer,
        Err(err) if err.is_not_found() || err.api().is_some_and(kubeforge_machinery::ApiError::is_forbidden) => {
            return Ok(Asked::Nothing);
        }
        Err(err) => return Err(err),
    };
    match known {
        Some(known) if answer.code == StatusCode::NOT_MODIFIED => Ok(Asked::Groups(known.groups.clone())),
        _ if aggregated::is(&answer) => {
            let groups = aggregated::read(&answer)?;
            *known = answer.headers.get(ETAG).map(|tag| Tagged { tag: tag.clone(), groups: groups.clone() });
            Ok(Asked::Groups(groups))
        }
        _ => {
            *known = None;
            Ok(Asked::Older(answer))
        }
    }
}

async fn load_group(client: &Client, name: String, versions: Vec<String>) -> (ApiGroup, Vec<GroupFailure>) {
    let loaded = versions.into_iter().map(|version| load_version(client, &name, version));
    let (mut versions, mut failures) = (Vec::new(), Vec::new());
    for loaded in join_all(loaded).await {
        match loaded {
            Ok(version) => versions.push(version),
            Err(failure) => failures.push(failure),
        }
    }
    (ApiGroup { name, versions }, failures)
}

async fn load_version(client: &Client, group: &str, version: String) -> Result<ApiVersion, GroupFailure> {
    let path = if group.is_empty() { format!("/api/{version}") } else { format!("/apis/{group}/{version}") };
    match client.fetch::<APIResourceList>(&Request::get(path)).await {
        Ok(list) => Ok(document::version(group, version, list)),
        Err(err) => Err(GroupFailure { group: group.to_owned(), version, reason: err.to_string() }),
    }
}

impl Discovery {
    fn add(&mut self, (group, failures): (ApiGroup, Vec<GroupFailure>)) {
        self.groups.push(group);
        self.failures.extend(failures);
    }

    /// What the server has from another server that doesn't answer is a failure too.
    fn note_stale(&mut self) {
        for group in &self.groups {
            for version in group.versions.iter().filter(|version| version.is_stale) {
                let gv = document::group_version(&group.name, &version.version);
                self.failures.push(GroupFailure {
                    group: group.name.clone(),
                    version: version.version.clone(),
                    reason: format!("stale GroupVersion discovery: {gv}"),
                });
            }
        }
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
        assert_eq!(
            discovery.failure().unwrap().to_string(),
            "unable to retrieve the complete list of server APIs: apps/v1: the server is currently unable to handle the request"
        );
    }

    #[tokio::test]
    async fn what_is_known_is_not_sent_again() {
        let tagged = |json: &'static str| {
            let mut answer = Fake::json(200, json);
            answer.headers_mut().insert(ETAG, HeaderValue::from_static("\"1\""));
            answer
        };
        let fake = Fake::script([tagged(CORE), tagged(NO_GROUPS), Fake::json(304, ""), Fake::json(304, "")]);
        let (client, mut known) = (Client::new(fake.clone()), Known::default());
        check(&load(&client, &mut known).await.unwrap());
        check(&load(&client, &mut known).await.unwrap());
        assert_eq!(fake.requests()[2].headers()[IF_NONE_MATCH], "\"1\"");
    }

    #[tokio::test]
    async fn groups_of_servers_that_are_away_are_failures() {
        let stale = r#"{"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"metrics.k8s.io"},"versions":[{"version":"v1beta1","freshness":"Stale"}]}]}"#;
        let forbidden = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","code":403}"#;
        let fake = Fake::script([Fake::json(403, forbidden), Fake::json(200, stale)]);
        let discovery = Discovery::load(&Client::new(fake)).await.unwrap();
        assert_eq!(
            discovery.failure().unwrap().to_string(),
            "unable to retrieve the complete list of server APIs: metrics.k8s.io/v1beta1: stale GroupVersion discovery: metrics.k8s.io/v1beta1"
        );
    }
}
