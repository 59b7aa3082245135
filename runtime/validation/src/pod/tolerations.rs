//! Tolerations: which taints of nodes a pod puts up with.

use kubeforge_api::core::v1::{TaintEffect, Toleration, TolerationOperator};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    quote::quote,
    validation::{is_label_value, is_qualified_name},
};

use super::options::PodOptions;
use crate::common::invalid_each;

const OPERATORS: [TolerationOperator; 4] =
    [TolerationOperator::Equal, TolerationOperator::Exists, TolerationOperator::Lt, TolerationOperator::Gt];

/// What is wrong with tolerations.
pub(super) fn tolerations(
    tolerations: &[Toleration],
    options: &PodOptions<'_>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    for (at, it) in tolerations.iter().enumerate() {
        toleration(it, options, &path.index(at), errors);
    }
}

fn toleration(toleration: &Toleration, options: &PodOptions<'_>, path: &Path<'_>, errors: &mut ErrorList) {
    let operator = path.child("operator");
    if !toleration.key.is_empty() {
        invalid_each(&path.child("key"), &toleration.key, is_qualified_name(&toleration.key), errors);
    }
    if toleration.key.is_empty() && toleration.operator != TolerationOperator::Exists {
        let text = "operator must be Exists when `key` is empty, which means \"match all values and all keys\"";
        errors.push(Error::invalid(&operator, toleration.operator.as_str(), text));
    }
    if toleration.toleration_seconds.is_some() && toleration.effect != TaintEffect::NoExecute {
        let text = "effect must be 'NoExecute' when `tolerationSeconds` is set";
        errors.push(Error::invalid(&path.child("effect"), toleration.effect.as_str(), text));
    }
    match &toleration.operator {
        TolerationOperator::Exists => {
            if !toleration.value.is_empty() {
                let text = "value must be empty when `operator` is 'Exists'";
                errors.push(Error::invalid(&operator, &toleration.value, text));
            }
        }
        TolerationOperator::Lt | TolerationOperator::Gt => {
            if options.compares_tolerations() {
                number(&toleration.value, &path.child("value"), errors);
            } else {
                let known = OPERATORS.each_ref().map(TolerationOperator::as_str);
                errors.push(Error::not_supported(&operator, toleration.operator.as_str(), &known));
            }
        }
        TolerationOperator::Other(other) if !other.is_empty() => {
            errors.push(Error::not_supported(&operator, other, &["Equal", "Exists"]));
        }
        TolerationOperator::Equal | TolerationOperator::Other(_) => {
            let found = is_label_value(&toleration.value);
            if !found.is_empty() {
                errors.push(Error::invalid(&operator, &toleration.value, found.join(";")));
            }
        }
    }
    if let TaintEffect::Other(other) = &toleration.effect
        && !other.is_empty()
    {
        let known = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
        errors.push(Error::not_supported(&path.child("effect"), other, &known));
    }
}

/// A value that is compared as a number is one, in its one form, and fits.
fn number(value: &str, path: &Path<'_>, errors: &mut ErrorList) {
    let digits = value.strip_prefix('-').unwrap_or(value);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_canonical = is_number && (value == "0" || !digits.starts_with('0'));
    if value.is_empty() {
        errors.push(Error::invalid(path, value, kubeforge_machinery::validation::EMPTY));
    } else if !is_canonical {
        errors.push(Error::invalid(path, value, "must be a valid decimal integer in canonical form"));
    }
    if value.parse::<i64>().is_err() {
        let why = if is_number { "value out of range" } else { "invalid syntax" };
        errors.push(Error::invalid(path, value, format!("strconv.ParseInt: parsing {}: {why}", quote(value))));
    }
}

/// An update may add tolerations, and change for how long the old ones hold.
pub(super) fn only_added(
    new: &[Toleration],
    old: &[Toleration],
    options: &PodOptions<'_>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let kept = |old: &Toleration| {
        new.iter().any(|new| Toleration { toleration_seconds: old.toleration_seconds, ..new.clone() } == *old)
    };
    if old.iter().all(kept) {
        return tolerations(new, options, path, errors);
    }
    errors.push(Error::forbidden(path, "existing toleration can not be modified except its tolerationSeconds"));
}
