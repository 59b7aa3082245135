//! The `audit.k8s.io` group: what is noted of requests to the server.

pub mod v1;
