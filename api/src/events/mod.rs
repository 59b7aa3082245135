//! The `events.k8s.io` group: what happened.

pub mod v1;
pub mod v1beta1;
