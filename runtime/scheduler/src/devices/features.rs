//! Which parts of device allocation are on.

use kubeforge_machinery::feature_gates::FeatureGates;

/// The feature gate of [`Features::rules`].
pub(crate) const TAINT_RULES: &str = "DRADeviceTaintRules";

/// The features of the allocator, as the feature gates have them. Follows dynamic-resource-allocation structured/internal
/// `Features` and the scheduler plugin's `AllocatorFeatures`; admin access can't be turned off any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Features {
    /// Requests may have alternatives.
    pub(crate) alternatives: bool,
    /// Devices may be parts of others, and each may say which nodes reach it.
    pub(crate) partitions: bool,
    /// Taints keep claims away.
    pub(crate) taints: bool,
    /// Administrators taint devices, too.
    pub(crate) rules: bool,
    /// Devices may have to be made ready before a pod is bound.
    pub(crate) binding: bool,
    /// Attributes may have several values.
    pub(crate) lists: bool,
    /// Claims may share a device, and its capacities are used up.
    pub(crate) shares: bool,
}

impl Features {
    /// The features with these gates.
    pub(crate) fn new(gates: &FeatureGates) -> Self {
        Self {
            alternatives: gates.enabled("DRAPrioritizedList"),
            partitions: gates.enabled("DRAPartitionableDevices"),
            taints: gates.enabled("DRADeviceTaints"),
            rules: gates.enabled("DRADeviceTaints") && gates.enabled(TAINT_RULES),
            binding: gates.enabled("DRADeviceBindingConditions") && gates.enabled("DRAResourceClaimDeviceStatus"),
            lists: gates.enabled("DRAListTypeAttributes"),
            shares: gates.enabled("DRAConsumableCapacity"),
        }
    }
}

impl Default for Features {
    fn default() -> Self {
        Self::new(&FeatureGates::default())
    }
}
