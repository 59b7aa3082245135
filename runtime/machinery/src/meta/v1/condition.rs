use kubeforge_derive::ApiSource;

use crate::Time;

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Condition {
    #[api(tag = 1, required)]
    pub type_: String,
    #[api(tag = 2, required)]
    pub status: ConditionStatus,
    #[api(tag = 3)]
    pub observed_generation: i64,
    #[api(tag = 4, required)]
    pub last_transition_time: Time,
    #[api(tag = 5, required)]
    pub reason: String,
    #[api(tag = 6, required)]
    pub message: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ConditionStatus {
    True,
    False,
    Unknown,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
