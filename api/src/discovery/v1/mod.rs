//! Version v1 of the `discovery.k8s.io` group: endpoint slices.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod endpoint_slice;
pub mod defaults;

pub mod generated;

pub use endpoint_slice::{LABEL_MANAGED_BY, LABEL_SERVICE_NAME, LABEL_SKIP_MIRROR, AddressType, Endpoint, EndpointConditions, EndpointHints, EndpointPort, EndpointSlice, EndpointSliceList, ForNode, ForZone};
