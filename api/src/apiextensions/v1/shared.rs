//! What several kinds of the group make use of.

use kubeforge_derive::ApiSource;

use super::FieldValueErrorReason;

/// A check in CEL on a part of an object.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ValidationRule {
    /// The check; true lets it pass. `self` is the value here, `oldSelf` what it was.
    #[api(tag = 1, required)]
    pub rule: String,
    /// What to say if it fails; one line. Needed if the rule has more than one.
    #[api(tag = 2)]
    pub message: String,
    /// Computes what to say if it fails; goes before `message`, which stands in if this fails.
    #[api(tag = 3)]
    pub message_expression: String,
    /// The reason of the error; `FieldValueInvalid` if unset.
    #[api(tag = 4)]
    pub reason: Option<FieldValueErrorReason>,
    /// The field the error is about, as a path from here; the value itself if empty.
    #[api(tag = 5)]
    pub field_path: String,
    /// Whether a rule with `oldSelf` also runs when there is none; `oldSelf` is an optional then.
    #[api(tag = 6, gate = "CRDValidationRatcheting")]
    pub optional_old_self: Option<bool>,
}
