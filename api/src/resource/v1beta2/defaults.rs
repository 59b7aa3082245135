//! Defaults that the markers cannot say.

use super::{DeviceAllocationMode, DeviceSubRequest, DeviceTaint, ExactDeviceRequest, NodeAllocatableResourceMapping};
use crate::resource::defaults::{how_many, one_to_one, since_now};

/// One device.
pub fn default_exact_device_request(request: &mut ExactDeviceRequest) {
    how_many(&mut request.allocation_mode, &mut request.count, DeviceAllocationMode::ExactCount);
}

/// One device.
pub fn default_device_sub_request(request: &mut DeviceSubRequest) {
    how_many(&mut request.allocation_mode, &mut request.count, DeviceAllocationMode::ExactCount);
}

/// It is there since now.
pub fn default_device_taint(taint: &mut DeviceTaint) {
    since_now(&mut taint.time_added);
}

/// One unit of the resource for each.
pub fn default_node_allocatable_resource_mapping(mapping: &mut NodeAllocatableResourceMapping) {
    one_to_one(&mut mapping.allocation_multiplier);
}
