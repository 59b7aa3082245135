//! Conditions on labels: `app=web,tier in (front,back),!canary`.
//!
//! A [`Selector`] comes from such a text, from an object's [`LabelSelector`] or from a set of labels. Follows
//! apimachinery pkg/labels, in its error texts too.

mod parse;
mod requirement;

use std::{collections::BTreeMap, fmt, str::FromStr};

use crate::meta::v1::{LabelSelector, LabelSelectorOperator};

pub use requirement::{Operator, Requirement, RequirementError};

/// Why a text is no selector, or a [`LabelSelector`] makes none, in apimachinery's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SelectorError(String);

/// Requirements that must all hold, or the selector that nothing fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// In the order of their keys; `None` for the selector that nothing fits.
    requirements: Option<Vec<Requirement>>,
}

impl Selector {
    /// What everything fits.
    pub const fn everything() -> Self {
        Self { requirements: Some(Vec::new()) }
    }

    /// What nothing fits.
    pub const fn nothing() -> Self {
        Self { requirements: None }
    }

    /// Reads a selector: requirements with commas between them.
    ///
    /// # Errors
    /// Where it is malformed, or a key or value has no proper form.
    pub fn parse(text: &str) -> Result<Self, SelectorError> {
        if text.is_empty() {
            return Ok(Self::everything());
        }
        parse::parse(text).map(Self::from_requirements).map_err(SelectorError)
    }

    /// The selector of these requirements.
    pub fn from_requirements(mut requirements: Vec<Requirement>) -> Self {
        requirements.sort_by(|a, b| a.key().cmp(b.key()));
        Self { requirements: Some(requirements) }
    }

    /// What objects with all these labels fit. The labels aren't checked.
    pub fn from_labels(labels: &BTreeMap<String, String>) -> Self {
        Self { requirements: Some(labels.iter().map(|(key, value)| Requirement::equals(key, value)).collect()) }
    }

    /// The selector that an object's field describes. Without a field nothing fits, with an empty one everything.
    ///
    /// # Errors
    /// Where a key, operator or value has no proper form.
    pub fn from_label_selector(selector: Option<&LabelSelector>) -> Result<Self, SelectorError> {
        let Some(selector) = selector else { return Ok(Self::nothing()) };
        let mut requirements = Vec::with_capacity(selector.match_labels.len() + selector.match_expressions.len());
        let error = |err: RequirementError| SelectorError(err.to_string());
        for (key, value) in &selector.match_labels {
            requirements.push(Requirement::new(key, Operator::Equals, vec![value.clone()]).map_err(error)?);
        }
        for expression in &selector.match_expressions {
            let operator = match &expression.operator {
                LabelSelectorOperator::In => Operator::In,
                LabelSelectorOperator::NotIn => Operator::NotIn,
                LabelSelectorOperator::Exists => Operator::Exists,
                LabelSelectorOperator::DoesNotExist => Operator::DoesNotExist,
                LabelSelectorOperator::Other(other) => {
                    let quoted = crate::quote::quote(other);
                    return Err(SelectorError(format!("{quoted} is not a valid label selector operator")));
                }
            };
            requirements.push(Requirement::new(&expression.key, operator, expression.values.clone()).map_err(error)?);
        }
        Ok(Self::from_requirements(requirements))
    }

    /// Whether everything fits.
    pub fn is_everything(&self) -> bool {
        self.requirements.as_ref().is_some_and(Vec::is_empty)
    }

    /// Whether nothing fits by construction.
    pub fn is_nothing(&self) -> bool {
        self.requirements.is_none()
    }

    /// The requirements, ordered by key; `None` for the selector that nothing fits.
    pub fn requirements(&self) -> Option<&[Requirement]> {
        self.requirements.as_deref()
    }

    /// The same selector with one requirement more.
    #[must_use]
    pub fn and(self, requirement: Requirement) -> Self {
        match self.requirements {
            None => self,
            Some(mut requirements) => {
                requirements.push(requirement);
                Self::from_requirements(requirements)
            }
        }
    }

    /// Whether an object with these labels fits.
    pub fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        self.matches_lookup(|key| labels.get(key).map(String::as_str))
    }

    /// Whether an object fits whose labels `lookup` knows.
    pub fn matches_lookup<'a>(&self, lookup: impl Fn(&str) -> Option<&'a str>) -> bool {
        match &self.requirements {
            None => false,
            Some(requirements) => requirements.iter().all(|requirement| requirement.matches(lookup(requirement.key()))),
        }
    }

    /// The one value that the label `key` must have, if there is one.
    pub fn required_value(&self, key: &str) -> Option<&str> {
        let requirement = self.requirements.as_ref()?.iter().find(|requirement| requirement.key() == key)?;
        match (requirement.operator(), requirement.values()) {
            (Operator::Equals | Operator::DoubleEquals | Operator::In, [value]) => Some(value),
            _ => None,
        }
    }
}

impl Default for Selector {
    fn default() -> Self {
        Self::everything()
    }
}

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, requirement) in self.requirements.iter().flatten().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            fmt::Display::fmt(requirement, f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meta::v1::LabelSelectorRequirement;

    fn labels(text: &str) -> BTreeMap<String, String> {
        text.split(',')
            .filter_map(|pair| pair.split_once('='))
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect()
    }

    #[track_caller]
    fn check_match(selector: &str, fits: &[&str], others: &[&str]) {
        let selector = Selector::parse(selector).unwrap();
        for text in fits {
            assert!(selector.matches(&labels(text)), "{selector} {text}");
        }
        for text in others {
            assert!(!selector.matches(&labels(text)), "{selector} {text}");
        }
    }

    #[test]
    fn operators() {
        check_match("", &["", "a=b"], &[]);
        check_match("a=b", &["a=b", "a=b,c=d"], &["", "a=c"]);
        check_match("a==b", &["a=b"], &["a=c"]);
        check_match("a=", &["a="], &["", "a=b"]);
        check_match("a!=b", &["", "a=c"], &["a=b"]);
        check_match("a in (b, c)", &["a=b", "a=c"], &["", "a=d"]);
        check_match("a notin (b,c)", &["", "a=d"], &["a=b"]);
        check_match("a in ()", &["a="], &["", "a=b"]);
        check_match("a", &["a=", "a=b"], &["", "b=a"]);
        check_match("!a", &["", "b=a"], &["a="]);
        check_match("a>1", &["a=2", "a=10"], &["a=1", "a=x", ""]);
        check_match("a<1", &["a=0", "a=-5"], &["a=1", "a=x", ""]);
        check_match("a=b,!c", &["a=b"], &["a=b,c=d", ""]);
    }

    #[test]
    fn a_selector_prints_ordered_by_key() {
        for (text, want) in [
            ("b=1,a in (y,x)", "a in (x,y),b=1"),
            ("!x , y", "!x,y"),
            ("a==1,c!=2", "a==1,c!=2"),
            ("a>1,b<2", "a>1,b<2"),
            ("a notin (,)", "a notin ()"),
            ("in in (in,notin)", "in in (in,notin)"),
        ] {
            let selector = Selector::parse(text).unwrap();
            assert_eq!(selector.to_string(), want);
            assert_eq!(Selector::parse(want).unwrap().to_string(), want);
        }
    }

    #[test]
    fn errors_are_apimachinerys() {
        for (text, want) in [
            ("a=b=c", "found '=', expected: ',' or 'end of string'"),
            ("!", "unable to parse requirement: found '', expected: identifier"),
            ("n in 1", "unable to parse requirement: found '1' expected: '('"),
            ("n=bad value", "found 'value', expected: ',' or 'end of string'"),
            (
                "n>a",
                "unable to parse requirement: values[0]: Invalid value: \"a\": for 'Gt', 'Lt' operators, the value must be an integer",
            ),
            (",", "found ',', expected: !, identifier, or 'end of string'"),
            ("n in (1,2", "unable to parse requirement: found '', expected: ',' or ')'"),
            ("n in (=)", "unable to parse requirement: found '=', expected: ',', ')' or identifier"),
            ("a,", "found '', expected: identifier after ','"),
            (
                "a~b",
                "unable to parse requirement: <nil>: Invalid value: \"a~b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
            ),
            ("a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"),
            ("a=(", "unable to parse requirement: found '(', expected: identifier"),
        ] {
            assert_eq!(Selector::parse(text).unwrap_err().to_string(), want, "{text}");
        }
    }

    #[test]
    fn a_label_selector_is_a_selector() {
        assert!(Selector::from_label_selector(None).unwrap().is_nothing());
        assert!(!Selector::nothing().matches(&labels("a=b")));
        assert!(Selector::from_label_selector(Some(&LabelSelector::default())).unwrap().is_everything());
        let expression = |operator| LabelSelectorRequirement {
            key: "tier".into(),
            operator,
            values: vec!["front".into(), "back".into()],
        };
        let mut selector = LabelSelector {
            match_labels: labels("app=web"),
            match_expressions: vec![expression(LabelSelectorOperator::In)],
        };
        let made = Selector::from_label_selector(Some(&selector)).unwrap();
        assert_eq!(made.to_string(), "app=web,tier in (back,front)");
        assert_eq!(made.required_value("app"), Some("web"));
        assert_eq!(made.required_value("tier"), None);
        selector.match_expressions = vec![expression(LabelSelectorOperator::Other("Near".into()))];
        let err = Selector::from_label_selector(Some(&selector)).unwrap_err();
        assert_eq!(err.to_string(), r#""Near" is not a valid label selector operator"#);
        selector.match_expressions = vec![expression(LabelSelectorOperator::Exists)];
        assert_eq!(
            Selector::from_label_selector(Some(&selector)).unwrap_err().to_string(),
            r#"values: Invalid value: ["front","back"]: values set must be empty for exists and does not exist"#
        );
    }
}
