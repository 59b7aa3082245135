//! Unions: which fields exclude or need one another.

use std::collections::BTreeSet;

use crate::{
    load::document::{At, Node, Object},
    model::{Literal, Rule, RuleArg, RuleValue},
};

/// `x-kubernetes-unions` of a component.
pub(super) fn kubernetes_unions(object: &mut Object<'_>) -> Vec<Rule> {
    object.items("x-kubernetes-unions").iter().filter_map(|at| at.object()).map(|mut union| one(&mut union)).collect()
}

fn one(object: &mut Object<'_>) -> Rule {
    let discriminator = object.text("discriminator").map(|name| Rule::is("discriminator", Literal::Text(name)));
    let members = object.pairs("fields-to-discriminateBy");
    let members = members
        .iter()
        .filter_map(|(member, at)| Some(RuleArg::Pair((*member).to_owned(), Literal::Text(at.text()?.to_owned()))));
    let arguments = discriminator.into_iter().map(RuleArg::Rule).chain(members).collect();
    super::value::lose_rest(object);
    Rule::call("union", arguments)
}

/// `oneOf`, `anyOf` and `not` of required fields, as rules, and `allOf` of nothing but such. Other shapes stay in the
/// object, to be reported.
pub(super) fn required_unions(object: &mut Object<'_>) -> Vec<Rule> {
    let mut rules = Vec::new();
    for key in ["oneOf", "anyOf", "not"] {
        if let Some(rule) = object.peek(key).and_then(|node| union(key, node)) {
            object.take(key);
            rules.push(rule);
        }
    }
    if let Some(further) = object.peek("allOf").and_then(unions) {
        object.take("allOf");
        rules.extend(further);
    }
    rules
}

/// The unions of `[{oneOf: …}, {oneOf: …}]`.
fn unions(node: &Node) -> Option<Vec<Rule>> {
    let Node::List(parts) = node else { return None };
    let mut rules = Vec::new();
    for part in parts {
        let Node::Object(entries) = part else { return None };
        for (key, node) in entries {
            rules.push(union(key, node)?);
        }
    }
    Some(rules)
}

/// The rule that a keyword says with its value.
fn union(key: &str, node: &Node) -> Option<Rule> {
    match key {
        "oneOf" => one_of(node),
        "anyOf" => each_requires(node).map(|fields| members("at_least_one_of", fields)),
        "not" => no_two(node).map(|fields| members("at_most_one_of", fields)),
        _ => None,
    }
}

/// The fields of which `{required: [a, b]}` forbids that both are there, or of several that `{anyOf: …}` lists in pairs.
/// Of three fields in one, not all may be there, which no rule says.
fn no_two(node: &Node) -> Option<Vec<&str>> {
    let pairs = match only(node, "anyOf") {
        Some(Node::List(pairs)) => pairs.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let (mut seen, mut fields) = (BTreeSet::new(), Vec::new());
    for pair in pairs {
        let &[one, other] = required(pair)?.as_slice() else { return None };
        if one == other || !seen.insert((one.min(other), one.max(other))) {
            return None;
        }
        for field in [one, other] {
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
    }
    (seen.len() == fields.len() * fields.len().saturating_sub(1) / 2)
        .then_some(fields)
        .filter(|fields| !fields.is_empty())
}

fn members(rule: &str, fields: Vec<&str>) -> Rule {
    Rule::call(rule, fields.into_iter().map(|field| RuleArg::Value(Literal::Text(field.to_owned()))).collect())
}

/// One of the fields, or, where an alternative forbids all of them, at most one.
fn one_of(node: &Node) -> Option<Rule> {
    let Node::List(schemas) = node else { return None };
    let (none, some): (Vec<&Node>, Vec<&Node>) = schemas.iter().partition(|schema| only(schema, "not").is_some());
    let fields: Vec<&str> = some.into_iter().map(requires_one).collect::<Option<_>>()?;
    match none[..] {
        _ if fields.is_empty() => None,
        [] => Some(members("one_of", fields)),
        [none] => {
            let mut forbidden = only(only(none, "not")?, "anyOf").and_then(each_requires)?;
            forbidden.sort_unstable();
            let mut sorted = fields.clone();
            sorted.sort_unstable();
            (forbidden == sorted).then(|| members("at_most_one_of", fields))
        }
        _ => None,
    }
}

/// The fields of `[{required: [a]}, {required: [b]}]`.
fn each_requires(node: &Node) -> Option<Vec<&str>> {
    let Node::List(schemas) = node else { return None };
    let fields: Option<Vec<&str>> = schemas.iter().map(requires_one).collect();
    fields.filter(|fields| !fields.is_empty())
}

/// The field of `{required: [a]}`.
fn requires_one(node: &Node) -> Option<&str> {
    match required(node)?[..] {
        [field] => Some(field),
        _ => None,
    }
}

/// The fields of `{required: [a, b]}`, which says nothing else.
fn required(node: &Node) -> Option<Vec<&str>> {
    let Node::List(fields) = only(node, "required")? else { return None };
    fields.iter().map(Node::as_text).collect()
}

/// The value of an object's only key.
fn only<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    match node {
        Node::Object(entries) => match &entries[..] {
            [(name, value)] if name == key => Some(value),
            _ => None,
        },
        _ => None,
    }
}

/// The union that a CEL rule of controller-gen says: `[has(self.a),has(self.b)].filter(x,x==true).size() == 1`.
pub(super) fn from_cel(rule: Rule) -> Rule {
    generated_union(&rule).unwrap_or(rule)
}

fn generated_union(rule: &Rule) -> Option<Rule> {
    let text = rule.named("rule")?.text()?;
    let (list, count) = text.strip_prefix('[')?.split_once("].filter(x,x==true).size() ")?;
    let fields: Option<Vec<&str>> =
        list.split(',').map(|has| has.trim().strip_prefix("has(self.")?.strip_suffix(')')).collect();
    let fields = fields?;
    let (marker, message) = match count {
        "== 1" => ("one_of", format!("exactly one of the fields in [{}] must be set", fields.join(" "))),
        "<= 1" => ("at_most_one_of", format!("at most one of the fields in [{}] may be set", fields.join(" "))),
        ">= 1" => ("at_least_one_of", format!("at least one of the fields in [{}] must be set", fields.join(" "))),
        _ => return None,
    };
    let RuleValue::Args(arguments) = &rule.value else { return None };
    let as_generated = match arguments.len() {
        1 => true,
        2 => rule.named("message").and_then(Literal::text) == Some(&message),
        _ => false,
    };
    as_generated.then(|| members(marker, fields))
}

/// Members of unions that are no properties are reported.
pub(super) fn check(rules: &mut Vec<Rule>, properties: &[&str], at: &At<'_>) {
    rules.retain(|rule| {
        let names = ["one_of", "at_most_one_of", "at_least_one_of"];
        let missing = rule.words().find(|member| !properties.contains(member));
        match missing.filter(|_| names.contains(&rule.name.as_str())) {
            Some(member) => {
                at.lost(format!("`{}` names `{member}`, which is no property", rule.name));
                false
            }
            None => true,
        }
    });
}
