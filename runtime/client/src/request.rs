//! Requests before they are sent.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method};
use kubeforge_machinery::{
    Kind, Resource,
    codec::{MediaType, encode, from_proto_slice, to_proto_vec, unwrap_proto},
    gvk::{GroupResource, GroupVersionResource},
    validation::is_path_segment_name,
};
use percent_encoding::percent_decode_str;

use crate::{
    error::ClientError,
    query::{Query, push_segment},
};

/// What is asked of a server.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path, encoded.
    pub path: String,
    /// The parameters.
    pub query: Query,
    /// Media types that the answer may have.
    pub accept: &'static str,
    /// Further headers.
    pub headers: HeaderMap,
    /// What is sent along.
    pub content: Option<Content>,
    /// How long it may take with the answer's body; the client's limit if absent.
    pub timeout: Option<Duration>,
}

impl Request {
    /// A request without a body that takes JSON.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            query: Query::default(),
            accept: ACCEPT_JSON,
            headers: HeaderMap::new(),
            content: None,
            timeout: None,
        }
    }

    /// A GET of any path, such as `/version`.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }
}

/// Makes JSON of an object's other encoding.
type AsJson = fn(&[u8]) -> Option<Bytes>;

/// A request's body.
#[derive(Clone, Debug)]
pub struct Content {
    /// Its media type.
    pub type_: &'static str,
    /// Its bytes.
    pub bytes: Bytes,
    /// Makes JSON of the bytes, where they are something else: for a server that doesn't take that.
    pub(crate) as_json: Option<AsJson>,
}

impl Content {
    /// An object's, in protobuf where that is wanted and the kind has such a form, else in JSON.
    pub fn object<T: Kind>(object: &T, wanted: MediaType) -> Self {
        if wanted == MediaType::Protobuf
            && has_proto::<T>()
            && let Some(bytes) = encode(object, MediaType::Protobuf)
        {
            return Self { type_: PROTOBUF, bytes: bytes.into(), as_json: Some(json_of::<T>) };
        }
        // every kind has a JSON form
        Self::json(encode(object, MediaType::Json).unwrap_or_default())
    }

    /// A JSON document.
    pub fn json(bytes: impl Into<Bytes>) -> Self {
        Self::new(JSON, bytes)
    }

    /// Any bytes.
    pub fn new(type_: &'static str, bytes: impl Into<Bytes>) -> Self {
        Self { type_, bytes: bytes.into(), as_json: None }
    }
}

/// The JSON form of an object in protobuf.
fn json_of<T: Kind>(proto: &[u8]) -> Option<Bytes> {
    let document = unwrap_proto(proto).ok()?;
    let object: T = from_proto_slice(document.raw).ok()?;
    encode(&object, MediaType::Json).map(Into::into)
}

/// JSON's media type.
pub const JSON: &str = "application/json";

/// Protobuf's media type.
pub const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";

/// Takes JSON only.
pub const ACCEPT_JSON: &str = JSON;

/// Takes protobuf, else JSON.
pub const ACCEPT_PROTOBUF: &str = "application/vnd.kubernetes.protobuf,application/json";

/// Whether a kind has a protobuf form. A custom resource's fields have no protobuf numbers, so it writes nothing at all,
/// where any other kind writes at least its metadata.
fn has_proto<T: Kind>() -> bool {
    !to_proto_vec(&T::default()).is_empty()
}

/// The `Accept` header for answers of kind `T`.
pub(crate) fn accept<T: Kind>(wanted: MediaType) -> &'static str {
    if wanted == MediaType::Protobuf && has_proto::<T>() { ACCEPT_PROTOBUF } else { ACCEPT_JSON }
}

/// Where a resource is served, in one namespace or in all.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ResourcePath {
    /// Group, version and plural.
    pub gvr: GroupVersionResource,
    /// The namespace; `None` for all of them, and for what has none.
    pub namespace: Option<String>,
}

impl ResourcePath {
    /// The path of a kind known at compile time.
    pub fn of<K: Resource>(namespace: Option<String>) -> Self {
        Self { gvr: GroupVersionResource::new(K::GROUP, K::VERSION, K::PLURAL), namespace }
    }

    /// The path of the collection.
    ///
    /// # Errors
    /// Where the namespace or the resource would change the path.
    pub fn collection(&self) -> Result<String, ClientError> {
        check_segment("resource", &self.gvr.resource)?;
        if let Some(namespace) = &self.namespace {
            check_segment("namespace", namespace)?;
        }
        let mut path = String::with_capacity(96);
        if self.gvr.group.is_empty() {
            path.push_str("/api");
        } else {
            path.push_str("/apis");
            push_segment(&mut path, &self.gvr.group);
        }
        push_segment(&mut path, &self.gvr.version);
        if let Some(namespace) = &self.namespace {
            path.push_str("/namespaces");
            push_segment(&mut path, namespace);
        }
        push_segment(&mut path, &self.gvr.resource);
        Ok(path)
    }

    /// The path of one object, or of its subresource.
    ///
    /// # Errors
    /// Where the name can't be one, or anything would change the path.
    pub fn object(&self, name: &str, subresource: &str) -> Result<String, ClientError> {
        if name.is_empty() {
            return Err(ClientError::Request("resource name may not be empty".to_owned()));
        }
        check_segment("resource name", name)?;
        let mut path = self.collection()?;
        push_segment(&mut path, name);
        // a proxy's path may follow: `proxy/metrics`
        for (i, segment) in subresource.split('/').filter(|segment| !segment.is_empty()).enumerate() {
            if i == 0 || matches!(segment, "." | "..") {
                check_segment("subresource", segment)?;
            }
            push_segment(&mut path, segment);
        }
        Ok(path)
    }

    /// Which resource and object a path is about, as far as it says: what errors name that no server explains.
    pub(crate) fn named_by(path: &str) -> (GroupResource, String) {
        let decoded = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
        let mut parts = path.trim_start_matches('/').split('/').map(decoded);
        let group = match parts.next().as_deref() {
            Some("api") => String::new(),
            Some("apis") => parts.next().unwrap_or_default(),
            _ => return (GroupResource::default(), String::new()),
        };
        let rest: Vec<String> = parts.skip(1).collect();
        let (resource, name) = match rest.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            // a namespace's own subresources follow its name, too
            ["namespaces", _, resource, rest @ ..] if !matches!(*resource, "status" | "finalize") => {
                (*resource, rest.first().copied())
            }
            [resource, rest @ ..] => (*resource, rest.first().copied()),
            [] => return (GroupResource::default(), String::new()),
        };
        (
            GroupResource { group: group.into(), resource: resource.to_owned().into() },
            name.unwrap_or_default().to_owned(),
        )
    }
}

/// Refuses what would change the path.
fn check_segment(what: &str, segment: &str) -> Result<(), ClientError> {
    match is_path_segment_name(segment).as_slice() {
        [] => Ok(()),
        why => Err(ClientError::Request(format!("invalid {what} {segment:?}: [{}]", why.join(" ")))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(group: &'static str, namespace: Option<&str>) -> ResourcePath {
        let gvr = GroupVersionResource::new(group, "v1", "things");
        ResourcePath { gvr, namespace: namespace.map(str::to_owned) }
    }

    #[test]
    fn paths_follow_group_and_namespace() {
        assert_eq!(path("", None).collection().unwrap(), "/api/v1/things");
        assert_eq!(path("apps", Some("a")).collection().unwrap(), "/apis/apps/v1/namespaces/a/things");
        assert_eq!(path("", Some("a")).object("x", "status").unwrap(), "/api/v1/namespaces/a/things/x/status");
        assert_eq!(path("", None).object("x", "proxy/a").unwrap(), "/api/v1/things/x/proxy/a");
    }

    #[test]
    fn what_would_change_the_path_is_refused() {
        let check = |got: Result<String, ClientError>, want: &str| assert_eq!(got.unwrap_err().to_string(), want);
        check(path("", None).object("", ""), "resource name may not be empty");
        check(path("", None).object("..", ""), "invalid resource name \"..\": [may not be '..']");
        let both = "invalid resource name \"a/%2f\": [may not contain '/' may not contain '%']";
        check(path("", None).object("a/%2f", ""), both);
        check(path("", Some("a/b")).collection(), "invalid namespace \"a/b\": [may not contain '/']");
        check(path("", Some("..")).object("x", ""), "invalid namespace \"..\": [may not be '..']");
        check(path("", None).object("x", "%2e"), "invalid subresource \"%2e\": [may not contain '%']");
        check(path("", None).object("x", "proxy/../y"), "invalid subresource \"..\": [may not be '..']");
        assert_eq!(path("", None).object("x", "proxy/a%b").unwrap(), "/api/v1/things/x/proxy/a%25b");
    }

    #[track_caller]
    fn check_names(path: &str, want: &str) {
        let (resource, name) = ResourcePath::named_by(path);
        assert_eq!(format!("{resource} {name}"), want, "{path}");
    }

    #[test]
    fn paths_name_resources() {
        check_names("/api/v1/pods", "pods ");
        check_names("/api/v1/namespaces/n/pods/a%3Ab/log", "pods a:b");
        check_names("/api/v1/namespaces/n/status", "namespaces n");
        check_names("/apis/apps/v1/namespaces/n/deployments", "deployments.apps ");
        check_names("/apis/apps/v1", " ");
        check_names("/version", " ");
    }
}
