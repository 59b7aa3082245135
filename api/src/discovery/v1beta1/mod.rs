//! Version v1beta1 of the `discovery.k8s.io` group: endpoint slices.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod conversion;
pub mod defaults;
mod endpoint_slice;

#[rustfmt::skip]
pub mod generated;

pub use endpoint_slice::{
    AddressType, Endpoint, EndpointConditions, EndpointHints, EndpointPort, EndpointSlice, EndpointSliceList, ForNode,
    ForZone, LABEL_MANAGED_BY, LABEL_SERVICE_NAME, LABEL_SKIP_MIRROR,
};
