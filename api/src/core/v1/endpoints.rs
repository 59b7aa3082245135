//! The older form of what endpoint slices say.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

use super::{ObjectReference, Protocol};

/// The addresses behind a service, in one object. Endpoint slices do this today.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "endpoints", singular = "endpoints", short = ["ep"])]
#[api(introduced = "1.0")]
pub struct Endpoints {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    #[api(tag = 2, list = atomic)]
    pub subsets: Vec<EndpointSubset>,
}

/// Endpoints, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "Endpoints")]
#[api(introduced = "1.0")]
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
    #[api(tag = 1, list = atomic)]
    pub addresses: Vec<EndpointAddress>,
    #[api(tag = 2, list = atomic)]
    pub not_ready_addresses: Vec<EndpointAddress>,
    #[api(tag = 3, list = atomic)]
    pub ports: Vec<EndpointPort>,
}

/// An address behind a service.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct EndpointAddress {
    #[api(tag = 1, required)]
    pub ip: String,
    #[api(tag = 3)]
    pub hostname: String,
    #[api(tag = 4)]
    pub node_name: Option<String>,
    #[api(tag = 2)]
    pub target_ref: Option<Box<ObjectReference>>,
}

/// A port of the addresses of a subset.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct EndpointPort {
    #[api(tag = 1)]
    pub name: String,
    #[api(tag = 2, required)]
    pub port: i32,
    #[api(tag = 3)]
    pub protocol: Protocol,
    #[api(tag = 4)]
    pub app_protocol: Option<String>,
}
