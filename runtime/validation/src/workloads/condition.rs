//! Conditions in their common form. Follows apimachinery pkg/apis/meta/v1/validation.

use std::collections::BTreeSet;

use kubeforge_machinery::{
    Time,
    field::{Error, ErrorList, Path},
    meta::v1::{Condition, ConditionStatus},
    validation::{is_qualified_name, regex},
};

use crate::common::invalid_each;

const REASON_BYTES_MAX: usize = 1024;
const MESSAGE_BYTES_MAX: usize = 32 * 1024;

/// What is wrong with conditions: each type occurs once, and all is said that must be.
pub(super) fn conditions(conditions: &[Condition], path: &Path<'_>, errors: &mut ErrorList) {
    let mut types = BTreeSet::new();
    for (at, condition) in conditions.iter().enumerate() {
        let path = path.index(at);
        if !types.insert(&condition.type_) {
            errors.push(Error::duplicate(&path.child("type"), &condition.type_));
        }
        validate(condition, &path, errors);
    }
}

fn validate(condition: &Condition, path: &Path<'_>, errors: &mut ErrorList) {
    invalid_each(&path.child("type"), &condition.type_, is_qualified_name(&condition.type_), errors);
    if let ConditionStatus::Other(status) = &condition.status {
        errors.push(Error::not_supported(&path.child("status"), status, &["False", "True", "Unknown"]));
    }
    if condition.observed_generation < 0 {
        let text = "must be greater than or equal to zero";
        errors.push(Error::invalid(&path.child("observedGeneration"), condition.observed_generation, text));
    }
    if condition.last_transition_time == Time::default() {
        errors.push(Error::required(&path.child("lastTransitionTime"), "must be set"));
    }
    let reason = path.child("reason");
    if condition.reason.is_empty() {
        errors.push(Error::required(&reason, "must be set"));
    } else {
        invalid_each(&reason, &condition.reason, is_reason(&condition.reason), errors);
        if condition.reason.len() > REASON_BYTES_MAX {
            errors.push(Error::too_long(&reason, REASON_BYTES_MAX));
        }
    }
    if condition.message.len() > MESSAGE_BYTES_MAX {
        errors.push(Error::too_long(&path.child("message"), MESSAGE_BYTES_MAX));
    }
}

/// What is wrong with a reason: it is one word.
fn is_reason(reason: &str) -> Vec<String> {
    let is_inner = |byte: &u8| byte.is_ascii_alphanumeric() || b"_,:".contains(byte);
    let bytes = reason.as_bytes();
    let starts = bytes.first().is_some_and(u8::is_ascii_alphabetic);
    let ends = bytes.last().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    if starts && ends && bytes.iter().all(is_inner) {
        return Vec::new();
    }
    let rule = "a condition reason must start with alphabetic character, optionally followed by a string of \
                alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'";
    let examples = ["my_name", "MY_NAME", "MyName", "ReasonA,ReasonB", "ReasonA:ReasonB"];
    vec![regex(rule, "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?", &examples)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_word() {
        for (reason, want) in [("A", 0), ("Ab_", 0), ("A,b:C", 0), ("1a", 1), ("A:", 1), ("A b", 1), ("_A", 1)] {
            assert_eq!(is_reason(reason).len(), want, "{reason}");
        }
    }
}
