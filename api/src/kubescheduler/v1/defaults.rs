//! Defaults that the markers cannot say; they follow pkg/scheduler/apis/config/v1/defaults.go with the feature gates as 1.36
//! sets them.

mod plugin_config;
mod plugins;

use kubeforge_machinery::{Defaulted, Duration};

use super::{
    DefaultPreemptionArgs, DynamicResourcesArgs, InterPodAffinityArgs, NodeResourcesBalancedAllocationArgs,
    NodeResourcesFitArgs, PodTopologySpreadArgs, PodTopologySpreadConstraintsDefaulting, ResourceSpec,
    ScoringStrategyType, VolumeBindingArgs,
};
use super::{
    KubeSchedulerConfiguration, KubeSchedulerProfile, SCHEDULER_DEFAULT_LOCK_OBJECT_NAME,
    SCHEDULER_DEFAULT_LOCK_OBJECT_NAMESPACE,
};
use crate::{
    componentbase::v1alpha1::{recommended_client_connection, recommended_leader_election},
    core::v1::{DEFAULT_SCHEDULER_NAME, RESOURCE_CPU, RESOURCE_MEMORY},
};

/// One profile, named as pods do that name none; a leader elected by leases; profiling on.
pub fn default_kube_scheduler_configuration(config: &mut KubeSchedulerConfiguration) {
    config.parallelism.get_or_insert(16);
    if config.profiles.is_empty() {
        let mut profile = KubeSchedulerProfile::default();
        profile.set_defaults();
        config.profiles.push(profile);
    }
    // Where there are more, each must have a name of its own, and validation says so.
    if let [only] = config.profiles.as_mut_slice() {
        only.scheduler_name.get_or_insert_with(|| DEFAULT_SCHEDULER_NAME.to_owned());
    }
    config.percentage_of_nodes_to_score.get_or_insert(0);
    let election = &mut config.leader_election;
    for (field, value) in [
        (&mut election.resource_lock, "leases"),
        (&mut election.resource_namespace, SCHEDULER_DEFAULT_LOCK_OBJECT_NAMESPACE),
        (&mut election.resource_name, SCHEDULER_DEFAULT_LOCK_OBJECT_NAME),
    ] {
        if field.is_empty() {
            *field = value.to_owned();
        }
    }
    recommended_leader_election(election);
    recommended_client_connection(&mut config.client_connection);
    config.pod_initial_backoff_seconds.get_or_insert(1);
    config.pod_max_backoff_seconds.get_or_insert(10);
    let debugging = &mut config.debugging_configuration;
    if *debugging.enable_profiling.get_or_insert(true) {
        debugging.enable_contention_profiling.get_or_insert(true);
    }
}

/// The default plugins, but for what the profile says of them, and settings for every plugin that has any.
pub fn default_kube_scheduler_profile(profile: &mut KubeSchedulerProfile) {
    plugins::add_default(profile.plugins.get_or_insert_default());
    plugin_config::complete(profile);
}

/// A tenth of the nodes is tried out, but no less than a hundred.
pub fn default_default_preemption_args(args: &mut DefaultPreemptionArgs) {
    args.min_candidate_nodes_percentage.get_or_insert(10);
    args.min_candidate_nodes_absolute.get_or_insert(100);
}

/// Ten seconds to search a node, ten minutes until devices are ready.
pub fn default_dynamic_resources_args(args: &mut DynamicResourcesArgs) {
    args.filter_timeout.get_or_insert(Duration::from_secs(10));
    args.binding_timeout.get_or_insert(Duration::from_secs(10 * 60));
}

/// What other pods demand counts a little.
pub fn default_inter_pod_affinity_args(args: &mut InterPodAffinityArgs) {
    args.hard_pod_affinity_weight.get_or_insert(1);
}

/// CPU and memory are held against each other.
pub fn default_node_resources_balanced_allocation_args(args: &mut NodeResourcesBalancedAllocationArgs) {
    default_resources(&mut args.resources);
}

/// Nodes with the most room for CPU and memory are best.
pub fn default_node_resources_fit_args(args: &mut NodeResourcesFitArgs) {
    let strategy = args.scoring_strategy.get_or_insert_with(|| {
        Box::new(super::ScoringStrategy { type_: ScoringStrategyType::LeastAllocated, ..Default::default() })
    });
    default_resources(&mut strategy.resources);
}

/// CPU and memory, and all that is named counts alike.
fn default_resources(resources: &mut Vec<ResourceSpec>) {
    if resources.is_empty() {
        resources.extend([RESOURCE_CPU, RESOURCE_MEMORY].map(|name| ResourceSpec { name: name.to_owned(), weight: 1 }));
    }
    for resource in resources.iter_mut().filter(|resource| resource.weight == 0) {
        resource.weight = 1;
    }
}

/// The scheduler knows how to spread pods that don't say.
pub fn default_pod_topology_spread_args(args: &mut PodTopologySpreadArgs) {
    if args.defaulting_type.is_empty() {
        args.defaulting_type = PodTopologySpreadConstraintsDefaulting::System;
    }
}

/// Ten minutes until volumes are bound.
pub fn default_volume_binding_args(args: &mut VolumeBindingArgs) {
    args.bind_timeout_seconds.get_or_insert(10 * 60);
}

#[cfg(test)]
mod tests;
