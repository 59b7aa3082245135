//! Version v1 of the `apiserver.config.k8s.io` group: the configuration of the admission policy plugins.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod mutating_admission_policy_configuration;
mod validating_admission_policy_configuration;

#[rustfmt::skip]
pub mod generated;

pub use mutating_admission_policy_configuration::MutatingAdmissionPolicyConfiguration;
pub use validating_admission_policy_configuration::ValidatingAdmissionPolicyConfiguration;
