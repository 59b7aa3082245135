//! Rules on a value, as keys of its schema.

use kubeforge_structural::{CLOSED, DOCS, Fields, overlay};
use serde_json::{Value, json};

use super::{Gates, cel, presence, shape::Shape};
use crate::{
    emit::{Resolved, validation::is_parameter},
    model::{Field, ListType, Literal, Rule},
};

/// Rules that are read elsewhere: what a value is ([`super::node`]), which fields exclude each other
/// ([`super::unions`]), what a kind's definition says ([`super::kind`]). `opaque` is about calls to validation code, and
/// `optional` says what a schema does anyway: a field that is not there is not checked.
const ELSEWHERE: &[&str] = &[
    "annotation",
    "at_least_one_of",
    "at_most_one_of",
    "conversion_webhook",
    "deprecated",
    "discriminator",
    "each",
    "forbidden",
    "gate",
    "int_or_string",
    "label",
    "member",
    "one_of",
    "opaque",
    "optional",
    "present",
    "schema_type",
    "schema_with",
    "schemaless",
    "schemars",
    "served",
    "skip",
    "storage",
    "union",
    "zero_or_one_of",
    "zero_or_one_of_member",
];

/// What the rules on a value say.
#[derive(Default)]
pub(super) struct Said {
    /// Of the value itself.
    pub(super) schema: Fields,
    /// Rules on the struct that holds it, in CEL.
    pub(super) holder: Vec<Value>,
    /// What can't be said.
    pub(super) errors: Vec<String>,
}

/// The value that rules are on.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) shape: Shape,
    /// The value's type, where there is one.
    pub(super) ty: Option<&'a Resolved<'a>>,
    /// The JSON name of the field whose value it is; `None` for an element of a list or map.
    json: Option<&'a str>,
    /// The field's topology.
    list: Option<&'a ListType>,
    /// The field must be there.
    required: bool,
}

impl<'a> Subject<'a> {
    /// A value of which no more is known.
    pub(super) const fn of(shape: Shape) -> Self {
        Self { shape, ty: None, json: None, list: None, required: false }
    }

    /// A value of a type, under rules: a field's, or an element's.
    pub(super) fn of_type(ty: &'a Resolved<'a>, rules: &[&Rule], field: Option<&'a Field>) -> Self {
        Self {
            shape: Shape::of(ty, rules),
            ty: Some(ty),
            json: field.map(|field| field.json.as_str()),
            list: field.and_then(|field| field.list.as_ref()),
            required: field.is_some_and(|field| field.required) || is_present(rules),
        }
    }

    /// A field of a struct that may be any, as not all structs can be seen.
    fn unseen(json: &'a str, rules: &[&Rule]) -> Self {
        Self { json: Some(json), required: is_present(rules), ..Self::of(Shape::Any) }
    }
}

/// The rules that hold: gates decided, stages too. Rules of stage alpha are checked but reject nothing, so a schema,
/// which can only reject, leaves them out.
pub(super) fn effective<'a>(rules: impl IntoIterator<Item = &'a Rule>, gates: &Gates) -> Vec<&'a Rule> {
    let mut held = Vec::new();
    for rule in rules {
        let gate = rule.leading().is_some_and(|gate| gates.contains(gate));
        match (rule.name.as_str(), gate) {
            ("alpha", _) | ("if_enabled", false) | ("if_disabled", true) => {}
            ("beta", _) | ("if_enabled", true) | ("if_disabled", false) => {
                held.extend(effective(inner(rule), gates));
            }
            _ => held.push(rule),
        }
    }
    held
}

/// The rules inside a rule, without its named arguments.
pub(super) fn inner(rule: &Rule) -> impl Iterator<Item = &Rule> {
    rule.rules().filter(|inner| !is_parameter(&rule.name, &inner.name))
}

/// What `rules` say of a value.
pub(super) fn said(rules: &[&Rule], subject: &Subject<'_>, gates: &Gates) -> Said {
    let mut said = Said::default();
    for rule in rules {
        said.rule(rule, subject, gates);
    }
    // last, as bounds may say it already
    if is_present(rules) {
        said.restrict(presence::not_empty(subject, &said.schema));
    }
    said
}

/// Whether the value must be given.
pub(super) fn is_present(rules: &[&Rule]) -> bool {
    rules.iter().any(|rule| rule.name == "present")
}

impl Said {
    fn set(&mut self, key: &str, value: Value) {
        self.restrict(json!({ key: value }));
    }

    fn restrict(&mut self, more: Value) {
        if let Value::Object(more) = more {
            self.schema = overlay(std::mem::take(&mut self.schema), more);
        }
    }

    fn cel(&mut self, rule: Value) {
        self.set("x-kubernetes-validations", json!([rule]));
    }

    /// Whether the rule can be on such a value.
    fn wants(&mut self, rule: &Rule, shape: Shape, wanted: &[Shape]) -> bool {
        let fits = shape == Shape::Any || wanted.contains(&shape);
        if !fits {
            let names: Vec<&str> = wanted.iter().map(|shape| shape.name()).collect();
            self.errors.push(format!("`{}` is for {}, not for {}", rule.name, names.join(" or "), shape.name()));
        }
        fits
    }

    fn number(&mut self, rule: &Rule, shape: Shape, wanted: &[Shape], keys: &[(&str, Option<Value>)]) {
        let Some(value) = rule.literal().and_then(Literal::json) else { return };
        if self.wants(rule, shape, wanted) {
            let fields: Fields =
                keys.iter().map(|(key, fixed)| ((*key).to_owned(), fixed.clone().unwrap_or(value.clone()))).collect();
            self.restrict(Value::Object(fields));
        }
    }

    fn rule(&mut self, rule: &Rule, subject: &Subject<'_>, gates: &Gates) {
        let shape = subject.shape;
        let value = rule.literal().and_then(Literal::json);
        let text = || json!(rule.text().unwrap_or_default());
        const NUMBER: &[Shape] = &[Shape::Number];
        const TEXT: &[Shape] = &[Shape::Text, Shape::Mixed];
        const LIST: &[Shape] = &[Shape::List];
        const OBJECT: &[Shape] = &[Shape::Map, Shape::Object];
        match rule.name.as_str() {
            "min" => self.number(rule, shape, NUMBER, &[("minimum", None)]),
            "max" => self.number(rule, shape, NUMBER, &[("maximum", None)]),
            "exclusive_min" => {
                self.number(rule, shape, NUMBER, &[("minimum", None), ("exclusiveMinimum", Some(json!(true)))]);
            }
            "exclusive_max" => {
                self.number(rule, shape, NUMBER, &[("maximum", None), ("exclusiveMaximum", Some(json!(true)))]);
            }
            "multiple_of" => self.number(rule, shape, NUMBER, &[("multipleOf", None)]),
            "values" => {
                if self.wants(rule, shape, NUMBER) {
                    let numbers = rule.numbers().filter_map(|digits| serde_json::from_str::<Value>(digits).ok());
                    self.set("enum", numbers.collect());
                }
            }
            "min_len" => self.number(rule, shape, TEXT, &[("minLength", None)]),
            "max_len" => self.number(rule, shape, TEXT, &[("maxLength", None)]),
            "min_items" => self.number(rule, shape, LIST, &[("minItems", None)]),
            "max_items" => self.number(rule, shape, LIST, &[("maxItems", None)]),
            "min_entries" => self.number(rule, shape, OBJECT, &[("minProperties", None)]),
            "max_entries" => self.number(rule, shape, OBJECT, &[("maxProperties", None)]),
            "pattern" => {
                if self.wants(rule, shape, TEXT) {
                    self.set("pattern", text());
                }
            }
            "max_bytes" => self.max_bytes(rule, shape),
            "format" => self.set("format", text()),
            "unique" => {
                if self.wants(rule, shape, LIST) {
                    self.unique(rule, subject.list);
                }
            }
            "closed" => self.set(CLOSED, json!(true)),
            "not_equal" => match value {
                Some(value) => self.set("not", json!({"enum": [value]})),
                None => self.errors.push("the value of a constant is not known here: write it out".to_owned()),
            },
            "enum_exclude" => self.set("not", json!({"enum": rule.words().collect::<Vec<_>>()})),
            "immutable" => self.changes(&["no_set", "no_unset", "no_modify"], subject),
            "update" => self.changes(&rule.words().collect::<Vec<_>>(), subject),
            "cel" => self.cel(cel::written(rule)),
            "title" => self.set("title", text()),
            "example" => match value {
                Some(value) => self.set("example", value),
                None => self.errors.push("the value of a constant is not known here: write it out".to_owned()),
            },
            "external_docs" => self.set("externalDocs", external_docs(rule)),
            "docs" => self.set(DOCS, json!(rule.int().unwrap_or_default())),
            "preserve_unknown" => self.set("x-kubernetes-preserve-unknown-fields", json!(true)),
            "embedded" => self.set("x-kubernetes-embedded-resource", json!(true)),
            "each_key" => {
                if self.wants(rule, shape, &[Shape::Map]) {
                    self.keys(rule, gates);
                }
            }
            "field" => {
                if self.wants(rule, shape, &[Shape::Object]) {
                    self.field(rule, gates);
                }
            }
            name if ELSEWHERE.contains(&name) => {}
            name => self.errors.push(format!("`{name}` has no form in a custom resource's schema: say it with `cel`")),
        }
    }

    fn max_bytes(&mut self, rule: &Rule, shape: Shape) {
        let most = rule.int().unwrap_or_default();
        if self.wants(rule, shape, &[Shape::Text]) {
            let test = format!("size(bytes(self)) <= {most}");
            self.cel(cel::rule(test, format!("must be no more than {most} bytes")));
        }
    }

    /// A set or list map is free of duplicates as it is.
    fn unique(&mut self, rule: &Rule, topology: Option<&ListType>) {
        let keys: Vec<&str> = rule.words().collect();
        let by_topology = match topology {
            Some(ListType::Map(known)) => keys.is_empty() || keys.iter().eq(known),
            Some(ListType::Set) => keys.is_empty(),
            Some(ListType::Atomic) | None => false,
        };
        if by_topology || rule.text() == Some("custom") {
            return;
        }
        self.cel(if keys.is_empty() {
            cel::rule("self.all(x, self.exists_one(y, x == y))", "must not hold an element twice")
        } else {
            let same: Vec<String> = keys.iter().map(|key| same_member(key)).collect();
            let test = format!("self.all(x, self.exists_one(y, {}))", same.join(" && "));
            cel::rule(test, format!("must not hold two elements with the same {}", keys.join(" and ")))
        });
    }

    /// Changes that an update can't make. Only the holder sees that a field comes or goes; a required one does neither.
    fn changes(&mut self, forbidden: &[&str], subject: &Subject<'_>) {
        for word in forbidden {
            let holder = |rule: fn(&str, &str) -> String, message: &str| {
                let json = subject.json?;
                let (now, before) = (cel::member("self", json), cel::member("oldSelf", json));
                Some(cel::rule(rule(&now, &before), format!("{json} {message}")))
            };
            match *word {
                "no_modify" => self.cel(cel::rule("self == oldSelf", "can't be changed")),
                "no_set" | "no_unset" if subject.required => {}
                "no_set" => self.holder.extend(holder(
                    |now, before| format!("has({before}) || !has({now})"),
                    "can't be set once the object exists",
                )),
                _ => self
                    .holder
                    .extend(holder(|now, before| format!("!has({before}) || has({now})"), "can't be removed once set")),
            }
        }
    }

    /// Rules on the keys of a map. OpenAPI has none; CEL sees the keys as a list.
    fn keys(&mut self, rule: &Rule, gates: &Gates) {
        for inner in effective(inner(rule), gates) {
            let text = inner.text().map(cel::text).unwrap_or_default();
            let number = inner.int().unwrap_or_default();
            let (test, message) = match (inner.name.as_str(), inner.text().and_then(cel_format)) {
                ("pattern", _) => (format!("key.matches({text})"), format!("keys must match {text}")),
                ("min_len", _) => (format!("size(key) >= {number}"), format!("keys have at least {number} characters")),
                ("max_len", _) => (format!("size(key) <= {number}"), format!("keys have at most {number} characters")),
                ("max_bytes", _) => {
                    (format!("size(bytes(key)) <= {number}"), format!("keys have at most {number} bytes"))
                }
                ("present", _) => ("size(key) > 0".to_owned(), "keys must not be empty".to_owned()),
                ("optional", _) => continue,
                ("format", Some(format)) => {
                    (format!("!format.{format}().validate(key).hasValue()"), format!("keys must be of format {text}"))
                }
                _ => {
                    let message = format!("`{inner}` on a map's keys has no form in CEL: say it with `cel`");
                    self.errors.push(message);
                    continue;
                }
            };
            self.cel(cel::rule(format!("self.all(key, {test})"), message));
        }
    }

    /// Rules on a field of the struct that the value is.
    fn field(&mut self, rule: &Rule, gates: &Gates) {
        let Some(name) = rule.leading() else { return };
        let rules = effective(inner(rule), gates);
        let Said { schema, holder, errors } = said(&rules, &Subject::unseen(name, &rules), gates);
        let mut over = json!({"properties": {name: schema}});
        if is_present(&rules) {
            over["required"] = json!([name]);
        }
        self.restrict(over);
        // the value is the field's holder
        holder.into_iter().for_each(|rule| self.cel(rule));
        self.errors.extend(errors);
    }
}

/// Whether two elements, `x` and `y`, have the same member, or both have none.
fn same_member(key: &str) -> String {
    let (x, y) = (cel::member("x", key), cel::member("y", key));
    format!("(has({x}) ? has({y}) && {x} == {y} : !has({y}))")
}

fn external_docs(rule: &Rule) -> Value {
    let mut docs = json!({"url": rule.named("url").and_then(Literal::text).unwrap_or_default()});
    if let Some(text) = rule.named("text").and_then(Literal::text) {
        docs["description"] = json!(text);
    }
    docs
}

/// CEL's name for a format of Kubernetes' own.
fn cel_format(format: &str) -> Option<&'static str> {
    Some(match format {
        "k8s-short-name" => "dns1123Label",
        "k8s-long-name" => "dns1123Subdomain",
        "k8s-label-key" => "qualifiedName",
        "k8s-label-value" => "labelValue",
        "k8s-uuid" | "uuid" => "uuid",
        "uri" => "uri",
        "date" => "date",
        "date-time" => "datetime",
        "byte" => "byte",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RuleArg;

    #[track_caller]
    fn check(shape: Shape, rules: &[Rule], want: Value) {
        let rules = effective(rules, &Gates::new());
        let said = said(&rules, &Subject::of(shape), &Gates::new());
        assert_eq!((Value::Object(said.schema), said.errors), (want, Vec::new()));
    }

    fn number(name: &str, number: &str) -> Rule {
        Rule::is(name, Literal::Number(number.to_owned()))
    }

    #[test]
    fn bounds_hold_together() {
        let rules = [number("min", "0"), number("exclusive_max", "1.5")];
        check(Shape::Number, &rules, json!({"minimum": 0, "maximum": 1.5, "exclusiveMaximum": true}));
        let rules = ["a", "b"].map(|text| Rule::is("pattern", Literal::Text(text.to_owned())));
        check(Shape::Text, &rules, json!({"pattern": "a", "allOf": [{"pattern": "b"}]}));
    }

    #[test]
    fn stages_and_gates_are_decided() {
        let gated = |name: &str, inner: Rule| {
            Rule::call(name, vec![RuleArg::Value(Literal::Text("Gate".into())), RuleArg::Rule(inner)])
        };
        let rules = [
            gated("if_enabled", number("max_len", "1")),
            gated("if_disabled", number("max_len", "2")),
            Rule::call("alpha", vec![RuleArg::Rule(number("min_len", "3"))]),
            Rule::call(
                "beta",
                vec![
                    RuleArg::Rule(Rule::is("since", Literal::Text("1.36".into()))),
                    RuleArg::Rule(number("min_len", "4")),
                ],
            ),
        ];
        check(Shape::Text, &rules, json!({"maxLength": 2, "minLength": 4}));
    }

    #[test]
    fn keys_are_checked_in_cel() {
        let keys = Rule::call("each_key", vec![RuleArg::Rule(number("max_len", "9"))]);
        let rule = json!({"rule": "self.all(key, size(key) <= 9)", "message": "keys have at most 9 characters"});
        check(Shape::Map, &[keys], json!({"x-kubernetes-validations": [rule]}));
    }

    #[test]
    fn elements_are_told_apart_by_keys() {
        let unique = Rule::call("unique", vec![RuleArg::Value(Literal::Text("a".into()))]);
        let rule = json!({
            "rule": "self.all(x, self.exists_one(y, (has(x.a) ? has(y.a) && x.a == y.a : !has(y.a))))",
            "message": "must not hold two elements with the same a",
        });
        check(Shape::List, &[unique], json!({"x-kubernetes-validations": [rule]}));
    }

    #[test]
    fn a_rule_on_the_wrong_value_is_an_error() {
        let said = said(&[&number("min_len", "1")], &Subject::of(Shape::Bool), &Gates::new());
        let want = "`min_len` is for a text or a number or text, not for true or false";
        assert_eq!(said.errors, [want]);
    }
}
