//! What a controller's selector must be, and that its own pods fit it.

use std::collections::BTreeMap;

use kubeforge_machinery::{
    field::{BadValue, Error, ErrorList, Path},
    labels::Selector,
    meta::v1::LabelSelector,
};

use crate::common::{SelectorOptions, label_selector, shown};

/// Labels as errors show them; there is no difference between none and an empty map.
pub(super) fn shown_labels(labels: &BTreeMap<String, String>) -> BadValue {
    if labels.is_empty() { BadValue::Null } else { shown(labels) }
}

/// A selector as errors show it.
pub(super) fn shown_selector(selector: Option<&LabelSelector>) -> BadValue {
    selector.map_or(BadValue::Null, shown)
}

/// A selector must be given, be well formed and select something. `kind` is the word for its holder.
pub(super) fn required(selector: Option<&LabelSelector>, kind: &str, path: &Path<'_>, errors: &mut ErrorList) {
    let Some(given) = selector else {
        errors.push(Error::required(path, ""));
        return;
    };
    label_selector(selector, SelectorOptions::Strict, path, errors);
    not_empty(given, kind, path, errors);
}

/// A selector must select something.
pub(super) fn not_empty(selector: &LabelSelector, kind: &str, path: &Path<'_>, errors: &mut ErrorList) {
    if selector.match_labels.is_empty() && selector.match_expressions.is_empty() {
        errors.push(Error::invalid(path, shown(selector), format!("empty selector is invalid for {kind}")));
    }
}

/// The labels of a template, which is at `template`, must fit the selector.
pub(super) fn fits(
    selector: &Selector,
    labels: &BTreeMap<String, String>,
    template: &Path<'_>,
    errors: &mut ErrorList,
) {
    if !selector.matches(labels) {
        let text = "`selector` does not match template `labels`";
        errors.push(Error::invalid(&template.child("metadata.labels"), shown_labels(labels), text));
    }
}

/// How strictly an update checks a selector: values that were wrong before may stay so.
pub(super) fn options_on_update(old: Option<&LabelSelector>) -> SelectorOptions {
    let wrong_values = |selector: &LabelSelector| {
        let values = selector.match_expressions.iter().flat_map(|expression| &expression.values);
        selector
            .match_labels
            .values()
            .chain(values)
            .any(|value| !kubeforge_machinery::validation::is_label_value(value).is_empty())
    };
    if old.is_some_and(wrong_values) { SelectorOptions::AllowInvalidValues } else { SelectorOptions::Strict }
}

/// The selector is what it was.
pub(super) fn immutable(
    new: Option<&LabelSelector>,
    old: Option<&LabelSelector>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    if new != old {
        let error = Error::invalid(path, shown_selector(new), crate::common::IMMUTABLE);
        errors.push(error.with_origin("immutable"));
    }
}
