//! Which fields of a struct exclude each other.

use std::collections::BTreeMap;

use kubeforge_structural::{Fields, overlay};
use serde_json::{Value, json};

use super::cel;
use crate::{
    emit::openapi::{union_members, upper_first},
    model::{Literal, Rule},
};

/// A field of the struct, with the rules on it that hold.
pub(super) struct Member<'a> {
    pub(super) json: &'a str,
    pub(super) rules: Vec<&'a Rule>,
}

/// What the type's rules and its fields' membership say, laid over `schema`. The schema of a struct has no types below
/// `oneOf` and the like, just names of fields.
pub(super) fn unions(schema: Fields, rules: &[&Rule], fields: &[Member<'_>]) -> Fields {
    let mut schema = schema;
    for rule in rules {
        let members: Vec<&str> = rule.words().collect();
        let more = match rule.name.as_str() {
            "one_of" => exactly_one(&members),
            "at_least_one_of" => json!({"anyOf": each_required(&members)}),
            "at_most_one_of" | "zero_or_one_of" => at_most_one(&members),
            "union" => union(rule),
            _ => continue,
        };
        schema = over(schema, more);
    }
    of_fields(schema, fields)
}

fn over(schema: Fields, more: Value) -> Fields {
    match more {
        Value::Object(more) => overlay(schema, more),
        _ => schema,
    }
}

fn each_required(members: &[&str]) -> Value {
    members.iter().map(|member| json!({"required": [member]})).collect()
}

fn exactly_one(members: &[&str]) -> Value {
    json!({"oneOf": each_required(members)})
}

/// No two of them.
fn at_most_one(members: &[&str]) -> Value {
    let mut pairs = Vec::new();
    for (index, one) in members.iter().enumerate() {
        pairs.extend(members.iter().skip(index + 1).map(|other| json!({"required": [one, other]})));
    }
    match &pairs[..] {
        [] => json!({}),
        [pair] => json!({"not": pair}),
        pairs => json!({"not": {"anyOf": pairs}}),
    }
}

/// `union(…)`: members other than the one that the discriminator names are not set.
fn union(rule: &Rule) -> Value {
    let members = union_members(rule);
    let Some(discriminator) = rule.named("discriminator").and_then(Literal::text) else {
        return at_most_one(&members.keys().map(String::as_str).collect::<Vec<_>>());
    };
    let on = cel::member("self", discriminator);
    let rules: Vec<Value> = members
        .iter()
        .map(|(member, value)| {
            let field = cel::member("self", member);
            let test = format!("!has({field}) || (has({on}) && {on} == {})", cel::text(value));
            cel::rule(test, format!("{member} may only be set if {discriminator} is {value}"))
        })
        .collect();
    json!({"x-kubernetes-validations": rules})
}

/// Unions whose members say so themselves, by the union's name.
fn of_fields(mut schema: Fields, fields: &[Member<'_>]) -> Fields {
    let mut unions: BTreeMap<&str, Vec<(&str, String)>> = BTreeMap::new();
    let mut loose: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut discriminators: BTreeMap<&str, &str> = BTreeMap::new();
    for field in fields {
        for rule in &field.rules {
            match rule.name.as_str() {
                "member" => {
                    let name = |name: &str| rule.named(name).and_then(Literal::text);
                    let value =
                        rule.text().or_else(|| name("name")).map_or_else(|| upper_first(field.json), str::to_owned);
                    unions.entry(name("union").unwrap_or_default()).or_default().push((field.json, value));
                }
                "zero_or_one_of_member" => loose.entry(rule.text().unwrap_or_default()).or_default().push(field.json),
                "discriminator" => drop(discriminators.insert(rule.text().unwrap_or_default(), field.json)),
                _ => {}
            }
        }
    }
    for (name, members) in &unions {
        let more = match discriminators.get(name) {
            Some(discriminator) => discriminated(discriminator, members),
            None => exactly_one(&members.iter().map(|(member, _)| *member).collect::<Vec<_>>()),
        };
        schema = over(schema, more);
    }
    loose.values().fold(schema, |schema, members| over(schema, at_most_one(members)))
}

/// The member that the discriminator names is set, and no other.
fn discriminated(discriminator: &str, members: &[(&str, String)]) -> Value {
    let on = cel::member("self", discriminator);
    let rules: Vec<Value> = members
        .iter()
        .map(|(member, value)| {
            let field = cel::member("self", member);
            let test = format!("has({on}) && {on} == {} ? has({field}) : !has({field})", cel::text(value));
            cel::rule(test, format!("{member} must be set if {discriminator} is {value}, and only then"))
        })
        .collect();
    json!({"x-kubernetes-validations": rules})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RuleArg;

    fn rule(name: &str, members: &[&str]) -> Rule {
        let args = members.iter().map(|member| RuleArg::Value(Literal::Text((*member).to_owned())));
        Rule::call(name, args.collect())
    }

    #[test]
    fn members_exclude_each_other() {
        let rules =
            [rule("one_of", &["a", "b"]), rule("one_of", &["c", "d"]), rule("at_most_one_of", &["a", "b", "c"])];
        let schema = unions(Fields::new(), &rules.iter().collect::<Vec<_>>(), &[]);
        let want = json!({
            "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
            "allOf": [{"oneOf": [{"required": ["c"]}, {"required": ["d"]}]}],
            "not": {"anyOf": [{"required": ["a", "b"]}, {"required": ["a", "c"]}, {"required": ["b", "c"]}]},
        });
        assert_eq!(Value::Object(schema), want);
    }

    #[test]
    fn members_may_name_their_union() {
        let member = Rule::flag("member");
        let discriminator = Rule::flag("discriminator");
        let fields =
            [Member { json: "type", rules: vec![&discriminator] }, Member { json: "file", rules: vec![&member] }];
        let schema = unions(Fields::new(), &[], &fields);
        let rule = "has(self.type) && self.type == \"File\" ? has(self.file) : !has(self.file)";
        assert_eq!(schema["x-kubernetes-validations"][0]["rule"], rule);
    }
}
