//! What a check found, before it is a field error.

use kubeforge_machinery::field::{BadValue, Error, Path};
use serde_json::Value;

use crate::number::go_float;

/// One thing that is wrong with a value.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Where, from the root of what was checked; with or without a dot before it.
    pub(crate) name: String,
    /// What is wrong.
    pub(crate) what: What,
}

/// What is wrong.
#[derive(Clone, Debug)]
pub(crate) enum What {
    /// Something about several schemas, or a number that does not fit its type: told without a place.
    Unplaced(String),
    /// A property is missing.
    Required,
    /// The value is none of those that there are.
    NotOneOf(Value, Vec<Value>),
    /// A text is longer than so many characters.
    TooLong(i64),
    /// There are more elements or properties than so many.
    TooMany(usize, i64),
    /// The value is of another type: the name of its own, and what it must be.
    Type(String, String),
    /// A property that may not be there: its name, and the whole message.
    Forbidden(String, String),
    /// Anything else: the value, and what it should be.
    Should(Value, String),
}

impl Failure {
    pub(super) fn new(name: &str, what: What) -> Self {
        Self { name: name.to_owned(), what }
    }

    /// What upstream's error says; two failures that say the same are one.
    pub(super) fn message(&self) -> String {
        let name = &self.name;
        match &self.what {
            What::Unplaced(text) => text.clone(),
            What::Required => format!("{name} in body is required"),
            What::NotOneOf(..) => format!("{name} in body should be one of"),
            What::TooLong(max) => format!("{name} in body should be at most {max} chars long"),
            What::TooMany(_, max) => format!("{name} in body should have at most {max} items"),
            What::Type(found, wanted) => format!("{name} in body must be of type {wanted}: {found:?}"),
            What::Forbidden(_, text) => text.clone(),
            What::Should(_, text) => format!("{name} in body {text}"),
        }
    }

    /// The field error, below a path.
    pub fn error(&self, base: Option<&str>) -> Error {
        let below = self.name.strip_prefix('.').unwrap_or(&self.name);
        let field = match base {
            _ if matches!(self.what, What::Unplaced(_)) => base.unwrap_or_default().to_owned(),
            None => below.to_owned(),
            Some(base) if below.is_empty() => base.to_owned(),
            Some(base) => format!("{base}.{below}"),
        };
        let path = if field.is_empty() { Path::NIL } else { Path::new(&field) };
        let at_most = |max: i64| usize::try_from(max).unwrap_or_default();
        match &self.what {
            What::Unplaced(text) => Error::invalid(&path, "", text.clone()),
            What::Required => Error::required(&path, ""),
            What::NotOneOf(value, values) => {
                let values: Vec<String> = values
                    .iter()
                    .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
                    .collect();
                Error::not_supported(&path, shown(value), &values)
            }
            What::TooLong(max) => Error::too_long(&path, at_most(*max)),
            What::TooMany(found, max) => Error::too_many(&path, *found, at_most(*max)),
            What::Type(found, _) => Error::type_invalid(&path, found, self.message()),
            What::Forbidden(name, text) => Error::invalid(&path, name, text.clone()),
            What::Should(value, _) => Error::invalid(&path, shown(value), self.message()),
        }
    }
}

/// A value as messages show it.
pub(crate) fn shown(value: &Value) -> BadValue {
    match value {
        Value::Null => BadValue::Null,
        Value::String(text) => BadValue::Text(text.clone()),
        Value::Number(number) if number.is_f64() => BadValue::Plain(go_float(number.as_f64().unwrap_or_default())),
        other => BadValue::Plain(other.to_string()),
    }
}
