//! Whether conditions hold.

use kubeforge_derive::ApiSource;

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
