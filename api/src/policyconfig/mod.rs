//! The `apiserver.config.k8s.io` group: the configuration of the admission policy plugins.

pub mod v1;
