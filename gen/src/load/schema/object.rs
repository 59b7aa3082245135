//! Objects with properties: structs.

use std::collections::BTreeSet;

use serde_json::json;

use super::{Hint, Reader, names, rules, unions};
use crate::{
    load::document::{Node, Object},
    model::{Field, Rule, Struct, Type, TypeDef},
};

/// Keywords that make up a struct's type; all others are its field's.
const OF_TYPES: &[&str] = &[
    "properties",
    "required",
    "x-kubernetes-validations",
    "x-kubernetes-preserve-unknown-fields",
    "oneOf",
    "anyOf",
    "not",
    "allOf",
];

/// Whether an object is owned as one value. That is its type's, so that it can be said of elements as well.
const MAP_TYPE: &str = "x-kubernetes-map-type";

impl Reader<'_> {
    /// The struct of an object schema in place, named after where it is first found. Equal schemas share one.
    pub(super) fn structure(&mut self, object: &mut Object<'_>, hint: Hint<'_>) -> String {
        let atomic = object.peek(MAP_TYPE).and_then(Node::as_text) == Some("atomic");
        if atomic {
            object.take(MAP_TYPE);
        }
        let parts: Vec<_> = OF_TYPES.iter().map(|key| object.at.node.get(key).map(Node::json)).collect();
        let key = json!([parts, atomic]).to_string();
        if let Some(shared) = self.shared.get(&key).cloned() {
            OF_TYPES.iter().for_each(|key| drop(object.take(key)));
            return shared;
        }
        let wanted = format!("{}{}", hint.holder, names::type_part(hint.property));
        let name = names::type_name(&wanted, &mut self.names);
        self.shared.insert(key, name.clone());
        let docs = match object.at.node.get("description").and_then(Node::as_text) {
            Some(docs) => docs.to_owned(),
            None => format!("`{}` of a `{}`.", hint.property, hint.holder),
        };
        let rules = type_rules(object);
        let fields = self.fields(&name, object, &[]);
        let def = TypeDef::Struct(Struct { fields, ..Struct::default() });
        self.add(Type { docs, def, rules, atomic, ..Type::new(name.clone()) });
        name
    }

    /// The fields of an object schema, without some of its properties.
    pub(crate) fn fields(&mut self, holder: &str, object: &mut Object<'_>, without: &[&str]) -> Vec<Field> {
        let required: BTreeSet<String> = object.texts("required").into_iter().collect();
        let properties = object.pairs("properties");
        for name in required.iter().filter(|name| !properties.iter().any(|(property, _)| property == name)) {
            object.at.lost(format!("requires `{name}`, which is no property"));
        }
        let mut taken = BTreeSet::new();
        let properties = properties.into_iter().filter(|(name, _)| !without.contains(name));
        properties
            .filter_map(|(json, at)| {
                let name = names::field_name(json, &mut taken);
                self.property(Hint { holder, property: json }, name, &at, required.contains(json))
            })
            .collect()
    }
}

/// The rules on an object as a whole.
pub(crate) fn type_rules(object: &mut Object<'_>) -> Vec<Rule> {
    let mut found = unions::kubernetes_unions(object);
    found.extend(unions::required_unions(object));
    found.extend(rules::cel(object).into_iter().map(unions::from_cel));
    found.extend(object.flag("x-kubernetes-preserve-unknown-fields").then(|| Rule::flag("preserve_unknown")));
    let properties: Vec<&str> = match object.at.node.get("properties") {
        Some(Node::Object(entries)) => entries.iter().map(|(name, _)| name.as_str()).collect(),
        _ => Vec::new(),
    };
    unions::check(&mut found, &properties, &object.at);
    found
}
