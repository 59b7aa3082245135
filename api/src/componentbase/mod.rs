//! Configuration that all components share: tracing, leader election, debugging, connections to the API server.

pub mod v1;
pub mod v1alpha1;
