//! Which fields of a struct exclude each other.

use std::collections::BTreeMap;

use kubeforge_structural::{Fields, overlay};
use serde_json::{Value, json};

use super::{
    Gates, cel,
    rules::{effective, inner},
};
use crate::{
    emit::{
        openapi::union_members,
        validation::{case, member_value, union_name},
    },
    model::{Literal, Rule},
};

/// A field of the struct, with the rules on it that hold.
pub(super) struct Member<'a> {
    pub(super) json: &'a str,
    pub(super) rules: Vec<&'a Rule>,
}

/// A field, by its JSON name, and what its rules say that can't be said.
type Unsaid<'a> = (&'a str, String);

/// What the type's rules and its fields' membership say, laid over `schema`. The schema of a struct has no types below
/// `oneOf` and the like, just names of fields.
pub(super) fn unions<'a>(
    schema: Fields,
    rules: &[&Rule],
    fields: &[Member<'a>],
    gates: &Gates,
) -> (Fields, Vec<Unsaid<'a>>) {
    let mut schema = schema;
    for rule in rules {
        let members: Vec<&str> = rule.words().collect();
        let more = match rule.name.as_str() {
            "one_of" => exactly_one(&members),
            "at_least_one_of" => json!({"anyOf": each_required(&members)}),
            "at_most_one_of" | "zero_or_one_of" => at_most_one(&members),
            // where the fields say so themselves, they say more
            "union" if !union_members(rule).keys().all(|name| is_member(fields, name)) => union(rule),
            _ => continue,
        };
        schema = over(schema, more);
    }
    of_fields(schema, fields, gates)
}

fn is_member(fields: &[Member<'_>], name: &str) -> bool {
    let field = fields.iter().find(|member| member.json == name);
    field.is_some_and(|member| member.rules.iter().any(|rule| rule.name == "member"))
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
fn of_fields<'a>(mut schema: Fields, fields: &[Member<'a>], gates: &Gates) -> (Fields, Vec<Unsaid<'a>>) {
    let mut unions: BTreeMap<&str, Vec<(&str, String)>> = BTreeMap::new();
    let mut loose: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut discriminators: BTreeMap<&str, &str> = BTreeMap::new();
    let mut cases: Vec<Cases<'_>> = Vec::new();
    for Member { json, rules } in fields {
        for rule in rules {
            let name = union_name(rule);
            match (rule.name.as_str(), case(rule)) {
                ("member", Some(value)) => match cases.iter_mut().find(|of| of.union == name && of.json == *json) {
                    Some(of) => of.rules.entry(value).or_default().extend(effective(inner(rule), gates)),
                    None => {
                        let rules = BTreeMap::from([(value, effective(inner(rule), gates))]);
                        cases.push(Cases { union: name, json, rules });
                    }
                },
                ("member", None) => {
                    unions.entry(name).or_default().push((json, member_value(rule, json)));
                }
                ("zero_or_one_of_member", _) => loose.entry(name).or_default().push(json),
                ("discriminator", _) => drop(discriminators.insert(name, json)),
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
    schema = loose.values().fold(schema, |schema, members| over(schema, at_most_one(members)));
    let mut unsaid = Vec::new();
    for of in cases {
        // a union without a discriminator was refused before
        let Some(discriminator) = discriminators.get(of.union) else { continue };
        schema = over(schema, of.schema(discriminator));
        unsaid.extend(of.unsaid());
    }
    (schema, unsaid)
}

/// The member that the discriminator names is set, and no other.
fn discriminated(discriminator: &str, members: &[(&str, String)]) -> Value {
    let rules: Vec<Value> = members.iter().map(|(member, value)| one_case(discriminator, member, value)).collect();
    json!({"x-kubernetes-validations": rules})
}

/// A field is set if the discriminator has a value, and only then.
fn one_case(discriminator: &str, member: &str, value: &str) -> Value {
    let (is, field) = (is_value(discriminator, value), cel::member("self", member));
    cel::rule(
        format!("{is} ? has({field}) : !has({field})"),
        format!("{member} must be set if {discriminator} is {value}, and only then"),
    )
}

fn is_value(discriminator: &str, value: &str) -> String {
    let on = cel::member("self", discriminator);
    format!("has({on}) && {on} == {}", cel::text(value))
}

/// What holds of a field while the discriminator has a value; while it has none of them, the field must not be set.
struct Cases<'a> {
    union: &'a str,
    json: &'a str,
    rules: BTreeMap<&'a str, Vec<&'a Rule>>,
}

impl<'a> Cases<'a> {
    fn having<'s>(&'s self, rule: &'s str, wanted: bool) -> impl Iterator<Item = &'a str> {
        let cases = self.rules.iter().filter(move |(_, rules)| rules.iter().any(|of| of.name == rule) == wanted);
        cases.map(|(value, _)| *value)
    }

    fn schema(&self, discriminator: &str) -> Value {
        let json = self.json;
        let allowed: Vec<&str> = self.having("forbidden", false).collect();
        let demanding: Vec<&str> = self.having("present", true).collect();
        if let ([value], [_]) = (&allowed[..], &demanding[..]) {
            return json!({"x-kubernetes-validations": [one_case(discriminator, json, value)]});
        }
        let (on, field) = (cel::member("self", discriminator), cel::member("self", json));
        let values: Vec<String> = allowed.iter().map(|value| cel::text(value)).collect();
        let mut rules = vec![cel::rule(
            format!("!has({field}) || (has({on}) && {on} in [{}])", values.join(", ")),
            format!("{json} may only be set if {discriminator} is {}", either(&allowed)),
        )];
        rules.extend(demanding.iter().map(|value| {
            let test = format!("!({}) || has({field})", is_value(discriminator, value));
            cel::rule(test, format!("{json} must be set if {discriminator} is {value}"))
        }));
        json!({"x-kubernetes-validations": rules})
    }

    /// A schema knows no conditions but those on whether a field is there.
    fn unsaid(&self) -> impl Iterator<Item = Unsaid<'a>> {
        let rules = self.rules.values().flatten();
        let others = rules.filter(|rule| !matches!(rule.name.as_str(), "present" | "forbidden" | "optional"));
        others.map(|rule| {
            let message =
                format!("`{rule}` for one value of the discriminator has no form in a custom resource's schema");
            (self.json, message)
        })
    }
}

/// `a`, `a or b`, `a, b or c`
fn either(values: &[&str]) -> String {
    match values {
        [] => "never".to_owned(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
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
        let (schema, _) = unions(Fields::new(), &rules.iter().collect::<Vec<_>>(), &[], &Gates::new());
        let want = json!({
            "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
            "allOf": [{"oneOf": [{"required": ["c"]}, {"required": ["d"]}]}],
            "not": {"anyOf": [{"required": ["a", "b"]}, {"required": ["a", "c"]}, {"required": ["b", "c"]}]},
        });
        assert_eq!(Value::Object(schema), want);
    }

    /// The CEL rules of a struct with these fields and their rules.
    fn cel_of(fields: &[(&str, Vec<Rule>)], union: Option<&Rule>) -> Vec<String> {
        let members: Vec<Member<'_>> =
            fields.iter().map(|(json, rules)| Member { json, rules: rules.iter().collect() }).collect();
        let rules: Vec<&Rule> = union.into_iter().collect();
        let (schema, _) = unions(Fields::new(), &rules, &members, &Gates::new());
        let rules = schema.get("x-kubernetes-validations").and_then(Value::as_array).cloned().unwrap_or_default();
        rules.iter().map(|rule| rule["rule"].as_str().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn members_may_name_their_union() {
        let fields = [("type", vec![Rule::flag("discriminator")]), ("file", vec![Rule::flag("member")])];
        let want = ["has(self.type) && self.type == \"File\" ? has(self.file) : !has(self.file)"];
        assert_eq!(cel_of(&fields, None), want);
        // what the type says of the same union is less
        let pair = RuleArg::Pair("file".into(), Literal::Text("File".into()));
        let named = RuleArg::Rule(Rule::is("discriminator", Literal::Text("type".into())));
        assert_eq!(cel_of(&fields, Some(&Rule::call("union", vec![named, pair]))), want);
    }

    #[test]
    fn a_field_may_depend_on_the_discriminator() {
        let case = |value: &str, inner: &str| {
            let args = vec![RuleArg::Value(Literal::Text(value.into())), RuleArg::Rule(Rule::flag(inner))];
            Rule::call("member", args)
        };
        let fields = [
            ("type", vec![Rule::flag("discriminator")]),
            ("limit", vec![case("Limited", "present")]),
            ("queue", vec![case("Limited", "optional"), case("Queued", "present"), case("Exempt", "forbidden")]),
        ];
        let want = [
            "has(self.type) && self.type == \"Limited\" ? has(self.limit) : !has(self.limit)",
            "!has(self.queue) || (has(self.type) && self.type in [\"Limited\", \"Queued\"])",
            "!(has(self.type) && self.type == \"Queued\") || has(self.queue)",
        ];
        assert_eq!(cel_of(&fields, None), want);
    }
}
