//! Requests before they are sent.

use std::{borrow::Cow, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Method};
use kubeforge_machinery::{
    Kind, Resource,
    codec::{MediaType, encode, from_proto_slice, to_proto_vec, unwrap_proto},
    gvk::GroupVersionResource,
};

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
    pub fn collection(&self) -> String {
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
        path
    }

    /// The path of one object, or of its subresource.
    ///
    /// # Errors
    /// Where the name can't be one.
    pub fn object(&self, name: &str, subresource: &str) -> Result<String, ClientError> {
        check_name(name)?;
        let mut path = self.collection();
        push_segment(&mut path, name);
        // a proxy's path may follow: `proxy/metrics`
        for segment in subresource.split('/').filter(|segment| !segment.is_empty()) {
            push_segment(&mut path, segment);
        }
        Ok(path)
    }
}

/// Refuses names that would change the path (client-go's IsValidPathSegmentName).
fn check_name(name: &str) -> Result<(), ClientError> {
    let why: Cow<'static, str> = match name {
        "" => return Err(ClientError::Request("resource name may not be empty".to_owned())),
        "." | ".." => format!("may not be '{name}'").into(),
        _ if name.contains('/') => "may not contain '/'".into(),
        _ if name.contains('%') => "may not contain '%'".into(),
        _ => return Ok(()),
    };
    Err(ClientError::Request(format!("invalid resource name {name:?}: [{why}]")))
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
        assert_eq!(path("", None).collection(), "/api/v1/things");
        assert_eq!(path("apps", Some("a")).collection(), "/apis/apps/v1/namespaces/a/things");
        assert_eq!(path("", Some("a")).object("x", "status").unwrap(), "/api/v1/namespaces/a/things/x/status");
        assert_eq!(path("", None).object("x", "proxy/a").unwrap(), "/api/v1/things/x/proxy/a");
    }

    #[test]
    fn names_that_change_the_path_are_refused() {
        for name in ["", ".", "..", "a/b", "a%2fb"] {
            assert!(path("", None).object(name, "").is_err(), "{name}");
        }
    }
}
