//! The older form of what endpoint slices say.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

use super::{ObjectReference, Protocol};

/// The addresses behind a service, in one object. Endpoint slices do this today.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "endpoints", singular = "endpoints", short = ["ep"])]
#[api(introduced = "1.0", deprecated = "1.33", replacement = "discovery.k8s.io/v1.EndpointSlice")]
pub struct Endpoints {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The addresses, by their ports.
    #[api(tag = 2, list = atomic)]
    pub subsets: Vec<EndpointSubset>,
}

/// Endpoints, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "Endpoints")]
#[api(introduced = "1.0", deprecated = "1.33", replacement = "discovery.k8s.io/v1.EndpointSlice")]
pub struct EndpointsList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<Endpoints>,
}

/// Addresses that all have the same ports.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct EndpointSubset {
    /// Those that are ready.
    #[api(tag = 1, list = atomic)]
    pub addresses: Vec<EndpointAddress>,
    /// Those that are not.
    #[api(tag = 2, list = atomic)]
    pub not_ready_addresses: Vec<EndpointAddress>,
    /// Their ports.
    #[api(tag = 3, list = atomic)]
    pub ports: Vec<EndpointPort>,
}

/// An address behind a service.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct EndpointAddress {
    /// The address.
    #[api(tag = 1, required)]
    pub ip: String,
    /// Its name within the service.
    #[api(tag = 3)]
    pub hostname: String,
    /// The node that it is on.
    #[api(tag = 4)]
    pub node_name: Option<String>,
    /// The pod that it belongs to.
    #[api(tag = 2)]
    pub target_ref: Option<Box<ObjectReference>>,
}

/// A port of the addresses of a subset.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct EndpointPort {
    /// Its name, as the service has it.
    #[api(tag = 1)]
    pub name: String,
    /// Its number.
    #[api(tag = 2, required)]
    pub port: i32,
    /// TCP, UDP or SCTP.
    #[api(tag = 3)]
    pub protocol: Protocol,
    /// What is spoken on it.
    #[api(tag = 4)]
    pub app_protocol: Option<String>,
}
