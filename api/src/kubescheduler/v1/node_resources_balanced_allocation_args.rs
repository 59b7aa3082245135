//! The settings of the plugin that likes nodes whose resources are used evenly.

use kubeforge_derive::ApiSource;

use super::ResourceSpec;

/// The settings of the `NodeResourcesBalancedAllocation` plugin, which likes even use.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
pub struct NodeResourcesBalancedAllocationArgs {
    /// The resources to hold against each other, all of weight 1; cpu and memory if empty.
    pub resources: Vec<ResourceSpec>,
}
