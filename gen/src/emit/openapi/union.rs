//! `x-kubernetes-unions`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Fields, property::to_value};
use crate::{
    emit::TypeIn,
    model::{Literal, Rule},
};

/// `x-kubernetes-unions`, from the type's `union(…)` rules.
pub(super) fn unions(of: TypeIn<'_>) -> Option<Value> {
    let unions: Vec<Value> = of.ty.rules.iter().filter(|rule| rule.name == "union").map(union).collect();
    (!unions.is_empty()).then_some(Value::Array(unions))
}

/// One union: `union(discriminator = "type", "localhostProfile" = "LocalhostProfile")`. A member without a value of the
/// discriminator has its own name, in Go's case.
fn union(rule: &Rule) -> Value {
    let mut union = Fields::from([("fields-to-discriminateBy", json!(members(rule)))]);
    if let Some(discriminator) = rule.named("discriminator").and_then(Literal::text) {
        union.insert("discriminator", json!(discriminator));
    }
    to_value(union)
}

/// The members of a union, and the discriminator's value for each.
pub(in crate::emit) fn members(rule: &Rule) -> BTreeMap<String, String> {
    let mut members = BTreeMap::new();
    for (member, value) in rule.pairs() {
        members.insert(member.to_owned(), value.text().unwrap_or_default().to_owned());
    }
    for member in rule.words() {
        members.insert(member.to_owned(), upper_first(member));
    }
    members
}

/// The text with its first letter in upper case, as Go would export it.
pub(in crate::emit) fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
