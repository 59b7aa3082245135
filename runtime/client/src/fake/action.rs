//! Requests as tests speak of them.

use std::fmt;

use bytes::Bytes;
use http::{Method, header};
use kubeforge_machinery::{
    ApiError, GroupVersionResource, Kind, Scheme,
    codec::{self, Json, JsonWriter, MediaType, Strictness},
    meta::v1::DeleteOptions,
};
use percent_encoding::percent_decode_str;
use serde_json::Value;

/// What a client asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// `get`, `list`, `watch`, `create`, `update`, `patch`, `delete` or `deletecollection`.
    pub verb: &'static str,
    /// The resource.
    pub resource: GroupVersionResource,
    /// The subresource; empty for the resource itself.
    pub subresource: String,
    /// The namespace; empty for all, and for resources without.
    pub namespace: String,
    /// The object's name; empty where there is none in the request.
    pub name: String,
    /// The parameters, in their order.
    pub parameters: Vec<(String, String)>,
    /// The object that was sent, or the options of a deletion.
    pub object: Option<Value>,
    /// The patch that was sent, with its media type.
    pub patch: Option<(String, Bytes)>,
    /// The media types that the client takes.
    pub(super) accept: String,
    /// Who sent it, where no field manager is given.
    pub(super) user_agent: String,
}

impl Action {
    /// Reads a request. `None` where its path is no resource's.
    pub(super) fn of(scheme: &Scheme, request: &http::Request<Bytes>) -> Option<Result<Self, ApiError>> {
        let path = percent_decode_str(request.uri().path()).decode_utf8_lossy().into_owned();
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let (group, rest) = match parts.as_slice() {
            ["api", rest @ ..] => ("", rest),
            ["apis", group, rest @ ..] => (*group, rest),
            _ => return None,
        };
        let (version, rest) = rest.split_first()?;
        let (namespace, rest) = match rest {
            // `namespaces/<name>/status` is a namespace's, anything else after a name is in the namespace
            ["namespaces", namespace, resource, ..] if !["status", "finalize"].contains(resource) => {
                (*namespace, rest.get(2..)?)
            }
            rest => ("", rest),
        };
        let (resource, rest) = rest.split_first()?;
        let (name, subresource) =
            rest.split_first().map_or(("", String::new()), |(name, rest)| (*name, rest.join("/")));
        let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut action = Self {
            verb: "",
            resource: GroupVersionResource {
                group: group.to_owned().into(),
                version: (*version).to_owned().into(),
                resource: (*resource).to_owned().into(),
            },
            subresource,
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            parameters: parameters(request.uri().query().unwrap_or_default()),
            object: None,
            patch: None,
            accept: header(header::ACCEPT).to_owned(),
            user_agent: header(header::USER_AGENT).to_owned(),
        };
        Some(action.complete(scheme, request).map(|()| action))
    }

    fn complete(&mut self, scheme: &Scheme, request: &http::Request<Bytes>) -> Result<(), ApiError> {
        let is_collection = self.name.is_empty();
        self.verb = match *request.method() {
            Method::GET if is_collection && self.flag("watch") => "watch",
            Method::GET if is_collection => "list",
            Method::GET => "get",
            Method::POST => "create",
            Method::PUT if !is_collection => "update",
            Method::PATCH if !is_collection => "patch",
            Method::DELETE if is_collection => "deletecollection",
            Method::DELETE => "delete",
            _ => return Err(ApiError::method_not_allowed()),
        };
        let type_ = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let type_ = type_.unwrap_or(MediaType::Json.name()).split(';').next().unwrap_or_default().trim();
        let body = request.body();
        match self.verb {
            "patch" => self.patch = Some((type_.to_owned(), body.clone())),
            _ if body.is_empty() => {}
            _ => self.object = Some(self.read(scheme, type_, body)?),
        }
        Ok(())
    }

    fn read(&self, scheme: &Scheme, type_: &str, body: &Bytes) -> Result<Value, ApiError> {
        let malformed = |err: &dyn fmt::Display| ApiError::bad_request(err.to_string());
        match MediaType::from_name(type_) {
            Some(MediaType::Json) => serde_json::from_slice(body).map_err(|err| malformed(&err)),
            Some(media @ (MediaType::Protobuf | MediaType::Yaml)) => {
                let decoded = codec::decode(scheme, media, body, None, Strictness::Lenient);
                let mut w = JsonWriter::new();
                decoded.map_err(|err| malformed(&err))?.object.write_json(&mut w);
                serde_json::from_slice(w.as_bytes()).map_err(|err| malformed(&err))
            }
            None => Err(ApiError::unsupported_media_type(&MediaType::ALL.map(MediaType::name))),
        }
    }

    /// A parameter; empty where it wasn't given.
    pub fn parameter(&self, name: &str) -> &str {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// The object that was sent, as a `K`; `None` where none was sent, or it doesn't fit.
    pub fn object_as<K: Kind>(&self) -> Option<K> {
        codec::from_json_slice(self.object.as_ref()?.to_string().as_bytes()).ok()
    }

    /// The patch that was sent, as JSON.
    pub fn patch_json(&self) -> Option<Value> {
        serde_json::from_slice(&self.patch.as_ref()?.1).ok()
    }

    /// Whether nothing is to be kept of what it does.
    pub fn is_dry_run(&self) -> bool {
        self.parameter("dryRun") == "All"
            || self.delete_options().is_ok_and(|options| options.dry_run.iter().any(|value| value == "All"))
    }

    /// Whether a verb and a resource name it: `*` is any, `pods` is pods and all of their subresources, `pods/status` only
    /// their status.
    pub fn is(&self, verb: &str, resource: &str) -> bool {
        let (plural, subresource) = resource.split_once('/').unwrap_or((resource, ""));
        (verb == "*" || verb == self.verb)
            && (plural == "*" || plural == self.resource.resource)
            && (subresource.is_empty() || subresource == self.subresource)
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        matches!(self.parameter(name), "true" | "1" | "True" | "TRUE")
    }

    /// The options of a deletion.
    pub(super) fn delete_options(&self) -> Result<DeleteOptions, ApiError> {
        match (&self.object, self.verb) {
            (Some(options), "delete" | "deletecollection") => {
                let mut read = DeleteOptions::default();
                let json = options.to_string();
                read.read_json(&mut codec::JsonReader::new(json.as_bytes()))
                    .map_err(|err| ApiError::bad_request(err.to_string()))?;
                Ok(read)
            }
            _ => Ok(DeleteOptions::default()),
        }
    }

    /// Who writes.
    pub(super) fn manager(&self) -> &str {
        match self.parameter("fieldManager") {
            "" => self.user_agent.split('/').next().unwrap_or_default(),
            manager => manager,
        }
    }
}

impl fmt::Display for Action {
    /// `update pods/status default/web`, `list deployments.apps`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.verb, self.resource.group_resource())?;
        if !self.subresource.is_empty() {
            write!(f, "/{}", self.subresource)?;
        }
        let name = match (self.name.as_str(), &self.object) {
            ("", Some(object)) => object.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default(),
            (name, _) => name,
        };
        match (self.namespace.as_str(), name) {
            ("", "") => Ok(()),
            ("", name) => write!(f, " {name}"),
            (namespace, name) => write!(f, " {namespace}/{name}"),
        }
    }
}

fn parameters(query: &str) -> Vec<(String, String)> {
    let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(k, v)| (decode(k), decode(v))).collect()
}
