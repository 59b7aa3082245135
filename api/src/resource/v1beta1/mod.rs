//! Version v1beta1 of the `resource.k8s.io` group: devices and claims to them, in the form with `basic` devices and flat requests.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod conversion;
pub mod defaults;
mod device_class;
mod resource_claim;
mod resource_claim_template;
mod resource_slice;
mod well_known;

#[rustfmt::skip]
pub mod generated;

pub use device_class::{DeviceClass, DeviceClassConfiguration, DeviceClassList, DeviceClassSpec};
pub use resource_claim::{
    AllocatedDeviceStatus, AllocationConfigSource, AllocationResult, CELDeviceSelector, CapacityRequirements,
    DeviceAllocationConfiguration, DeviceAllocationMode, DeviceAllocationResult, DeviceClaim, DeviceClaimConfiguration,
    DeviceConfiguration, DeviceConstraint, DeviceRequest, DeviceRequestAllocationResult, DeviceSelector,
    DeviceSubRequest, DeviceToleration, DeviceTolerationOperator, NetworkDeviceData, OpaqueDeviceConfiguration,
    ResourceClaim, ResourceClaimConsumerReference, ResourceClaimList, ResourceClaimSpec, ResourceClaimStatus,
};
pub use resource_claim_template::{ResourceClaimTemplate, ResourceClaimTemplateList, ResourceClaimTemplateSpec};
pub use resource_slice::{
    BasicDevice, CapacityRequestPolicy, CapacityRequestPolicyRange, Counter, CounterSet, Device, DeviceAttribute,
    DeviceCapacity, DeviceCounterConsumption, DeviceTaint, DeviceTaintEffect, NodeAllocatableResourceMapping,
    ResourcePool, ResourceSlice, ResourceSliceList, ResourceSliceSpec,
};
pub use well_known::{
    DRA_ADMIN_NAMESPACE_LABEL_KEY, EXTENDED_RESOURCE_CLAIM_ANNOTATION, FINALIZER, POD_RESOURCE_CLAIM_ANNOTATION,
    RESOURCE_DEVICE_CLASS_PREFIX, RESOURCE_SLICE_SELECTOR_DRIVER, RESOURCE_SLICE_SELECTOR_NODE_NAME,
};
