//! Endpoint slices: the addresses behind a service, in parts.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

use crate::core::v1::{ObjectReference, Protocol};

/// Some of the addresses behind a service, all with the same ports.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "endpointslices", singular = "endpointslice")]
#[api(introduced = "1.21")]
pub struct EndpointSlice {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    #[api(tag = 4, required)]
    pub address_type: AddressType,
    #[api(tag = 2, always, list = atomic)]
    pub endpoints: Vec<Endpoint>,
    #[api(tag = 3, always, list = atomic)]
    pub ports: Vec<EndpointPort>,
}

/// Endpoint slices, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "EndpointSlice")]
#[api(introduced = "1.21")]
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
    #[api(tag = 1, required, list = set)]
    pub addresses: Vec<String>,
    #[api(tag = 2)]
    pub conditions: EndpointConditions,
    #[api(tag = 3)]
    pub hostname: Option<String>,
    #[api(tag = 4)]
    pub target_ref: Option<Box<ObjectReference>>,
    #[api(tag = 5)]
    pub deprecated_topology: BTreeMap<String, String>,
    #[api(tag = 6)]
    pub node_name: Option<String>,
    #[api(tag = 7)]
    pub zone: Option<String>,
    #[api(tag = 8)]
    pub hints: Option<Box<EndpointHints>>,
}

/// Whether an endpoint may be sent requests; what is not said counts as yes, except for ending.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct EndpointConditions {
    #[api(tag = 1)]
    pub ready: Option<bool>,
    #[api(tag = 2)]
    pub serving: Option<bool>,
    #[api(tag = 3)]
    pub terminating: Option<bool>,
}

/// Who should use an endpoint.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct EndpointHints {
    #[api(tag = 1, list = atomic)]
    pub for_zones: Vec<ForZone>,
    #[api(tag = 2, list = atomic)]
    pub for_nodes: Vec<ForNode>,
}

/// A zone whose clients should use an endpoint.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ForZone {
    #[api(tag = 1, required)]
    pub name: String,
}

/// A node whose clients should use an endpoint.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ForNode {
    #[api(tag = 1, required)]
    pub name: String,
}

/// A port of all endpoints of a slice.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct EndpointPort {
    #[api(tag = 1)]
    pub name: Option<String>,
    #[api(tag = 2)]
    pub protocol: Option<Protocol>,
    #[api(tag = 3)]
    pub port: Option<i32>,
    #[api(tag = 4)]
    pub app_protocol: Option<String>,
}

/// The service that a slice belongs to.
pub const LABEL_SERVICE_NAME: &str = "kubernetes.io/service-name";
/// Who writes a slice.
pub const LABEL_MANAGED_BY: &str = "endpointslice.kubernetes.io/managed-by";
/// On `Endpoints`: no slices are to be made of them.
pub const LABEL_SKIP_MIRROR: &str = "endpointslice.kubernetes.io/skip-mirror";
