//! The plugins of a profile that says nothing of them.

/// The name of the scheduler of pods that name none.
pub const DEFAULT_SCHEDULER_NAME: &str = "default-scheduler";

/// A plugin of the default profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DefaultPlugin {
    /// The plugin.
    pub name: &'static str,
    /// What its scores are multiplied with, where it scores.
    pub weight: i64,
}

const fn plugin(name: &'static str, weight: i64) -> DefaultPlugin {
    DefaultPlugin { name, weight }
}

/// The plugins of the default profile at kube-scheduler 1.36's default feature gates, in order. Those that the registry
/// lacks are left out.
pub const DEFAULT_PLUGINS: &[DefaultPlugin] = &[
    plugin("SchedulingGates", 0),
    plugin("PrioritySort", 0),
    plugin("NodeUnschedulable", 0),
    plugin("NodeName", 0),
    plugin("TaintToleration", 3),
    plugin("NodeAffinity", 2),
    plugin("NodePorts", 0),
    plugin("NodeResourcesFit", 1),
    plugin("VolumeRestrictions", 0),
    plugin("NodeVolumeLimits", 0),
    plugin("VolumeBinding", 0),
    plugin("VolumeZone", 0),
    plugin("PodTopologySpread", 2),
    plugin("InterPodAffinity", 2),
    plugin("DynamicResources", 2),
    plugin("DefaultPreemption", 0),
    plugin("NodeResourcesBalancedAllocation", 1),
    plugin("ImageLocality", 1),
    plugin("DefaultBinder", 0),
    plugin("NodeDeclaredFeatures", 0),
];
