//! Selectors over labels and fields.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;

/// A condition on labels: everything said here must hold. An empty one holds always, none at all never.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct LabelSelector {
    /// Labels that must be there with these values.
    #[api(tag = 1)]
    pub match_labels: BTreeMap<String, String>,
    /// Further conditions.
    #[api(tag = 2, list = atomic)]
    pub match_expressions: Vec<LabelSelectorRequirement>,
}

/// A condition on one label.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct LabelSelectorRequirement {
    /// The label.
    #[api(tag = 1, required)]
    pub key: String,
    /// How the label relates to the values.
    #[api(tag = 2, required)]
    pub operator: LabelSelectorOperator,
    /// What it is compared with; empty for the operators that ask for the label only.
    #[api(tag = 3, list = atomic)]
    pub values: Vec<String>,
}

/// How a label relates to the values of a condition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum LabelSelectorOperator {
    /// It is there and has one of the values.
    In,
    /// It has none of the values, or is not there.
    NotIn,
    /// It is there.
    Exists,
    /// It is not there.
    DoesNotExist,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// A condition on one field.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct FieldSelectorRequirement {
    /// The field.
    #[api(tag = 1, required)]
    pub key: String,
    /// How the field relates to the values.
    #[api(tag = 2, required)]
    pub operator: FieldSelectorOperator,
    /// What it is compared with; empty for the operators that ask for the field only.
    #[api(tag = 3, list = atomic)]
    pub values: Vec<String>,
}

/// How a field relates to the values of a condition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum FieldSelectorOperator {
    /// It has one of the values.
    In,
    /// It has none of the values.
    NotIn,
    /// It is there.
    Exists,
    /// It is not there.
    DoesNotExist,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
