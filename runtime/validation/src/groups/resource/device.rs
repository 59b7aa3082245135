//! Devices of a slice.

use std::collections::BTreeSet;

use kubeforge_api::resource::v1::{Device, DeviceCounterConsumption};
use kubeforge_machinery::{
    field::{BadValue, Error, ErrorList, Path},
    validation::{is_dns1123_subdomain, is_qualified_name},
};

use super::{
    attribute, capacity,
    lists::{each, each_unique},
    names::{label, qualified_name, shown_key},
    slice::counters,
    taint::check_taint,
};
use crate::common::{SelectorOptions, invalid_each, node_selector, shown};

const PROPERTIES_MAX: usize = 32;
const VALUES_MAX: usize = 48;
const TAINTS_MAX: usize = 16;
const CONSUMPTIONS_MAX: usize = 2;
const CONDITIONS_MAX: usize = 4;

/// What says from where a device can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Places {
    OfTheSlice,
    OfEachDevice,
}

pub(super) fn check(device: &Device, old: Option<&Device>, places: Places, path: &Path<'_>, errors: &mut ErrorList) {
    label(&device.name, &path.child("name"), errors);
    let properties = device.attributes.len() + device.capacity.len();
    if properties > PROPERTIES_MAX {
        let text = format!("the total number of attributes and capacities must not exceed {PROPERTIES_MAX}");
        errors.push(Error::invalid(path, properties, text));
    }
    let values: usize = device.attributes.values().map(attribute::count).sum();
    if values > VALUES_MAX {
        let text = format!("the total number of attribute values must not exceed {VALUES_MAX}");
        errors.push(Error::invalid(path, values, text));
    }
    let attributes = path.child("attributes");
    for (name, value) in &device.attributes {
        qualified_name(name, &attributes, errors);
        attribute::check(value, &attributes.key(&shown_key(name)), errors);
    }
    if old.is_none_or(|old| old.capacity != device.capacity) {
        let capacities = path.child("capacity");
        for (name, value) in &device.capacity {
            qualified_name(name, &capacities, errors);
            let sharing = capacity::Sharing::of(device.allow_multiple_allocations);
            capacity::check(value, sharing, &capacities.key(&shown_key(name)), errors);
        }
    }
    if old.is_none_or(|old| old.taints != device.taints) {
        each(&device.taints, TAINTS_MAX, &path.child("taints"), errors, check_taint);
    }
    let set = |it: &DeviceCounterConsumption| it.counter_set.clone();
    let consumptions = path.child("consumesCounters");
    each_unique(&device.consumes_counters, CONSUMPTIONS_MAX, set, &consumptions, errors, check_consumption);
    check_places(device, places, path, errors);
    binding_conditions(&device.binding_conditions, &device.binding_failure_conditions, path, errors);
}

fn check_consumption(consumption: &DeviceCounterConsumption, path: &Path<'_>, errors: &mut ErrorList) {
    let set = path.child("counterSet");
    if consumption.counter_set.is_empty() {
        errors.push(Error::required(&set, ""));
    } else {
        label(&consumption.counter_set, &set, errors);
    }
    counters(&consumption.counters, path, errors);
}

fn check_places(device: &Device, places: Places, path: &Path<'_>, errors: &mut ErrorList) {
    if places == Places::OfTheSlice {
        if device.node_name.is_some() || device.node_selector.is_some() || device.all_nodes.is_some() {
            let text = "`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to \
                        true in the ResourceSlice spec";
            errors.push(Error::invalid(path, BadValue::Null, text));
        }
        return;
    }
    let mut given = Vec::new();
    if let Some(name) = &device.node_name {
        let path = path.child("nodeName");
        if name.is_empty() {
            errors.push(Error::invalid(&path, name, "must not be empty"));
        } else {
            given.push("`nodeName`");
            invalid_each(&path, name, is_dns1123_subdomain(name), errors);
        }
    }
    if let Some(selector) = &device.node_selector {
        given.push("`nodeSelector`");
        node_selector(selector, SelectorOptions::Strict, &path.child("nodeSelector"), errors);
    }
    match device.all_nodes {
        Some(true) => given.push("`allNodes`"),
        Some(false) => {
            errors.push(Error::invalid(&path.child("allNodes"), false, "must be either unset or set to true"));
        }
        None => {}
    }
    let text = "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is \
                set to true in the ResourceSlice spec";
    match given.len() {
        0 => errors.push(Error::required(path, text)),
        1 => {}
        _ => errors.push(Error::invalid(path, format!("{{{}}}", given.join(", ")), text)),
    }
}

/// Conditions that must, and that must not, hold before pods are bound; there are both or none.
pub(super) fn binding_conditions(good: &Vec<String>, bad: &Vec<String>, path: &Path<'_>, errors: &mut ErrorList) {
    let (good_path, bad_path) = (path.child("bindingConditions"), path.child("bindingFailureConditions"));
    let check_name = |name: &String, path: &Path<'_>, errors: &mut ErrorList| {
        invalid_each(path, name, is_qualified_name(name), errors);
    };
    each(good, CONDITIONS_MAX, &good_path, errors, check_name);
    each(bad, CONDITIONS_MAX, &bad_path, errors, check_name);
    for (names, path) in [(good, &good_path), (bad, &bad_path)] {
        let mut seen = BTreeSet::new();
        for (at, name) in names.iter().enumerate() {
            if !seen.insert(name) {
                errors.push(Error::duplicate(&path.index(at), name));
            }
        }
    }
    for (at, name) in bad.iter().enumerate().filter(|(_, name)| good.contains(name)) {
        let text = "bindingFailureConditions must not overlap with bindingConditions";
        errors.push(Error::invalid(&bad_path.index(at), name, text));
    }
    if good.is_empty() && !bad.is_empty() {
        let text = "bindingConditions are required to use bindingFailureConditions";
        errors.push(Error::invalid(&good_path, shown(good), text));
    }
    if bad.is_empty() && !good.is_empty() {
        let text = "bindingFailureConditions are required to use bindingConditions";
        errors.push(Error::invalid(&bad_path, shown(bad), text));
    }
}
