use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::IntOrString;
use kubeforge_machinery::meta::v1::{Condition, ListMeta, ObjectMeta};

use super::Protocol;

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "services", singular = "service", short = ["svc"], categories = ["all"])]
#[api(subresource(status))]
#[api(subresource(proxy, kind = "ServiceProxyOptions", verbs = ["create", "delete", "get", "patch", "update"]))]
#[api(selectable("metadata.name", "metadata.namespace", "spec.clusterIP", "spec.type"))]
#[api(introduced = "1.0")]
pub struct Service {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    #[api(tag = 2)]
    pub spec: ServiceSpec,
    #[api(tag = 3)]
    pub status: ServiceStatus,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "Service")]
#[api(introduced = "1.0")]
pub struct ServiceList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<Service>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServiceSpec {
    #[api(tag = 1, patch = merge, merge_key = "port", list = map("port", "protocol"))]
    pub ports: Vec<ServicePort>,
    #[api(tag = 2, map = atomic)]
    pub selector: BTreeMap<String, String>,
    #[api(tag = 3, json = "clusterIP")]
    pub cluster_ip: String,
    #[api(tag = 18, json = "clusterIPs", list = atomic)]
    pub cluster_ips: Vec<String>,
    #[api(tag = 4)]
    pub type_: ServiceType,
    #[api(tag = 5, json = "externalIPs", list = atomic)]
    pub external_ips: Vec<String>,
    #[api(tag = 7)]
    pub session_affinity: ServiceAffinity,
    #[api(tag = 8, json = "loadBalancerIP", deprecated)]
    pub load_balancer_ip: String,
    #[api(tag = 9, list = atomic)]
    pub load_balancer_source_ranges: Vec<String>,
    #[api(tag = 10)]
    pub external_name: String,
    #[api(tag = 11)]
    pub external_traffic_policy: ServiceExternalTrafficPolicy,
    #[api(tag = 12)]
    pub health_check_node_port: i32,
    #[api(tag = 13)]
    pub publish_not_ready_addresses: bool,
    #[api(tag = 14)]
    pub session_affinity_config: Option<SessionAffinityConfig>,
    #[api(tag = 19, list = atomic)]
    pub ip_families: Vec<IPFamily>,
    #[api(tag = 17)]
    pub ip_family_policy: Option<IPFamilyPolicy>,
    #[api(tag = 20)]
    pub allocate_load_balancer_node_ports: Option<bool>,
    #[api(tag = 21)]
    pub load_balancer_class: Option<String>,
    #[api(tag = 22)]
    pub internal_traffic_policy: Option<ServiceInternalTrafficPolicy>,
    #[api(tag = 23)]
    pub traffic_distribution: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServicePort {
    #[api(tag = 1)]
    pub name: String,
    #[api(tag = 2, default = "TCP")]
    pub protocol: Protocol,
    #[api(tag = 6)]
    pub app_protocol: Option<String>,
    #[api(tag = 3, required)]
    pub port: i32,
    #[api(tag = 4)]
    pub target_port: IntOrString,
    #[api(tag = 5)]
    pub node_port: i32,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum ServiceType {
    ClusterIP,
    NodePort,
    LoadBalancer,
    ExternalName,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum ServiceAffinity {
    ClientIP,
    None,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct SessionAffinityConfig {
    #[api(tag = 1, json = "clientIP")]
    pub client_ip: Option<ClientIPConfig>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ClientIPConfig {
    #[api(tag = 1)]
    pub timeout_seconds: Option<i32>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum ServiceInternalTrafficPolicy {
    Cluster,
    Local,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum ServiceExternalTrafficPolicy {
    Cluster,
    Local,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum IPFamily {
    IPv4,
    IPv6,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum IPFamilyPolicy {
    SingleStack,
    PreferDualStack,
    RequireDualStack,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServiceStatus {
    #[api(tag = 1)]
    pub load_balancer: LoadBalancerStatus,
    #[api(tag = 2, patch = merge, merge_key = "type", list = map("type"))]
    pub conditions: Vec<Condition>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct LoadBalancerStatus {
    #[api(tag = 1, list = atomic)]
    pub ingress: Vec<LoadBalancerIngress>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct LoadBalancerIngress {
    #[api(tag = 1)]
    pub ip: String,
    #[api(tag = 2)]
    pub hostname: String,
    #[api(tag = 3)]
    pub ip_mode: Option<LoadBalancerIPMode>,
    #[api(tag = 4, list = atomic)]
    pub ports: Vec<PortStatus>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum LoadBalancerIPMode {
    VIP,
    Proxy,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PortStatus {
    #[api(tag = 1, required)]
    pub port: i32,
    #[api(tag = 2, required)]
    pub protocol: Protocol,
    #[api(tag = 3)]
    pub error: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(introduced = "1.2")]
pub struct ServiceProxyOptions {
    #[api(tag = 1)]
    pub path: String,
}
