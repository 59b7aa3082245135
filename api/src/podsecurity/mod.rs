//! The `pod-security.admission.config.k8s.io` group: the configuration of the PodSecurity admission plugin.

pub mod v1;
