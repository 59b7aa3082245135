//! Keywords of a schema that are rules.

use serde_json::Number;

use super::{Class, value::lose_rest};
use crate::{
    load::document::{Node, Object},
    model::{Literal, Rule, RuleArg},
};

/// Keywords with a number, and their markers.
const NUMBERS: &[(&str, &str)] = &[("multipleOf", "multiple_of")];

/// Keywords with an integer, their markers, and the values that these go on.
const INTS: &[(&str, &str, Class)] = &[
    ("minLength", "min_len", Class::Text),
    ("maxLength", "max_len", Class::Text),
    ("minItems", "min_items", Class::List),
    ("maxItems", "max_items", Class::List),
    ("minProperties", "min_entries", Class::Map),
    ("maxProperties", "max_entries", Class::Map),
];

/// The rules that a value's schema has. Keywords that have a marker, but not one for such a value, stay in the object:
/// how many properties a struct has, say.
pub(super) fn of_value(object: &mut Object<'_>, class: Class) -> Vec<Rule> {
    let mut rules = Vec::new();
    if class == Class::Number {
        bound(object, "minimum", "exclusiveMinimum", ["min", "exclusive_min"], &mut rules);
        bound(object, "maximum", "exclusiveMaximum", ["max", "exclusive_max"], &mut rules);
        for (key, marker) in NUMBERS {
            rules.extend(object.number(key).map(|number| Rule::is(marker, number_literal(&number))));
        }
        rules.extend(values(object));
    }
    for (key, marker, _) in INTS.iter().filter(|(.., fits)| *fits == class) {
        rules.extend(object.int(key).map(|int| Rule::is(marker, Literal::Number(int.to_string()))));
    }
    if class == Class::Text {
        rules.extend(object.text("pattern").map(|text| Rule::is("pattern", Literal::Text(text))));
    }
    rules.extend(object.text("format").map(|text| Rule::is("format", Literal::Text(text))));
    rules.extend((class == Class::List && object.flag("uniqueItems")).then(|| Rule::flag("unique")));
    rules.extend(documentation(object));
    all_of(object, class, &mut rules);
    rules
}

/// The rules about documentation, which types have as well as fields.
pub(crate) fn documentation(object: &mut Object<'_>) -> Vec<Rule> {
    let title = object.text("title").map(|text| Rule::is("title", Literal::Text(text)));
    let example = object.take("example").map(|at| Rule::is("example", literal(&at.node.json())));
    title.into_iter().chain(example).chain(external_docs(object)).collect()
}

/// A limit, of which the next keyword says whether it is itself allowed: as a bool, or, in newer drafts, by being it.
fn bound(object: &mut Object<'_>, key: &str, exclusive: &str, markers: [&str; 2], rules: &mut Vec<Rule>) {
    let [inclusive_marker, exclusive_marker] = markers;
    let is_bool = matches!(object.peek(exclusive), Some(Node::Bool(_)));
    let excluded = is_bool && object.flag(exclusive);
    let marker = if excluded { exclusive_marker } else { inclusive_marker };
    rules.extend(object.number(key).map(|number| Rule::is(marker, number_literal(&number))));
    if !is_bool {
        rules.extend(object.number(exclusive).map(|number| Rule::is(exclusive_marker, number_literal(&number))));
    }
}

/// The numbers of `enum`; other sets stay in the object, to be reported.
fn values(object: &mut Object<'_>) -> Option<Rule> {
    let Some(Node::List(values)) = object.peek("enum") else { return None };
    let numbers: Option<Vec<RuleArg>> = values
        .iter()
        .map(|value| match value {
            Node::Number(number) => Some(RuleArg::Value(number_literal(number))),
            _ => None,
        })
        .collect();
    let numbers = numbers.filter(|numbers| !numbers.is_empty())?;
    object.take("enum");
    Some(Rule::call("values", numbers))
}

/// A number as source: an integer without a fraction, which YAML and Go may write as `1.0`.
fn number_literal(number: &Number) -> Literal {
    let text = number.to_string();
    Literal::Number(text.strip_suffix(".0").map(str::to_owned).unwrap_or(text))
}

/// `allOf` with more rules; those that are there already stay where they are.
fn all_of(object: &mut Object<'_>, class: Class, rules: &mut Vec<Rule>) {
    for at in object.items("allOf") {
        let Some(mut part) = at.object() else { continue };
        for rule in of_value(&mut part, class) {
            if rules.iter().any(|earlier| earlier.name == rule.name) {
                at.lost(format!("`{}` is there already", rule.name));
            } else {
                rules.push(rule);
            }
        }
        lose_rest(&part);
    }
}

fn external_docs(object: &mut Object<'_>) -> Option<Rule> {
    let mut docs = object.take("externalDocs")?.object()?;
    let url = docs.need_text("url")?;
    let text = docs.text("description");
    lose_rest(&docs);
    let argument = |name: &str, text: String| RuleArg::Rule(Rule::is(name, Literal::Text(text)));
    Some(Rule::call(
        "external_docs",
        [argument("url", url)].into_iter().chain(text.map(|text| argument("text", text))).collect(),
    ))
}

/// Names of a CEL rule's parts, in documents and in the attribute language.
const CEL_TEXTS: &[(&str, &str)] = &[
    ("message", "message"),
    ("messageExpression", "message_expression"),
    ("reason", "reason"),
    ("fieldPath", "field_path"),
];

/// The rules of `x-kubernetes-validations`.
pub(super) fn cel(object: &mut Object<'_>) -> Vec<Rule> {
    let items = object.items("x-kubernetes-validations");
    items.iter().filter_map(|at| at.object()).filter_map(|mut rule| cel_rule(&mut rule)).collect()
}

fn cel_rule(object: &mut Object<'_>) -> Option<Rule> {
    let rule = object.need_text("rule")?;
    let mut arguments = vec![Rule::is("rule", Literal::Text(rule))];
    for (key, argument) in CEL_TEXTS {
        arguments.extend(object.text(key).map(|text| Rule::is(argument, Literal::Text(text))));
    }
    arguments.extend(object.bool("optionalOldSelf").map(|bool| Rule::is("optional_old_self", Literal::Bool(bool))));
    lose_rest(object);
    Some(Rule::call("cel", arguments.into_iter().map(RuleArg::Rule).collect()))
}

/// A JSON value as source.
fn literal(value: &serde_json::Value) -> Literal {
    match value {
        serde_json::Value::String(text) => Literal::Text(text.clone()),
        serde_json::Value::Bool(bool) => Literal::Bool(*bool),
        serde_json::Value::Number(number) if plain_digits(&number.to_string()) => Literal::Number(number.to_string()),
        other => Literal::Json(other.to_string()),
    }
}

/// Whether Rust reads the digits as JSON does: `1e5` is a float there, and -0.5 is fine.
pub(crate) fn plain_digits(digits: &str) -> bool {
    let digits = digits.strip_prefix('-').unwrap_or(digits);
    !digits.is_empty() && digits.chars().all(|digit| digit.is_ascii_digit() || digit == '.')
}
