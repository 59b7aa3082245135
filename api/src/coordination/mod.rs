//! The `coordination.k8s.io` group: who leads, and who is alive.

pub mod v1;
pub mod v1alpha2;
pub mod v1beta1;
