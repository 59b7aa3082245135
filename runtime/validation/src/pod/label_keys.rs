//! `matchLabelKeys` and `mismatchLabelKeys`: labels of the new pod that become part of a selector when it is made.

use std::collections::{BTreeMap, BTreeSet};

use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    meta::v1::LabelSelector,
    validation::is_qualified_name,
};

use crate::common::invalid_each;

const IN_SELECTOR: &str = "exists in both matchLabelKeys and labelSelector";

/// What is wrong with keys whose values were merged into the selector: a key that the selector names on its own as well
/// is there twice.
pub(super) fn merged(
    matching: &[String],
    mismatching: &[String],
    selector: Option<&LabelSelector>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let matching_path = path.child("matchLabelKeys");
    keys(matching, selector, &matching_path, errors);
    keys(mismatching, selector, &path.child("mismatchLabelKeys"), errors);
    if let Some(selector) = selector {
        let positions: BTreeMap<&str, usize> =
            matching.iter().enumerate().map(|(at, key)| (key.as_str(), at)).collect();
        let mut seen: BTreeSet<&str> = selector.match_labels.keys().map(String::as_str).collect();
        for expression in &selector.match_expressions {
            if let Some(at) = positions.get(expression.key.as_str())
                && seen.contains(expression.key.as_str())
            {
                // the path is upstream's: that of the term, not of its keys
                let error = Error::invalid(&path.index(*at), &expression.key, IN_SELECTOR);
                errors.push(error.with_origin("duplicatedLabelKeys"));
            }
            seen.insert(&expression.key);
        }
    }
    for (at, key) in matching.iter().enumerate().filter(|(_, key)| mismatching.contains(key)) {
        let text = "exists in both matchLabelKeys and mismatchLabelKeys";
        errors.push(Error::invalid(&matching_path.index(at), key, text).with_origin("duplicatedMismatchLabelKeys"));
    }
}

/// What is wrong with keys that are kept beside the selector: the selector may not name them.
pub(super) fn unmerged(matching: &[String], selector: Option<&LabelSelector>, path: &Path<'_>, errors: &mut ErrorList) {
    if matching.is_empty() {
        return;
    }
    let Some(selector) = selector else {
        errors.push(Error::forbidden(path, "must not be specified when labelSelector is not set"));
        return keys(matching, Some(&LabelSelector::default()), path, errors);
    };
    for (at, key) in matching.iter().enumerate() {
        let path = path.index(at);
        invalid_each(&path, key, is_qualified_name(key), errors);
        let named = selector.match_labels.contains_key(key)
            || selector.match_expressions.iter().any(|expression| expression.key == *key);
        if named {
            errors.push(Error::invalid(&path, key, IN_SELECTOR).with_origin("duplicatedLabelKeys"));
        }
    }
}

fn keys(keys: &[String], selector: Option<&LabelSelector>, path: &Path<'_>, errors: &mut ErrorList) {
    if keys.is_empty() {
        return;
    }
    if selector.is_none() {
        errors.push(Error::forbidden(path, "must not be specified when labelSelector is not set"));
        return;
    }
    for (at, key) in keys.iter().enumerate() {
        invalid_each(&path.index(at), key, is_qualified_name(key), errors);
    }
}

#[cfg(test)]
mod tests {
    use kubeforge_machinery::meta::v1::{LabelSelectorOperator, LabelSelectorRequirement};

    use super::*;

    #[test]
    fn a_key_that_the_selector_names_itself_is_there_twice() {
        let requirement = LabelSelectorRequirement {
            key: "app".to_owned(),
            operator: LabelSelectorOperator::In,
            values: vec!["web".to_owned()],
        };
        let once = LabelSelector { match_expressions: vec![requirement.clone()], ..LabelSelector::default() };
        let twice = LabelSelector { match_expressions: vec![requirement.clone(), requirement], ..once.clone() };
        for (selector, want) in [(once, 0), (twice, 1)] {
            let mut errors = ErrorList::new();
            merged(&["app".to_owned()], &[], Some(&selector), &Path::new("term"), &mut errors);
            assert_eq!(errors.len(), want, "{errors:?}");
        }
    }
}
