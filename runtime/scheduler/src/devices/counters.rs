//! Counters that the devices of a pool share: parts of one piece of hardware.

use std::collections::BTreeMap;

use kubeforge_api::resource::v1::Device;
use kubeforge_machinery::Quantity;

use super::{id::DeviceId, pools::Pool, taken::Taken};

/// Amounts by the name of the set and of the counter.
type Amounts = BTreeMap<(String, String), Quantity>;

/// What is left of the counters of the pools of a node. May be below zero, where drivers changed their minds.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    /// By the place of the pool; none until somebody asks.
    left: BTreeMap<usize, Amounts>,
}

impl Counters {
    /// Takes what a device needs; nothing where it is not there.
    pub(crate) fn take(&mut self, place: usize, pool: &Pool, device: &Device, taken: &Taken) -> bool {
        let left = self.left.entry(place).or_insert_with(|| left_of(pool, taken));
        let needs = needs(device);
        // drivers may overdraw a counter; then no device of the pool that needs some can be had
        let is_there = |(key, need): (&(String, String), &Quantity)| left.get(key).is_some_and(|left| left >= need);
        if left.values().any(Quantity::is_negative) || !needs.iter().all(is_there) {
            return false;
        }
        for (key, need) in &needs {
            if let Some(left) = left.get_mut(key) {
                *left -= need;
            }
        }
        true
    }

    /// Gives back what was taken for a device.
    pub(crate) fn give_back(&mut self, place: usize, device: &Device) {
        let Some(left) = self.left.get_mut(&place) else { return };
        for (key, need) in needs(device) {
            if let Some(left) = left.get_mut(&key) {
                *left += &need;
            }
        }
    }
}

fn needs(device: &Device) -> Amounts {
    let mut needs = Amounts::new();
    for consumption in &device.consumes_counters {
        for (name, counter) in &consumption.counters {
            *needs.entry((consumption.counter_set.clone(), name.clone())).or_default() += &counter.value;
        }
    }
    needs
}

fn left_of(pool: &Pool, taken: &Taken) -> Amounts {
    let mut left = Amounts::new();
    for (set, counters) in pool.counter_sets() {
        for (name, counter) in counters {
            left.insert((set.clone(), name.clone()), counter.clone());
        }
    }
    let is_taken = |id: &DeviceId| taken.of(id).is_taken();
    for (device, id) in pool.all_devices().filter(|(device, id)| !device.consumes_counters.is_empty() && is_taken(id)) {
        tracing::trace!(device = %id, "a device has some of the counters");
        for (key, need) in needs(device) {
            if let Some(left) = left.get_mut(&key) {
                *left -= &need;
            }
        }
    }
    left
}
