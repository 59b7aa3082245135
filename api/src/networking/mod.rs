//! The `networking.k8s.io` group: network policies, ingresses, and the addresses of services.

pub mod v1;
pub mod v1beta1;

pub(crate) mod ingress_backend;
