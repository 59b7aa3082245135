//! The `discovery.k8s.io` group: where services lead.

pub mod v1;
