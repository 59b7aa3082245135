//! Label selectors. Follows apimachinery pkg/apis/meta/v1/validation.

use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    meta::v1::{LabelSelector, LabelSelectorOperator, LabelSelectorRequirement},
    validation::{is_label_value, is_qualified_name},
};

use super::invalid_each;

/// How strictly a selector is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum SelectorOptions {
    /// Values must be label values.
    #[default]
    Strict,
    /// Values may be anything, as they were when the object was made.
    AllowInvalidValues,
}

/// What is wrong with a label selector; an absent one is fine.
pub(crate) fn label_selector(
    selector: Option<&LabelSelector>,
    options: SelectorOptions,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let Some(selector) = selector else { return };
    let labels = path.child("matchLabels");
    for (key, value) in &selector.match_labels {
        invalid_each(&labels, key, is_qualified_name(key), errors);
        if options == SelectorOptions::Strict {
            invalid_each(&labels, value, is_label_value(value), errors);
        }
    }
    let expressions = path.child("matchExpressions");
    for (at, expression) in selector.match_expressions.iter().enumerate() {
        requirement(expression, options, &expressions.index(at), errors);
    }
}

fn requirement(
    requirement: &LabelSelectorRequirement,
    options: SelectorOptions,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    match &requirement.operator {
        LabelSelectorOperator::In | LabelSelectorOperator::NotIn => {
            if requirement.values.is_empty() {
                let text = "must be specified when `operator` is 'In' or 'NotIn'";
                errors.push(Error::required(&path.child("values"), text));
            }
        }
        LabelSelectorOperator::Exists | LabelSelectorOperator::DoesNotExist => {
            if !requirement.values.is_empty() {
                let text = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
                errors.push(Error::forbidden(&path.child("values"), text));
            }
        }
        LabelSelectorOperator::Other(other) => {
            errors.push(Error::invalid(&path.child("operator"), other, "not a valid selector operator"));
        }
    }
    invalid_each(&path.child("key"), &requirement.key, is_qualified_name(&requirement.key), errors);
    if options == SelectorOptions::Strict {
        let values = path.child("values");
        for (at, value) in requirement.values.iter().enumerate() {
            invalid_each(&values.index(at), value, is_label_value(value), errors);
        }
    }
}
