//! The settings of the plugin that looks whether a node has room.

use kubeforge_derive::ApiSource;

/// The settings of the `NodeResourcesFit` plugin, which looks whether a node has room.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
pub struct NodeResourcesFitArgs {
    /// Resources that need not fit; does not change ratings.
    #[api(list = atomic)]
    pub ignored_resources: Vec<String>,
    /// Prefixes, like `example.com`, of resources that need not fit; does not change ratings.
    #[api(list = atomic)]
    pub ignored_resource_groups: Vec<String>,
    /// How nodes are rated; by the most room for cpu and memory if unset.
    pub scoring_strategy: Option<Box<ScoringStrategy>>,
}

/// How nodes are rated by their room.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ScoringStrategy {
    /// Which nodes are better.
    pub type_: ScoringStrategyType,
    /// The resources that count; cpu and memory alike if empty.
    pub resources: Vec<ResourceSpec>,
    /// How use turns into a rating; for `RequestedToCapacityRatio` only.
    pub requested_to_capacity_ratio: Option<Box<RequestedToCapacityRatioParam>>,
}

/// Which nodes are better.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ScoringStrategyType {
    /// Those with the most room: spreads pods out.
    LeastAllocated,
    /// Those with the least room: packs pods together.
    MostAllocated,
    /// Those that a given shape rates higher.
    RequestedToCapacityRatio,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// A resource, and how much it counts.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourceSpec {
    /// Its name.
    #[api(required)]
    pub name: String,
    /// How much it counts, 1 to 100; 1 if unset.
    pub weight: i64,
}

/// How use turns into a rating.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct RequestedToCapacityRatioParam {
    /// The points that make up the line, by rising use.
    #[api(list = atomic)]
    pub shape: Vec<UtilizationShapePoint>,
}

/// A point of the line that turns use into a rating.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct UtilizationShapePoint {
    /// How much is in use, in percent.
    #[api(required)]
    pub utilization: i32,
    /// The rating for that, 0 to 10.
    #[api(required)]
    pub score: i32,
}
