//! Resource claims: who wants which devices, and who has them.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{Condition, ListMeta, ObjectMeta};
use kubeforge_machinery::{NilVec, Quantity, RawExtension, Time};

use super::DeviceTaintEffect;
use crate::core::v1::NodeSelector;

/// Asks for devices, and says which ones it was given.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "resourceclaims", singular = "resourceclaim")]
#[api(subresource(status))]
#[api(hub)]
#[api(introduced = "1.34")]
pub struct ResourceClaim {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// Which devices are wanted; fixed.
    #[api(tag = 2, required)]
    pub spec: ResourceClaimSpec,
    /// Which it was given, and who uses them.
    #[api(tag = 3)]
    pub status: ResourceClaimStatus,
}

/// Resource claims, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "ResourceClaim")]
#[api(introduced = "1.34")]
pub struct ResourceClaimList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<ResourceClaim>,
}

/// Which devices a claim wants.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourceClaimSpec {
    /// The devices and their configuration.
    #[api(tag = 1, always)]
    pub devices: DeviceClaim,
}

/// Requests for devices, what they must have in common, and how to configure them.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeviceClaim {
    /// The requests; all must be met. At most 32.
    #[api(tag = 1, always, list = atomic)]
    pub requests: NilVec<DeviceRequest>,
    /// What devices of several requests must have in common, or not; at most 32.
    #[api(tag = 2, list = atomic)]
    pub constraints: Vec<DeviceConstraint>,
    /// Configuration for the drivers; it plays no part in the choice. At most 32.
    #[api(tag = 3, list = atomic)]
    pub config: Vec<DeviceClaimConfiguration>,
}

/// A request for devices, either of one kind or of the first of several that can be had.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeviceRequest {
    /// Its name in the claim, which pods and constraints refer to.
    #[api(tag = 1, required)]
    pub name: String,
    /// Exactly these devices.
    #[api(tag = 2)]
    pub exactly: Option<Box<ExactDeviceRequest>>,
    /// Alternatives, the best first; the first that can be met counts. At most 8.
    #[api(tag = 3, list = atomic, gate = "DRAPrioritizedList")]
    pub first_available: Vec<DeviceSubRequest>,
}

/// A request for one or more devices of a class.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ExactDeviceRequest {
    /// The class of the devices.
    #[api(tag = 1, required)]
    pub device_class_name: String,
    /// What a device must be like, all of these; at most 32.
    #[api(tag = 2, list = atomic)]
    pub selectors: Vec<DeviceSelector>,
    /// Whether some number of devices is wanted, or all; by default some number.
    #[api(tag = 3)]
    pub allocation_mode: DeviceAllocationMode,
    /// How many, where a number is wanted; by default 1.
    #[api(tag = 4)]
    pub count: i64,
    /// Whether it is for watching over devices, whoever else has them.
    #[api(tag = 5, gate = "DRAAdminAccess")]
    pub admin_access: Option<bool>,
    /// The taints that do not matter; at most 16.
    #[api(tag = 6, list = atomic, gate = "DRADeviceTaints")]
    pub tolerations: Vec<DeviceToleration>,
    /// How much of the capacities each device must give.
    #[api(tag = 7, gate = "DRAConsumableCapacity")]
    pub capacity: Option<Box<CapacityRequirements>>,
}

/// What a device must be like.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeviceSelector {
    /// As an expression.
    #[api(tag = 1)]
    pub cel: Option<Box<CELDeviceSelector>>,
}

/// An expression that picks devices.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CELDeviceSelector {
    /// It gets the `device` and gives true for one that fits; in CEL, at most 10 KiB.
    #[api(tag = 1, required)]
    pub expression: String,
}

/// How many devices a request wants.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum DeviceAllocationMode {
    /// A number of them.
    ExactCount,
    /// All that fit; at least one must exist, and none may be in use.
    All,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// A taint that does not matter to a request.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeviceToleration {
    /// The key of the taint; empty for any, with the operator `Exists`.
    #[api(tag = 1)]
    pub key: String,
    /// How the value is compared; by default `Equal`.
    #[api(tag = 2, default = "Equal")]
    pub operator: DeviceTolerationOperator,
    /// The value of the taint; empty with `Exists`.
    #[api(tag = 3)]
    pub value: String,
    /// The effect of the taint; empty for any.
    #[api(tag = 4)]
    pub effect: DeviceTaintEffect,
    /// How long a `NoExecute` taint is put up with, in seconds; unset for ever.
    #[api(tag = 5)]
    pub toleration_seconds: Option<i64>,
}

/// How a toleration compares the value of a taint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum DeviceTolerationOperator {
    /// Any value will do.
    Exists,
    /// The value must be the same.
    Equal,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// How much a request needs of the capacities of a device.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CapacityRequirements {
    /// The amounts, by capacity; a device must be able to give them all.
    #[api(tag = 1)]
    pub requests: BTreeMap<String, Quantity>,
}

/// One of the alternatives of a request.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeviceSubRequest {
    /// Its name; with that of the request before it, as in `gpu/small`, others refer to it.
    #[api(tag = 1, required)]
    pub name: String,
    /// The class of the devices.
    #[api(tag = 2, required)]
    pub device_class_name: String,
    /// What a device must be like, all of these; at most 32.
    #[api(tag = 3, list = atomic)]
    pub selectors: Vec<DeviceSelector>,
    /// Whether some number of devices is wanted, or all; by default some number.
    #[api(tag = 4)]
    pub allocation_mode: DeviceAllocationMode,
    /// How many, where a number is wanted; by default 1.
    #[api(tag = 5)]
    pub count: i64,
    /// The taints that do not matter; at most 16.
    #[api(tag = 6, list = atomic, gate = "DRADeviceTaints")]
    pub tolerations: Vec<DeviceToleration>,
    /// How much of the capacities each device must give.
    #[api(tag = 7, gate = "DRAConsumableCapacity")]
    pub capacity: Option<Box<CapacityRequirements>>,
}

/// What devices must have in common, or in which attribute they must differ.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeviceConstraint {
    /// The requests that it is about; none means all.
    #[api(tag = 1, list = atomic)]
    pub requests: Vec<String>,
    /// All devices must have this attribute, with one and the same value.
    #[api(tag = 2)]
    pub match_attribute: Option<String>,
    /// All devices must have this attribute, no two with the same value.
    #[api(tag = 3, gate = "DRAConsumableCapacity")]
    pub distinct_attribute: Option<String>,
}

/// Configuration for the devices of a claim.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeviceClaimConfiguration {
    /// The requests that it is for; none means all.
    #[api(tag = 1, list = atomic)]
    pub requests: Vec<String>,
    /// The configuration.
    #[api(tag = 2, inline)]
    pub device_configuration: DeviceConfiguration,
}

/// Configuration for devices, in exactly one form.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeviceConfiguration {
    /// Parameters that only the driver understands.
    #[api(tag = 1)]
    pub opaque: Option<Box<OpaqueDeviceConfiguration>>,
}

/// Parameters that only one driver understands.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct OpaqueDeviceConfiguration {
    /// The driver; others pass over them.
    #[api(tag = 1, required)]
    pub driver: String,
    /// The parameters, as an object with a kind and version; at most 10 KiB.
    #[api(tag = 2, required)]
    pub parameters: RawExtension,
}

/// Which devices a claim was given, who uses them, and how they fare.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourceClaimStatus {
    /// The devices; unset until there are any.
    #[api(tag = 1)]
    pub allocation: Option<Box<AllocationResult>>,
    /// Who may use the claim now; while anybody may, its devices stay. At most 256.
    #[api(tag = 2, patch = merge, merge_key = "uid", list = map("uid"))]
    pub reserved_for: Vec<ResourceClaimConsumerReference>,
    /// What the drivers report of the devices.
    #[api(tag = 4, list = map("driver", "device", "pool", "shareID"), gate = "DRAResourceClaimDeviceStatus")]
    pub devices: Vec<AllocatedDeviceStatus>,
}

/// What a claim was given.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct AllocationResult {
    /// The devices and their configuration.
    #[api(tag = 1)]
    pub devices: DeviceAllocationResult,
    /// The nodes that reach all of them; unset for all nodes.
    #[api(tag = 3)]
    pub node_selector: Option<Box<NodeSelector>>,
    /// When they were given; unset where that is not known.
    #[api(tag = 5, gate = "DRADeviceBindingConditions,DRAResourceClaimDeviceStatus")]
    pub allocation_timestamp: Option<Time>,
}

/// The devices that a claim was given, and their configuration.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeviceAllocationResult {
    /// The devices; at most 32.
    #[api(tag = 1, list = atomic)]
    pub results: Vec<DeviceRequestAllocationResult>,
    /// The configuration from the classes and the claim, in order; later ones outweigh earlier ones.
    #[api(tag = 2, list = atomic)]
    pub config: Vec<DeviceAllocationConfiguration>,
}

/// A device that was given to a request.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeviceRequestAllocationResult {
    /// The request, as in `gpu`, or `gpu/small` for one of its alternatives.
    #[api(tag = 1, required)]
    pub request: String,
    /// The driver of the device.
    #[api(tag = 2, required)]
    pub driver: String,
    /// The pool of the device.
    #[api(tag = 3, required)]
    pub pool: String,
    /// The name of the device in the pool.
    #[api(tag = 4, required)]
    pub device: String,
    /// Whether it was given for watching over it, whoever else has it.
    #[api(tag = 5, gate = "DRAAdminAccess")]
    pub admin_access: Option<bool>,
    /// The tolerations of the request, as they were then.
    #[api(tag = 6, list = atomic, gate = "DRADeviceTaints")]
    pub tolerations: Vec<DeviceToleration>,
    /// What must hold before a pod is bound, as the slice said then.
    #[api(tag = 7, list = atomic, gate = "DRADeviceBindingConditions,DRAResourceClaimDeviceStatus")]
    pub binding_conditions: Vec<String>,
    /// What makes it of no use after all, as the slice said then.
    #[api(tag = 8, list = atomic, gate = "DRADeviceBindingConditions,DRAResourceClaimDeviceStatus")]
    pub binding_failure_conditions: Vec<String>,
    /// Tells this share of the device from the others, where several claims may have it.
    #[api(tag = 9, json = "shareID", gate = "DRAConsumableCapacity")]
    pub share_id: Option<String>,
    /// How much of each capacity the request takes, after rounding up.
    #[api(tag = 10, gate = "DRAConsumableCapacity")]
    pub consumed_capacity: BTreeMap<String, Quantity>,
}

/// Configuration that goes with the devices of a claim.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeviceAllocationConfiguration {
    /// Whether it is from the class or the claim.
    #[api(tag = 1, required)]
    pub source: AllocationConfigSource,
    /// The requests that it is for; none means all.
    #[api(tag = 2, list = atomic)]
    pub requests: Vec<String>,
    /// The configuration.
    #[api(tag = 3, inline)]
    pub device_configuration: DeviceConfiguration,
}

/// Where configuration comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum AllocationConfigSource {
    /// From the class of the devices.
    FromClass,
    /// From the claim.
    FromClaim,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Somebody who may use a claim, in its namespace.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourceClaimConsumerReference {
    /// The group of the resource; empty for the core group.
    #[api(tag = 1)]
    pub api_group: String,
    /// The resource, such as `pods`.
    #[api(tag = 3, required)]
    pub resource: String,
    /// The name of the object.
    #[api(tag = 4, required)]
    pub name: String,
    /// The uid of the object.
    #[api(tag = 5, required)]
    pub uid: String,
}

/// What a driver reports of a device that a claim was given.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct AllocatedDeviceStatus {
    /// The driver of the device.
    #[api(tag = 1, required)]
    pub driver: String,
    /// The pool of the device.
    #[api(tag = 2, required)]
    pub pool: String,
    /// The name of the device in the pool.
    #[api(tag = 3, required)]
    pub device: String,
    /// Which share of the device it is, where several claims may have it.
    #[api(tag = 7, json = "shareID", gate = "DRAConsumableCapacity")]
    pub share_id: Option<String>,
    /// What has been reached, and since when; `Ready` once it is configured. At most 8.
    #[api(tag = 4, always, list = map("type"))]
    pub conditions: NilVec<Condition>,
    /// Anything else that the driver wants to say; at most 10 KiB.
    #[api(tag = 5)]
    pub data: Option<RawExtension>,
    /// How a network device is set up.
    #[api(tag = 6)]
    pub network_data: Option<Box<NetworkDeviceData>>,
}

/// How a network device is set up in a pod.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NetworkDeviceData {
    /// The name of the interface in the pod; at most 256 bytes.
    #[api(tag = 1)]
    pub interface_name: String,
    /// Its addresses with their prefix, such as `192.0.2.5/24`; at most 16.
    #[api(tag = 2, list = atomic)]
    pub ips: Vec<String>,
    /// Its hardware address, such as a MAC address; at most 128 bytes.
    #[api(tag = 3)]
    pub hardware_address: String,
}
