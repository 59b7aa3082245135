//! What is measured is the same for all: every contestant reads every object, and writes what it read.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::{Case, cases};

#[track_caller]
fn check_json(case: &Case) {
    let recoded = (case.serde_json.recode)(&case.json).unwrap_or_else(|err| panic!("{case}: {err}"));
    let (ours, theirs): (Value, Value) =
        (serde_json::from_slice(&case.json).unwrap(), serde_json::from_slice(&recoded).unwrap());
    let differences = differences("", &without_empty(ours), &without_empty(theirs));
    assert_eq!(differences, Vec::<String>::new(), "{case}");
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

/// Paths whose values differ.
fn differences(path: &str, ours: &Value, theirs: &Value) -> Vec<String> {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            let keys: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
            let of = |fields: &Map<String, Value>, key| fields.get(key).cloned().unwrap_or_default();
            // k8s-openapi says kind and version in the items of lists as well
            let is_type = |key: &&String| !ours.contains_key(*key) && ["apiVersion", "kind"].contains(&key.as_str());
            keys.into_iter()
                .filter(|key| !is_type(key))
                .flat_map(|key| differences(&format!("{path}.{key}"), &of(ours, key), &of(theirs, key)))
                .collect()
        }
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            let pairs = ours.iter().zip(theirs).enumerate();
            pairs.flat_map(|(at, (ours, theirs))| differences(&format!("{path}[{at}]"), ours, theirs)).collect()
        }
        // 1 and 1.0 are one number
        (Value::Number(ours), Value::Number(theirs)) if ours.as_f64() == theirs.as_f64() => Vec::new(),
        _ if ours == theirs => Vec::new(),
        _ => vec![format!("{path}: {ours}, not {theirs}")],
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
fn k8s_openapi_writes_what_it_read() {
    cases().iter().for_each(check_json);
}

/// Its bytes are ours but for empty values in maps, which it leaves out.
#[test]
fn prost_writes_what_it_read() {
    for case in cases() {
        let recoded = (case.prost.recode)(&case.proto).unwrap_or_else(|err| panic!("{case}: {err}"));
        for bytes in [&recoded, &case.proto] {
            assert_eq!((case.our_proto.recode)(bytes).as_deref(), Ok(&*case.proto), "{case}");
        }
    }
}

#[test]
fn objects_are_of_a_size_that_is_met() {
    for case in cases() {
        assert!(case.json.len() > 100, "{case} has {} bytes", case.json.len());
    }
}
