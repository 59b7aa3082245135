//! The `discovery.k8s.io` group: where services lead.

pub mod v1;
pub mod v1beta1;
