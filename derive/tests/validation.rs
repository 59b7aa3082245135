//! Rules on types in a user's crate: the macro sees one type at a time.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use kubeforge_derive::Api;
use kubeforge_machinery::{
    GroupVersionKind, SchemeBuilder, codec,
    meta::v1::{Condition, ObjectMeta},
    validation::{FeatureGates, Findings, ValidationContext},
};
use serde_json::{Value, json};

/// A thing that a shop sells.
#[derive(Clone, Debug, Default, PartialEq, Api)]
#[api(kind, namespaced, group = "shop.example.com", version = "v1")]
struct Gadget {
    #[api(tag = 1, field("name", max_len = 5), field("resource_version", optional))]
    metadata: ObjectMeta,
    #[api(tag = 2)]
    spec: GadgetSpec,
}

/// What is wanted of a gadget.
#[derive(Clone, Debug, Default, PartialEq, Api)]
#[api(at_most_one_of("color", "paint"))]
struct GadgetSpec {
    #[api(tag = 1, list = map("name"), unique, max_items = 3)]
    parts: Vec<Part>,
    #[api(tag = 2)]
    color: Option<Color>,
    #[api(tag = 3, closed)]
    paint: Color,
    #[api(tag = 4, each(min = 1))]
    sizes: BTreeMap<String, i64>,
    #[api(tag = 5, list = map("type"), item("type" = "Sold", field("reason", present)))]
    conditions: Vec<Condition>,
    #[api(tag = 6, immutable)]
    first: Option<Box<Part>>,
    #[api(tag = 7, if_enabled("Nested", present))]
    boxes: BTreeMap<String, Vec<Part>>,
}

#[derive(Clone, Debug, Default, PartialEq, Api)]
struct Part {
    #[api(tag = 1, required, present, pattern = "^[a-z]+$")]
    name: String,
    #[api(tag = 2, max = 9)]
    count: i32,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Api)]
#[api(closed)]
enum Color {
    Red,
    Blue,
    Other(String),
}

/// A type without rules: it has an empty implementation, so that others can hold it.
#[derive(Clone, Debug, Default, PartialEq, Api)]
#[api(kind, cluster, group = "shop.example.com", version = "v1")]
struct Shelf {
    metadata: ObjectMeta,
    free: i64,
}

fn validate(new: &Value, old: Option<&Value>, gates: &FeatureGates) -> Findings {
    let mut scheme = SchemeBuilder::new("shop");
    Gadget::register(&mut scheme);
    Shelf::register(&mut scheme);
    let scheme = scheme.build();
    let entry = scheme.get(&GroupVersionKind::new("shop.example.com", "v1", "Gadget")).unwrap();
    let read = |json: &Value| codec::from_json_slice::<Gadget>(json.to_string().as_bytes()).unwrap();
    let (new, old) = (read(new), old.map(read));
    entry.validate(&new, old.as_ref().map(|old| old as _), &ValidationContext::new(gates))
}

#[track_caller]
fn check(rule: &str, new: Value, old: Option<Value>, want: &[&str]) {
    let found = validate(&new, old.as_ref(), &FeatureGates::default());
    assert_eq!(found.errors.iter().map(ToString::to_string).collect::<Vec<_>>(), want, "{rule}");
}

#[test]
fn rules_reach_types_that_the_macro_does_not_see() {
    check("nothing", json!({}), None, &[]);
    check(
        "in a list",
        json!({"spec": {"parts": [{"name": "a"}, {"name": "1"}]}}),
        None,
        &[
            r#"spec.parts[1].name: Invalid value: "1": must match the pattern (regex used for validation is '^[a-z]+$')"#,
        ],
    );
    check(
        "in a map of lists",
        json!({"spec": {"boxes": {"x": [{"name": ""}]}}}),
        None,
        &["spec.boxes[x][0].name: Required value"],
    );
    check(
        "an enum's",
        json!({"spec": {"color": "Mauve"}}),
        None,
        &[r#"spec.color: Unsupported value: "Mauve": supported values: "Blue", "Red""#],
    );
    check(
        "metadata",
        json!({"metadata": {"name": "gadget"}}),
        None,
        &["metadata.name: Too long: may not be more than 5 characters"],
    );
}

#[test]
fn rules_that_need_to_know_fields_look_at_their_json() {
    check(
        "unique keys",
        json!({"spec": {"parts": [{"name": "a"}, {"name": "a", "count": 1}]}}),
        None,
        &[r#"spec.parts[1]: Duplicate value: {"name":"a","count":1}"#],
    );
    let (bad, other) = (json!({"name": "a", "count": 10}), json!({"name": "b"}));
    let (one, two) = (json!({"spec": {"parts": [bad]}}), json!({"spec": {"parts": [other, bad]}}));
    check("a bad element that moved", two, Some(one), &[]);
    check(
        "item",
        json!({"spec": {"conditions": [{"type": "Sold"}]}}),
        None,
        &["spec.conditions[0].reason: Required value"],
    );
    check("another item", json!({"spec": {"conditions": [{"type": "Lost"}]}}), None, &[]);
}

#[test]
fn rules_on_the_type_at_hand() {
    check(
        "union",
        json!({"spec": {"color": "Red", "paint": "Blue"}}),
        None,
        &[r#"spec: Invalid value: "{color, paint}": must specify at most one of: `color`, `paint`"#],
    );
    check(
        "each value",
        json!({"spec": {"sizes": {"s": 0}}}),
        None,
        &["spec.sizes[s]: Invalid value: 0: must be greater than or equal to 1"],
    );
    let first = |name: &str| json!({"spec": {"first": {"name": name}}});
    check(
        "immutable",
        first("b"),
        Some(first("a")),
        &[r#"spec.first: Invalid value: {"name":"b"}: field is immutable"#],
    );
    let found = validate(&json!({}), None, &FeatureGates::default().with("Nested", true));
    assert_eq!(found.errors[0].to_string(), "spec.boxes: Required value");
}

#[test]
fn a_kind_without_rules_is_valid() {
    let mut scheme = SchemeBuilder::new("shop");
    Shelf::register(&mut scheme);
    let scheme = scheme.build();
    let entry = scheme.get(&GroupVersionKind::new("shop.example.com", "v1", "Shelf")).unwrap();
    let gates = FeatureGates::default();
    let shelf = Shelf { free: -1, ..Shelf::default() };
    assert_eq!(entry.validate(&shelf, None, &ValidationContext::new(&gates)), Findings::default());
}
