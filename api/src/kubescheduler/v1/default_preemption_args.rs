//! The settings of the plugin that preempts pods.

use kubeforge_derive::ApiSource;

/// The settings of the `DefaultPreemption` plugin, which makes room for pods of higher priority.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
pub struct DefaultPreemptionArgs {
    /// The share of nodes to try out at least, in percent; 10 if unset.
    pub min_candidate_nodes_percentage: Option<i32>,
    /// The number of nodes to try out at least; 100 if unset. The greater of the two counts.
    pub min_candidate_nodes_absolute: Option<i32>,
}
