use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::LabelSelector;

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Affinity {
    #[api(tag = 1)]
    pub node_affinity: Option<Box<NodeAffinity>>,
    #[api(tag = 2)]
    pub pod_affinity: Option<Box<PodAffinity>>,
    #[api(tag = 3)]
    pub pod_anti_affinity: Option<Box<PodAntiAffinity>>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeAffinity {
    #[api(tag = 1)]
    pub required_during_scheduling_ignored_during_execution: Option<NodeSelector>,
    #[api(tag = 2, list = atomic)]
    pub preferred_during_scheduling_ignored_during_execution: Vec<PreferredSchedulingTerm>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct NodeSelector {
    #[api(tag = 1, required, list = atomic)]
    pub node_selector_terms: Vec<NodeSelectorTerm>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct NodeSelectorTerm {
    #[api(tag = 1, list = atomic)]
    pub match_expressions: Vec<NodeSelectorRequirement>,
    #[api(tag = 2, list = atomic)]
    pub match_fields: Vec<NodeSelectorRequirement>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NodeSelectorRequirement {
    #[api(tag = 1, required)]
    pub key: String,
    #[api(tag = 2, required)]
    pub operator: NodeSelectorOperator,
    #[api(tag = 3, list = atomic)]
    pub values: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum NodeSelectorOperator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
    Gt,
    Lt,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PreferredSchedulingTerm {
    #[api(tag = 1, required)]
    pub weight: i32,
    #[api(tag = 2, required)]
    pub preference: NodeSelectorTerm,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodAffinity {
    #[api(tag = 1, list = atomic)]
    pub required_during_scheduling_ignored_during_execution: Vec<PodAffinityTerm>,
    #[api(tag = 2, list = atomic)]
    pub preferred_during_scheduling_ignored_during_execution: Vec<WeightedPodAffinityTerm>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodAntiAffinity {
    #[api(tag = 1, list = atomic)]
    pub required_during_scheduling_ignored_during_execution: Vec<PodAffinityTerm>,
    #[api(tag = 2, list = atomic)]
    pub preferred_during_scheduling_ignored_during_execution: Vec<WeightedPodAffinityTerm>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodAffinityTerm {
    #[api(tag = 1)]
    pub label_selector: Option<Box<LabelSelector>>,
    #[api(tag = 2, list = atomic)]
    pub namespaces: Vec<String>,
    #[api(tag = 3, required)]
    pub topology_key: String,
    #[api(tag = 4)]
    pub namespace_selector: Option<Box<LabelSelector>>,
    #[api(tag = 5, list = atomic)]
    pub match_label_keys: Vec<String>,
    #[api(tag = 6, list = atomic)]
    pub mismatch_label_keys: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct WeightedPodAffinityTerm {
    #[api(tag = 1, required)]
    pub weight: i32,
    #[api(tag = 2, required)]
    pub pod_affinity_term: PodAffinityTerm,
}
