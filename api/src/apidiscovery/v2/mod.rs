//! Version v2 of the `apidiscovery.k8s.io` group: all that a server offers, in one document.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod api_group_discovery;

#[rustfmt::skip]
pub mod generated;

pub use api_group_discovery::{
    APIGroupDiscovery, APIGroupDiscoveryList, APIResourceDiscovery, APISubresourceDiscovery, APIVersionDiscovery,
    DiscoveryFreshness, ResourceScope,
};
