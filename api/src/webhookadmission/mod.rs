//! The `apiserver.config.k8s.io` group: the configuration of the admission webhook plugins.

pub mod v1;
