//! To and from v1, the hub: what the generated conversion leaves to us.
//!
//! An empty selector means no pods here, and all pods in v1. What the other one means is said by a condition on a label
//! that no pod has. The label is kept out of all other selectors. Follows pkg/apis/policy/v1beta1/conversion.go and
//! pkg/apis/policy/helper.go.

use kubeforge_machinery::ConversionError;
use kubeforge_machinery::meta::v1::{LabelSelector, LabelSelectorOperator, LabelSelectorRequirement};

use super::PodDisruptionBudgetSpec;
use crate::policy::v1;

/// A label that no pod has.
const EMPTY_SELECTOR_MATCH: &str = "pdb.kubernetes.io/deprecated-v1beta1-empty-selector-match";

/// An empty selector keeps meaning no pods.
pub(super) fn pod_disruption_budget_spec_to_hub(
    _from: &PodDisruptionBudgetSpec,
    to: &mut v1::PodDisruptionBudgetSpec,
) -> Result<(), ConversionError> {
    if let Some(selector) = &mut to.selector {
        swap(selector, LabelSelectorOperator::Exists, LabelSelectorOperator::DoesNotExist);
    }
    Ok(())
}

/// An empty selector keeps meaning all pods.
pub(super) fn pod_disruption_budget_spec_from_hub(
    _from: &v1::PodDisruptionBudgetSpec,
    to: &mut PodDisruptionBudgetSpec,
) -> Result<(), ConversionError> {
    if let Some(selector) = &mut to.selector {
        swap(selector, LabelSelectorOperator::DoesNotExist, LabelSelectorOperator::Exists);
    }
    Ok(())
}

/// Writes an empty selector as a condition on the label, and the opposite condition as an empty selector.
fn swap(selector: &mut LabelSelector, empty: LabelSelectorOperator, opposite: LabelSelectorOperator) {
    if *selector == LabelSelector::default() {
        *selector = condition(empty);
    } else if *selector == condition(opposite) {
        *selector = LabelSelector::default();
    } else {
        selector.match_expressions.retain(|expression| expression.key != EMPTY_SELECTOR_MATCH);
    }
}

/// The selector with one condition, on the label.
fn condition(operator: LabelSelectorOperator) -> LabelSelector {
    let requirement = LabelSelectorRequirement { key: EMPTY_SELECTOR_MATCH.to_owned(), operator, values: Vec::new() };
    LabelSelector { match_expressions: vec![requirement], ..LabelSelector::default() }
}

#[cfg(test)]
mod tests {
    use super::super::generated::conversion as generated;
    use super::*;

    fn spoke(selector: Option<LabelSelector>) -> PodDisruptionBudgetSpec {
        PodDisruptionBudgetSpec { selector: selector.map(Box::new), ..PodDisruptionBudgetSpec::default() }
    }

    fn hub(selector: Option<LabelSelector>) -> v1::PodDisruptionBudgetSpec {
        v1::PodDisruptionBudgetSpec { selector: selector.map(Box::new), ..v1::PodDisruptionBudgetSpec::default() }
    }

    #[track_caller]
    fn check(here: Option<LabelSelector>, there: Option<LabelSelector>) {
        assert_eq!(generated::pod_disruption_budget_spec_to_hub(spoke(here.clone())).unwrap(), hub(there.clone()));
        assert_eq!(generated::pod_disruption_budget_spec_from_hub(hub(there)).unwrap(), spoke(here));
    }

    fn labels() -> LabelSelector {
        LabelSelector { match_labels: [("a".to_owned(), "b".to_owned())].into(), ..LabelSelector::default() }
    }

    #[test]
    fn an_empty_selector_means_no_pods_here_and_all_in_v1() {
        check(Some(LabelSelector::default()), Some(condition(LabelSelectorOperator::Exists)));
        check(Some(condition(LabelSelectorOperator::DoesNotExist)), Some(LabelSelector::default()));
        check(None, None);
        check(Some(labels()), Some(labels()));
    }

    #[test]
    fn the_label_is_kept_out_of_other_selectors() {
        let mixed = || {
            let LabelSelector { match_expressions, .. } = condition(LabelSelectorOperator::Exists);
            Some(LabelSelector { match_expressions, ..labels() })
        };
        assert_eq!(generated::pod_disruption_budget_spec_to_hub(spoke(mixed())).unwrap(), hub(Some(labels())));
        assert_eq!(generated::pod_disruption_budget_spec_from_hub(hub(mixed())).unwrap(), spoke(Some(labels())));
    }
}
