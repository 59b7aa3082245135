//! Which taints a pod puts up with.

use kubeforge_api::core::v1::{Taint, TaintEffect, Toleration, TolerationOperator};

/// Whether one of the tolerations covers the taint.
pub fn tolerates(tolerations: &[Toleration], taint: &Taint) -> bool {
    tolerations.iter().any(|toleration| covers(toleration, taint))
}

/// Whether the toleration covers the taint. The operators that compare numbers belong to a feature gate that is off in
/// 1.36, so they cover nothing.
fn covers(toleration: &Toleration, taint: &Taint) -> bool {
    let fits = |wanted: &str, given: &str| wanted.is_empty() || wanted == given;
    if !fits(toleration.effect.as_str(), taint.effect.as_str()) || !fits(&toleration.key, &taint.key) {
        return false;
    }
    match &toleration.operator {
        TolerationOperator::Exists => true,
        TolerationOperator::Equal => toleration.value == taint.value,
        TolerationOperator::Other(operator) if operator.is_empty() => toleration.value == taint.value,
        TolerationOperator::Lt | TolerationOperator::Gt | TolerationOperator::Other(_) => false,
    }
}

/// The first taint that keeps the pod away.
pub fn first_untolerated<'a>(taints: &'a [Taint], tolerations: &[Toleration]) -> Option<&'a Taint> {
    taints.iter().filter(|taint| keeps_away(taint)).find(|taint| !tolerates(tolerations, taint))
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
        assert_eq!(tolerates(std::slice::from_ref(&toleration), &taint), want, "{toleration:?}");
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
}
