use kubeforge_derive::ApiSource;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ConditionStatus {
    True,
    False,
    Unknown,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
