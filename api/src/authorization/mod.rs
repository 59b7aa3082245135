//! The `authorization.k8s.io` group: questions about who may do what.

pub mod v1;
pub mod v1beta1;
