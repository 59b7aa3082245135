//! Version v1 of the `kubescheduler.config.k8s.io` group: how the scheduler is configured.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod default_preemption_args;
pub mod defaults;
mod dynamic_resources_args;
mod inter_pod_affinity_args;
mod kube_scheduler_configuration;
mod node_affinity_args;
mod node_resources_balanced_allocation_args;
mod node_resources_fit_args;
mod pod_topology_spread_args;
mod volume_binding_args;
mod well_known;

#[rustfmt::skip]
pub mod generated;

pub use default_preemption_args::DefaultPreemptionArgs;
pub use dynamic_resources_args::DynamicResourcesArgs;
pub use inter_pod_affinity_args::InterPodAffinityArgs;
pub use kube_scheduler_configuration::{
    Extender, ExtenderManagedResource, ExtenderTLSConfig, KubeSchedulerConfiguration, KubeSchedulerProfile, Plugin,
    PluginConfig, PluginSet, Plugins,
};
pub use node_affinity_args::NodeAffinityArgs;
pub use node_resources_balanced_allocation_args::NodeResourcesBalancedAllocationArgs;
pub use node_resources_fit_args::{
    NodeResourcesFitArgs, RequestedToCapacityRatioParam, ResourceSpec, ScoringStrategy, ScoringStrategyType,
    UtilizationShapePoint,
};
pub use pod_topology_spread_args::{PodTopologySpreadArgs, PodTopologySpreadConstraintsDefaulting};
pub use volume_binding_args::VolumeBindingArgs;
pub use well_known::{
    SCHEDULER_DEFAULT_LOCK_OBJECT_NAME, SCHEDULER_DEFAULT_LOCK_OBJECT_NAMESPACE, SCHEDULER_DEFAULT_PROVIDER_NAME,
};
