//! The `scheduling.k8s.io` group: who goes first.

pub mod v1;
pub mod v1alpha2;
pub mod v1beta1;
