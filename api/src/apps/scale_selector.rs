//! The two selectors of a scale of an old version: plain labels, and a query. A scale of autoscaling/v1 has the query only.
//!
//! Used by the conversions of both old versions of apps and of extensions/v1beta1. Follows
//! pkg/apis/apps/v1beta2/conversion.go.

use std::collections::BTreeMap;

use kubeforge_machinery::ConversionError;
use kubeforge_machinery::labels::{Operator, Requirement, Selector};
use kubeforge_machinery::quote::quote;

/// The query: as it stands, or made of the labels where there is none. Labels beside a query are lost.
pub(crate) fn query(labels: &BTreeMap<String, String>, query: &str) -> String {
    if query.is_empty() { Selector::from_labels(labels).to_string() } else { query.to_owned() }
}

/// The labels that a query asks for; none where it asks for more than labels with certain values.
///
/// # Errors
/// Where it is no query, or has an operator that label selectors do not have.
pub(crate) fn labels(query: &str) -> Result<BTreeMap<String, String>, ConversionError> {
    let failed = |why: String| ConversionError(format!("failed to parse selector: {why}"));
    let selector = Selector::parse(query)
        .map_err(|error| failed(format!("couldn't parse the selector string \"{query}\": {error}")))?;
    let mut labels = BTreeMap::new();
    let mut are_enough = true;
    for requirement in selector.requirements().unwrap_or_default() {
        match label(requirement).map_err(failed)? {
            Some((key, value)) => {
                labels.insert(key.to_owned(), value.to_owned());
            }
            None => are_enough = false,
        }
    }
    Ok(if are_enough { labels } else { BTreeMap::new() })
}

/// The one label that the requirement asks for, where that is all it does.
fn label(requirement: &Requirement) -> Result<Option<(&str, &str)>, String> {
    match (requirement.operator(), requirement.values()) {
        (Operator::Equals | Operator::DoubleEquals, [value]) => Ok(Some((requirement.key(), value))),
        (Operator::Equals | Operator::DoubleEquals, _) => Err("equals operator must have exactly one value".to_owned()),
        (Operator::In | Operator::NotIn | Operator::Exists | Operator::DoesNotExist, _) => Ok(None),
        (Operator::GreaterThan, _) => Err(format!("{} isn't supported in label selectors", quote("gt"))),
        (Operator::LessThan, _) => Err(format!("{} isn't supported in label selectors", quote("lt"))),
        (Operator::NotEquals, _) => Err(format!("{} is not a valid label selector operator", quote("!="))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_query_goes_before_labels() {
        assert_eq!(query(&set(&[("a", "1")]), "b in (2,3)"), "b in (2,3)");
        assert_eq!(query(&set(&[("b", "2"), ("a", "1")]), ""), "a=1,b=2");
        assert_eq!(query(&set(&[]), ""), "");
    }

    #[test]
    fn only_plain_queries_have_labels() {
        assert_eq!(labels(""), Ok(set(&[])));
        assert_eq!(labels("a=1,b==2"), Ok(set(&[("a", "1"), ("b", "2")])));
        assert_eq!(labels("a=1,b"), Ok(set(&[])));
        assert_eq!(labels("a in (1)"), Ok(set(&[])));
    }

    #[test]
    fn queries_that_label_selectors_cannot_say_are_errors() {
        let error = |query| labels(query).unwrap_err().to_string();
        assert_eq!(error("a!=1"), r#"failed to parse selector: "!=" is not a valid label selector operator"#);
        assert_eq!(error("a>1"), r#"failed to parse selector: "gt" isn't supported in label selectors"#);
        assert!(
            error("a=1=2").starts_with(r#"failed to parse selector: couldn't parse the selector string "a=1=2": "#)
        );
    }
}
