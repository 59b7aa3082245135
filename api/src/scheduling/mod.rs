//! The `scheduling.k8s.io` group: who goes first.

pub mod v1;
