//! Ingresses: HTTP from outside, by host and path.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::IntOrString;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

use crate::core::v1::{Protocol, TypedLocalObjectReference};

/// Leads HTTP requests from outside the cluster to services, by host and path.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "v1", lossy = "a port whose name is empty is port 0")]
#[api(introduced = "1.14", deprecated = "1.19", replacement = "networking.k8s.io/v1.Ingress")]
pub struct Ingress {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// Which requests go where.
    #[api(tag = 2)]
    pub spec: IngressSpec,
    /// Where it can be reached.
    #[api(tag = 3)]
    pub status: IngressStatus,
}

/// Ingresses, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "Ingress")]
#[api(introduced = "1.14", deprecated = "1.19", replacement = "networking.k8s.io/v1.IngressList")]
pub struct IngressList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<Ingress>,
}

/// Which requests go where, and who sees to that.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct IngressSpec {
    /// The class, and by it the controller that sees to it; unset for the default class.
    #[api(tag = 4)]
    pub ingress_class_name: Option<String>,
    /// Where requests go that no rule matches.
    #[api(tag = 1, converts_to = "default_backend")]
    pub backend: Option<Box<IngressBackend>>,
    /// The certificates for its hosts; all are served on port 443.
    #[api(tag = 2, list = atomic)]
    pub tls: Vec<IngressTLS>,
    /// The rules, each for one host; without any, all requests go to the default backend.
    #[api(tag = 3, list = atomic)]
    pub rules: Vec<IngressRule>,
}

/// Where requests go: a service or another object, never both.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct IngressBackend {
    /// The service, of the same namespace.
    #[api(tag = 1)]
    pub service_name: String,
    /// The port of the service, as a number or a name.
    #[api(tag = 2)]
    pub service_port: IntOrString,
    /// Another object of the same namespace, where the controller knows its kind.
    #[api(tag = 3)]
    pub resource: Option<Box<TypedLocalObjectReference>>,
}

/// A certificate, and the hosts that it is for.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct IngressTLS {
    /// The hosts; they must be among the names in the certificate.
    #[api(tag = 1, list = atomic)]
    pub hosts: Vec<String>,
    /// The secret with the certificate and its key; empty where the controller has its own.
    #[api(tag = 2)]
    pub secret_name: String,
}

/// Where the requests for one host go.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct IngressRule {
    /// The host, which may start with `*.` for any one label there; empty for all hosts.
    #[api(tag = 1)]
    pub host: String,
    /// What becomes of the requests; without it, all go to the default backend.
    #[api(tag = 2, inline)]
    pub ingress_rule_value: IngressRuleValue,
}

/// What becomes of the requests for a host, by protocol; HTTP is the only one so far.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct IngressRuleValue {
    /// Where HTTP requests go.
    #[api(tag = 1)]
    pub http: Option<Box<HTTPIngressRuleValue>>,
}

/// Where the HTTP requests for a host go, by path.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HTTPIngressRuleValue {
    /// The paths; of those that match, the longest counts.
    #[api(tag = 1, required, list = atomic)]
    pub paths: Vec<HTTPIngressPath>,
}

/// Where requests with some path go.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HTTPIngressPath {
    /// The path, which starts with `/`.
    #[api(tag = 1)]
    pub path: String,
    /// How the path of a request is compared with it; `ImplementationSpecific` if unset.
    #[api(tag = 3)]
    pub path_type: Option<PathType>,
    /// Where the requests go.
    #[api(tag = 2, required)]
    pub backend: IngressBackend,
}

/// How the path of a request is compared with that of a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum PathType {
    /// It must be the same, down to the case and a slash at the end.
    Exact,
    /// It must start with the same elements, as split at the slashes.
    Prefix,
    /// As the controller likes.
    ImplementationSpecific,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Where an ingress can be reached.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct IngressStatus {
    /// The load balancer in front of it.
    #[api(tag = 1)]
    pub load_balancer: IngressLoadBalancerStatus,
}

/// Where a load balancer takes requests.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct IngressLoadBalancerStatus {
    /// The places.
    #[api(tag = 1, list = atomic)]
    pub ingress: Vec<IngressLoadBalancerIngress>,
}

/// One place where a load balancer takes requests.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct IngressLoadBalancerIngress {
    /// Its address, where the load balancer goes by addresses.
    #[api(tag = 1)]
    pub ip: String,
    /// Its name, where the load balancer goes by names.
    #[api(tag = 2)]
    pub hostname: String,
    /// Its ports.
    #[api(tag = 4, list = atomic)]
    pub ports: Vec<IngressPortStatus>,
}

/// How a port of a load balancer fares.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct IngressPortStatus {
    /// The port.
    #[api(tag = 1, required)]
    pub port: i32,
    /// Its protocol.
    #[api(tag = 2, required)]
    pub protocol: Protocol,
    /// What is wrong with it, as a word in CamelCase; unset while it works.
    #[api(tag = 3)]
    pub error: Option<String>,
}
