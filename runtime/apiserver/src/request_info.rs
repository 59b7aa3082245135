//! What a request is about, read from its method and path. Follows apiserver pkg/endpoints/request/requestinfo.go.
//!
//! Nothing is allocated: all parts borrow from the path.

use http::Method;

use crate::query::Query;

/// What a request is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RequestInfo<'a> {
    /// Whether the path names a resource; else only `path` and `verb` count.
    pub is_resource: bool,
    /// The path.
    pub path: &'a str,
    /// `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`, `proxy`; for other paths the
    /// method in lower case.
    pub verb: &'a str,
    /// The API group; empty for the core group.
    pub group: &'a str,
    /// The version.
    pub version: &'a str,
    /// The namespace; empty for none.
    pub namespace: &'a str,
    /// The plural.
    pub resource: &'a str,
    /// The subresource; empty for none.
    pub subresource: &'a str,
    /// The object's name; empty for none. Lists and watches have none here, see [`RequestInfo::object_in_path`].
    pub name: &'a str,
    /// Whether the path ends in more parts than resource, name and subresource.
    pub has_rest: bool,
    /// The path is one of the old `/watch/` paths.
    pub is_watch_path: bool,
}

/// Subresources of namespaces, which must not be taken for resources inside one.
const NAMESPACE_SUBRESOURCES: [&str; 2] = ["status", "finalize"];

impl<'a> RequestInfo<'a> {
    /// Reads a request's method, decoded path and query.
    pub fn parse(method: &Method, path: &'a str, query: Query<'_>) -> Self {
        let mut info = RequestInfo { path, verb: lower(method), ..Self::default() };
        let mut parts = Parts::new(path);
        let group = match parts.next() {
            Some("api") => Some(""),
            Some("apis") => parts.next(),
            _ => None,
        };
        let (Some(group), Some(version)) = (group, parts.next()) else { return info };
        let Some(mut first) = parts.next() else { return info };
        info.is_resource = true;
        info.group = group;
        info.version = version;
        match first {
            "watch" | "proxy" => {
                info.is_watch_path = first == "watch";
                info.verb = if first == "watch" { "watch" } else { "proxy" };
                match parts.next() {
                    Some(next) => first = next,
                    None => {
                        info.is_resource = false;
                        info.verb = lower(method);
                        return info;
                    }
                }
            }
            _ => {
                info.verb = match *method {
                    Method::POST => "create",
                    Method::GET | Method::HEAD => "get",
                    Method::PUT => "update",
                    Method::PATCH => "patch",
                    Method::DELETE => "delete",
                    _ => "",
                }
            }
        }
        if first == "namespaces" {
            let mut ahead = parts;
            if let Some(namespace) = ahead.next() {
                info.namespace = namespace;
                if let Some(resource) = ahead.next().filter(|next| !NAMESPACE_SUBRESOURCES.contains(next)) {
                    first = resource;
                    parts = ahead;
                }
            }
        }
        info.resource = first;
        info.name = parts.next().unwrap_or_default();
        info.subresource = parts.next().unwrap_or_default();
        info.has_rest = parts.next().is_some();
        if info.name.is_empty() {
            match info.verb {
                "get" => info.verb = if query.flag("watch") { "watch" } else { "list" },
                "delete" => info.verb = "deletecollection",
                _ => {}
            }
        }
        info
    }

    /// Whether the path names one object.
    pub fn object_in_path(&self) -> bool {
        !self.name.is_empty()
    }
}

fn lower(method: &Method) -> &'static str {
    match *method {
        Method::GET => "get",
        Method::POST => "post",
        Method::PUT => "put",
        Method::PATCH => "patch",
        Method::DELETE => "delete",
        Method::HEAD => "head",
        Method::OPTIONS => "options",
        Method::TRACE => "trace",
        Method::CONNECT => "connect",
        _ => "",
    }
}

/// The parts of a path between slashes; leading and trailing slashes don't count.
#[derive(Clone, Copy)]
struct Parts<'a> {
    rest: &'a str,
}

impl<'a> Parts<'a> {
    fn new(path: &'a str) -> Self {
        Self { rest: path.trim_matches('/') }
    }

    fn next(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        let (part, rest) = self.rest.split_once('/').unwrap_or((self.rest, ""));
        self.rest = rest;
        Some(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(method: &str, uri: &str, want: &str) {
        let method: Method = method.parse().unwrap();
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let info = RequestInfo::parse(&method, path, Query::new(query));
        let got = if info.is_resource {
            format!(
                "{} {}/{} ns={} {} {} {}",
                info.verb, info.group, info.version, info.namespace, info.resource, info.name, info.subresource
            )
        } else {
            format!("{} {}", info.verb, info.path)
        };
        assert_eq!(got.trim_end(), want, "{method} {uri}");
    }

    #[test]
    fn verb_depends_on_path_and_watch() {
        check("GET", "/api/v1/namespaces/default/pods", "list /v1 ns=default pods");
        check("GET", "/api/v1/namespaces/default/pods/web-0", "get /v1 ns=default pods web-0");
        check("GET", "/api/v1/pods?watch=true", "watch /v1 ns= pods");
        check("GET", "/api/v1/pods?watch=0", "list /v1 ns= pods");
        check(
            "DELETE",
            "/apis/apps/v1/namespaces/default/deployments",
            "deletecollection apps/v1 ns=default deployments",
        );
        check("GET", "/api/v1/namespaces/default/pods/web-0/log", "get /v1 ns=default pods web-0 log");
        check("POST", "/api/v1/namespaces/default/pods/web-0/binding", "create /v1 ns=default pods web-0 binding");
        check("GET", "/api/v1/watch/namespaces/default/pods", "watch /v1 ns=default pods");
    }

    #[test]
    fn namespaces_are_objects_and_places() {
        check("GET", "/api/v1/namespaces", "list /v1 ns= namespaces");
        check("GET", "/api/v1/namespaces/default", "get /v1 ns=default namespaces default");
        check("PUT", "/api/v1/namespaces/default/finalize", "update /v1 ns=default namespaces default finalize");
        check("PUT", "/api/v1/namespaces/default/status", "update /v1 ns=default namespaces default status");
    }

    #[test]
    fn other_paths_are_no_resources() {
        check("GET", "/healthz", "get /healthz");
        check("GET", "/api/v1", "get /api/v1");
        check("GET", "/apis/apps/v1", "get /apis/apps/v1");
        check("POST", "/version/", "post /version/");
    }
}
