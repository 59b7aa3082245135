//! Version v1 of the `apiregistration.k8s.io` group: which server serves which API.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod api_service;
pub mod defaults;

#[rustfmt::skip]
pub mod generated;

pub use api_service::{
    APIService, APIServiceCondition, APIServiceList, APIServiceSpec, APIServiceStatus, AVAILABLE, ConditionStatus,
    ServiceReference,
};
