//! Endpoint slices: the addresses behind a service, in parts.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::{
    NilVec,
    meta::v1::{ListMeta, ObjectMeta},
};

use crate::core::v1::{ObjectReference, Protocol};

/// Some of the addresses behind a service, all with the same ports.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "v1", lossy = "the node's name stands in the topology as well")]
#[api(introduced = "1.16", deprecated = "1.21", removed = "1.25", replacement = "discovery.k8s.io/v1.EndpointSlice")]
pub struct EndpointSlice {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What kind of addresses they are.
    #[api(tag = 4, required)]
    pub address_type: AddressType,
    /// The places.
    #[api(tag = 2, required, list = atomic)]
    pub endpoints: NilVec<Endpoint>,
    /// Their ports; none means all.
    #[api(tag = 3, always, list = atomic)]
    pub ports: NilVec<EndpointPort>,
}

/// Endpoint slices, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "EndpointSlice")]
#[api(introduced = "1.16", deprecated = "1.21", removed = "1.25", replacement = "discovery.k8s.io/v1.EndpointSlice")]
pub struct EndpointSliceList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<EndpointSlice>,
}

/// What kind of address the endpoints of a slice have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum AddressType {
    /// IPv4.
    IPv4,
    /// IPv6.
    IPv6,
    /// Names.
    FQDN,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// One place that a service leads to.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Endpoint {
    /// Its addresses; all lead to the same place.
    #[api(tag = 1, required, list = set)]
    pub addresses: Vec<String>,
    /// Whether it may be sent requests.
    #[api(tag = 2)]
    pub conditions: EndpointConditions,
    /// Its name within the service.
    #[api(tag = 3)]
    pub hostname: Option<String>,
    /// The pod that it is.
    #[api(tag = 4)]
    pub target_ref: Option<Box<ObjectReference>>,
    /// Labels of the place, such as its zone and node.
    #[api(tag = 5, converts_to = "deprecated_topology")]
    pub topology: BTreeMap<String, String>,
    /// The node that it is on.
    #[api(tag = 6)]
    pub node_name: Option<String>,
    /// Who should use it.
    #[api(tag = 7, gate = "TopologyAwareHints")]
    pub hints: Option<Box<EndpointHints>>,
}

/// Whether an endpoint may be sent requests; what is not said counts as yes, except for ending.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct EndpointConditions {
    /// It may be sent requests.
    #[api(tag = 1)]
    pub ready: Option<bool>,
    /// It answers requests, though it may be ending.
    #[api(tag = 2)]
    pub serving: Option<bool>,
    /// It is ending.
    #[api(tag = 3)]
    pub terminating: Option<bool>,
}

/// Who should use an endpoint.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct EndpointHints {
    /// The clients of these zones.
    #[api(tag = 1, list = atomic)]
    pub for_zones: Vec<ForZone>,
    /// The clients of these nodes.
    #[api(tag = 2, list = atomic)]
    pub for_nodes: Vec<ForNode>,
}

/// A zone whose clients should use an endpoint.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ForZone {
    /// The zone.
    #[api(tag = 1, required)]
    pub name: String,
}

/// A node whose clients should use an endpoint.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ForNode {
    /// The node.
    #[api(tag = 1, required)]
    pub name: String,
}

/// A port of all endpoints of a slice.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct EndpointPort {
    /// Its name, as the service has it.
    #[api(tag = 1)]
    pub name: Option<String>,
    /// TCP, UDP or SCTP.
    #[api(tag = 2)]
    pub protocol: Option<Protocol>,
    /// Its number; unset for all.
    #[api(tag = 3)]
    pub port: Option<i32>,
    /// What is spoken on it.
    #[api(tag = 4)]
    pub app_protocol: Option<String>,
}

/// The service that a slice belongs to.
pub const LABEL_SERVICE_NAME: &str = "kubernetes.io/service-name";
/// Who writes a slice.
pub const LABEL_MANAGED_BY: &str = "endpointslice.kubernetes.io/managed-by";
/// On `Endpoints`: no slices are to be made of them.
pub const LABEL_SKIP_MIRROR: &str = "endpointslice.kubernetes.io/skip-mirror";
