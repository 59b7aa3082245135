//! Slices: what a driver offers in a pool, on one node or on many.

use std::collections::BTreeMap;

use kubeforge_api::resource::v1::{Counter, CounterSet, Device, ResourcePool, ResourceSlice, ResourceSliceSpec};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks, is_dns1123_subdomain},
};

use super::{
    GROUP, device,
    lists::each_unique,
    names::{label, pool_name},
};
use crate::{
    BuiltIn,
    common::{SelectorOptions, immutable, invalid_each, node_selector, shown_structs},
    volumes::driver_name,
};

const DEVICES_MAX: usize = 128;
/// Devices with taints or counters take more room.
const LARGE_DEVICES_MAX: usize = 64;
const COUNTER_SETS_MAX: usize = 8;
const COUNTERS_MAX: usize = 32;

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|_: &CheckContext<'_>, slice: &ResourceSlice| validate(&slice.spec, None))
        .update(|_: &CheckContext<'_>, new: &ResourceSlice, old: &ResourceSlice| validate(&new.spec, Some(&old.spec)));
    all.add(GROUP, "resourceslices", checks);
}

fn validate(spec: &ResourceSliceSpec, old: Option<&ResourceSliceSpec>) -> ErrorList {
    let mut errors = ErrorList::new();
    let path = Path::new("spec");
    let pool = path.child("pool");
    driver_name(&spec.driver, &path.child("driver"), &mut errors);
    check_pool(&spec.pool, &pool, &mut errors);
    if let Some(old) = old {
        immutable(&spec.pool.name, &old.pool.name, &pool.child("name"), &mut errors);
        immutable(&spec.driver, &old.driver, &path.child("driver"), &mut errors);
        immutable(&spec.node_name, &old.node_name, &path.child("nodeName"), &mut errors);
    }
    check_nodes(spec, &path, &mut errors);
    if !spec.shared_counters.is_empty() && !spec.devices.is_empty() {
        errors.push(Error::invalid(&path, "", "only one of `sharedCounters` or `devices` is allowed"));
    }
    check_devices(spec, old, &path.child("devices"), &mut errors);
    let counters = path.child("sharedCounters");
    let name = |set: &CounterSet| set.name.clone();
    each_unique(&spec.shared_counters, COUNTER_SETS_MAX, name, &counters, &mut errors, check_counter_set);
    errors
}

fn check_pool(pool: &ResourcePool, path: &Path<'_>, errors: &mut ErrorList) {
    pool_name(&pool.name, &path.child("name"), errors);
    if pool.resource_slice_count <= 0 {
        let path = path.child("resourceSliceCount");
        errors.push(Error::invalid(&path, pool.resource_slice_count, "must be greater than zero"));
    }
    if pool.generation < 0 {
        let text = "must be greater than or equal to zero";
        errors.push(Error::invalid(&path.child("generation"), pool.generation, text));
    }
}

/// From where the devices can be used is said in one of four ways.
fn check_nodes(spec: &ResourceSliceSpec, path: &Path<'_>, errors: &mut ErrorList) {
    let mut given = Vec::new();
    if let Some(name) = &spec.node_name {
        let path = path.child("nodeName");
        if name.is_empty() {
            errors.push(Error::invalid(&path, name, "must be either unset or set to a non-empty string"));
        } else {
            given.push("`nodeName`");
            invalid_each(&path, name, is_dns1123_subdomain(name), errors);
        }
    }
    if let Some(selector) = &spec.node_selector {
        given.push("`nodeSelector`");
        let path = path.child("nodeSelector");
        node_selector(selector, SelectorOptions::Strict, &path, errors);
        if selector.node_selector_terms.len() != 1 {
            let shown = shown_structs(&selector.node_selector_terms);
            let text = "must have exactly one node selector term";
            errors.push(Error::invalid(&path.child("nodeSelectorTerms"), shown, text));
        }
    }
    for (flag, name, quoted) in [
        (spec.all_nodes, "allNodes", "`allNodes`"),
        (spec.per_device_node_selection, "perDeviceNodeSelection", "`perDeviceNodeSelection`"),
    ] {
        match flag {
            Some(true) => given.push(quoted),
            Some(false) => {
                errors.push(Error::invalid(&path.child(name), false, "must be either unset or set to true"));
            }
            None => {}
        }
    }
    let rule = "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required";
    match given.len() {
        0 => errors.push(Error::required(path, rule)),
        1 => {}
        _ => {
            let text = format!("{rule}, but multiple fields are set");
            errors.push(Error::invalid(path, format!("{{{}}}", given.join(", ")), text));
        }
    }
}

fn check_devices(spec: &ResourceSliceSpec, old: Option<&ResourceSliceSpec>, path: &Path<'_>, errors: &mut ErrorList) {
    let is_large = |device: &Device| !device.taints.is_empty() || !device.consumes_counters.is_empty();
    let max = if spec.devices.iter().any(is_large) { LARGE_DEVICES_MAX } else { DEVICES_MAX };
    let places = if spec.per_device_node_selection == Some(true) {
        device::Places::OfEachDevice
    } else {
        device::Places::OfTheSlice
    };
    each_unique(
        &spec.devices,
        max,
        |it| it.name.clone(),
        path,
        errors,
        |it, path, errors| {
            let old = old.and_then(|old| old.devices.iter().find(|old| old.name == it.name));
            device::check(it, old, places, path, errors);
        },
    );
}

fn check_counter_set(set: &CounterSet, path: &Path<'_>, errors: &mut ErrorList) {
    let name = path.child("name");
    if set.name.is_empty() {
        errors.push(Error::required(&name, ""));
    } else {
        label(&set.name, &name, errors);
    }
    counters(&set.counters, path, errors);
}

/// Counters, of a set or that a device takes from one.
pub(super) fn counters(counters: &BTreeMap<String, Counter>, path: &Path<'_>, errors: &mut ErrorList) {
    let path = path.child("counters");
    if counters.is_empty() {
        errors.push(Error::required(&path, ""));
    } else if counters.len() > COUNTERS_MAX {
        errors.push(Error::too_many(&path, counters.len(), COUNTERS_MAX));
    } else {
        for name in counters.keys() {
            label(name, &path, errors);
        }
    }
}
