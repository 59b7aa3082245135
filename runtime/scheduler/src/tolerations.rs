//! Which taints a pod puts up with.

use std::sync::atomic::{AtomicBool, Ordering};

use kubeforge_api::core::v1::{Taint, TaintEffect, Toleration, TolerationOperator};
use kubeforge_machinery::feature_gates::FeatureGates;

const COMPARISON_GATE: &str = "TaintTolerationComparisonOperators";

/// Whether tolerations may compare numbers (`Lt`, `Gt`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Comparison {
    /// They may not: such a toleration covers nothing.
    #[default]
    Off,
    /// They may.
    On,
}

/// What a plugin knows of the gate that says so (alpha in 1.36).
#[derive(Debug, Default)]
pub(crate) struct ComparisonGate(AtomicBool);

impl ComparisonGate {
    pub(crate) fn set(&self, gates: &FeatureGates) {
        self.0.store(gates.enabled(COMPARISON_GATE), Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> Comparison {
        if self.0.load(Ordering::Relaxed) { Comparison::On } else { Comparison::Off }
    }
}

/// Whether one of the tolerations covers the taint.
pub fn tolerates(tolerations: &[Toleration], taint: &Taint, comparison: Comparison) -> bool {
    tolerations.iter().any(|toleration| covers(toleration, taint, comparison))
}

/// Whether the toleration covers the taint.
fn covers(toleration: &Toleration, taint: &Taint, comparison: Comparison) -> bool {
    let fits = |wanted: &str, given: &str| wanted.is_empty() || wanted == given;
    if !fits(toleration.effect.as_str(), taint.effect.as_str()) || !fits(&toleration.key, &taint.key) {
        return false;
    }
    match &toleration.operator {
        TolerationOperator::Exists => true,
        TolerationOperator::Equal => toleration.value == taint.value,
        TolerationOperator::Other(operator) if operator.is_empty() => toleration.value == taint.value,
        TolerationOperator::Lt | TolerationOperator::Gt if comparison == Comparison::Off => false,
        TolerationOperator::Lt => compare(taint, toleration, |has, limit| has < limit),
        TolerationOperator::Gt => compare(taint, toleration, |has, limit| has > limit),
        TolerationOperator::Other(_) => false,
    }
}

/// Compares the values where both are whole numbers.
fn compare(taint: &Taint, toleration: &Toleration, holds: fn(i64, i64) -> bool) -> bool {
    whole(&taint.value).zip(whole(&toleration.value)).is_some_and(|(has, limit)| holds(has, limit))
}

/// A whole number as people write it: no plus sign, no leading zeros.
fn whole(text: &str) -> Option<i64> {
    text.parse().ok().filter(|number: &i64| number.to_string() == text)
}

/// The first taint that keeps the pod away.
pub fn first_untolerated<'a>(
    taints: &'a [Taint],
    tolerations: &[Toleration],
    comparison: Comparison,
) -> Option<&'a Taint> {
    taints.iter().filter(|taint| keeps_away(taint)).find(|taint| !tolerates(tolerations, taint, comparison))
}

/// Whether the taint keeps new pods away, rather than making its node a worse choice.
pub fn keeps_away(taint: &Taint) -> bool {
    matches!(taint.effect, TaintEffect::NoSchedule | TaintEffect::NoExecute)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn toleration(key: &str, operator: &str, value: &str, effect: &str) -> Toleration {
        Toleration {
            key: key.to_owned(),
            operator: operator.into(),
            value: value.to_owned(),
            effect: effect.into(),
            toleration_seconds: None,
        }
    }

    #[track_caller]
    fn check(toleration: Toleration, want: bool) {
        let taint =
            Taint { key: "a".to_owned(), value: "1".to_owned(), effect: TaintEffect::NoSchedule, time_added: None };
        assert_eq!(tolerates(std::slice::from_ref(&toleration), &taint, Comparison::Off), want, "{toleration:?}");
    }

    #[test]
    fn key_value_and_effect_must_fit_where_they_are_given() {
        check(toleration("a", "Equal", "1", "NoSchedule"), true);
        check(toleration("a", "", "1", ""), true);
        check(toleration("a", "Equal", "2", ""), false);
        check(toleration("a", "Equal", "1", "NoExecute"), false);
        check(toleration("a", "Exists", "", ""), true);
        check(toleration("", "Exists", "", ""), true);
        check(toleration("b", "Exists", "", ""), false);
        check(toleration("a", "Gt", "0", ""), false);
    }

    #[track_caller]
    fn check_comparison(operator: &str, limit: &str, has: &str, want: bool) {
        let taint = Taint { key: "a".to_owned(), value: has.to_owned(), ..Default::default() };
        let tolerations = [toleration("a", operator, limit, "")];
        assert_eq!(tolerates(&tolerations, &taint, Comparison::On), want, "{has} {operator} {limit}");
        assert!(!tolerates(&tolerations, &taint, Comparison::Off));
    }

    #[test]
    fn numbers_are_compared_where_the_gate_says_so() {
        check_comparison("Lt", "10", "9", true);
        check_comparison("Lt", "10", "10", false);
        check_comparison("Gt", "10", "11", true);
        check_comparison("Gt", "-10", "-9", true);
        check_comparison("Gt", "10", "9", false);
        check_comparison("Lt", "10", "09", false);
        check_comparison("Lt", "+10", "9", false);
        check_comparison("Lt", "10", "", false);
        check_comparison("Lt", "ten", "9", false);
        check_comparison("Lt", "9223372036854775808", "9", false);
    }
}
