//! One value against one schema, and what is in it against what the schema says of that.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{
    failure::{Failure, What},
    numbers,
};
use crate::{
    formats, number,
    schema::{Additional, ListType, Schema},
};

/// What checks found.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) failures: Vec<Failure>,
    /// How many checks were made: of several alternatives that all fail, the one with most is told of.
    matches: usize,
}

impl Outcome {
    fn is_valid(&self) -> bool {
        self.failures.is_empty()
    }

    pub(super) fn add(&mut self, failure: Failure) {
        let message = failure.message();
        if !self.failures.iter().any(|known| known.message() == message) {
            self.failures.push(failure);
        }
    }

    fn merge(&mut self, other: Self) {
        self.matches += other.matches;
        other.failures.into_iter().for_each(|failure| self.add(failure));
    }

    pub(super) fn count(&mut self) {
        self.matches += 1;
    }
}

/// Checks a value; what is wrong is forgiven where `old`, what stood there before, is equal.
pub(super) fn ratcheted(value: &Value, old: Option<&Value>, schema: &Schema, path: &str) -> Outcome {
    let outcome = plain(value, old, schema, path);
    match old {
        Some(old) if !outcome.is_valid() && number::equal(value, old) => Outcome::default(),
        _ => outcome,
    }
}

fn plain(value: &Value, old: Option<&Value>, schema: &Schema, path: &str) -> Outcome {
    let mut outcome = Outcome::default();
    let mut step = |found: Outcome| {
        outcome.merge(found);
        outcome.count();
    };
    if value.is_null() {
        outcome.merge(of_type(value, schema, path));
        outcome.merge(among_values(value, schema, path));
        return outcome;
    }
    if !types(schema).is_empty() || !format(schema).is_empty() {
        step(of_type(value, schema, path));
    }
    step(combined(value, old, schema, path));
    match value {
        Value::String(text) => {
            step(text_limits(text, schema, path));
            if !format(schema).is_empty() {
                step(text_format(text, schema, path));
            }
        }
        Value::Number(_) => step(numbers::check(value, schema, path)),
        Value::Array(list) => step(elements(list, old, schema, path)),
        _ => {}
    }
    step(among_values(value, schema, path));
    if let Value::Object(fields) = value {
        step(properties(fields, old, schema, path));
    }
    outcome.count();
    outcome
}

/// The types that a schema accepts.
fn types(schema: &Schema) -> &[&str] {
    match schema.type_.as_str() {
        _ if schema.int_or_string => &["integer", "string"],
        "object" => &["object"],
        "array" => &["array"],
        "string" => &["string"],
        "integer" => &["integer"],
        "number" => &["number"],
        "boolean" => &["boolean"],
        _ => &[],
    }
}

/// The first of [`types`], which numbers are checked against.
pub(super) fn first_type(schema: &Schema) -> &str {
    types(schema).first().copied().unwrap_or_default()
}

/// The format, where it is one that the server knows.
pub(super) fn format(schema: &Schema) -> &str {
    let type_ = if schema.int_or_string { "" } else { &schema.type_ };
    if formats::is_known(type_, &schema.format) { &schema.format } else { "" }
}

/// The type of a value, and its format where Go's types have one.
fn type_of(value: &Value) -> (&'static str, &'static str) {
    match value {
        Value::Null => ("null", ""),
        Value::Bool(_) => ("boolean", ""),
        Value::Number(number) if number.is_f64() => ("number", "float64"),
        Value::Number(_) => ("integer", "int64"),
        Value::String(_) => ("string", ""),
        Value::Array(_) => ("array", ""),
        Value::Object(_) => ("object", ""),
    }
}

fn of_type(value: &Value, schema: &Schema, path: &str) -> Outcome {
    let mut outcome = Outcome { matches: 1, ..Outcome::default() };
    let (wanted, format) = (types(schema), format(schema));
    let (found, found_format) = type_of(value);
    let wrong = |found: &str, wanted: String| {
        let mut outcome = Outcome::default();
        outcome.add(Failure::new(path, What::Type(found.to_owned(), wanted)));
        outcome
    };
    if value.is_null() {
        let fits = wanted.is_empty() || schema.nullable;
        return if fits { outcome } else { wrong("null", wanted.join(",")) };
    }
    let is_numeric = wanted.contains(&"number") || wanted.contains(&"integer");
    let is_whole_float =
        found == "number" && wanted.contains(&"integer") && value.as_f64().is_some_and(number::is_whole);
    let is_integer_as_number = found == "integer" && wanted.contains(&"number");
    let fits = wanted.contains(&found) || is_whole_float || is_integer_as_number;
    let is_text_or_list = matches!(value, Value::String(_) | Value::Array(_));
    if !is_text_or_list && !format.is_empty() && !fits && found_format != format {
        return wrong(found_format, format.to_owned());
    }
    if !is_numeric && !format.is_empty() && is_text_or_list {
        return outcome;
    }
    if !fits && !wanted.is_empty() {
        return wrong(found, wanted.join(","));
    }
    outcome.matches = 1;
    outcome
}

/// `anyOf`, `oneOf`, `allOf` and `not`.
fn combined(value: &Value, old: Option<&Value>, schema: &Schema, path: &str) -> Outcome {
    let mut outcome = Outcome::default();
    let unplaced = |text: String| Failure::new(path, What::Unplaced(text));
    let try_all =
        |schemas: &[Schema]| -> Vec<Outcome> { schemas.iter().map(|schema| plain(value, old, schema, path)).collect() };
    /// The failure that got furthest.
    fn best(outcomes: Vec<Outcome>) -> Option<Outcome> {
        outcomes.into_iter().reduce(|best, next| if next.matches > best.matches { next } else { best })
    }
    if !schema.any_of.is_empty() {
        let mut outcomes = try_all(&schema.any_of);
        match outcomes.iter().position(Outcome::is_valid) {
            Some(at) => outcome.merge(outcomes.swap_remove(at)),
            None => {
                outcome.add(unplaced(format!("{path:?} must validate at least one schema (anyOf)")));
                best(outcomes).into_iter().for_each(|found| outcome.merge(found));
            }
        }
    }
    if !schema.one_of.is_empty() {
        let mut outcomes = try_all(&schema.one_of);
        let valid = outcomes.iter().filter(|outcome| outcome.is_valid()).count();
        let complaint =
            |found: String| unplaced(format!("{path:?} must validate one and only one schema (oneOf). {found}"));
        match (valid, outcomes.iter().position(Outcome::is_valid)) {
            (1, Some(at)) => outcome.merge(outcomes.swap_remove(at)),
            (0, _) => {
                outcome.add(complaint("Found none valid".to_owned()));
                best(outcomes).into_iter().for_each(|found| outcome.merge(found));
            }
            (several, _) => outcome.add(complaint(format!("Found {several} valid alternatives"))),
        }
    }
    if !schema.all_of.is_empty() {
        let outcomes = try_all(&schema.all_of);
        let valid = outcomes.iter().filter(|outcome| outcome.is_valid()).count();
        let all = outcomes.len();
        outcomes.into_iter().for_each(|found| outcome.merge(found));
        if valid != all {
            let none = if valid == 0 { ". None validated" } else { "" };
            outcome.add(unplaced(format!("{path:?} must validate all the schemas (allOf){none}")));
        }
    }
    if schema.not.as_ref().is_some_and(|not| plain(value, old, not, path).is_valid()) {
        outcome.add(unplaced(format!("{path:?} must not validate the schema (not)")));
    }
    outcome.count();
    outcome
}

fn text_limits(text: &str, schema: &Schema, path: &str) -> Outcome {
    let mut outcome = Outcome::default();
    let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let should = |what: String| Failure::new(path, What::Should(Value::from(text), what));
    let failure = match (schema.length.max, schema.length.min, &schema.pattern) {
        (Some(max), ..) if length > max => Some(Failure::new(path, What::TooLong(max))),
        (_, Some(min), _) if length < min => Some(should(format!("should be at least {min} chars long"))),
        (.., Some(pattern)) if !pattern.is_match(text) => Some(should(format!("should match '{}'", pattern.text))),
        _ => None,
    };
    failure.into_iter().for_each(|failure| outcome.add(failure));
    outcome
}

fn text_format(text: &str, schema: &Schema, path: &str) -> Outcome {
    let mut outcome = Outcome::default();
    if !formats::accepts(&schema.format, text) {
        outcome.add(Failure::new(path, What::Type(text.to_owned(), schema.format.clone())));
    }
    outcome
}

fn among_values(value: &Value, schema: &Schema, path: &str) -> Outcome {
    let mut outcome = Outcome::default();
    if !schema.values.is_empty() && !schema.values.iter().any(|known| number::equal(known, value)) {
        outcome.add(Failure::new(path, What::NotOneOf(value.clone(), schema.values.clone())));
    }
    outcome
}

fn elements(list: &[Value], old: Option<&Value>, schema: &Schema, path: &str) -> Outcome {
    let mut outcome = Outcome::default();
    if let Some(items) = &schema.items {
        let before = Correlated::of(old, schema);
        for (at, value) in list.iter().enumerate() {
            outcome.merge(ratcheted(value, before.find(value), items, &format!("{path}[{at}]")));
        }
    }
    let count = i64::try_from(list.len()).unwrap_or(i64::MAX);
    if let Some(min) = schema.items_count.min.filter(|min| count < *min) {
        outcome.add(Failure::new(path, What::Should(count.into(), format!("should have at least {min} items"))));
    }
    if let Some(max) = schema.items_count.max.filter(|max| count > *max) {
        outcome.add(Failure::new(path, What::TooMany(list.len(), max)));
    }
    let is_repeated = |(at, value): (usize, &Value)| list.iter().take(at).any(|earlier| earlier == value);
    if schema.unique_items && list.iter().enumerate().any(is_repeated) {
        outcome.add(Failure::new(path, What::Should(Value::Null, "shouldn't contain duplicates".to_owned())));
    }
    outcome.count();
    outcome
}

/// The elements that a keyed list had before, by their keys; those of other lists can't be told apart.
struct Correlated<'a> {
    keys: &'a [String],
    elements: BTreeMap<String, &'a Value>,
}

impl<'a> Correlated<'a> {
    fn of(old: Option<&'a Value>, schema: &'a Schema) -> Self {
        let (ListType::Map(keys), Some(Value::Array(old))) = (&schema.list, old) else {
            return Self { keys: &[], elements: BTreeMap::new() };
        };
        // of those with the same keys, which nobody can tell apart, the first counts
        Self { keys, elements: old.iter().rev().map(|value| (key_of(value, keys), value)).collect() }
    }

    fn find(&self, value: &Value) -> Option<&'a Value> {
        if self.keys.is_empty() {
            return None;
        }
        self.elements.get(&key_of(value, self.keys)).copied()
    }
}

/// The values of an element's keys, as a text.
pub(crate) fn key_of(value: &Value, keys: &[String]) -> String {
    let key: Vec<&Value> = keys.iter().map(|key| value.get(key).unwrap_or(&Value::Null)).collect();
    serde_json::to_string(&key).unwrap_or_default()
}

fn properties(fields: &Map<String, Value>, old: Option<&Value>, schema: &Schema, path: &str) -> Outcome {
    let mut outcome = Outcome::default();
    let count = i64::try_from(fields.len()).unwrap_or(i64::MAX);
    if let Some(min) = schema.properties_count.min.filter(|min| count < *min) {
        outcome.add(Failure::new(path, What::Should(count.into(), format!("should have at least {min} properties"))));
        return outcome;
    }
    if let Some(max) = schema.properties_count.max.filter(|max| count > *max) {
        outcome.add(Failure::new(path, What::TooMany(fields.len(), max)));
        return outcome;
    }
    let before = |name: &str| old.and_then(|old| old.get(name));
    for (name, value) in fields.iter().filter(|(name, _)| !schema.properties.contains_key(*name)) {
        match &schema.additional {
            Additional::Allowed(false) => {
                let text = format!("{path}.{name} in body is a forbidden property");
                // the message names the property itself, so the place stands in it already
                outcome.add(Failure::new(path, What::Forbidden(name.clone(), text)));
            }
            Additional::Schema(inner) => {
                outcome.merge(ratcheted(value, before(name), inner, &format!("{path}.{name}")));
            }
            Additional::Unsaid | Additional::Allowed(true) => {}
        }
    }
    for (name, inner) in &schema.properties {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        if let Some(value) = fields.get(name) {
            outcome.merge(ratcheted(value, before(name), inner, &path));
        }
    }
    for name in schema.required.iter().filter(|name| !fields.contains_key(*name)) {
        outcome.add(Failure::new(&format!("{path}.{name}"), What::Required));
    }
    outcome
}
