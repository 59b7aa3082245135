use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct LabelSelector {
    #[api(tag = 1)]
    pub match_labels: BTreeMap<String, String>,
    #[api(tag = 2, list = atomic)]
    pub match_expressions: Vec<LabelSelectorRequirement>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct LabelSelectorRequirement {
    #[api(tag = 1, required)]
    pub key: String,
    #[api(tag = 2, required)]
    pub operator: LabelSelectorOperator,
    #[api(tag = 3, list = atomic)]
    pub values: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum LabelSelectorOperator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct FieldSelectorRequirement {
    #[api(tag = 1, required)]
    pub key: String,
    #[api(tag = 2, required)]
    pub operator: FieldSelectorOperator,
    #[api(tag = 3, list = atomic)]
    pub values: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum FieldSelectorOperator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
