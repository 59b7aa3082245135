//! The kind `HTTPRoute`, its list, and the types that only they use.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Time;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

/// Where the HTTP requests that reach a gateway go, and what is done to them on their way.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "httproutes", singular = "httproute", categories = ["gateway-api"])]
#[api(subresource(status))]
#[api(column(name = "Hostnames", type = "string", path = ".spec.hostnames"))]
#[api(column(name = "Age", type = "date", path = ".metadata.creationTimestamp"))]
#[api(hub)]
#[api(storage)]
#[api(annotation("api-approved.kubernetes.io" = "https://github.com/kubernetes-sigs/gateway-api/pull/3328", "gateway.networking.k8s.io/channel" = "standard"))]
#[api(label("gateway.networking.k8s.io/policy" = "none"))]
pub struct HTTPRoute {
    /// Name, labels and everything else that all objects carry.
    pub metadata: ObjectMeta,
    /// What is wanted of the route.
    #[api(required)]
    pub spec: HTTPRouteSpec,
    /// What has become of the route.
    pub status: Option<Box<HTTPRouteStatus>>,
}

/// A list of `HTTPRoute`s.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "HTTPRoute")]
pub struct HTTPRouteList {
    /// Where the list stands in the history of the store, and how to read on.
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(required)]
    pub items: Vec<HTTPRoute>,
}

/// What is wanted of the route.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HTTPRouteSpec {
    /// The hosts whose requests are routed.
    #[api(list = atomic)]
    #[api(each(
        min_len = 1,
        max_len = 253,
        pattern = "^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
    ))]
    #[api(max_items = 16)]
    pub hostnames: Vec<String>,
    /// What the route is attached to, mostly gateways.
    #[api(list = atomic, max_items = 32)]
    #[api(cel(
        rule = "self.all(p1, self.all(p2, p1.group == p2.group && p1.kind == p2.kind && p1.name == p2.name && (((!has(p1.__namespace__) || p1.__namespace__ == '') && (!has(p2.__namespace__) || p2.__namespace__ == '')) || (has(p1.__namespace__) && has(p2.__namespace__) && p1.__namespace__ == p2.__namespace__ )) ? ((!has(p1.sectionName) || p1.sectionName == '') == (!has(p2.sectionName) || p2.sectionName == '')) : true))",
        message = "parents that are alike say which section they mean"
    ))]
    #[api(cel(
        rule = "self.all(p1, self.exists_one(p2, p1.group == p2.group && p1.kind == p2.kind && p1.name == p2.name && (((!has(p1.__namespace__) || p1.__namespace__ == '') && (!has(p2.__namespace__) || p2.__namespace__ == '')) || (has(p1.__namespace__) && has(p2.__namespace__) && p1.__namespace__ == p2.__namespace__ )) && (((!has(p1.sectionName) || p1.sectionName == '') && (!has(p2.sectionName) || p2.sectionName == '')) || (has(p1.sectionName) && has(p2.sectionName) && p1.sectionName == p2.sectionName))))",
        message = "parents that are alike mean different sections"
    ))]
    pub parent_refs: Vec<HTTPRouteSpecParentRefs>,
    /// What is done with requests, by what they are like.
    #[api(default = json("[{\"matches\":[{\"path\":{\"type\":\"PathPrefix\",\"value\":\"/\"}}]}]"), list = atomic)]
    #[api(min_items = 1, max_items = 16)]
    #[api(cel(
        rule = "self.all(l1, !has(l1.name) || self.exists_one(l2, has(l2.name) && l1.name == l2.name))",
        message = "names of rules are unique"
    ))]
    #[api(cel(
        rule = "(self.size() > 0 ? self[0].matches.size() : 0) + (self.size() > 1 ? self[1].matches.size() : 0) + (self.size() > 2 ? self[2].matches.size() : 0) + (self.size() > 3 ? self[3].matches.size() : 0) + (self.size() > 4 ? self[4].matches.size() : 0) + (self.size() > 5 ? self[5].matches.size() : 0) + (self.size() > 6 ? self[6].matches.size() : 0) + (self.size() > 7 ? self[7].matches.size() : 0) + (self.size() > 8 ? self[8].matches.size() : 0) + (self.size() > 9 ? self[9].matches.size() : 0) + (self.size() > 10 ? self[10].matches.size() : 0) + (self.size() > 11 ? self[11].matches.size() : 0) + (self.size() > 12 ? self[12].matches.size() : 0) + (self.size() > 13 ? self[13].matches.size() : 0) + (self.size() > 14 ? self[14].matches.size() : 0) + (self.size() > 15 ? self[15].matches.size() : 0) <= 128",
        message = "there are no more than 128 matches in all rules"
    ))]
    pub rules: Vec<HTTPRouteSpecRules>,
}

/// A parent.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HTTPRouteSpecParentRefs {
    /// The API group of the parent; empty is the core group.
    #[api(default = "gateway.networking.k8s.io", max_len = 253)]
    #[api(pattern = "^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")]
    pub group: Option<String>,
    /// The kind of the parent.
    #[api(default = "Gateway", min_len = 1, max_len = 63, pattern = "^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$")]
    pub kind: Option<String>,
    /// The name of the parent.
    #[api(required, min_len = 1, max_len = 253)]
    pub name: String,
    /// The namespace of the parent; that of the route where it is missing.
    #[api(min_len = 1, max_len = 63, pattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    pub namespace: Option<String>,
    /// The port of the parent that is meant, where not all are.
    #[api(min = 1, max = 65535)]
    pub port: Option<i32>,
    /// The part of the parent that is meant, such as a listener of a gateway.
    #[api(min_len = 1, max_len = 253, pattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")]
    pub section_name: Option<String>,
}

/// What is done with some requests.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(cel(
    rule = "(has(self.backendRefs) && size(self.backendRefs) > 0) ? (!has(self.filters) || self.filters.all(f, !has(f.requestRedirect))): true",
    message = "a redirect and backendRefs exclude one another"
))]
#[api(cel(
    rule = "(has(self.filters) && self.filters.exists_one(f, has(f.requestRedirect) && has(f.requestRedirect.path) && f.requestRedirect.path.type == 'ReplacePrefixMatch' && has(f.requestRedirect.path.replacePrefixMatch))) ? ((size(self.matches) != 1 || !has(self.matches[0].path) || self.matches[0].path.type != 'PathPrefix') ? false : true) : true",
    message = "a redirect of a prefix needs exactly one match of a prefix"
))]
#[api(cel(
    rule = "(has(self.filters) && self.filters.exists_one(f, has(f.urlRewrite) && has(f.urlRewrite.path) && f.urlRewrite.path.type == 'ReplacePrefixMatch' && has(f.urlRewrite.path.replacePrefixMatch))) ? ((size(self.matches) != 1 || !has(self.matches[0].path) || self.matches[0].path.type != 'PathPrefix') ? false : true) : true",
    message = "a rewrite of a prefix needs exactly one match of a prefix"
))]
#[api(cel(
    rule = "(has(self.backendRefs) && self.backendRefs.exists_one(b, (has(b.filters) && b.filters.exists_one(f, has(f.requestRedirect) && has(f.requestRedirect.path) && f.requestRedirect.path.type == 'ReplacePrefixMatch' && has(f.requestRedirect.path.replacePrefixMatch))))) ? ((size(self.matches) != 1 || !has(self.matches[0].path) || self.matches[0].path.type != 'PathPrefix') ? false : true) : true",
    message = "a redirect of a prefix needs exactly one match of a prefix of backendRefs"
))]
#[api(cel(
    rule = "(has(self.backendRefs) && self.backendRefs.exists_one(b, (has(b.filters) && b.filters.exists_one(f, has(f.urlRewrite) && has(f.urlRewrite.path) && f.urlRewrite.path.type == 'ReplacePrefixMatch' && has(f.urlRewrite.path.replacePrefixMatch))))) ? ((size(self.matches) != 1 || !has(self.matches[0].path) || self.matches[0].path.type != 'PathPrefix') ? false : true) : true",
    message = "a rewrite of a prefix needs exactly one match of a prefix of backendRefs"
))]
pub struct HTTPRouteSpecRules {
    /// The services that requests go to.
    #[api(list = atomic, max_items = 16)]
    pub backend_refs: Vec<HTTPRouteSpecRulesBackendRefs>,
    /// What is done to requests that match.
    #[api(list = atomic, max_items = 16)]
    #[api(cel(
        rule = "!(self.exists(f, f.type == 'RequestRedirect') && self.exists(f, f.type == 'URLRewrite'))",
        message = "a redirect and a rewrite exclude one another"
    ))]
    #[api(cel(
        rule = "self.filter(f, f.type == 'RequestHeaderModifier').size() <= 1",
        message = "RequestHeaderModifier is said once at most"
    ))]
    #[api(cel(
        rule = "self.filter(f, f.type == 'ResponseHeaderModifier').size() <= 1",
        message = "ResponseHeaderModifier is said once at most"
    ))]
    #[api(cel(
        rule = "self.filter(f, f.type == 'RequestRedirect').size() <= 1",
        message = "RequestRedirect is said once at most"
    ))]
    #[api(cel(
        rule = "self.filter(f, f.type == 'URLRewrite').size() <= 1",
        message = "URLRewrite is said once at most"
    ))]
    pub filters: Vec<HTTPRouteSpecRulesBackendRefsFilters>,
    /// Which requests are meant; one match is enough.
    #[api(default = json("[{\"path\":{\"type\":\"PathPrefix\",\"value\":\"/\"}}]"), list = atomic, max_items = 64)]
    pub matches: Vec<HTTPRouteSpecRulesMatches>,
    /// The name of the rule, by which others refer to it.
    #[api(min_len = 1, max_len = 253, pattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")]
    pub name: Option<String>,
    /// How long things may take.
    pub timeouts: Option<Box<HTTPRouteSpecRulesTimeouts>>,
}

/// A service, and its share of the requests.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(cel(
    rule = "(size(self.group) == 0 && self.kind == 'Service') ? has(self.port) : true",
    message = "a service needs a port"
))]
pub struct HTTPRouteSpecRulesBackendRefs {
    /// What is done to requests that go to this service.
    #[api(list = atomic, max_items = 16)]
    #[api(cel(
        rule = "!(self.exists(f, f.type == 'RequestRedirect') && self.exists(f, f.type == 'URLRewrite'))",
        message = "a redirect and a rewrite exclude one another"
    ))]
    #[api(cel(
        rule = "self.filter(f, f.type == 'RequestHeaderModifier').size() <= 1",
        message = "RequestHeaderModifier is said once at most"
    ))]
    #[api(cel(
        rule = "self.filter(f, f.type == 'ResponseHeaderModifier').size() <= 1",
        message = "ResponseHeaderModifier is said once at most"
    ))]
    #[api(cel(
        rule = "self.filter(f, f.type == 'RequestRedirect').size() <= 1",
        message = "RequestRedirect is said once at most"
    ))]
    #[api(cel(
        rule = "self.filter(f, f.type == 'URLRewrite').size() <= 1",
        message = "URLRewrite is said once at most"
    ))]
    pub filters: Vec<HTTPRouteSpecRulesBackendRefsFilters>,
    /// The API group of the service; empty is the core group.
    #[api(default = "", max_len = 253)]
    #[api(pattern = "^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")]
    pub group: Option<String>,
    /// Its kind.
    #[api(default = "Service", min_len = 1, max_len = 63, pattern = "^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$")]
    pub kind: Option<String>,
    /// Its name.
    #[api(required, min_len = 1, max_len = 253)]
    pub name: String,
    /// Its namespace; that of the route where it is missing.
    #[api(min_len = 1, max_len = 63, pattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    pub namespace: Option<String>,
    /// Its port; services need one.
    #[api(min = 1, max = 65535)]
    pub port: Option<i32>,
    /// Its share, relative to the sum of all weights.
    #[api(default = 1, min = 0, max = 1000000)]
    pub weight: Option<i32>,
}

/// One step of what is done to a request or its answer.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(cel(
    rule = "!(has(self.requestHeaderModifier) && self.type != 'RequestHeaderModifier')",
    message = "requestHeaderModifier is for filters of type RequestHeaderModifier"
))]
#[api(cel(
    rule = "!(!has(self.requestHeaderModifier) && self.type == 'RequestHeaderModifier')",
    message = "a filter of type RequestHeaderModifier needs requestHeaderModifier"
))]
#[api(cel(
    rule = "!(has(self.responseHeaderModifier) && self.type != 'ResponseHeaderModifier')",
    message = "responseHeaderModifier is for filters of type ResponseHeaderModifier"
))]
#[api(cel(
    rule = "!(!has(self.responseHeaderModifier) && self.type == 'ResponseHeaderModifier')",
    message = "a filter of type ResponseHeaderModifier needs responseHeaderModifier"
))]
#[api(cel(
    rule = "!(has(self.requestMirror) && self.type != 'RequestMirror')",
    message = "requestMirror is for filters of type RequestMirror"
))]
#[api(cel(
    rule = "!(!has(self.requestMirror) && self.type == 'RequestMirror')",
    message = "a filter of type RequestMirror needs requestMirror"
))]
#[api(cel(
    rule = "!(has(self.requestRedirect) && self.type != 'RequestRedirect')",
    message = "requestRedirect is for filters of type RequestRedirect"
))]
#[api(cel(
    rule = "!(!has(self.requestRedirect) && self.type == 'RequestRedirect')",
    message = "a filter of type RequestRedirect needs requestRedirect"
))]
#[api(cel(
    rule = "!(has(self.urlRewrite) && self.type != 'URLRewrite')",
    message = "urlRewrite is for filters of type URLRewrite"
))]
#[api(cel(
    rule = "!(!has(self.urlRewrite) && self.type == 'URLRewrite')",
    message = "a filter of type URLRewrite needs urlRewrite"
))]
#[api(cel(
    rule = "!(has(self.extensionRef) && self.type != 'ExtensionRef')",
    message = "extensionRef is for filters of type ExtensionRef"
))]
#[api(cel(
    rule = "!(!has(self.extensionRef) && self.type == 'ExtensionRef')",
    message = "a filter of type ExtensionRef needs extensionRef"
))]
pub struct HTTPRouteSpecRulesBackendRefsFilters {
    /// A filter that an implementation defines.
    pub extension_ref: Option<Box<HTTPRouteSpecRulesBackendRefsFiltersExtensionRef>>,
    /// Changes of the request's headers.
    pub request_header_modifier: Option<Box<HTTPRouteSpecRulesBackendRefsFiltersRequestHeaderModifier>>,
    /// Copies of requests to another service, whose answers are dropped.
    pub request_mirror: Option<Box<HTTPRouteSpecRulesBackendRefsFiltersRequestMirror>>,
    /// An answer that sends the client elsewhere.
    pub request_redirect: Option<Box<HTTPRouteSpecRulesBackendRefsFiltersRequestRedirect>>,
    /// Changes of the answer's headers.
    pub response_header_modifier: Option<Box<HTTPRouteSpecRulesBackendRefsFiltersRequestHeaderModifier>>,
    /// What the filter does.
    #[api(required)]
    pub type_: HTTPRouteSpecRulesBackendRefsFiltersType,
    /// Changes of the request's address on its way.
    pub url_rewrite: Option<Box<HTTPRouteSpecRulesBackendRefsFiltersUrlRewrite>>,
}

/// A filter that an implementation defines.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HTTPRouteSpecRulesBackendRefsFiltersExtensionRef {
    /// Its API group.
    #[api(required, max_len = 253, pattern = "^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")]
    pub group: String,
    /// Its kind.
    #[api(required, min_len = 1, max_len = 63, pattern = "^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$")]
    pub kind: String,
    /// Its name.
    #[api(required, min_len = 1, max_len = 253)]
    pub name: String,
}

/// Changes of the request's headers.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HTTPRouteSpecRulesBackendRefsFiltersRequestHeaderModifier {
    /// Headers that are added to what is there.
    #[api(list = map("name"), max_items = 16, unique)]
    pub add: Vec<HTTPRouteSpecRulesBackendRefsFiltersRequestHeaderModifierAdd>,
    /// Names of headers that are taken away.
    #[api(list = set, max_items = 16, unique)]
    pub remove: Vec<String>,
    /// Headers that replace what is there.
    #[api(list = map("name"), max_items = 16, unique)]
    pub set: Vec<HTTPRouteSpecRulesBackendRefsFiltersRequestHeaderModifierAdd>,
}

/// A header.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HTTPRouteSpecRulesBackendRefsFiltersRequestHeaderModifierAdd {
    /// The name of the header; case does not matter.
    #[api(required, min_len = 1, max_len = 256, pattern = "^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$")]
    pub name: String,
    /// The value of the header.
    #[api(required, min_len = 1, max_len = 4096)]
    pub value: String,
}

/// Copies of requests to another service, whose answers are dropped.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(cel(rule = "!(has(self.percent) && has(self.fraction))", message = "percent and fraction exclude one another"))]
pub struct HTTPRouteSpecRulesBackendRefsFiltersRequestMirror {
    /// The service that gets the copies.
    #[api(required)]
    pub backend_ref: HTTPRouteSpecRulesBackendRefsFiltersRequestMirrorBackendRef,
    /// Which part of the requests is copied.
    pub fraction: Option<Box<HTTPRouteSpecRulesBackendRefsFiltersRequestMirrorFraction>>,
    /// Which part of the requests is copied, of a hundred.
    #[api(min = 0, max = 100)]
    pub percent: Option<i32>,
}

/// The service that gets the copies.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(cel(
    rule = "(size(self.group) == 0 && self.kind == 'Service') ? has(self.port) : true",
    message = "a service needs a port"
))]
pub struct HTTPRouteSpecRulesBackendRefsFiltersRequestMirrorBackendRef {
    /// The API group of the service; empty is the core group.
    #[api(default = "", max_len = 253)]
    #[api(pattern = "^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")]
    pub group: Option<String>,
    /// Its kind.
    #[api(default = "Service", min_len = 1, max_len = 63, pattern = "^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$")]
    pub kind: Option<String>,
    /// Its name.
    #[api(required, min_len = 1, max_len = 253)]
    pub name: String,
    /// Its namespace; that of the route where it is missing.
    #[api(min_len = 1, max_len = 63, pattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    pub namespace: Option<String>,
    /// Its port; services need one.
    #[api(min = 1, max = 65535)]
    pub port: Option<i32>,
}

/// Which part of the requests is copied.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(cel(rule = "self.numerator <= self.denominator", message = "the part is not more than the whole"))]
pub struct HTTPRouteSpecRulesBackendRefsFiltersRequestMirrorFraction {
    /// The whole.
    #[api(default = 100, min = 1)]
    pub denominator: Option<i32>,
    /// The part.
    #[api(required, min = 0)]
    pub numerator: i32,
}

/// An answer that sends the client elsewhere.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HTTPRouteSpecRulesBackendRefsFiltersRequestRedirect {
    /// The host that clients are sent to.
    #[api(min_len = 1, max_len = 253, pattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")]
    pub hostname: Option<String>,
    /// How the path changes.
    pub path: Option<Box<HTTPRouteSpecRulesBackendRefsFiltersRequestRedirectPath>>,
    /// The port that clients are sent to.
    #[api(min = 1, max = 65535)]
    pub port: Option<i32>,
    /// The scheme that clients are sent to.
    pub scheme: Option<HTTPRouteSpecRulesBackendRefsFiltersRequestRedirectScheme>,
    /// The code of the answer.
    #[api(default = 302, values(301, 302))]
    pub status_code: Option<i64>,
}

/// How the path changes.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(cel(
    rule = "self.type == 'ReplaceFullPath' ? has(self.replaceFullPath) : true",
    message = "a full replacement needs replaceFullPath"
))]
#[api(cel(
    rule = "has(self.replaceFullPath) ? self.type == 'ReplaceFullPath' : true",
    message = "replaceFullPath is for a full replacement"
))]
#[api(cel(
    rule = "self.type == 'ReplacePrefixMatch' ? has(self.replacePrefixMatch) : true",
    message = "a prefix replacement needs replacePrefixMatch"
))]
#[api(cel(
    rule = "has(self.replacePrefixMatch) ? self.type == 'ReplacePrefixMatch' : true",
    message = "replacePrefixMatch is for a prefix replacement"
))]
pub struct HTTPRouteSpecRulesBackendRefsFiltersRequestRedirectPath {
    /// The path that stands instead of the whole one.
    #[api(max_len = 1024)]
    pub replace_full_path: Option<String>,
    /// What stands instead of the prefix that matched.
    #[api(max_len = 1024)]
    pub replace_prefix_match: Option<String>,
    /// What is replaced.
    #[api(required)]
    pub type_: HTTPRouteSpecRulesBackendRefsFiltersRequestRedirectPathType,
}

/// What is replaced.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(closed)]
pub enum HTTPRouteSpecRulesBackendRefsFiltersRequestRedirectPathType {
    /// `ReplaceFullPath`.
    ReplaceFullPath,
    /// `ReplacePrefixMatch`.
    ReplacePrefixMatch,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// The scheme that clients are sent to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(closed)]
pub enum HTTPRouteSpecRulesBackendRefsFiltersRequestRedirectScheme {
    /// `http`.
    #[api(value = "http")]
    Http,
    /// `https`.
    #[api(value = "https")]
    Https,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// What the filter does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(closed)]
pub enum HTTPRouteSpecRulesBackendRefsFiltersType {
    /// `RequestHeaderModifier`.
    RequestHeaderModifier,
    /// `ResponseHeaderModifier`.
    ResponseHeaderModifier,
    /// `RequestMirror`.
    RequestMirror,
    /// `RequestRedirect`.
    RequestRedirect,
    /// `URLRewrite`.
    URLRewrite,
    /// `ExtensionRef`.
    ExtensionRef,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Changes of the request's address on its way.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HTTPRouteSpecRulesBackendRefsFiltersUrlRewrite {
    /// The host that the service sees.
    #[api(min_len = 1, max_len = 253, pattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")]
    pub hostname: Option<String>,
    /// How the path changes.
    pub path: Option<Box<HTTPRouteSpecRulesBackendRefsFiltersRequestRedirectPath>>,
}

/// What a request must be like; all that is said must be so.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HTTPRouteSpecRulesMatches {
    /// Headers that a request must have.
    #[api(list = map("name"), max_items = 16, unique)]
    pub headers: Vec<HTTPRouteSpecRulesMatchesHeaders>,
    /// The method that a request must have.
    pub method: Option<HTTPRouteSpecRulesMatchesMethod>,
    /// The path that a request must have.
    #[api(default = json("{\"type\":\"PathPrefix\",\"value\":\"/\"}"))]
    pub path: Option<Box<HTTPRouteSpecRulesMatchesPath>>,
    /// Parameters that a request must have.
    #[api(list = map("name"), max_items = 16, unique)]
    pub query_params: Vec<HTTPRouteSpecRulesMatchesQueryParams>,
}

/// One header that a request must have.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HTTPRouteSpecRulesMatchesHeaders {
    /// The name of the header.
    #[api(required, min_len = 1, max_len = 256, pattern = "^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$")]
    pub name: String,
    /// How the value is compared.
    #[api(default = "Exact")]
    pub type_: Option<HTTPRouteSpecRulesMatchesHeadersType>,
    /// What the value is compared with.
    #[api(required, min_len = 1, max_len = 4096)]
    pub value: String,
}

/// How the value is compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(closed)]
pub enum HTTPRouteSpecRulesMatchesHeadersType {
    /// `Exact`.
    Exact,
    /// `RegularExpression`.
    RegularExpression,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// The method that a request must have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(closed)]
pub enum HTTPRouteSpecRulesMatchesMethod {
    /// `GET`.
    GET,
    /// `HEAD`.
    HEAD,
    /// `POST`.
    POST,
    /// `PUT`.
    PUT,
    /// `DELETE`.
    DELETE,
    /// `CONNECT`.
    CONNECT,
    /// `OPTIONS`.
    OPTIONS,
    /// `TRACE`.
    TRACE,
    /// `PATCH`.
    PATCH,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// The path that a request must have.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(cel(
    rule = "(self.type in ['Exact','PathPrefix']) ? self.value.startsWith('/') : true",
    message = "a path is absolute"
))]
#[api(cel(
    rule = "(self.type in ['Exact','PathPrefix']) ? !self.value.contains('//') : true",
    message = "a path does not contain //"
))]
#[api(cel(
    rule = "(self.type in ['Exact','PathPrefix']) ? !self.value.contains('/./') : true",
    message = "a path does not contain /./"
))]
#[api(cel(
    rule = "(self.type in ['Exact','PathPrefix']) ? !self.value.contains('/../') : true",
    message = "a path does not contain /../"
))]
#[api(cel(
    rule = "(self.type in ['Exact','PathPrefix']) ? !self.value.contains('%2f') : true",
    message = "a path does not contain %2f"
))]
#[api(cel(
    rule = "(self.type in ['Exact','PathPrefix']) ? !self.value.contains('%2F') : true",
    message = "a path does not contain %2F"
))]
#[api(cel(
    rule = "(self.type in ['Exact','PathPrefix']) ? !self.value.contains('#') : true",
    message = "a path does not contain #"
))]
#[api(cel(
    rule = "(self.type in ['Exact','PathPrefix']) ? !self.value.endsWith('/..') : true",
    message = "a path does not end with /.."
))]
#[api(cel(
    rule = "(self.type in ['Exact','PathPrefix']) ? !self.value.endsWith('/.') : true",
    message = "a path does not end with /."
))]
#[api(cel(
    rule = "self.type in ['Exact','PathPrefix'] || self.type == 'RegularExpression'",
    message = "a path is compared in one of three ways"
))]
#[api(cel(
    rule = "(self.type in ['Exact','PathPrefix']) ? self.value.matches(r'''^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$''') : true",
    message = "a path is made of the letters of paths"
))]
pub struct HTTPRouteSpecRulesMatchesPath {
    /// How the path is compared.
    #[api(default = "PathPrefix")]
    pub type_: Option<HTTPRouteSpecRulesMatchesPathType>,
    /// What the path is compared with.
    #[api(default = "/", max_len = 1024)]
    pub value: Option<String>,
}

/// How the path is compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(closed)]
pub enum HTTPRouteSpecRulesMatchesPathType {
    /// `Exact`.
    Exact,
    /// `PathPrefix`.
    PathPrefix,
    /// `RegularExpression`.
    RegularExpression,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// One parameter that a request must have.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HTTPRouteSpecRulesMatchesQueryParams {
    /// The name of the parameter.
    #[api(required, min_len = 1, max_len = 256, pattern = "^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$")]
    pub name: String,
    /// How the value is compared.
    #[api(default = "Exact")]
    pub type_: Option<HTTPRouteSpecRulesMatchesHeadersType>,
    /// What the value is compared with.
    #[api(required, min_len = 1, max_len = 1024)]
    pub value: String,
}

/// How long things may take.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(cel(
    rule = "!(has(self.request) && has(self.backendRequest) && duration(self.request) != duration('0s') && duration(self.backendRequest) > duration(self.request))",
    message = "one request to a service takes no longer than the whole"
))]
pub struct HTTPRouteSpecRulesTimeouts {
    /// How long one request to a service may take.
    #[api(pattern = "^([0-9]{1,5}(h|m|s|ms)){1,4}$")]
    pub backend_request: Option<String>,
    /// How long the answer to the client may take.
    #[api(pattern = "^([0-9]{1,5}(h|m|s|ms)){1,4}$")]
    pub request: Option<String>,
}

/// What has become of the route.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HTTPRouteStatus {
    /// What each parent makes of the route.
    #[api(required, list = atomic, max_items = 32)]
    pub parents: Vec<HTTPRouteStatusParents>,
}

/// What one parent makes of the route.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HTTPRouteStatusParents {
    /// The state of the route at the parent.
    #[api(required, list = map("type"), min_items = 1, max_items = 8, unique)]
    pub conditions: Vec<HTTPRouteStatusParentsConditions>,
    /// The controller that says so.
    #[api(required, min_len = 1, max_len = 253)]
    #[api(
        pattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\\/[A-Za-z0-9\\/\\-._~%!$&'()*+,;=:]+$"
    )]
    pub controller_name: String,
    /// The parent, as the route refers to it.
    #[api(required)]
    pub parent_ref: HTTPRouteSpecParentRefs,
}

/// One aspect of the state.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HTTPRouteStatusParentsConditions {
    /// When the status last changed.
    #[api(required)]
    pub last_transition_time: Time,
    /// Why, for people.
    #[api(required, max_len = 32768)]
    pub message: String,
    /// The generation of the object that this is about.
    #[api(min = 0)]
    pub observed_generation: Option<i64>,
    /// Why, in one word.
    #[api(required, min_len = 1, max_len = 1024, pattern = "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$")]
    pub reason: String,
    /// Whether it is so.
    #[api(required)]
    pub status: HTTPRouteStatusParentsConditionsStatus,
    /// The aspect.
    #[api(required, max_len = 316)]
    #[api(
        pattern = "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$"
    )]
    pub type_: String,
}

/// Whether it is so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(closed)]
pub enum HTTPRouteStatusParentsConditionsStatus {
    /// `True`.
    True,
    /// `False`.
    False,
    /// `Unknown`.
    Unknown,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
