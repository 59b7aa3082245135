//! The `apiserver.config.k8s.io` group: the configuration of the ResourceQuota admission plugin.

pub mod v1;
