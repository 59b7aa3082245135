//! The settings of the plugin that spreads pods over places.

use kubeforge_derive::ApiSource;

use crate::core::v1::TopologySpreadConstraint;

/// The settings of the `PodTopologySpread` plugin, which spreads pods over places.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
pub struct PodTopologySpreadArgs {
    /// How to spread pods that say nothing of it; without selectors, which come from their owners. Only along with `List`.
    #[api(list = atomic)]
    pub default_constraints: Vec<TopologySpreadConstraint>,
    /// Where the defaults for pods come from; `System` if empty.
    pub defaulting_type: PodTopologySpreadConstraintsDefaulting,
}

/// Where the defaults for spreading pods come from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum PodTopologySpreadConstraintsDefaulting {
    /// The scheduler has its own: over nodes and zones.
    System,
    /// They are listed in the settings.
    List,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
