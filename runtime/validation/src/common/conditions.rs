//! Conditions of the common form. Follows apimachinery pkg/apis/meta/v1/validation.

use std::collections::BTreeSet;

use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    meta::v1::Condition,
    validation::{is_qualified_name, regex},
};

use super::invalid_each;

const REASON_BYTES_MAX: usize = 1024;
const MESSAGE_BYTES_MAX: usize = 32 * 1024;

/// What is wrong with conditions, whose types are unique.
pub(crate) fn conditions(conditions: &[Condition], path: &Path<'_>, errors: &mut ErrorList) {
    let mut seen = BTreeSet::new();
    for (at, condition) in conditions.iter().enumerate() {
        let path = path.index(at);
        if !seen.insert(&condition.type_) {
            errors.push(Error::duplicate(&path.child("type"), &condition.type_));
        }
        check(condition, &path, errors);
    }
}

fn check(condition: &Condition, path: &Path<'_>, errors: &mut ErrorList) {
    invalid_each(&path.child("type"), &condition.type_, is_qualified_name(&condition.type_), errors);
    let statuses = ["False", "True", "Unknown"];
    if !statuses.contains(&condition.status.as_str()) {
        errors.push(Error::not_supported(&path.child("status"), condition.status.as_str(), &statuses));
    }
    if condition.observed_generation < 0 {
        let text = "must be greater than or equal to zero";
        errors.push(Error::invalid(&path.child("observedGeneration"), condition.observed_generation, text));
    }
    if condition.last_transition_time.is_zero() {
        errors.push(Error::required(&path.child("lastTransitionTime"), "must be set"));
    }
    let reason = path.child("reason");
    if condition.reason.is_empty() {
        errors.push(Error::required(&reason, "must be set"));
    } else if !is_reason(&condition.reason) {
        let rule = "a condition reason must start with alphabetic character, optionally followed by a string of \
                    alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'";
        let examples = ["my_name", "MY_NAME", "MyName", "ReasonA,ReasonB", "ReasonA:ReasonB"];
        let text = regex(rule, "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?", &examples);
        errors.push(Error::invalid(&reason, &condition.reason, text));
    }
    if condition.reason.len() > REASON_BYTES_MAX {
        errors.push(Error::too_long(&reason, REASON_BYTES_MAX));
    }
    if condition.message.len() > MESSAGE_BYTES_MAX {
        errors.push(Error::too_long(&path.child("message"), MESSAGE_BYTES_MAX));
    }
}

fn is_reason(reason: &str) -> bool {
    let is_last = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    reason.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && reason.bytes().last().is_some_and(is_last)
        && reason.bytes().all(|byte| is_last(byte) || byte == b',' || byte == b':')
}
