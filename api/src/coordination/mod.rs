//! The `coordination.k8s.io` group: who leads, and who is alive.

pub mod v1;
