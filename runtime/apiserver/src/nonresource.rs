//! Paths that are no resources: discovery, OpenAPI, health, version, metrics, the index.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use http::{HeaderMap, Method, StatusCode, header};
use kubeforge_machinery::{
    ApiError, GroupVersionKind, Object,
    codec::{self, MediaType},
};
use serde_json::json;

use crate::{
    body::ServerBody,
    discovery::{AGGREGATED_MEDIA_TYPE, Tagged},
    documents::Documents,
    errors,
    health::{self, Checks, Probe},
    metrics::{self, Metrics},
    negotiate::{self, Offer, Output},
    openapi::V2_PROTO_MEDIA_TYPES,
    query::Query,
    registry::Registry,
    respond::{self, Answer},
    version::Version,
};

/// A path of the server's owner, such as `/openid/v1/jwks`.
#[async_trait]
pub trait PathHandler: Send + Sync + 'static {
    /// Answers a request.
    async fn handle(&self, method: &Method, query: Query<'_>, headers: &HeaderMap) -> Result<Answer, ApiError>;

    /// What OpenAPI documents say of a `GET`; a path without a description is left out of them.
    fn description(&self) -> Option<PathDescription> {
        None
    }
}

/// What OpenAPI documents say of a path beside the resources, whose answer is a text to them.
#[derive(Clone, Copy, Debug)]
pub struct PathDescription {
    /// The operation's name.
    pub operation_id: &'static str,
    /// What it does.
    pub says: &'static str,
    /// What it belongs to.
    pub tag: &'static str,
    /// The answer's media type.
    pub content_type: &'static str,
}

/// Everything that paths beside resources answer from.
pub struct NonResource {
    /// Discovery and OpenAPI documents.
    pub documents: Documents,
    /// Health checks.
    pub health: Checks,
    /// What `/version` says.
    pub version: Version,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// The resources, for counts.
    pub registry: Arc<Registry>,
    /// Other paths.
    pub paths: BTreeMap<String, Arc<dyn PathHandler>>,
    /// Paths that the index leaves out.
    pub unlisted: BTreeMap<String, Arc<dyn PathHandler>>,
}

impl std::fmt::Debug for NonResource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NonResource").finish_non_exhaustive()
    }
}

impl NonResource {
    /// Answers a request; `None` where the path leads nowhere.
    ///
    /// # Errors
    /// 404 below groups that there are, 406.
    pub async fn serve(
        &self,
        method: &Method,
        path: &str,
        query: Query<'_>,
        headers: &HeaderMap,
    ) -> Result<Option<Answer>, ApiError> {
        let mut parts = path.trim_matches('/').split('/');
        let first = parts.next().unwrap_or_default();
        let rest: Vec<&str> = parts.collect();
        let answer = match (first, rest.as_slice()) {
            ("", _) => Some(self.index()),
            ("api" | "apis", rest) => return self.discovery(first, rest, query, headers),
            ("version", []) => Some(self.version()),
            ("metrics", []) => {
                self.count_objects().await;
                Some(Answer::new(StatusCode::OK, metrics::CONTENT_TYPE, self.metrics.render()))
            }
            ("metrics", ["slis"]) => Some(Answer::new(StatusCode::OK, metrics::CONTENT_TYPE, self.health_metrics())),
            ("openapi", ["v2"]) => Some(self.openapi_v2(headers)?),
            ("openapi", ["v3"]) => {
                Some(tagged(&self.documents.openapi().v3_index(), "text/plain; charset=utf-8", headers))
            }
            ("openapi", ["v3", name @ ..]) => {
                let openapi = self.documents.openapi();
                let document = openapi.v3_document(&name.join("/"));
                let missing = || Answer::new(StatusCode::NOT_FOUND, "", Vec::new());
                Some(document.map_or_else(missing, |document| tagged(document, "application/json", headers)))
            }
            (name, check) => match probe_of(name) {
                Some(probe) => return Ok(Some(self.probe(probe, check, query))),
                None => None,
            },
        };
        if answer.is_some() {
            return Ok(answer);
        }
        let path = path.trim_end_matches('/');
        match self.paths.get(path).or_else(|| self.unlisted.get(path)) {
            Some(handler) => handler.handle(method, query, headers).await.map(Some),
            None => Ok(None),
        }
    }

    fn probe(&self, probe: Probe, check: &[&str], query: Query<'_>) -> Answer {
        let report = self.health.run(probe, &check.join("/"), query);
        let status = StatusCode::from_u16(report.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut answer = Answer::text(status, report.body);
        answer.nosniff = report.whole;
        answer
    }

    /// What came of the health checks, as metrics.
    fn health_metrics(&self) -> String {
        health::indicators([Probe::Health, Probe::Live, Probe::Ready].map(|probe| (probe, &self.health)))
    }

    /// Tells the metrics what only the storages know: how many objects there are, how their caches do.
    async fn count_objects(&self) {
        let mut counts = BTreeMap::new();
        let dynamic = self.registry.dynamic();
        for scope in self.registry.scopes().chain(dynamic.scopes()) {
            if let Some(storage) = &scope.storage {
                let count = storage.count().await.map_or(-1, |count| i64::try_from(count).unwrap_or(i64::MAX));
                if let Some(stats) = storage.cache_stats() {
                    self.metrics.watch_caches.set(&scope.resource, &stats);
                }
                counts.insert((scope.resource.group.to_string(), scope.resource.resource.to_string()), count);
            }
        }
        self.metrics.set_objects(&counts);
    }

    fn discovery(
        &self,
        root: &str,
        rest: &[&str],
        query: Query<'_>,
        headers: &HeaderMap,
    ) -> Result<Option<Answer>, ApiError> {
        let found = self.documents.discovery();
        let (group, version) = match (root, rest) {
            (_, []) => {
                let accept = accept_of(headers);
                let (aggregated, legacy) = if root == "api" {
                    (&found.aggregated_core, &found.core_versions)
                } else {
                    (&found.aggregated_groups, &found.groups)
                };
                if accept.is_some_and(wants_aggregated) {
                    let mut answer = tagged(aggregated, AGGREGATED_MEDIA_TYPE, headers);
                    answer.cacheable = true;
                    return Ok(Some(answer));
                }
                return if root == "api" {
                    self.core_document(legacy.as_ref(), query, headers).map(Some)
                } else {
                    self.document(legacy.as_ref(), query, headers).map(Some)
                };
            }
            ("api", [version]) => ("", *version),
            ("apis", [group]) => {
                return match found.group.get(*group) {
                    Some(document) => self.document(document.as_ref(), query, headers).map(Some),
                    None => Ok(None),
                };
            }
            ("apis", [group, version]) => (*group, *version),
            _ => return Ok(None),
        };
        match found.resources.get(&(group.to_owned(), version.to_owned())) {
            Some(document) if group.is_empty() => self.core_document(document.as_ref(), query, headers).map(Some),
            Some(document) => self.document(document.as_ref(), query, headers).map(Some),
            None if self.registry.has_group(group) => Err(ApiError::path_not_found()),
            None => Ok(None),
        }
    }

    /// Documents of the core group don't say their own version, as upstream has it.
    fn core_document(&self, object: &dyn Object, query: Query<'_>, headers: &HeaderMap) -> Result<Answer, ApiError> {
        let mut answer = self.document(object, query, headers)?;
        let ServerBody::Full(bytes) = &answer.body else { return Ok(answer) };
        let kind = object.gvk().kind;
        let stripped = match answer.content_type {
            "application/vnd.kubernetes.protobuf" => codec::unwrap_proto(bytes).ok().map(|envelope| {
                let unversioned = GroupVersionKind { kind, ..GroupVersionKind::default() };
                codec::wrap_proto(&unversioned, envelope.raw.len(), |w| w.bytes(envelope.raw))
            }),
            "application/yaml" => Some(without(bytes, "apiVersion: v1\n")),
            _ => Some(without(&without(bytes, "\"apiVersion\":\"v1\","), "  \"apiVersion\": \"v1\",\n")),
        };
        if let Some(stripped) = stripped {
            answer.body = ServerBody::Full(stripped.into());
        }
        Ok(answer)
    }

    fn document(&self, object: &dyn Object, query: Query<'_>, headers: &HeaderMap) -> Result<Answer, ApiError> {
        let offer = Offer { protobuf: true, transforms: false, watch: false, cbor: false };
        let output = negotiate::negotiate(accept_of(headers), offer)?;
        let user_agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let pretty = output.pretty || negotiate::wants_pretty(query, user_agent);
        respond::encoded(Output { pretty, ..output }, StatusCode::OK, object)
    }

    fn openapi_v2(&self, headers: &HeaderMap) -> Result<Answer, ApiError> {
        let openapi = self.documents.openapi();
        let accept = accept_of(headers).unwrap_or_default();
        let first = accept.split([',', ';']).next().unwrap_or_default().trim();
        if V2_PROTO_MEDIA_TYPES.contains(&first) {
            // the answer always has the present name: the older one is no valid media type
            let [name, _] = V2_PROTO_MEDIA_TYPES;
            return Ok(tagged(openapi.v2_proto_document(), name, headers));
        }
        let accepts_json = accept.is_empty()
            || accept.split(',').any(|clause| {
                matches!(
                    clause.split(';').next().unwrap_or_default().trim(),
                    "application/json" | "*/*" | "application/*"
                )
            });
        if accepts_json {
            Ok(tagged(openapi.v2_document(), MediaType::Json.name(), headers))
        } else {
            Err(errors::not_acceptable(MediaType::Json.name()))
        }
    }

    fn version(&self) -> Answer {
        let json = serde_json::to_vec_pretty(&self.version).unwrap_or_default();
        Answer::new(StatusCode::OK, MediaType::Json.name(), json)
    }

    fn index(&self) -> Answer {
        let mut paths: Vec<String> = [
            "/api",
            "/apis",
            "/apis/",
            "/metrics",
            "/metrics/slis",
            "/openapi/v2",
            "/openapi/v3",
            "/openapi/v3/",
            "/version",
        ]
        .map(str::to_owned)
        .to_vec();
        for (group, version) in self.documents.discovery().resources.keys() {
            if group.is_empty() {
                paths.push(format!("/api/{version}"));
            } else {
                paths.push(format!("/apis/{group}"));
                paths.push(format!("/apis/{group}/{version}"));
            }
        }
        for probe in [Probe::Health, Probe::Live, Probe::Ready] {
            paths.push(format!("/{}", probe.name()));
            paths.extend(self.health.names(probe).map(|name| format!("/{}/{name}", probe.name())));
        }
        paths.extend(self.paths.keys().cloned());
        paths.sort();
        paths.dedup();
        let json = serde_json::to_vec_pretty(&json!({ "paths": paths })).unwrap_or_default();
        Answer::new(StatusCode::OK, MediaType::Json.name(), json)
    }
}

/// The bytes without the first occurrence of a text.
fn without(bytes: &[u8], text: &str) -> Vec<u8> {
    let found = bytes.windows(text.len()).position(|window| window == text.as_bytes());
    match found {
        Some(at) => [&bytes[..at], &bytes[at + text.len()..]].concat(),
        None => bytes.to_vec(),
    }
}

fn probe_of(name: &str) -> Option<Probe> {
    [Probe::Health, Probe::Live, Probe::Ready].into_iter().find(|probe| probe.name() == name)
}

fn accept_of(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::ACCEPT).map(|accept| accept.to_str().unwrap_or("?"))
}

/// Whether the client's first choice that we know is the aggregated document.
fn wants_aggregated(accept: &str) -> bool {
    for clause in accept.split(',') {
        let mut params = clause.split(';').map(str::trim);
        let media = params.next().unwrap_or_default();
        let (mut group, mut version, mut as_) = ("", "", "");
        for param in params {
            match param.split_once('=') {
                Some(("g", value)) => group = value,
                Some(("v", value)) => version = value,
                Some(("as", value)) => as_ = value,
                _ => {}
            }
        }
        if media != "application/json" && media != "*/*" {
            continue;
        }
        if as_.is_empty() {
            return false;
        }
        if group == "apidiscovery.k8s.io" && version == "v2" && as_ == "APIGroupDiscoveryList" {
            return true;
        }
    }
    false
}

/// Answers with a document that the client may have already.
fn tagged(document: &Tagged, content_type: &'static str, headers: &HeaderMap) -> Answer {
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|tag| tag.as_bytes() == document.etag.as_bytes());
    let mut answer = if known {
        Answer::new(StatusCode::NOT_MODIFIED, "", Vec::new())
    } else {
        Answer::new(StatusCode::OK, content_type, document.body.clone())
    };
    answer.etag = Some(document.etag.clone());
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aggregated_discovery_is_an_accepted_form() {
        let v2 = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
        assert!(wants_aggregated(v2));
        assert!(wants_aggregated(&format!("{},application/json", v2)));
        assert!(!wants_aggregated("application/json"));
        assert!(!wants_aggregated("application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList"));
    }
}
