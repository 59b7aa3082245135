//! The settings of the plugin that heeds where pods want to be.

use kubeforge_derive::ApiSource;

use crate::core::v1::NodeAffinity;

/// The settings of the `NodeAffinity` plugin, which heeds where pods want to be.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
pub struct NodeAffinityArgs {
    /// What all pods of the profile ask of nodes, besides what they ask themselves.
    pub added_affinity: Option<Box<NodeAffinity>>,
}
