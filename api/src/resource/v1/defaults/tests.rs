use super::*;
use crate::{resource::v1::Device, testing::defaulted};

#[test]
fn all_devices_are_not_counted() {
    let mut request = ExactDeviceRequest::default();
    let default = defaulted(request.clone());
    assert_eq!((default.allocation_mode, default.count), (DeviceAllocationMode::ExactCount, 1));
    request.allocation_mode = DeviceAllocationMode::All;
    let all = defaulted(request.clone());
    assert_eq!((all.allocation_mode, all.count), (DeviceAllocationMode::All, 0));
    request.allocation_mode = DeviceAllocationMode::ExactCount;
    request.count = 3;
    assert_eq!(defaulted(request).count, 3);
}

#[test]
fn a_taint_is_there_since_it_was_first_seen() {
    let taint = defaulted(DeviceTaint::default());
    assert!(taint.time_added.is_some());
}

#[test]
fn a_unit_of_the_device_is_one_of_the_node() {
    let mut device = Device::default();
    device.node_allocatable_resource_mappings.insert("cpu".into(), NodeAllocatableResourceMapping::default());
    let device = defaulted(device);
    let multiplier = device.node_allocatable_resource_mappings["cpu"].allocation_multiplier.clone();
    assert_eq!(multiplier.map(|one| one.to_string()).as_deref(), Some("1"));
}
