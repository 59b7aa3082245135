use std::collections::BTreeMap;

use serde_json::Value;

use super::*;
use crate::{
    ByteString, Duration, FieldsV1, IntOrString, MicroTime, Quantity, RawExtension, Time,
    codec::{Json, Proto, from_json_slice, from_proto_slice, to_json_vec, to_proto_vec},
    meta::v1::{LabelSelector, ObjectMeta},
};

#[test]
fn no_choices_make_the_zero_value() {
    let mut source = Source::from_bytes(&[]);
    assert_eq!(source.any::<ObjectMeta>(), ObjectMeta::default());
    assert_eq!(source.any::<Vec<Option<String>>>(), Vec::<Option<String>>::new());
}

#[test]
fn a_seed_always_makes_the_same() {
    let make = |seed| Source::from_seed(seed).any::<ObjectMeta>();
    assert_eq!(make(7), make(7));
    assert!((0..100).any(|seed| make(seed) != make(7)));
}

#[test]
fn budgets_hold() {
    fn depth(value: &Value) -> u32 {
        match value {
            Value::Array(values) => 1 + values.iter().map(depth).max().unwrap_or(0),
            Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
            _ => 0,
        }
    }
    let limits = Limits { depth: 3, values: 20 };
    for seed in 0..500 {
        let value: Value = Source::from_seed(seed).with_limits(limits).any();
        assert!(depth(&value) <= 4, "{value}");
        let list: Vec<Vec<bool>> = Source::from_seed(seed).with_limits(limits).any();
        assert!(list.iter().map(|inner| 1 + inner.len()).sum::<usize>() <= 20);
    }
    let nothing = Limits { depth: 0, values: 0 };
    assert!((0..100).all(|seed| Source::from_seed(seed).with_limits(nothing).any::<Option<bool>>().is_none()));
}

/// Whatever is made comes back from both codecs, in the same bytes.
fn check<T: Arbitrary + Json + Proto + Default + PartialEq + std::fmt::Debug>() {
    for seed in 0..2_000 {
        let value: T = Source::from_seed(seed).any();
        let (json, proto) = (to_json_vec(&value), to_proto_vec(&value));
        let by_json: T = from_json_slice(&json).unwrap_or_else(|err| panic!("seed {seed}: {value:?}: {err}"));
        assert_eq!(by_json, value, "seed {seed}");
        assert_eq!(to_json_vec(&by_json), json, "seed {seed}: {value:?}");
        let by_proto: T = from_proto_slice(&proto).unwrap_or_else(|err| panic!("seed {seed}: {value:?}: {err}"));
        assert_eq!(by_proto, value, "seed {seed}");
        assert_eq!(to_json_vec(&by_proto), json, "seed {seed}: {value:?}");
        assert_eq!(value.is_null(), json == b"null", "seed {seed}: {value:?}");
    }
}

#[test]
fn leaves_survive_the_wire() {
    check::<bool>();
    check::<i32>();
    check::<u32>();
    check::<i64>();
    check::<f64>();
    check::<String>();
    check::<Quantity>();
    check::<Time>();
    check::<MicroTime>();
    check::<Duration>();
    check::<IntOrString>();
    check::<RawExtension>();
    check::<FieldsV1>();
    check::<LabelSelector>();
    check::<ObjectMeta>();
}

#[test]
fn values_without_a_message_survive_json() {
    for seed in 0..2_000 {
        let mut source = Source::from_seed(seed);
        let value: (Value, BTreeMap<String, Option<i32>>, ByteString) = (source.any(), source.any(), source.any());
        assert_eq!(from_json_slice::<Value>(&to_json_vec(&value.0)).unwrap(), value.0);
        assert_eq!(from_json_slice::<BTreeMap<String, Option<i32>>>(&to_json_vec(&value.1)).unwrap(), value.1);
        let bytes: ByteString = from_json_slice(&to_json_vec(&value.2)).unwrap();
        assert_eq!((&bytes, bytes.is_null()), (&value.2, value.2.is_null()));
    }
}

#[test]
fn pointers_to_nothing_are_never_made() {
    for seed in 0..2_000 {
        let mut source = Source::from_seed(seed);
        assert!(source.any::<Option<Time>>().is_none_or(|time| !time.is_zero()));
        assert!(source.any::<Option<Vec<i32>>>().is_none_or(|list| !list.is_empty()));
    }
    let empty_texts = (0..500).filter(|&seed| Source::from_seed(seed).any::<Option<String>>().as_deref() == Some(""));
    assert!(empty_texts.count() > 0);
}
