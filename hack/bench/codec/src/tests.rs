//! What is measured is the same for all: every contestant reads every object, and writes what it read.

use serde_json::Value;

use crate::{Case, cases};

#[track_caller]
fn check_json(case: &Case) {
    let recoded = (case.serde_json.recode)(&case.json).unwrap_or_else(|err| panic!("{case}: {err}"));
    let (ours, theirs): (Value, Value) =
        (serde_json::from_slice(&case.json).unwrap(), serde_json::from_slice(&recoded).unwrap());
    assert_eq!(without_empty(ours), without_empty(theirs), "{case}");
    assert_eq!((case.our_json.recode)(&case.json).as_deref(), Ok(&*case.json), "{case}");
}

/// k8s-openapi leaves other empty values out than Go does.
fn without_empty(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.into_iter().map(|(key, value)| (key, without_empty(value)));
            kept.filter(|(_, value)| !is_empty(value)).collect()
        }
        Value::Array(values) => values.into_iter().map(without_empty).collect(),
        other => other,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(fields) => fields.is_empty(),
    }
}

#[test]
fn json_says_the_same_to_all() {
    cases().iter().for_each(check_json);
}

#[test]
fn prost_writes_the_bytes_that_we_write() {
    for case in cases() {
        assert_eq!((case.prost.recode)(&case.proto).as_deref(), Ok(&*case.proto), "{case}");
        assert_eq!((case.our_proto.recode)(&case.proto).as_deref(), Ok(&*case.proto), "{case}");
    }
}

#[test]
fn objects_are_of_a_size_that_is_met() {
    for case in cases() {
        assert!(case.json.len() > 100, "{case} has {} bytes", case.json.len());
    }
}
