//! Conditions on fields: `metadata.name=web,spec.nodeName!=n1`.
//!
//! Values may hold `\`, `,` and `=` behind a backslash. Follows apimachinery pkg/fields, in its error texts too.

use std::{fmt, str::FromStr};

/// How a field relates to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    /// It has the value.
    Equals,
    /// It has another one.
    NotEquals,
}

/// One condition on one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The field's label, which is its path or an alias.
    pub field: String,
    /// How it relates to the value.
    pub operator: Operator,
    /// The value, without escapes.
    pub value: String,
}

/// Why a text is no field selector, in apimachinery's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldSelectorError {
    /// A term without an operator.
    #[error("invalid selector: '{selector}'; can't understand '{term}'")]
    Term {
        /// The whole text.
        selector: String,
        /// The term.
        term: String,
    },
    /// A backslash before a character that needs none, or at the end.
    #[error("invalid field selector: invalid escape sequence: {0}")]
    Escape(String),
    /// A `,` or `=` without backslash; the message shows its number.
    #[error("invalid field selector: unescaped character in value: {}", u32::from(*.0))]
    Unescaped(char),
}

/// Requirements that must all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector {
    requirements: Vec<Requirement>,
}

impl Selector {
    /// What everything fits.
    pub const fn everything() -> Self {
        Self { requirements: Vec::new() }
    }

    /// What objects fit whose `field` has this value.
    pub fn equal(field: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            requirements: vec![Requirement { field: field.into(), operator: Operator::Equals, value: value.into() }],
        }
    }

    /// Reads a selector: terms with commas between them.
    ///
    /// # Errors
    /// Where a term has no operator or its value is malformed.
    pub fn parse(text: &str) -> Result<Self, FieldSelectorError> {
        let mut terms = split_terms(text);
        terms.sort_unstable();
        let mut requirements = Vec::with_capacity(terms.len());
        for term in terms.into_iter().filter(|term| !term.is_empty()) {
            let Some((field, operator, value)) = split_term(term) else {
                return Err(FieldSelectorError::Term { selector: text.to_owned(), term: term.to_owned() });
            };
            requirements.push(Requirement { field: field.to_owned(), operator, value: unescape(value)? });
        }
        Ok(Self { requirements })
    }

    /// Whether everything fits.
    pub fn is_everything(&self) -> bool {
        self.requirements.is_empty()
    }

    /// The requirements.
    pub fn requirements(&self) -> &[Requirement] {
        &self.requirements
    }

    /// The same selector with each field and value as `change` returns them.
    ///
    /// # Errors
    /// The first that `change` returns.
    pub fn transform<E>(
        mut self,
        mut change: impl FnMut(String, String) -> Result<(String, String), E>,
    ) -> Result<Self, E> {
        for requirement in &mut self.requirements {
            let field = std::mem::take(&mut requirement.field);
            let value = std::mem::take(&mut requirement.value);
            (requirement.field, requirement.value) = change(field, value)?;
        }
        Ok(self)
    }

    /// Whether an object fits whose fields `lookup` knows. An unknown field is an empty one.
    pub fn matches<'a>(&self, lookup: impl Fn(&str) -> Option<&'a str>) -> bool {
        self.requirements.iter().all(|requirement| {
            let is_equal = lookup(&requirement.field).unwrap_or_default() == requirement.value;
            is_equal == (requirement.operator == Operator::Equals)
        })
    }

    /// The one value that `field` must have, if there is one.
    pub fn required_value(&self, field: &str) -> Option<&str> {
        let equals =
            |requirement: &&Requirement| requirement.operator == Operator::Equals && requirement.field == field;
        self.requirements.iter().find(equals).map(|requirement| requirement.value.as_str())
    }
}

/// The terms between commas that no backslash precedes.
fn split_terms(text: &str) -> Vec<&str> {
    let (mut terms, mut start, mut escaped) = (Vec::new(), 0, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b',' => {
                terms.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    terms.push(&text[start..]);
    terms
}

/// The field, the first operator, and the value with its escapes.
fn split_term(term: &str) -> Option<(&str, Operator, &str)> {
    let bytes = term.as_bytes();
    let at = (0..bytes.len()).find(|&at| bytes[at] == b'=' || bytes[at..].starts_with(b"!="))?;
    let (field, rest) = term.split_at(at);
    for (text, operator) in [("!=", Operator::NotEquals), ("==", Operator::Equals), ("=", Operator::Equals)] {
        if let Some(value) = rest.strip_prefix(text) {
            return Some((field, operator, value));
        }
    }
    None
}

fn unescape(value: &str) -> Result<String, FieldSelectorError> {
    let mut plain = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(escaped @ ('\\' | ',' | '=')) => plain.push(escaped),
                Some(other) => return Err(FieldSelectorError::Escape(format!("\\{other}"))),
                None => return Err(FieldSelectorError::Escape("\\".to_owned())),
            },
            ',' | '=' => return Err(FieldSelectorError::Unescaped(c)),
            _ => plain.push(c),
        }
    }
    Ok(plain)
}

/// The value with a backslash before each `\`, `,` and `=`.
pub fn escape(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for c in value.chars() {
        if matches!(c, '\\' | ',' | '=') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

impl FromStr for Selector {
    type Err = FieldSelectorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Requirement { field, operator, value }) in self.requirements.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            let operator = match operator {
                Operator::Equals => "=",
                Operator::NotEquals => "!=",
            };
            write!(f, "{comma}{field}{operator}{}", escape(value))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_error(text: &str, want: &str) {
        assert_eq!(Selector::parse(text).unwrap_err().to_string(), want);
    }

    #[test]
    fn terms_match_fields() {
        let lookup = |field: &str| match field {
            "metadata.name" => Some("web"),
            "spec.nodeName" => Some(""),
            _ => None,
        };
        for (text, want) in [
            ("", true),
            ("metadata.name=web", true),
            ("metadata.name==web,spec.nodeName=", true),
            ("metadata.name!=web", false),
            ("spec.nodeName!=n1,metadata.name=web", true),
            ("unknown=", true),
            ("unknown=x", false),
            ("é=x", false),
        ] {
            assert_eq!(Selector::parse(text).unwrap().matches(lookup), want, "{text}");
        }
    }

    #[test]
    fn escapes_survive_a_round_trip() {
        let selector = Selector::parse(r"b=x\,y\=z\\,a!=1").unwrap();
        assert_eq!(selector.requirements()[1].value, r"x,y=z\");
        assert_eq!(selector.to_string(), r"a!=1,b=x\,y\=z\\");
        assert_eq!(Selector::parse(&selector.to_string()).unwrap(), selector);
        assert_eq!(selector.required_value("b"), Some(r"x,y=z\"));
        assert_eq!(selector.required_value("a"), None);
    }

    #[test]
    fn errors_are_apimachinerys() {
        check_error("metadata.name", "invalid selector: 'metadata.name'; can't understand 'metadata.name'");
        check_error("metadata.name=a=b", "invalid field selector: unescaped character in value: 61");
        check_error(r"a=\x", r"invalid field selector: invalid escape sequence: \x");
        check_error("a=b\\", "invalid field selector: invalid escape sequence: \\");
    }

    #[test]
    fn fields_can_be_renamed() {
        let renamed = Selector::parse("a=1,b!=2").unwrap().transform(|field, value| match field.as_str() {
            "a" => Ok(("z".to_owned(), value)),
            _ => Err(format!("field label not supported: {field}")),
        });
        assert_eq!(renamed.unwrap_err(), "field label not supported: b");
    }
}
