//! Rules: markers that generators interpret, with their arguments as data.

use std::fmt;

/// A marker and what follows it: `min = 0`, `each(max_len = 63)`, `cel(rule = "…", message = "…")`.
///
/// The loader has checked it against the grammar; generators read it through the accessors. [`fmt::Display`] writes it
/// as source again.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The marker.
    pub name: String,
    /// What follows it.
    pub value: RuleValue,
}

/// What follows a rule's name.
#[derive(Clone, Debug, PartialEq)]
pub enum RuleValue {
    /// Nothing.
    Flag,
    /// `= value`
    Is(Literal),
    /// `(argument, …)`
    Args(Vec<RuleArg>),
}

/// An argument of a rule.
#[derive(Clone, Debug, PartialEq)]
pub enum RuleArg {
    /// A value alone.
    Value(Literal),
    /// `"key" = value`
    Pair(String, Literal),
    /// `name`, `name = value` or `name(…)`: a named argument, or a rule inside the rule.
    Rule(Rule),
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `"text"`
    Text(String),
    /// `1`, `-1.5`: the digits, as they stand in JSON.
    Number(String),
    /// `true`
    Bool(bool),
    /// A bare word or a constant's path.
    Path(String),
    /// `json("…")`: JSON text.
    Json(String),
    /// `["a", "b"]`
    Texts(Vec<String>),
}

impl Literal {
    /// A text or a bare word.
    pub fn text(&self) -> Option<&str> {
        match self {
            Literal::Text(text) | Literal::Path(text) => Some(text),
            Literal::Number(_) | Literal::Bool(_) | Literal::Json(_) | Literal::Texts(_) => None,
        }
    }

    /// The value as JSON; `None` for a constant's path, whose value the generator does not know.
    pub fn json(&self) -> Option<serde_json::Value> {
        match self {
            Literal::Text(text) => Some(text.as_str().into()),
            Literal::Bool(bool) => Some((*bool).into()),
            Literal::Texts(texts) => Some(texts.as_slice().into()),
            Literal::Number(json) | Literal::Json(json) => serde_json::from_str(json).ok(),
            Literal::Path(_) => None,
        }
    }
}

impl Rule {
    /// A rule without a value.
    pub fn flag(name: &str) -> Self {
        Self { name: name.to_owned(), value: RuleValue::Flag }
    }

    /// `name = value`
    pub fn is(name: &str, value: Literal) -> Self {
        Self { name: name.to_owned(), value: RuleValue::Is(value) }
    }

    /// `name(args, …)`
    pub fn call(name: &str, args: Vec<RuleArg>) -> Self {
        Self { name: name.to_owned(), value: RuleValue::Args(args) }
    }

    /// The value after `=`.
    pub fn literal(&self) -> Option<&Literal> {
        match &self.value {
            RuleValue::Is(value) => Some(value),
            RuleValue::Flag | RuleValue::Args(_) => None,
        }
    }

    /// The value after `=`, where it is a text or a word.
    pub fn text(&self) -> Option<&str> {
        self.literal().and_then(Literal::text)
    }

    /// The value after `=`, where it is an integer.
    pub fn int(&self) -> Option<i64> {
        match self.literal() {
            Some(Literal::Number(digits)) => digits.parse().ok(),
            _ => None,
        }
    }

    /// The arguments; none where it has no parentheses.
    pub fn args(&self) -> &[RuleArg] {
        match &self.value {
            RuleValue::Args(args) => args,
            RuleValue::Flag | RuleValue::Is(_) => &[],
        }
    }

    /// The values without a name, where they are texts or words: `one_of("a", "b")`, `update(no_set)`.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.args().iter().filter_map(|arg| match arg {
            RuleArg::Value(value) => value.text(),
            RuleArg::Rule(Rule { name, value: RuleValue::Flag }) => Some(name.as_str()),
            RuleArg::Pair(..) | RuleArg::Rule(_) => None,
        })
    }

    /// The values without a name, where they are numbers: `values(301, 302)`.
    pub fn numbers(&self) -> impl Iterator<Item = &str> {
        self.args().iter().filter_map(|arg| match arg {
            RuleArg::Value(Literal::Number(digits)) => Some(digits.as_str()),
            RuleArg::Value(_) | RuleArg::Pair(..) | RuleArg::Rule(_) => None,
        })
    }

    /// The value without a name that comes first, where it is a text: the gate of `if_enabled("Gate", …)`.
    pub fn leading(&self) -> Option<&str> {
        match self.args().first() {
            Some(RuleArg::Value(value)) => value.text(),
            _ => None,
        }
    }

    /// The `"key" = value` pairs.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &Literal)> {
        self.args().iter().filter_map(|arg| match arg {
            RuleArg::Pair(key, value) => Some((key.as_str(), value)),
            RuleArg::Value(_) | RuleArg::Rule(_) => None,
        })
    }

    /// The rules inside the rule, and its named arguments.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.args().iter().filter_map(|arg| match arg {
            RuleArg::Rule(rule) => Some(rule),
            RuleArg::Value(_) | RuleArg::Pair(..) => None,
        })
    }

    /// The value of a named argument: `named("message")` of `cel(rule = "…", message = "…")`.
    pub fn named(&self, name: &str) -> Option<&Literal> {
        self.rules().find(|rule| rule.name == name).and_then(Rule::literal)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            RuleValue::Flag => f.write_str(&self.name),
            RuleValue::Is(value) => write!(f, "{} = {value}", self.name),
            RuleValue::Args(args) => {
                write!(f, "{}(", self.name)?;
                write_list(f, args)?;
                f.write_str(")")
            }
        }
    }
}

impl fmt::Display for RuleArg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RuleArg::Value(value) => value.fmt(f),
            RuleArg::Pair(key, value) => write!(f, "{key:?} = {value}"),
            RuleArg::Rule(rule) => rule.fmt(f),
        }
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Text(text) => write!(f, "{text:?}"),
            Literal::Number(text) | Literal::Path(text) => f.write_str(text),
            Literal::Bool(bool) => bool.fmt(f),
            Literal::Json(text) => write!(f, "json({text:?})"),
            Literal::Texts(texts) => {
                f.write_str("[")?;
                write_list(f, texts.iter().map(|text| format!("{text:?}")).collect::<Vec<_>>().as_slice())?;
                f.write_str("]")
            }
        }
    }
}

fn write_list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: &[T]) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        write!(f, "{}{item}", if index == 0 { "" } else { ", " })?;
    }
    Ok(())
}
