//! Version v1 of the `pod-security.admission.config.k8s.io` group: the configuration of the PodSecurity admission plugin.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

pub mod defaults;
mod pod_security_configuration;

#[rustfmt::skip]
pub mod generated;

pub use pod_security_configuration::{PodSecurityConfiguration, PodSecurityDefaults, PodSecurityExemptions};
