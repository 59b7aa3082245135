//! To and from v1, the hub: what the generated conversion leaves to us.
//!
//! Follows pkg/apis/resource/v1beta1/conversion.go. As there, `false` and an empty name are the same as nothing, and a
//! device that says nothing of itself has an empty `basic` when it comes back.

use kubeforge_machinery::ConversionError;

use super::generated::conversion as generated;
use super::{BasicDevice, Device, DeviceRequest, ResourceSliceSpec};
use crate::resource::v1;

/// Takes the fields out of `basic`.
pub(super) fn device_to_hub(from: &Device, to: &mut v1::Device) -> Result<(), ConversionError> {
    if let Some(basic) = &from.basic {
        *to = v1::Device { name: from.name.clone(), ..generated::basic_device_to_hub((**basic).clone())? };
    }
    Ok(())
}

/// Puts all fields but the name into `basic`.
pub(super) fn device_from_hub(from: &v1::Device, to: &mut Device) -> Result<(), ConversionError> {
    to.basic = Some(Box::new(generated::basic_device_from_hub(from.clone())?));
    Ok(())
}

/// Nothing is left to do: the name is the device's.
pub(super) fn basic_device_to_hub(_from: &BasicDevice, _to: &mut v1::Device) -> Result<(), ConversionError> {
    Ok(())
}

/// Nothing is left to do, as on the way to the hub.
pub(super) fn basic_device_from_hub(_from: &v1::Device, _to: &mut BasicDevice) -> Result<(), ConversionError> {
    Ok(())
}

/// Puts what one kind of devices is asked for into `exactly`, where anything is.
pub(super) fn device_request_to_hub(from: &DeviceRequest, to: &mut v1::DeviceRequest) -> Result<(), ConversionError> {
    let request = from.clone();
    let selectors = request.selectors.into_iter().map(generated::device_selector_to_hub);
    let tolerations = request.tolerations.into_iter().map(generated::device_toleration_to_hub);
    let capacity = request.capacity.map(|capacity| generated::capacity_requirements_to_hub(*capacity)).transpose()?;
    let exactly = v1::ExactDeviceRequest {
        device_class_name: request.device_class_name,
        selectors: selectors.collect::<Result<_, _>>()?,
        allocation_mode: request.allocation_mode.as_str().into(),
        count: request.count,
        admin_access: request.admin_access,
        tolerations: tolerations.collect::<Result<_, _>>()?,
        capacity: capacity.map(Box::new),
    };
    to.exactly = (exactly != v1::ExactDeviceRequest::default()).then(|| Box::new(exactly));
    Ok(())
}

/// Takes the fields out of `exactly`.
pub(super) fn device_request_from_hub(from: &v1::DeviceRequest, to: &mut DeviceRequest) -> Result<(), ConversionError> {
    let Some(exactly) = from.exactly.as_deref().cloned() else { return Ok(()) };
    let selectors = exactly.selectors.into_iter().map(generated::device_selector_from_hub);
    let tolerations = exactly.tolerations.into_iter().map(generated::device_toleration_from_hub);
    let capacity = exactly.capacity.map(|capacity| generated::capacity_requirements_from_hub(*capacity)).transpose()?;
    to.device_class_name = exactly.device_class_name;
    to.selectors = selectors.collect::<Result<_, _>>()?;
    to.allocation_mode = exactly.allocation_mode.as_str().into();
    to.count = exactly.count;
    to.admin_access = exactly.admin_access;
    to.tolerations = tolerations.collect::<Result<_, _>>()?;
    to.capacity = capacity.map(Box::new);
    Ok(())
}

/// An empty name and `false` are nothing in the hub.
pub(super) fn resource_slice_spec_to_hub(
    from: &ResourceSliceSpec,
    to: &mut v1::ResourceSliceSpec,
) -> Result<(), ConversionError> {
    to.node_name = (!from.node_name.is_empty()).then(|| from.node_name.clone());
    to.all_nodes = from.all_nodes.then_some(true);
    Ok(())
}

/// Nothing is an empty name and `false`.
pub(super) fn resource_slice_spec_from_hub(
    from: &v1::ResourceSliceSpec,
    to: &mut ResourceSliceSpec,
) -> Result<(), ConversionError> {
    to.node_name = from.node_name.clone().unwrap_or_default();
    to.all_nodes = from.all_nodes.unwrap_or_default();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{DeviceAllocationMode, DeviceSubRequest};
    use super::*;

    #[track_caller]
    fn check_request(spoke: DeviceRequest) -> v1::DeviceRequest {
        let hub = generated::device_request_to_hub(spoke.clone()).unwrap();
        assert_eq!(generated::device_request_from_hub(hub.clone()).unwrap(), spoke);
        hub
    }

    #[test]
    fn a_request_with_alternatives_asks_for_nothing_exactly() {
        let first_available = vec![DeviceSubRequest { name: "a".to_owned(), ..DeviceSubRequest::default() }];
        let hub = check_request(DeviceRequest { first_available, ..DeviceRequest::default() });
        assert_eq!(hub.exactly, None);
        assert_eq!(hub.first_available.len(), 1);
    }

    #[test]
    fn each_field_of_a_request_is_exact() {
        let default = DeviceRequest::default;
        let count = check_request(DeviceRequest { count: 2, ..default() }).exactly.unwrap();
        assert_eq!(count.count, 2);
        let admin = check_request(DeviceRequest { admin_access: Some(false), ..default() }).exactly.unwrap();
        assert_eq!(admin.admin_access, Some(false));
        let mode = DeviceRequest { allocation_mode: DeviceAllocationMode::All, ..default() };
        assert_eq!(check_request(mode).exactly.unwrap().allocation_mode, v1::DeviceAllocationMode::All);
        let capacity = check_request(DeviceRequest { capacity: Some(Box::default()), ..default() }).exactly.unwrap();
        assert_eq!(capacity.capacity, Some(Box::default()));
    }

    #[test]
    fn a_device_without_basic_gets_an_empty_one() {
        let spoke = Device { name: "d".to_owned(), basic: None };
        let hub = generated::device_to_hub(spoke).unwrap();
        assert_eq!(hub, v1::Device { name: "d".to_owned(), ..v1::Device::default() });
        let back = generated::device_from_hub(hub).unwrap();
        assert_eq!(back, Device { name: "d".to_owned(), basic: Some(Box::default()) });
    }

    #[test]
    fn slices_say_no_by_saying_nothing() {
        let hub = generated::resource_slice_spec_to_hub(ResourceSliceSpec::default()).unwrap();
        assert_eq!((hub.node_name, hub.all_nodes), (None, None));
        let no = v1::ResourceSliceSpec { node_name: Some(String::new()), all_nodes: Some(false), ..Default::default() };
        assert_eq!(generated::resource_slice_spec_from_hub(no).unwrap(), ResourceSliceSpec::default());
    }
}
