//! The `events.k8s.io` group: what happened.

pub mod v1;
