//! Version v1 of the `apiserver.config.k8s.io` group: the configuration of the admission webhook plugins.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod webhook_admission_configuration;

#[rustfmt::skip]
pub mod generated;

pub use webhook_admission_configuration::WebhookAdmissionConfiguration;
