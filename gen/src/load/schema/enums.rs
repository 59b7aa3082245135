//! Closed sets of texts.

use std::collections::{BTreeMap, BTreeSet};

use super::{Dialect, Hint, Reader, names};
use crate::{
    load::document::{Node, Object},
    model::{Enum, Rule, Type, TypeDef, Variant},
};

/// What a description says about the values of an enum follows this line.
const LISTED: &str = "Possible enum values:\n";

/// The texts of `enum`, where all are texts; null, which a nullable field lists as well, is none of them. Other sets
/// stay in the object, to be reported.
pub(super) fn string_values(object: &mut Object<'_>) -> Option<Vec<String>> {
    let Some(Node::List(values)) = object.peek("enum") else { return None };
    if !values.iter().all(|value| matches!(value, Node::Text(_) | Node::Null)) {
        return None;
    }
    object.take("enum");
    Some(values.iter().filter_map(Node::as_text).map(str::to_owned).collect())
}

/// Values in the order by which equal sets are found.
pub(crate) fn sorted_values(values: &[String]) -> Vec<String> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted
}

/// A description without the list of an enum's values, and what the list says of each.
pub(super) fn split_docs(description: &str) -> (&str, BTreeMap<String, String>) {
    let Some((docs, listed)) = description.split_once(LISTED) else { return (description, BTreeMap::new()) };
    let mut values = BTreeMap::new();
    for item in format!("\n{listed}").split("\n - `").skip(1) {
        // written as Rust and Go quote texts
        let Some((value, about)) = item.split_once('`') else { continue };
        let value = serde_json::from_str(value).unwrap_or_else(|_| value.trim_matches('"').to_owned());
        values.insert(value, about.trim().to_owned());
    }
    (docs.trim_end(), values)
}

/// An enum type of values.
pub(crate) fn string_enum(name: &str, values: &[String], description: &str) -> Type {
    let (docs, about) = split_docs(description);
    let (mut taken, mut seen) = (BTreeSet::new(), BTreeSet::new());
    let variants = values.iter().filter(|value| seen.insert(value.as_str())).map(|value| Variant {
        name: names::variant_name(value, &mut taken),
        value: value.clone(),
        docs: about.get(value).filter(|docs| !docs.is_empty()).cloned().unwrap_or_else(|| value_docs(value)),
        rules: Vec::new(),
    });
    let def = TypeDef::Enum(Enum { variants: variants.collect(), open: false });
    Type { docs: docs.to_owned(), def, ..Type::new(name) }
}

fn value_docs(value: &str) -> String {
    if value.is_empty() { "The empty text.".to_owned() } else { format!("`{value}`.") }
}

impl Reader<'_> {
    /// The type of a set of values: a string component that has the same ones, else one named after the property.
    pub(super) fn enumeration(&mut self, object: &Object<'_>, values: &[String], hint: Hint<'_>) -> String {
        let sorted = sorted_values(values);
        if let Some(Some(component)) = self.enum_components.get(&sorted) {
            return component.clone();
        }
        let key = format!("enum {} {sorted:?}", hint.property);
        if let Some(shared) = self.shared.get(&key) {
            return shared.clone();
        }
        let wanted = format!("{}{}", hint.holder, names::type_part(hint.property));
        let name = names::type_name(&wanted, &mut self.names);
        self.shared.insert(key, name.clone());
        let description = object.at.node.get("description").and_then(Node::as_text).unwrap_or_default();
        let mut ty = string_enum(&name, values, description);
        if self.dialect == Dialect::Structural {
            // other values are refused there; in the documents of built-in kinds the list is but what is known
            ty.rules.push(Rule::flag("closed"));
        }
        if ty.docs.is_empty() {
            ty.docs = format!("Values of `{}` of a `{}`.", hint.property, hint.holder);
        }
        self.add(ty);
        name
    }
}
