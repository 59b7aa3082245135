//! Tolerations: which taints of nodes a pod puts up with.

use kubeforge_api::core::v1::{TaintEffect, Toleration, TolerationOperator};
use kubeforge_machinery::{
    field::{BadValue, Error, ErrorList, Path},
    quote::quote,
    validation::{is_label_value, is_qualified_name},
};

use super::invalid_each;

const OPERATORS: [TolerationOperator; 4] =
    [TolerationOperator::Equal, TolerationOperator::Exists, TolerationOperator::Lt, TolerationOperator::Gt];

/// What a check thinks of tolerations that compare numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// It has not heard of them.
    Unknown,
    /// It knows them, but their feature is off.
    Off,
    /// They may be used.
    On,
}

/// How the checks of pods and of runtime classes differ.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TolerationRules {
    pub(crate) comparison: Comparison,
    /// What is shown of a toleration that has a value, though it asks only whether there is one.
    pub(crate) value_of_exists: fn(&Toleration) -> BadValue,
}

/// What is wrong with a toleration.
pub(crate) fn check(toleration: &Toleration, rules: TolerationRules, path: &Path<'_>, errors: &mut ErrorList) {
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
                errors.push(Error::invalid(&operator, (rules.value_of_exists)(toleration), text));
            }
        }
        TolerationOperator::Lt | TolerationOperator::Gt => match rules.comparison {
            Comparison::On => number(&toleration.value, &path.child("value"), errors),
            Comparison::Off => {
                let known = OPERATORS.each_ref().map(TolerationOperator::as_str);
                errors.push(Error::not_supported(&operator, toleration.operator.as_str(), &known));
            }
            Comparison::Unknown => {
                errors.push(Error::not_supported(&operator, toleration.operator.as_str(), &["Equal", "Exists"]));
            }
        },
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
