//! Conditions: what a controller found out about an object.

use kubeforge_derive::ApiSource;

use crate::Time;

/// One thing that a controller found out about an object, and since when it is so.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Condition {
    /// What it is about, such as `Available`.
    #[api(tag = 1, required)]
    pub type_: String,
    /// Whether it holds.
    #[api(tag = 2, required)]
    pub status: ConditionStatus,
    /// The generation of the object that this was found out about.
    #[api(tag = 3)]
    pub observed_generation: i64,
    /// Since when the status is what it is.
    #[api(tag = 4, required)]
    pub last_transition_time: Time,
    /// Why, in one CamelCase word for programs.
    #[api(tag = 5, required)]
    pub reason: String,
    /// Why, in words for people.
    #[api(tag = 6, required)]
    pub message: String,
}

/// Whether a condition holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ConditionStatus {
    /// It holds.
    True,
    /// It does not.
    False,
    /// Nobody can tell.
    Unknown,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
