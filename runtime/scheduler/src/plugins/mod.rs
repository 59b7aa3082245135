//! The plugins of kube-scheduler, one per file, and the registry of them all.
//!
//! Each follows the plugin of its name in kube-scheduler's `framework/plugins`; messages, weights and integer
//! divisions agree with it.

mod arguments;
mod default_binder;
mod default_preemption;
mod device_scoring;
mod domain_counts;
mod dynamic_resources;
mod image_locality;
mod inter_pod_affinity;
mod node_affinity;
mod node_declared_features;
mod node_name;
mod node_ports;
mod node_resources_balanced_allocation;
mod node_resources_fit;
mod node_unschedulable;
mod node_volume_limits;
mod pod_topology_spread;
mod priority_sort;
mod resource_scoring;
mod scheduling_gates;
mod taint_toleration;
#[cfg(test)]
mod testing;
mod volume_binding;
mod volume_restrictions;
mod volume_zone;
mod workloads;

use std::sync::Arc;

use crate::framework::{Plugin, Registry};

pub use default_binder::DefaultBinder;
pub use default_preemption::DefaultPreemption;
pub use dynamic_resources::DynamicResources;
pub use image_locality::ImageLocality;
pub use inter_pod_affinity::InterPodAffinity;
pub use node_affinity::NodeAffinity;
pub use node_declared_features::NodeDeclaredFeatures;
pub use node_name::NodeName;
pub use node_ports::NodePorts;
pub use node_resources_balanced_allocation::NodeResourcesBalancedAllocation;
pub use node_resources_fit::NodeResourcesFit;
pub use node_unschedulable::NodeUnschedulable;
pub use node_volume_limits::NodeVolumeLimits;
pub use pod_topology_spread::PodTopologySpread;
pub use priority_sort::PrioritySort;
pub use resource_scoring::{Fraction, Shape, ShapeError, ShapePoint, Share, Strategy, balance};
pub use scheduling_gates::SchedulingGates;
pub use taint_toleration::TaintToleration;
pub use volume_binding::VolumeBinding;
pub use volume_restrictions::VolumeRestrictions;
pub use volume_zone::VolumeZone;
pub use workloads::{GangScheduling, PodGroupPodsCount, TopologyPlacementGenerator};

/// All plugins that are there without anybody's doing.
pub fn in_tree() -> Registry {
    let mut registry = Registry::default();
    plain(&mut registry, SchedulingGates::NAME, || SchedulingGates);
    plain(&mut registry, PrioritySort::NAME, || PrioritySort);
    plain(&mut registry, NodeUnschedulable::NAME, || NodeUnschedulable);
    plain(&mut registry, NodeName::NAME, || NodeName);
    plain(&mut registry, TaintToleration::NAME, TaintToleration::default);
    plain(&mut registry, NodePorts::NAME, || NodePorts);
    plain(&mut registry, NodeDeclaredFeatures::NAME, || NodeDeclaredFeatures);
    plain(&mut registry, ImageLocality::NAME, || ImageLocality);
    plain(&mut registry, DefaultBinder::NAME, || DefaultBinder);
    plain(&mut registry, VolumeRestrictions::NAME, || VolumeRestrictions);
    plain(&mut registry, NodeVolumeLimits::NAME, NodeVolumeLimits::default);
    plain(&mut registry, VolumeZone::NAME, || VolumeZone);
    plain(&mut registry, GangScheduling::NAME, || GangScheduling);
    plain(&mut registry, TopologyPlacementGenerator::NAME, || TopologyPlacementGenerator);
    plain(&mut registry, PodGroupPodsCount::NAME, || PodGroupPodsCount);
    registry.register(DynamicResources::NAME, |arguments| Ok(Arc::new(DynamicResources::new(arguments)?)));
    registry.register(VolumeBinding::NAME, |arguments| Ok(Arc::new(VolumeBinding::new(arguments)?)));
    registry.register(NodeAffinity::NAME, |arguments| Ok(Arc::new(NodeAffinity::new(arguments)?)));
    registry.register(InterPodAffinity::NAME, |arguments| Ok(Arc::new(InterPodAffinity::new(arguments)?)));
    registry.register(PodTopologySpread::NAME, |arguments| Ok(Arc::new(PodTopologySpread::new(arguments)?)));
    registry.register(NodeResourcesFit::NAME, |arguments| Ok(Arc::new(NodeResourcesFit::new(arguments)?)));
    registry.register(NodeResourcesBalancedAllocation::NAME, |arguments| {
        Ok(Arc::new(NodeResourcesBalancedAllocation::new(arguments)?))
    });
    registry.register(DefaultPreemption::NAME, |arguments| Ok(Arc::new(DefaultPreemption::new(arguments)?)));
    registry
}

/// Registers a plugin that takes no arguments; some are given an empty object.
fn plain<P: Plugin>(registry: &mut Registry, name: &'static str, make: fn() -> P) {
    registry.register(name, move |arguments| {
        arguments::none(name, arguments)?;
        Ok(Arc::new(make()))
    });
}
