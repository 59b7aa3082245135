//! Version v1 of the `apiserver.config.k8s.io` group: the configuration of the ResourceQuota admission plugin.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod resource_quota_configuration;

#[rustfmt::skip]
pub mod generated;

pub use resource_quota_configuration::{LimitedResource, ResourceQuotaConfiguration};
