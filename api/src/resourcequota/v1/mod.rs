//! Version v1 of the `resourcequota.admission.k8s.io` group: the configuration of the ResourceQuota admission plugin.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod configuration;

#[rustfmt::skip]
pub mod generated;

pub use configuration::{Configuration, LimitedResource};
