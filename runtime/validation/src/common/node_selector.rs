//! Selectors of nodes, by labels and by name.

use kubeforge_api::core::v1::{NodeSelector, NodeSelectorOperator, NodeSelectorRequirement, NodeSelectorTerm};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{is_dns1123_subdomain, is_label_value, is_qualified_name},
};

use super::{SelectorOptions, invalid_each};

/// The one field of nodes that selectors know.
const NAME_FIELD: &str = "metadata.name";
const NO_OPERATOR: &str = "not a valid selector operator";

/// What is wrong with a selector; it needs a term.
pub(crate) fn node_selector(
    selector: &NodeSelector,
    options: SelectorOptions,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let terms = path.child("nodeSelectorTerms");
    if selector.node_selector_terms.is_empty() {
        errors.push(Error::required(&terms, "must have at least one node selector term"));
        return;
    }
    for (at, term) in selector.node_selector_terms.iter().enumerate() {
        node_selector_term(term, options, &terms.index(at), errors);
    }
}

/// What is wrong with one term.
pub(crate) fn node_selector_term(
    term: &NodeSelectorTerm,
    options: SelectorOptions,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let expressions = path.child("matchExpressions");
    for (at, requirement) in term.match_expressions.iter().enumerate() {
        label_requirement(requirement, options, &expressions.index(at), errors);
    }
    let fields = path.child("matchFields");
    for (at, requirement) in term.match_fields.iter().enumerate() {
        field_requirement(requirement, &fields.index(at), errors);
    }
}

/// Whether some term asks for a value that no label can have.
pub(crate) fn has_invalid_values(selector: &NodeSelector) -> bool {
    let expressions = selector.node_selector_terms.iter().flat_map(|term| &term.match_expressions);
    expressions.flat_map(|expression| &expression.values).any(|value| !is_label_value(value).is_empty())
}

fn label_requirement(
    requirement: &NodeSelectorRequirement,
    options: SelectorOptions,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let values = path.child("values");
    match &requirement.operator {
        NodeSelectorOperator::In | NodeSelectorOperator::NotIn => {
            if requirement.values.is_empty() {
                errors.push(Error::required(&values, "must be specified when `operator` is 'In' or 'NotIn'"));
            }
        }
        NodeSelectorOperator::Exists | NodeSelectorOperator::DoesNotExist => {
            if !requirement.values.is_empty() {
                let text = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
                errors.push(Error::forbidden(&values, text));
            }
        }
        NodeSelectorOperator::Gt | NodeSelectorOperator::Lt => {
            if requirement.values.len() != 1 {
                let text = "must be specified single value when `operator` is 'Lt' or 'Gt'";
                errors.push(Error::required(&values, text));
            }
        }
        NodeSelectorOperator::Other(other) => {
            errors.push(Error::invalid(&path.child("operator"), other, NO_OPERATOR));
        }
    }
    invalid_each(&path.child("key"), &requirement.key, is_qualified_name(&requirement.key), errors);
    if options == SelectorOptions::Strict {
        for (at, value) in requirement.values.iter().enumerate() {
            invalid_each(&values.index(at), value, is_label_value(value), errors);
        }
    }
}

fn field_requirement(requirement: &NodeSelectorRequirement, path: &Path<'_>, errors: &mut ErrorList) {
    let values = path.child("values");
    match &requirement.operator {
        NodeSelectorOperator::In | NodeSelectorOperator::NotIn => {
            if requirement.values.len() != 1 {
                let text = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
                errors.push(Error::required(&values, text));
            }
        }
        other => errors.push(Error::invalid(&path.child("operator"), other.as_str(), NO_OPERATOR)),
    }
    if requirement.key != NAME_FIELD {
        errors.push(Error::invalid(&path.child("key"), &requirement.key, "not a valid field selector key"));
        return;
    }
    for (at, value) in requirement.values.iter().enumerate() {
        invalid_each(&values.index(at), value, is_dns1123_subdomain(value), errors);
    }
}
