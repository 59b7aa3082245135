use std::fmt;

use crate::{
    field::{BadValue, Error, ErrorList, Path, aggregate},
    validation::{is_label_value, is_qualified_name},
};

/// How a label relates to values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    /// It is there and has one of them.
    In,
    /// It isn't there or has none of them.
    NotIn,
    /// It is there and has the value. Written `=`.
    Equals,
    /// The same, written `==`.
    DoubleEquals,
    /// It isn't there or has another value.
    NotEquals,
    /// It is there.
    Exists,
    /// It isn't there.
    DoesNotExist,
    /// It is there and its value is a greater number.
    GreaterThan,
    /// It is there and its value is a smaller number.
    LessThan,
}

/// One condition on one label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    key: String,
    operator: Operator,
    values: Vec<String>,
}

/// What is wrong with a requirement: all its field errors.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", aggregate(.0))]
pub struct RequirementError(pub ErrorList);

impl Requirement {
    /// A requirement whose key and values have their proper form, as many as the operator takes.
    ///
    /// # Errors
    /// What is wrong, with paths `key` and `values`.
    pub fn new(key: &str, operator: Operator, values: Vec<String>) -> Result<Self, RequirementError> {
        let mut errors: ErrorList = check_key(&Path::new("key"), key).into_iter().collect();
        let path = Path::new("values");
        let mut wrong_number = |detail: &str| errors.push(Error::invalid(&path, BadValue::json(&values), detail));
        match operator {
            Operator::In | Operator::NotIn if values.is_empty() => {
                wrong_number("for 'in', 'notin' operators, values set can't be empty");
            }
            Operator::Equals | Operator::DoubleEquals | Operator::NotEquals if values.len() != 1 => {
                wrong_number("exact-match compatibility requires one single value");
            }
            Operator::Exists | Operator::DoesNotExist if !values.is_empty() => {
                wrong_number("values set must be empty for exists and does not exist");
            }
            Operator::GreaterThan | Operator::LessThan => {
                if values.len() != 1 {
                    wrong_number("for 'Gt', 'Lt' operators, exactly one value is required");
                }
                for (index, value) in values.iter().enumerate().filter(|(_, value)| value.parse::<i64>().is_err()) {
                    let detail = "for 'Gt', 'Lt' operators, the value must be an integer";
                    errors.push(Error::invalid(&path.index(index), value, detail));
                }
            }
            _ => {}
        }
        for (index, value) in values.iter().enumerate() {
            let wrong = is_label_value(value);
            if !wrong.is_empty() {
                errors.push(Error::invalid(&path.index(index).key(key), value, wrong.join("; ")));
            }
        }
        if errors.is_empty() {
            Ok(Self { key: key.to_owned(), operator, values })
        } else {
            Err(RequirementError(errors))
        }
    }

    /// The label must have the value. Neither is checked.
    pub(super) fn equals(key: &str, value: &str) -> Self {
        Self { key: key.to_owned(), operator: Operator::Equals, values: vec![value.to_owned()] }
    }

    /// The label's key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// How the label relates to the values.
    pub fn operator(&self) -> Operator {
        self.operator
    }

    /// The values.
    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// Whether it holds for an object on which the label has this value, or is missing.
    pub fn matches(&self, value: Option<&str>) -> bool {
        let is_listed = |value: &str| self.values.iter().any(|listed| listed == value);
        match self.operator {
            Operator::In | Operator::Equals | Operator::DoubleEquals => value.is_some_and(is_listed),
            Operator::NotIn | Operator::NotEquals => !value.is_some_and(is_listed),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
            Operator::GreaterThan => self.numbers(value).is_some_and(|(value, bound)| value > bound),
            Operator::LessThan => self.numbers(value).is_some_and(|(value, bound)| value < bound),
        }
    }

    /// The label's value and the one it is compared with, where both are numbers.
    fn numbers(&self, value: Option<&str>) -> Option<(i64, i64)> {
        Some((value?.parse().ok()?, self.values.first()?.parse().ok()?))
    }
}

/// What is wrong with a label's key.
pub(super) fn check_key(path: &Path<'_>, key: &str) -> Option<Error> {
    let wrong = is_qualified_name(key);
    (!wrong.is_empty()).then(|| Error::invalid(path, key, wrong.join("; ")))
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = &self.key;
        let mut values: Vec<&str> = self.values.iter().map(String::as_str).collect();
        values.sort_unstable();
        let values = values.join(",");
        match self.operator {
            Operator::In => write!(f, "{key} in ({values})"),
            Operator::NotIn => write!(f, "{key} notin ({values})"),
            Operator::Equals => write!(f, "{key}={values}"),
            Operator::DoubleEquals => write!(f, "{key}=={values}"),
            Operator::NotEquals => write!(f, "{key}!={values}"),
            Operator::Exists => f.write_str(key),
            Operator::DoesNotExist => write!(f, "!{key}"),
            Operator::GreaterThan => write!(f, "{key}>{values}"),
            Operator::LessThan => write!(f, "{key}<{values}"),
        }
    }
}
