//! Unions: which fields exclude or need one another.

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

/// `oneOf`, `anyOf` and `not` of required fields, as rules. Other shapes stay in the object, to be reported.
pub(super) fn required_unions(object: &mut Object<'_>) -> Vec<Rule> {
    let mut rules = Vec::new();
    let found = object.peek("oneOf").and_then(one_of);
    if let Some(rule) = found {
        object.take("oneOf");
        rules.push(rule);
    }
    if let Some(fields) = object.peek("anyOf").and_then(each_requires) {
        object.take("anyOf");
        rules.push(members("at_least_one_of", fields));
    }
    if let Some(fields) = object.peek("not").and_then(required) {
        // of two fields, not both; of more, not all, which no rule says
        if let [_, _] = &fields[..] {
            object.take("not");
            rules.push(members("at_most_one_of", fields));
        }
    }
    rules
}

fn members(rule: &str, fields: Vec<&str>) -> Rule {
    Rule::call(rule, fields.into_iter().map(|field| RuleArg::Value(Literal::Text(field.to_owned()))).collect())
}

/// One of the fields, or, where a last alternative forbids all of them, at most one.
fn one_of(node: &Node) -> Option<Rule> {
    if let Some(fields) = each_requires(node) {
        return Some(members("one_of", fields));
    }
    let Node::List(schemas) = node else { return None };
    let (last, first) = schemas.split_last()?;
    let fields = each_requires(&Node::List(first.to_vec()))?.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let none = only(last, "not").and_then(|not| only(not, "anyOf")).and_then(each_requires)?;
    (none == fields.iter().map(String::as_str).collect::<Vec<_>>()).then(|| members("at_most_one_of", none))
}

/// The fields of `[{required: [a]}, {required: [b]}]`.
fn each_requires(node: &Node) -> Option<Vec<&str>> {
    let Node::List(schemas) = node else { return None };
    let fields: Option<Vec<&str>> = schemas
        .iter()
        .map(|schema| match required(schema)?[..] {
            [field] => Some(field),
            _ => None,
        })
        .collect();
    fields.filter(|fields| !fields.is_empty())
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
