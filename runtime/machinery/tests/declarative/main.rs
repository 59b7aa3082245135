//! What generated validation says of objects, told by their JSON: tables of new and old states, and the errors.

#![allow(missing_docs, unreachable_pub, reason = "types for tests")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod v1;

use kubeforge_machinery::{
    GroupVersionKind, SchemeBuilder, codec,
    validation::{FeatureGates, Findings, ValidationContext},
};
use serde_json::{Value, json};
use v1::Machine;

fn machine(json: &Value) -> Machine {
    codec::from_json_slice(json.to_string().as_bytes()).unwrap()
}

/// Validates through the Scheme, as the API server does.
fn validate(new: &Value, old: Option<&Value>, gates: &[&'static str]) -> Findings {
    let mut scheme = SchemeBuilder::new("test");
    v1::generated::register(&mut scheme);
    let scheme = scheme.build();
    let entry = scheme.get(&GroupVersionKind::new("rules.example.com", "v1", "Machine")).unwrap();
    let gates = gates.iter().fold(FeatureGates::default(), |gates, gate| gates.with(*gate, true));
    let ctx = ValidationContext { observe: true, ..ValidationContext::new(&gates) };
    let (new, old) = (machine(new), old.map(machine));
    entry.validate(&new, old.as_ref().map(|old| old as _), &ctx)
}

fn texts(errors: &[kubeforge_machinery::field::Error]) -> Vec<String> {
    errors.iter().map(ToString::to_string).collect()
}

#[track_caller]
fn check_all(rule: &str, new: Value, old: Option<Value>, gates: &[&'static str], want: &[&str], observed: &[&str]) {
    let found = validate(&new, old.as_ref(), gates);
    assert_eq!(texts(&found.errors), want, "{rule}");
    assert_eq!(texts(&found.observed), observed, "{rule}, observed");
}

/// A machine whose values are valid, but for these.
fn with_values(values: Value) -> Value {
    let mut all = json!({"name": "a"});
    all.as_object_mut().unwrap().extend(values.as_object().unwrap().clone());
    json!({"spec": {"values": all}})
}

/// A machine whose spec has this beside valid values.
fn with_spec(spec: Value) -> Value {
    let mut machine = with_values(json!({}));
    machine["spec"].as_object_mut().unwrap().extend(spec.as_object().unwrap().clone());
    machine
}

/// A new object with these values.
#[track_caller]
fn check_values(rule: &str, values: Value, want: &[&str]) {
    check_all(rule, with_values(values), None, &[], want, &[]);
}

#[track_caller]
fn check_values_update(rule: &str, old: Value, new: Value, want: &[&str]) {
    check_all(rule, with_values(new), Some(with_values(old)), &[], want, &[]);
}

#[track_caller]
fn check_spec(rule: &str, spec: Value, want: &[&str]) {
    check_all(rule, with_spec(spec), None, &[], want, &[]);
}

#[track_caller]
fn check_spec_update(rule: &str, old: Value, new: Value, want: &[&str]) {
    check_all(rule, with_spec(new), Some(with_spec(old)), &[], want, &[]);
}

#[test]
fn values_without_flaws_pass() {
    check_values("nothing set", json!({}), &[]);
    let all = json!({
        "number": 2, "ratio": 1, "port": 8, "text": "blau", "alias": "b", "words": ["a", "b"],
        "labels": {"a": "b", "c.d/e": ""}, "color": "Blue", "finish": "Polished", "grid": {"x": [1, 2]},
        "belt": "b", "weight": "1Ki", "staged": 1, "serial": "s",
    });
    check_values("everything set", all, &[]);
}

#[test]
fn numbers() {
    let at = "spec.values.number: Invalid value";
    check_values("min", json!({"number": -2}), &[&format!("{at}: -2: must be greater than or equal to -1")]);
    check_values("max", json!({"number": 10}), &[&format!("{at}: 10: must be less than or equal to 9")]);
    check_values("multiple_of", json!({"number": 3}), &[&format!("{at}: 3: must be a multiple of 2")]);
    let at = "spec.values.ratio: Invalid value";
    check_values("exclusive_min", json!({"ratio": 0}), &[&format!("{at}: 0: must be greater than 0")]);
    check_values("exclusive_max", json!({"ratio": 1.5}), &[&format!("{at}: 1.5: must be less than 1.5")]);
    check_values("not_equal", json!({"port": 7}), &["spec.values.port: Invalid value: 7: must not be equal to 7"]);
}

#[test]
fn texts_of_values() {
    let at = "spec.values.text";
    check_values(
        "not_equal",
        json!({"text": "none"}),
        &[&format!(r#"{at}: Invalid value: "none": must not be equal to "none""#)],
    );
    check_values("min_len", json!({"text": "ü"}), &[&format!("{at}: Too short: must be at least 2 characters")]);
    check_values(
        "max_len",
        json!({"text": "abcdefg"}),
        &[&format!("{at}: Too long: may not be more than 6 characters")],
    );
    check_values("max_bytes", json!({"text": "üüüüü"}), &[&format!("{at}: Too long: may not be more than 8 bytes")]);
    check_values(
        "pattern",
        json!({"text": "ab1"}),
        &[&format!(r#"{at}: Invalid value: "ab1": must match the pattern (regex used for validation is '^[a-zü]+$')"#)],
    );
    check_values(
        "format",
        json!({"alias": "a.b"}),
        &[r#"spec.values.alias: Invalid value: "a.b": must not contain dots"#],
    );
}

#[test]
fn what_is_always_written_is_checked_when_empty_and_the_rest_is_not() {
    let found = validate(&with_values(json!({"name": "", "alias": ""})), None, &[]);
    let fields: Vec<&str> = found.errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["spec.values.name"]);
}

#[test]
fn lists_and_maps_of_values() {
    check_values("min_items", json!({"words": ["a"]}), &["spec.values.words: Too few: 1: must have at least 2 items"]);
    check_values(
        "each",
        json!({"words": ["", "long"]}),
        &["spec.values.words[0]: Required value", "spec.values.words[1]: Too long: may not be more than 3 characters"],
    );
    check_values(
        "min_entries",
        json!({"labels": {"a": ""}}),
        &["spec.values.labels: Too few: 1: must have at least 2 items"],
    );
    check_values(
        "max_entries",
        json!({"labels": {"a": "", "b": "", "c": ""}}),
        &["spec.values.labels: Too many: 3: must have at most 2 items"],
    );
    let found = validate(&with_values(json!({"labels": {"/a": "", "b": "b b"}})), None, &[]);
    let fields: Vec<_> = found.errors.iter().map(|error| (error.field.as_str(), error.origin)).collect();
    let want = [("spec.values.labels", "format=k8s-label-key"), ("spec.values.labels[b]", "format=k8s-label-value")];
    assert_eq!(fields, want, "keys are reported at the map");
    check_values(
        "unique inside of each",
        json!({"grid": {"x": [1, 2, 1]}}),
        &["spec.values.grid[x][2]: Duplicate value: 1"],
    );
}

#[test]
fn enums_are_closed_where_asked() {
    check_values(
        "on the field",
        json!({"color": "Mauve"}),
        &[r#"spec.values.color: Unsupported value: "Mauve": supported values: "Blue", "Red""#],
    );
    check_values(
        "value excluded on the field",
        json!({"color": "Red"}),
        &[r#"spec.values.color: Unsupported value: "Red": supported values: "Blue""#],
    );
    check_all("its gate is on", with_values(json!({"color": "Red"})), None, &["Paint"], &[], &[]);
    check_values(
        "on the type",
        json!({"finish": "Matt"}),
        &[r#"spec.values.finish: Unsupported value: "Matt": supported values: "Polished""#],
    );
    check_all("variant with its gate", with_values(json!({"finish": "Rusty"})), None, &["Rust"], &[], &[]);
    check_values(
        "variant without",
        json!({"finish": "Rusty"}),
        &[r#"spec.values.finish: Unsupported value: "Rusty": supported values: "Polished""#],
    );
    check_values("not set", json!({"finish": ""}), &[]);
}

#[test]
fn updates() {
    let belt = "spec.values.belt: Invalid value: null";
    check_values_update(
        "no_set",
        json!({}),
        json!({"belt": "a"}),
        &[&format!("{belt}: field cannot be set once created")],
    );
    check_values_update(
        "no_unset",
        json!({"belt": "a"}),
        json!({}),
        &[&format!("{belt}: field cannot be cleared once set")],
    );
    check_values_update("modified, which is allowed", json!({"belt": "a"}), json!({"belt": "b"}), &[]);
    check_values_update(
        "no_modify",
        json!({"weight": "1"}),
        json!({"weight": "2"}),
        &["spec.values.weight: Invalid value: null: field cannot be modified once set"],
    );
    check_values_update("set, which is allowed", json!({}), json!({"weight": "2"}), &[]);
    check_values_update(
        "immutable",
        json!({"serial": "a"}),
        json!({"serial": "b"}),
        &[r#"spec.values.serial: Invalid value: "b": field is immutable"#],
    );
    check_spec_update(
        "immutable struct",
        json!({"plan": {"name": "a"}}),
        json!({"plan": {"name": "b"}}),
        &[r#"spec.plan: Invalid value: {"name":"b"}: field is immutable"#],
    );
    check_spec_update(
        "immutable, taken away",
        json!({"plan": {"name": "a"}}),
        json!({}),
        &["spec.plan: Invalid value: null: field is immutable"],
    );
}

#[test]
fn gates() {
    let with = |gears| with_values(json!({"gears": gears}));
    check_all("off, not given", with(json!([])), None, &[], &[], &[]);
    check_all("off, given", with(json!([1])), None, &[], &["spec.values.gears: Forbidden"], &[]);
    check_all("on, not given", with(json!([])), None, &["Gears"], &["spec.values.gears: Required value"], &[]);
    check_all("on, given", with(json!([1])), None, &["Gears"], &[], &[]);
}

#[test]
fn stages() {
    let message =
        |value, max| format!("spec.values.staged: Invalid value: {value}: must be less than or equal to {max}");
    let with = |staged: i32| with_values(json!({"staged": staged}));
    check_all("alpha observes", with(2), None, &[], &[], &[&message(2, 1)]);
    check_all("beta rejects", with(3), None, &[], &[&message(3, 2)], &[&message(3, 1)]);
    check_all("all do", with(4), None, &[], &[&message(4, 3), &message(4, 2)], &[&message(4, 1)]);
    let gates = FeatureGates::default();
    let mut found = Findings::default();
    let quiet = ValidationContext::new(&gates);
    kubeforge_machinery::validation::Validate::validate(
        &machine(&with(2)),
        None,
        &kubeforge_machinery::field::Path::NIL,
        &quiet,
        &mut found,
    );
    assert_eq!(found, Findings::default(), "nobody observes");
}

#[test]
fn elements_are_unique_by_their_topology() {
    check_spec(
        "map",
        json!({"parts": [{"name": "a"}, {"name": "a", "slot": 1}, {"name": "a"}]}),
        &[r#"spec.parts[2]: Duplicate value: {"name":"a"}"#],
    );
    check_spec("set", json!({"tags": ["ab", "cd", "ab"]}), &[r#"spec.tags[2]: Duplicate value: "ab""#]);
    check_spec(
        "named keys",
        json!({"ordered": [{"name": "a"}, {"name": "a", "slot": 1}]}),
        &[r#"spec.ordered[1]: Duplicate value: {"name":"a","slot":1}"#],
    );
    let part = |name: &str| json!({"name": name});
    let many = json!({"parts": [part("a"), part("b"), part("c"), part("c")]});
    check_spec("too many ends the checks", many, &["spec.parts: Too many: 4: must have at most 3 items"]);
}

#[test]
fn an_update_checks_what_changed_alone() {
    let bad = json!({"name": "-", "slot": -1});
    let message = |path: &str| format!("{path}.slot: Invalid value: -1: must be greater than or equal to 0");
    let bad_slot = json!({"name": "a", "slot": -1});
    check_spec_update("unchanged list", json!({"parts": [bad]}), json!({"parts": [bad]}), &[]);
    check_spec_update("moved in a map", json!({"parts": [bad]}), json!({"parts": [{"name": "b"}, bad]}), &[]);
    check_spec_update(
        "another key is a new element",
        json!({"parts": [{"name": "a"}]}),
        json!({"parts": [bad_slot]}),
        &[&message("spec.parts[0]")],
    );
    check_spec_update(
        "moved, keys named by unique",
        json!({"ordered": [bad_slot]}),
        json!({"ordered": [{"name": "b"}, bad_slot]}),
        &[],
    );
    check_spec_update(
        "moved in an atomic list",
        json!({"loose": [bad_slot]}),
        json!({"loose": [{"name": "b"}, bad_slot]}),
        &[&message("spec.loose[1]")],
    );
    check_spec_update("moved in a set", json!({"tags": ["a"]}), json!({"tags": ["bc", "a"]}), &[]);
    check_spec_update(
        "new in a set",
        json!({"tags": ["a"]}),
        json!({"tags": ["a", "b"]}),
        &["spec.tags[1]: Too short: must be at least 2 characters"],
    );
    check_values_update("map key", json!({"labels": {"/": "", "b": ""}}), json!({"labels": {"/": "x", "b": ""}}), &[]);
    check_values_update("field beside a bad one", json!({"number": 11}), json!({"number": 11, "port": 1}), &[]);
}

#[test]
fn a_discriminator_names_the_member_of_a_union() {
    let part = json!({"name": "a"});
    check_spec("right", json!({"drive": {"type": "Electric", "electric": part}}), &[]);
    check_spec(
        "wrong",
        json!({"drive": {"type": "Steam", "electric": part}}),
        &[
            r#"spec.drive.electric: Invalid value: "": may only be specified when `type` is "Electric""#,
            r#"spec.drive.boiler: Invalid value: "": must be specified when `type` is "Steam""#,
        ],
    );
    check_spec("missing", json!({"drive": {"type": ""}}), &["spec.drive.type: Required value"]);
    check_spec(
        "inside of it",
        json!({"drive": {"type": "Electric", "electric": {"name": ""}}}),
        &["spec.drive.electric.name: Required value"],
    );
    check_spec("opaque", json!({"spare": {"type": "", "electric": {"name": ""}}}), &[]);
    let wrong = json!({"drive": {"type": "Steam", "electric": part}});
    let other = json!({"drive": {"type": "Steam", "electric": {"name": "b"}}});
    check_spec_update("membership as before", wrong, other, &[]);
}

#[test]
fn a_discriminator_says_which_rules_hold() {
    let drive = |mode: &str, speed: Value| json!({"drive": {"type": "Other", "mode": mode, "speed": speed}});
    check_spec("demanded", drive("Fixed", Value::Null), &["spec.drive.speed: Required value"]);
    check_spec(
        "bounded",
        drive("Fixed", json!(6)),
        &["spec.drive.speed: Invalid value: 6: must be less than or equal to 5"],
    );
    check_spec("optional", drive("Free", json!(6)), &[]);
    check_spec("no rules for the value", drive("Off", json!(1)), &["spec.drive.speed: Forbidden"]);
    check_spec_update(
        "the discriminator changed",
        drive("Free", json!(6)),
        drive("Fixed", json!(6)),
        &["spec.drive.speed: Invalid value: 6: must be less than or equal to 5"],
    );
    check_spec_update("nothing changed", drive("Off", json!(1)), drive("Off", json!(1)), &[]);
}

#[test]
fn unions_without_a_discriminator() {
    let choice = |choice: Value| with_spec(json!({"choice": choice}));
    let message = r#"spec.choice: Invalid value: "{a, b}": must specify at most one of: `a`, `b`"#;
    let one = "must specify one of: `c`, `d`";
    let none = format!(r#"spec.choice: Invalid value: "": {one}"#);
    check_all("two", choice(json!({"a": 1, "b": ["x"], "d": "x"})), None, &[], &[message], &[]);
    check_all("one", choice(json!({"a": 1, "d": "x"})), None, &["Choosy"], &[], &[]);
    check_all("none of a stage that observes", choice(json!({"a": 1})), None, &[], &[], &[&none]);
    let least = r#"spec.choice: Invalid value: "": must specify at least one of: `a`, `b`, `c`"#;
    check_all("none under a gate", choice(json!({"d": "x"})), None, &["Choosy"], &[least], &[]);
}

#[test]
fn elements_with_certain_keys() {
    let with = |conditions: Value| {
        let mut machine = with_values(json!({}));
        machine["status"] = json!({"conditions": conditions});
        machine
    };
    let (ready, broken) = (json!({"type": "Ready"}), json!({"type": "Broken", "reason": "r"}));
    check_all("one", with(json!([{"type": "Other"}, ready])), None, &[], &[], &[]);
    check_all(
        "both",
        with(json!([ready, broken])),
        None,
        &[],
        &[
            r#"status.conditions: Invalid value: "{Conditions[{\"type\": \"Ready\"}], Conditions[{\"type\": \"Broken\"}]}": must specify at most one of: `Conditions[{"type": "Ready"}]`, `Conditions[{"type": "Broken"}]`"#,
        ],
        &[],
    );
    check_all(
        "its rules",
        with(json!([{"type": "Other"}, {"type": "Broken"}])),
        None,
        &[],
        &["status.conditions[1].reason: Required value"],
        &[],
    );
    check_all("uniqueness is checked by hand", with(json!([ready, ready])), None, &[], &[], &[]);
}

#[test]
fn rules_on_a_field_of_a_struct_elsewhere() {
    let named = |name: &str| {
        let mut machine = with_values(json!({}));
        machine["metadata"] = json!({"name": name});
        machine
    };
    check_all("not given", named(""), None, &[], &[], &[]);
    check_all("good", named("a.b"), None, &[], &[], &[]);
    assert_eq!(texts(&validate(&named("A"), None, &[]).errors).len(), 1);
    assert_eq!(validate(&named("A"), None, &[]).errors[0].field, "metadata.name");
}
