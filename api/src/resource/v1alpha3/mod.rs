//! Version v1alpha3 of the `resource.k8s.io` group: rules that taint devices, and questions about pools.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

pub mod defaults;
mod device_taint_rule;
mod resource_pool_status_request;
mod shared;
mod well_known;

#[rustfmt::skip]
pub mod generated;

pub use device_taint_rule::{
    DeviceTaint, DeviceTaintEffect, DeviceTaintRule, DeviceTaintRuleList, DeviceTaintRuleSpec, DeviceTaintRuleStatus,
    DeviceTaintSelector,
};
pub use resource_pool_status_request::{
    PoolStatus, ResourcePoolStatusRequest, ResourcePoolStatusRequestList, ResourcePoolStatusRequestSpec,
    ResourcePoolStatusRequestStatus,
};
pub use shared::{CELDeviceSelector, DeviceSelector};
pub use well_known::{
    DEVICE_TAINT_CONDITION_EVICTION_IN_PROGRESS, RESOURCE_POOL_STATUS_REQUEST_CONDITION_COMPLETE,
    RESOURCE_POOL_STATUS_REQUEST_CONDITION_FAILED,
};
