//! Device classes: the kinds of device that claims ask for.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

use super::{DeviceConfiguration, DeviceSelector};

/// Names a kind of device that claims may ask for, with its configuration.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, cluster, plural = "deviceclasses", singular = "deviceclass")]
#[api(hub)]
#[api(introduced = "1.34")]
pub struct DeviceClass {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// Which devices are in it, and how they are configured.
    #[api(tag = 2, required)]
    pub spec: DeviceClassSpec,
}

/// Device classes, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "DeviceClass")]
#[api(introduced = "1.34")]
pub struct DeviceClassList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<DeviceClass>,
}

/// Which devices are in a class, and how they are configured.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeviceClassSpec {
    /// What a device must be like to be in it, all of these; at most 32.
    #[api(tag = 1, list = atomic)]
    pub selectors: Vec<DeviceSelector>,
    /// Configuration for all devices that are claimed through it; at most 32.
    #[api(tag = 2, list = atomic)]
    pub config: Vec<DeviceClassConfiguration>,
    /// Pods that ask for this extended resource get devices of the class.
    #[api(tag = 4, gate = "DRAExtendedResource")]
    pub extended_resource_name: Option<String>,
}

/// Configuration for the devices of a class.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DeviceClassConfiguration {
    /// The configuration.
    #[api(tag = 1, inline)]
    pub device_configuration: DeviceConfiguration,
}
