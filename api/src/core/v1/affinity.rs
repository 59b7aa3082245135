//! Near which nodes and pods a pod wants to be, and away from which.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::LabelSelector;

/// Near which nodes and pods a pod wants to be, and away from which.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Affinity {
    /// Which nodes.
    #[api(tag = 1)]
    pub node_affinity: Option<Box<NodeAffinity>>,
    /// Near which pods.
    #[api(tag = 2)]
    pub pod_affinity: Option<Box<PodAffinity>>,
    /// Away from which pods.
    #[api(tag = 3)]
    pub pod_anti_affinity: Option<Box<PodAntiAffinity>>,
}

/// Which nodes a pod may or would rather run on.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeAffinity {
    /// Only nodes that match.
    #[api(tag = 1)]
    pub required_during_scheduling_ignored_during_execution: Option<NodeSelector>,
    /// Nodes that match more of these, by weight.
    #[api(tag = 2, list = atomic)]
    pub preferred_during_scheduling_ignored_during_execution: Vec<PreferredSchedulingTerm>,
}

/// A condition on nodes: one of the terms must hold.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct NodeSelector {
    /// The terms; none holds for no node.
    #[api(tag = 1, required, list = atomic)]
    pub node_selector_terms: Vec<NodeSelectorTerm>,
}

/// A condition on nodes: all of it must hold. An empty one holds for no node.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct NodeSelectorTerm {
    /// Conditions on labels.
    #[api(tag = 1, list = atomic)]
    pub match_expressions: Vec<NodeSelectorRequirement>,
    /// Conditions on fields; only `metadata.name` is known.
    #[api(tag = 2, list = atomic)]
    pub match_fields: Vec<NodeSelectorRequirement>,
}

/// A condition on one label or field of a node.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeSelectorRequirement {
    /// The label or field.
    #[api(tag = 1, required)]
    pub key: String,
    /// How it relates to the values.
    #[api(tag = 2, required)]
    pub operator: NodeSelectorOperator,
    /// What it is compared with.
    #[api(tag = 3, list = atomic)]
    pub values: Vec<String>,
}

/// How a label relates to the values of a condition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum NodeSelectorOperator {
    /// It is there and has one of the values.
    In,
    /// It has none of the values, or is not there.
    NotIn,
    /// It is there.
    Exists,
    /// It is not there.
    DoesNotExist,
    /// It is a number greater than the value.
    Gt,
    /// It is a number less than the value.
    Lt,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// A wish about nodes, with its weight.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PreferredSchedulingTerm {
    /// From 1 to 100; the weights of the wishes that a node fulfils are added up.
    #[api(tag = 1, required)]
    pub weight: i32,
    /// The wish.
    #[api(tag = 2, required)]
    pub preference: NodeSelectorTerm,
}

/// Near which pods a pod must or would rather be.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodAffinity {
    /// All of these must be near.
    #[api(tag = 1, list = atomic)]
    pub required_during_scheduling_ignored_during_execution: Vec<PodAffinityTerm>,
    /// The nearer these, the better, by weight.
    #[api(tag = 2, list = atomic)]
    pub preferred_during_scheduling_ignored_during_execution: Vec<WeightedPodAffinityTerm>,
}

/// Away from which pods a pod must or would rather be.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodAntiAffinity {
    /// None of these may be near.
    #[api(tag = 1, list = atomic)]
    pub required_during_scheduling_ignored_during_execution: Vec<PodAffinityTerm>,
    /// The fewer of these near, the better, by weight.
    #[api(tag = 2, list = atomic)]
    pub preferred_during_scheduling_ignored_during_execution: Vec<WeightedPodAffinityTerm>,
}

/// Some pods, and what counts as near them.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodAffinityTerm {
    /// The pods.
    #[api(tag = 1)]
    pub label_selector: Option<Box<LabelSelector>>,
    /// In these namespaces; the pod's own where none is named here and none is selected.
    #[api(tag = 2, list = atomic)]
    pub namespaces: Vec<String>,
    /// Nodes with the same value of this label are near one another.
    #[api(tag = 3, required)]
    pub topology_key: String,
    /// Also in namespaces with such labels.
    #[api(tag = 4)]
    pub namespace_selector: Option<Box<LabelSelector>>,
    /// Labels of the pod itself whose values the others must share.
    #[api(tag = 5, list = atomic)]
    pub match_label_keys: Vec<String>,
    /// Labels of the pod itself whose values the others must not share.
    #[api(tag = 6, list = atomic)]
    pub mismatch_label_keys: Vec<String>,
}

/// A wish about other pods, with its weight.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct WeightedPodAffinityTerm {
    /// From 1 to 100.
    #[api(tag = 1, required)]
    pub weight: i32,
    /// The wish.
    #[api(tag = 2, required)]
    pub pod_affinity_term: PodAffinityTerm,
}
