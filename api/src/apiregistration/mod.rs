//! The `apiregistration.k8s.io` group: which server serves which API.

pub mod v1;
