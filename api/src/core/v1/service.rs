//! Services: one address for many pods.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::IntOrString;
use kubeforge_machinery::meta::v1::{Condition, ListMeta, ObjectMeta};

use super::Protocol;

/// One name and address for the pods that a selector finds, whichever they are at the time.
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
    /// What is wanted of the service.
    #[api(tag = 2)]
    pub spec: ServiceSpec,
    /// What a load balancer has set up for it.
    #[api(tag = 3)]
    pub status: ServiceStatus,
}

/// Services, listed as of one point in the history of the store.
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

/// Which pods a service leads to, on which ports, and who can reach it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServiceSpec {
    /// The ports it is reached at.
    #[api(tag = 1, patch = merge, merge_key = "port", list = map("port", "protocol"))]
    pub ports: Vec<ServicePort>,
    /// The labels of its pods. Without one its endpoints are somebody else's to write.
    #[api(tag = 2, map = atomic)]
    pub selector: BTreeMap<String, String>,
    /// Its address inside the cluster; `None` for a service that has only names.
    #[api(tag = 3, json = "clusterIP")]
    pub cluster_ip: String,
    /// All its addresses inside the cluster, one per family; the first is `cluster_ip`.
    #[api(tag = 18, json = "clusterIPs", list = atomic)]
    pub cluster_ips: Vec<String>,
    /// Who can reach it, and how.
    #[api(tag = 4)]
    pub type_: ServiceType,
    /// Addresses of the user's own at which nodes accept its traffic.
    #[api(tag = 5, json = "externalIPs", list = atomic)]
    pub external_ips: Vec<String>,
    /// Whether a client keeps meeting the same pod.
    #[api(tag = 7)]
    pub session_affinity: ServiceAffinity,
    /// The address that the load balancer is asked for; not all of them can.
    #[api(tag = 8, json = "loadBalancerIP", deprecated)]
    pub load_balancer_ip: String,
    /// The networks that may use the load balancer.
    #[api(tag = 9, list = atomic)]
    pub load_balancer_source_ranges: Vec<String>,
    /// The name that it stands for, where that is its type.
    #[api(tag = 10)]
    pub external_name: String,
    /// Where traffic from outside may end.
    #[api(tag = 11)]
    pub external_traffic_policy: ServiceExternalTrafficPolicy,
    /// The port at which a load balancer learns which nodes have pods of it.
    #[api(tag = 12)]
    pub health_check_node_port: i32,
    /// Also pods that are not ready count.
    #[api(tag = 13)]
    pub publish_not_ready_addresses: bool,
    /// How long a client keeps meeting the same pod.
    #[api(tag = 14)]
    pub session_affinity_config: Option<SessionAffinityConfig>,
    /// The families of its addresses, in order.
    #[api(tag = 19, list = atomic)]
    pub ip_families: Vec<IPFamily>,
    /// Whether it has addresses of one family or of both.
    #[api(tag = 17)]
    pub ip_family_policy: Option<IPFamilyPolicy>,
    /// Whether a load balancer gets to it by node ports.
    #[api(tag = 20)]
    pub allocate_load_balancer_node_ports: Option<bool>,
    /// Which implementation of load balancers is meant.
    #[api(tag = 21)]
    pub load_balancer_class: Option<String>,
    /// Where traffic from inside may end.
    #[api(tag = 22)]
    pub internal_traffic_policy: Option<ServiceInternalTrafficPolicy>,
    /// How far the way from client to pod may be.
    #[api(tag = 23)]
    pub traffic_distribution: Option<String>,
}

/// A port of a service.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServicePort {
    /// Its name; needed where there are several.
    #[api(tag = 1)]
    pub name: String,
    /// TCP, UDP or SCTP.
    #[api(tag = 2, default = "TCP")]
    pub protocol: Protocol,
    /// What is spoken on it, for those that route by that.
    #[api(tag = 6)]
    pub app_protocol: Option<String>,
    /// Its number.
    #[api(tag = 3, required)]
    pub port: i32,
    /// The port of the pods, by number or name.
    #[api(tag = 4)]
    pub target_port: IntOrString,
    /// The port of every node that leads here; zero until one is chosen.
    #[api(tag = 5)]
    pub node_port: i32,
}

/// Who can reach a service, and how.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum ServiceType {
    /// Whoever is in the cluster.
    ClusterIP,
    /// Whoever reaches a node, at a port of it.
    NodePort,
    /// Whoever reaches the load balancer that the cloud sets up.
    LoadBalancer,
    /// It only stands for another name.
    ExternalName,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Whether a client keeps meeting the same pod.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum ServiceAffinity {
    /// It does, as long as its address stays the same.
    ClientIP,
    /// It meets any.
    None,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// How a client keeps meeting the same pod.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct SessionAffinityConfig {
    /// By its address.
    #[api(tag = 1, json = "clientIP")]
    pub client_ip: Option<ClientIPConfig>,
}

/// How a client keeps meeting the same pod by its address.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ClientIPConfig {
    /// For how long after it was last seen.
    #[api(tag = 1)]
    pub timeout_seconds: Option<i32>,
}

/// Where traffic from inside the cluster may end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum ServiceInternalTrafficPolicy {
    /// At every pod.
    Cluster,
    /// At pods of the client's own node only.
    Local,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Where traffic from outside the cluster may end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum ServiceExternalTrafficPolicy {
    /// At every pod; the client's address is lost on the way.
    Cluster,
    /// At pods of the node that it came to, which see the client's address.
    Local,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// A family of addresses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum IPFamily {
    /// IPv4.
    IPv4,
    /// IPv6.
    IPv6,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Whether a service has addresses of one family or of both.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum IPFamilyPolicy {
    /// One.
    SingleStack,
    /// Both, where the cluster has both.
    PreferDualStack,
    /// Both, or it cannot be made.
    RequireDualStack,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// What was set up for a service.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServiceStatus {
    /// The load balancer.
    #[api(tag = 1)]
    pub load_balancer: LoadBalancerStatus,
    /// What is known of it otherwise.
    #[api(tag = 2, patch = merge, merge_key = "type", list = map("type"))]
    pub conditions: Vec<Condition>,
}

/// A load balancer, from outside.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct LoadBalancerStatus {
    /// Where it is reached.
    #[api(tag = 1, list = atomic)]
    pub ingress: Vec<LoadBalancerIngress>,
}

/// A place where a load balancer is reached: an address or a name.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct LoadBalancerIngress {
    /// Its address.
    #[api(tag = 1)]
    pub ip: String,
    /// Its name.
    #[api(tag = 2)]
    pub hostname: String,
    /// Whether the nodes see its address on what it sends.
    #[api(tag = 3)]
    pub ip_mode: Option<LoadBalancerIPMode>,
    /// How its ports are.
    #[api(tag = 4, list = atomic)]
    pub ports: Vec<PortStatus>,
}

/// What a load balancer does with the address that traffic is sent to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum LoadBalancerIPMode {
    /// It passes it on, so nodes may answer for it.
    VIP,
    /// It puts the node's address in its place.
    Proxy,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// A port of a load balancer.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PortStatus {
    /// Its number.
    #[api(tag = 1, required)]
    pub port: i32,
    /// TCP, UDP or SCTP.
    #[api(tag = 2, required)]
    pub protocol: Protocol,
    /// Why it does not work, for programs.
    #[api(tag = 3)]
    pub error: Option<String>,
}

/// What to ask of a service through the API server.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(introduced = "1.2")]
pub struct ServiceProxyOptions {
    /// The rest of the URL.
    #[api(tag = 1)]
    pub path: String,
}
