//! What was allocated to a claim, for whom, and what drivers report of the devices.

use std::collections::BTreeSet;

use kubeforge_api::resource::v1::{
    AllocatedDeviceStatus, AllocationResult, DeviceRequestAllocationResult, NetworkDeviceData, ResourceClaim,
    ResourceClaimConsumerReference,
};
use kubeforge_machinery::{
    field::{BadValue, Error, ErrorList, Path},
    quote::quote,
    validation::{canonical_ip, parse_cidr},
};

use super::{
    claim::CONFIGURATIONS_MAX,
    configuration::{Age, allocation_configuration, raw_object},
    device::binding_conditions,
    lists::{each, each_unique},
    names::{label, pool_name, uid},
    request::RequestNames,
    taint::check_toleration,
};
use crate::{
    common::{IMMUTABLE, SelectorOptions, conditions, node_selector, shown_internal},
    volumes::driver_name,
};

const CONSUMERS_MAX: usize = 256;
const RESULTS_MAX: usize = 32;
const CONDITIONS_MAX: usize = 8;
const DATA_BYTES_MAX: usize = 10 * 1024;
const INTERFACE_BYTES_MAX: usize = 256;
const HARDWARE_BYTES_MAX: usize = 128;
const ADDRESSES_MAX: usize = 16;

pub(super) fn validate_update(new: &ResourceClaim, old: &ResourceClaim) -> ErrorList {
    let mut errors = ErrorList::new();
    let (path, status) = (Path::new("status"), &new.status);
    let reserved = path.child("reservedFor");
    each_unique(&status.reserved_for, CONSUMERS_MAX, |it| it.uid.clone(), &reserved, &mut errors, check_consumer);
    check_devices(&status.devices, status.allocation.as_deref(), &path.child("devices"), &mut errors);
    check_reservation(new, old, &reserved, &mut errors);
    let allocation = path.child("allocation");
    match (&status.allocation, &old.status.allocation) {
        (Some(new), Some(old)) if new != old => {
            errors.push(Error::invalid(&allocation, shown_internal(new.as_ref()), IMMUTABLE));
        }
        (Some(result), None) => {
            check_allocation(result, &RequestNames::of(&new.spec.devices), &allocation, &mut errors);
        }
        _ => {}
    }
    errors
}

fn check_consumer(consumer: &ResourceClaimConsumerReference, path: &Path<'_>, errors: &mut ErrorList) {
    for (value, name) in [(&consumer.resource, "resource"), (&consumer.name, "name"), (&consumer.uid, "uid")] {
        if value.is_empty() {
            errors.push(Error::required(&path.child(name), ""));
        }
    }
}

/// Only what is allocated can be reserved, and only for as long as the claim stays.
fn check_reservation(new: &ResourceClaim, old: &ResourceClaim, path: &Path<'_>, errors: &mut ErrorList) {
    if new.status.reserved_for.is_empty() {
        return;
    }
    if new.status.allocation.is_none() {
        errors.push(Error::forbidden(path, "may not be specified when `allocated` is not set"));
    } else if new.metadata.deletion_timestamp.is_some()
        && !new.status.reserved_for.iter().all(|consumer| old.status.reserved_for.contains(consumer))
    {
        let text = "new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set";
        errors.push(Error::forbidden(path, text));
    }
}

/// `driver/pool/device`, and the share of it if it is shared.
fn device_id(driver: &str, pool: &str, device: &str, share: Option<&str>) -> String {
    let share = share.map(|share| format!("/{share}")).unwrap_or_default();
    format!("{driver}/{pool}/{device}{share}")
}

fn check_devices(
    devices: &[AllocatedDeviceStatus],
    allocation: Option<&AllocationResult>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let results = allocation.into_iter().flat_map(|allocation| &allocation.devices.results);
    let allocated: BTreeSet<String> =
        results.map(|it| device_id(&it.driver, &it.pool, &it.device, it.share_id.as_deref())).collect();
    let id = |it: &AllocatedDeviceStatus| device_id(&it.driver, &it.pool, &it.device, it.share_id.as_deref());
    each_unique(devices, usize::MAX, id, path, errors, |device, path, errors| {
        check_device(device, path, errors);
        let id = id(device);
        if !allocated.contains(&id) {
            let text = "must be an allocated device in the claim";
            errors.push(Error::invalid(path, BadValue::Plain(id), text));
        }
    });
}

fn check_device(device: &AllocatedDeviceStatus, path: &Path<'_>, errors: &mut ErrorList) {
    driver_name(&device.driver, &path.child("driver"), errors);
    pool_name(&device.pool, &path.child("pool"), errors);
    label(&device.device, &path.child("device"), errors);
    if let Some(share) = &device.share_id {
        uid(share, &path.child("shareID"), errors);
    }
    let own = path.child("conditions");
    if device.conditions.len() > CONDITIONS_MAX {
        errors.push(Error::too_many(&own, device.conditions.len(), CONDITIONS_MAX));
    }
    conditions(&device.conditions, &own, errors);
    if let Some(data) = device.data.as_ref().filter(|data| !data.is_null()) {
        raw_object(data, Age::New, DATA_BYTES_MAX, &path.child("data"), errors);
    }
    if let Some(network) = &device.network_data {
        check_network(network, &path.child("networkData"), errors);
    }
}

fn check_network(network: &NetworkDeviceData, path: &Path<'_>, errors: &mut ErrorList) {
    for (text, name, max) in [
        (&network.interface_name, "interfaceName", INTERFACE_BYTES_MAX),
        (&network.hardware_address, "hardwareAddress", HARDWARE_BYTES_MAX),
    ] {
        if text.len() > max {
            errors.push(Error::too_long(&path.child(name), max));
        }
    }
    each_unique(&network.ips, ADDRESSES_MAX, Clone::clone, &path.child("ips"), errors, |address, path, errors| {
        interface_address(address, path, errors);
    });
}

/// An address with the length of its network's prefix, in its one form.
fn interface_address(text: &str, path: &Path<'_>, errors: &mut ErrorList) {
    match parse_cidr(text) {
        None => {
            let rule = "must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)";
            errors.push(Error::invalid(path, text, rule));
        }
        Some((address, length)) => {
            let canonical = format!("{}/{length}", canonical_ip(address));
            if text != canonical {
                errors.push(Error::invalid(path, text, format!("must be in canonical form ({})", quote(&canonical))));
            }
        }
    }
}

fn check_allocation(allocation: &AllocationResult, names: &RequestNames<'_>, path: &Path<'_>, errors: &mut ErrorList) {
    let devices = path.child("devices");
    each(&allocation.devices.results, RESULTS_MAX, &devices.child("results"), errors, |it, path, errors| {
        check_result(it, names, path, errors);
    });
    // those of the class and of the claim
    let max = 2 * CONFIGURATIONS_MAX;
    each(&allocation.devices.config, max, &devices.child("config"), errors, |it, path, errors| {
        allocation_configuration(it, names, path, errors);
    });
    if let Some(selector) = &allocation.node_selector {
        node_selector(selector, SelectorOptions::Strict, &path.child("nodeSelector"), errors);
    }
}

fn check_result(
    result: &DeviceRequestAllocationResult,
    names: &RequestNames<'_>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    names.check_reference(&result.request, &path.child("request"), errors);
    driver_name(&result.driver, &path.child("driver"), errors);
    pool_name(&result.pool, &path.child("pool"), errors);
    label(&result.device, &path.child("device"), errors);
    binding_conditions(&result.binding_conditions, &result.binding_failure_conditions, path, errors);
    let tolerations = path.child("tolerations");
    for (at, toleration) in result.tolerations.iter().enumerate() {
        check_toleration(toleration, &tolerations.index(at), errors);
    }
    if let Some(share) = &result.share_id {
        uid(share, &path.child("shareID"), errors);
    }
}
