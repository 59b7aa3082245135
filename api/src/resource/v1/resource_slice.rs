//! Resource slices: the devices that drivers offer.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};
use kubeforge_machinery::{Quantity, Time};

use crate::core::v1::NodeSelector;

/// Some of the devices that a driver offers, on one node or on many.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, cluster, plural = "resourceslices", singular = "resourceslice")]
#[api(hub)]
#[api(selectable("spec.nodeName", "spec.driver"))]
#[api(introduced = "1.34")]
pub struct ResourceSlice {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The devices, whose they are and where.
    #[api(tag = 2, required)]
    pub spec: ResourceSliceSpec,
}

/// Resource slices, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "ResourceSlice")]
#[api(introduced = "1.34")]
pub struct ResourceSliceList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<ResourceSlice>,
}

/// The devices of a slice, the pool that they belong to, and the nodes that reach them.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourceSliceSpec {
    /// The driver, such as `gpu.example.com`; at most 63 bytes, fixed.
    #[api(tag = 1, required)]
    pub driver: String,
    /// The pool that the slice is a part of.
    #[api(tag = 2, required)]
    pub pool: ResourcePool,
    /// The only node that reaches the devices; fixed.
    #[api(tag = 3)]
    pub node_name: Option<String>,
    /// The nodes that reach the devices, by exactly one term.
    #[api(tag = 4)]
    pub node_selector: Option<Box<NodeSelector>>,
    /// Whether all nodes reach the devices.
    #[api(tag = 5)]
    pub all_nodes: Option<bool>,
    /// The devices; at most 128, or 64 where one has taints or counters.
    #[api(tag = 6, list = atomic)]
    pub devices: Vec<Device>,
    /// Whether each device says for itself which nodes reach it.
    #[api(tag = 7, gate = "DRAPartitionableDevices")]
    pub per_device_node_selection: Option<bool>,
    /// Amounts that the devices of the pool share; at most 8 sets, and then no devices here.
    #[api(tag = 8, list = atomic, gate = "DRAPartitionableDevices")]
    pub shared_counters: Vec<CounterSet>,
}

/// A pool of devices, which one or more slices make up.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourcePool {
    /// Its name, often that of the node; at most 253 bytes, fixed.
    #[api(tag = 1, required)]
    pub name: String,
    /// Grows with each change of the pool; only slices with the highest number count.
    #[api(tag = 2, required)]
    pub generation: i64,
    /// How many slices make up the pool at this generation; with fewer it is not complete.
    #[api(tag = 3, required)]
    pub resource_slice_count: i64,
}

/// Something that a claim may be given: what it is like, and which nodes reach it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Device {
    /// Its name, which no other device of the pool has.
    #[api(tag = 1, required)]
    pub name: String,
    /// What it is like; at most 32 together with the capacities.
    #[api(tag = 2)]
    pub attributes: BTreeMap<String, DeviceAttribute>,
    /// How much of what it has, such as memory.
    #[api(tag = 3)]
    pub capacity: BTreeMap<String, DeviceCapacity>,
    /// How much it takes from the shared counters when it is allocated; at most 2 sets.
    #[api(tag = 4, list = atomic, gate = "DRAPartitionableDevices")]
    pub consumes_counters: Vec<DeviceCounterConsumption>,
    /// The only node that reaches it; only where devices say so for themselves.
    #[api(tag = 5, gate = "DRAPartitionableDevices")]
    pub node_name: Option<String>,
    /// The nodes that reach it; only where devices say so for themselves.
    #[api(tag = 6, gate = "DRAPartitionableDevices")]
    pub node_selector: Option<Box<NodeSelector>>,
    /// Whether all nodes reach it; only where devices say so for themselves.
    #[api(tag = 7, gate = "DRAPartitionableDevices")]
    pub all_nodes: Option<bool>,
    /// What is wrong with it; claims that do not tolerate that are kept off. At most 16.
    #[api(tag = 8, list = atomic, gate = "DRADeviceTaints")]
    pub taints: Vec<DeviceTaint>,
    /// Whether a claim that has it may be used only on the node that it was allocated for.
    #[api(tag = 9, gate = "DRADeviceBindingConditions,DRAResourceClaimDeviceStatus")]
    pub binds_to_node: Option<bool>,
    /// Conditions that must all hold before a pod is bound to a node; at most 4.
    #[api(tag = 10, list = atomic, gate = "DRADeviceBindingConditions,DRAResourceClaimDeviceStatus")]
    pub binding_conditions: Vec<String>,
    /// Conditions of which any one means that it cannot be used after all; at most 4.
    #[api(tag = 11, list = atomic, gate = "DRADeviceBindingConditions,DRAResourceClaimDeviceStatus")]
    pub binding_failure_conditions: Vec<String>,
    /// Whether several claims may have it at a time, each with a part of its capacity.
    #[api(tag = 12, gate = "DRAConsumableCapacity")]
    pub allow_multiple_allocations: Option<bool>,
    /// How much of the node's own resources, such as `cpu`, go with it.
    #[api(tag = 13, gate = "DRANodeAllocatableResources")]
    pub node_allocatable_resource_mappings: BTreeMap<String, NodeAllocatableResourceMapping>,
}

/// The value of an attribute, of one type.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeviceAttribute {
    /// A number.
    #[api(tag = 2)]
    pub int: Option<i64>,
    /// True or false.
    #[api(tag = 3)]
    pub bool: Option<bool>,
    /// A text, at most 64 bytes.
    #[api(tag = 4)]
    pub string: Option<String>,
    /// A semantic version, at most 64 bytes.
    #[api(tag = 5)]
    pub version: Option<String>,
    /// Numbers, at least one.
    #[api(tag = 6, list = atomic, gate = "DRAListTypeAttributes")]
    pub ints: Vec<i64>,
    /// Truth values, at least one.
    #[api(tag = 7, list = atomic, gate = "DRAListTypeAttributes")]
    pub bools: Vec<bool>,
    /// Texts, at least one, each at most 64 bytes.
    #[api(tag = 8, list = atomic, gate = "DRAListTypeAttributes")]
    pub strings: Vec<String>,
    /// Semantic versions, at least one, each at most 64 bytes.
    #[api(tag = 9, list = atomic, gate = "DRAListTypeAttributes")]
    pub versions: Vec<String>,
}

/// How much of something a device has.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeviceCapacity {
    /// The amount.
    #[api(tag = 1, required)]
    pub value: Quantity,
    /// Which parts of it may be asked for, where several claims may share the device.
    #[api(tag = 2, gate = "DRAConsumableCapacity")]
    pub request_policy: Option<Box<CapacityRequestPolicy>>,
}

/// Which parts of a capacity may be asked for: some values or a range, or anything.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CapacityRequestPolicy {
    /// What a request gets that does not name this capacity.
    #[api(tag = 1, always)]
    pub default: Option<Quantity>,
    /// Only these, in ascending order; requests are rounded up to the next one. At most 10.
    #[api(tag = 3, list = atomic)]
    pub valid_values: Vec<Quantity>,
    /// Only what is in this range.
    #[api(tag = 4)]
    pub valid_range: Option<Box<CapacityRequestPolicyRange>>,
}

/// The amounts that may be asked for, from a least to a most, in steps.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CapacityRequestPolicyRange {
    /// The least; smaller requests are rounded up to it.
    #[api(tag = 1, required, omit_empty)]
    pub min: Option<Quantity>,
    /// The most; larger requests cannot be met.
    #[api(tag = 2)]
    pub max: Option<Quantity>,
    /// The step from one amount to the next; requests are rounded up to one.
    #[api(tag = 3)]
    pub step: Option<Quantity>,
}

/// How much a device takes from a set of shared counters.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeviceCounterConsumption {
    /// The set.
    #[api(tag = 1, required)]
    pub counter_set: String,
    /// How much of each counter; at most 32.
    #[api(tag = 2, required, omit_empty)]
    pub counters: BTreeMap<String, Counter>,
}

/// An amount that devices take parts of.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Counter {
    /// How much there is, or how much is taken.
    #[api(tag = 1, required)]
    pub value: Quantity,
}

/// Keeps claims off a device unless they tolerate it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeviceTaint {
    /// The key of the taint.
    #[api(tag = 1, required)]
    pub key: String,
    /// Its value; empty for none.
    #[api(tag = 2)]
    pub value: String,
    /// What it does to claims that do not tolerate it.
    #[api(tag = 3, required)]
    pub effect: DeviceTaintEffect,
    /// Since when it is there; the server fills it in.
    #[api(tag = 4)]
    pub time_added: Option<Time>,
}

/// What a taint does to claims that do not tolerate it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum DeviceTaintEffect {
    /// Nothing; it only tells people something.
    None,
    /// They do not get the device any more, but keep it where they have it.
    NoSchedule,
    /// They do not get the device, and pods that use it are evicted.
    NoExecute,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// How much of a resource of the node goes with a device.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeAllocatableResourceMapping {
    /// Counts this capacity as allocated; unset counts devices.
    #[api(tag = 1)]
    pub capacity_key: Option<String>,
    /// How much of the resource each one counts for; by default 1.
    #[api(tag = 2)]
    pub allocation_multiplier: Option<Quantity>,
}

/// Amounts that several devices of a pool share, such as the memory of a partitioned card.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CounterSet {
    /// Its name, which no other set of the pool has.
    #[api(tag = 1, required)]
    pub name: String,
    /// The counters, by name; at most 32.
    #[api(tag = 2, required, omit_empty)]
    pub counters: BTreeMap<String, Counter>,
}
