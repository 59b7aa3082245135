use super::*;
use crate::testing::defaulted;

#[test]
fn a_request_with_alternatives_counts_nothing_itself() {
    let request = defaulted(DeviceRequest { first_available: vec![DeviceSubRequest::default()], ..Default::default() });
    assert_eq!((request.allocation_mode, request.count), (DeviceAllocationMode::default(), 0));
    assert_eq!(request.first_available[0].count, 1);
}

#[test]
fn a_request_for_a_class_wants_one() {
    let request = defaulted(DeviceRequest { device_class_name: "gpu".into(), ..Default::default() });
    assert_eq!((request.allocation_mode, request.count), (DeviceAllocationMode::ExactCount, 1));
}
