//! Lists, sets and the maps that macros collect. Follows apiserver pkg/cel/library/lists.go, cel-go ext/sets.go.

use std::{cmp::Ordering, sync::Arc};

use super::{
    Answer,
    operators::{self, no},
};
use crate::value::{Key, List, Map, Value};

pub(super) fn is_sorted(args: &[Value]) -> Answer {
    let [Value::List(list)] = args else { return no() };
    for (a, b) in list.items.iter().zip(list.items.iter().skip(1)) {
        match a.compare(b) {
            None => return no(),
            Some(Ordering::Greater) => return Ok(Value::Bool(false)),
            Some(_) => {}
        }
    }
    Ok(Value::Bool(true))
}

/// The sum of a list's elements. That of none is a zero of the type that the elements would have, which is not known
/// here any more: the evaluation asks [`sum_of_none`].
pub(super) fn sum(args: &[Value]) -> Answer {
    let [Value::List(list)] = args else { return no() };
    let mut items = list.items.iter();
    let Some(first) = items.next() else { return Ok(Value::Int(0)) };
    items.try_fold(first.clone(), |sum, item| operators::add(&[sum, item.clone()]))
}

/// The sum of no elements, by the overload that was called.
pub(crate) fn sum_of_none(overload: &str) -> Value {
    match overload {
        "list_uint_sum_uint" => Value::Uint(0),
        "list_double_sum_double" => Value::Double(0.0),
        "list_duration_sum_duration" => Value::Duration(0),
        _ => Value::Int(0),
    }
}

pub(super) fn min(args: &[Value]) -> Answer {
    outermost(args, "min", Ordering::Less)
}

pub(super) fn max(args: &[Value]) -> Answer {
    outermost(args, "max", Ordering::Greater)
}

fn outermost(args: &[Value], name: &str, wanted: Ordering) -> Answer {
    let [Value::List(list)] = args else { return no() };
    let mut items = list.items.iter();
    let Some(mut found) = items.next() else { return Err(format!("{name} called on empty list")) };
    for item in items {
        match item.compare(found) {
            None => return no(),
            Some(order) if order == wanted => found = item,
            Some(_) => {}
        }
    }
    Ok(found.clone())
}

fn place(at: Option<usize>) -> Answer {
    Ok(Value::Int(at.and_then(|at| i64::try_from(at).ok()).unwrap_or(-1)))
}

pub(super) fn index_of(list: &List, wanted: &Value) -> Answer {
    place(list.items.iter().position(|item| item == wanted))
}

pub(super) fn last_index_of(list: &List, wanted: &Value) -> Answer {
    place(list.items.iter().rposition(|item| item == wanted))
}

fn is_within(inner: &List, outer: &List) -> bool {
    inner.items.iter().all(|item| outer.items.contains(item))
}

/// So many values `includes` looks at (resource/v1 ResourceSliceMaxAttributeValuesPerDevice).
const INCLUDED_MAX: usize = 48;

/// Whether an attribute of a device is a value, or a list that has it.
pub(super) fn includes(args: &[Value]) -> Answer {
    let [target, wanted] = args else { return no() };
    let Value::List(list) = target else { return Ok(Value::Bool(target == wanted)) };
    let is_there = list.items.iter().take(INCLUDED_MAX).any(|item| item == wanted);
    match !is_there && list.items.len() > INCLUDED_MAX {
        true => Err(format!("'includes' function cannot be applied to lists longer than {INCLUDED_MAX} values")),
        false => Ok(Value::Bool(is_there)),
    }
}

pub(super) fn contains(args: &[Value]) -> Answer {
    match args {
        [Value::List(a), Value::List(b)] => Ok(Value::Bool(is_within(b, a))),
        _ => no(),
    }
}

pub(super) fn equivalent(args: &[Value]) -> Answer {
    match args {
        [Value::List(a), Value::List(b)] => Ok(Value::Bool(is_within(a, b) && is_within(b, a))),
        _ => no(),
    }
}

pub(super) fn intersects(args: &[Value]) -> Answer {
    match args {
        [Value::List(a), Value::List(b)] => Ok(Value::Bool(a.items.iter().any(|item| b.items.contains(item)))),
        _ => no(),
    }
}

/// A map with more entries, none of which it has.
pub(super) fn map_insert(args: &[Value]) -> Answer {
    let (map, added) = match args {
        [Value::Map(map), Value::Map(added)] => (map, added.as_ref().clone()),
        [Value::Map(map), key, value] => match Key::of(key) {
            Some(key) => (map, Map::from([(key, value.clone())])),
            None => return Err(format!("unsupported key type: {}", key.type_name())),
        },
        _ => return no(),
    };
    let mut map = map.as_ref().clone();
    for (key, value) in added {
        if map.contains_key(&key) {
            return Err(format!("insert failed: key {} already exists", key.to_value()));
        }
        map.insert(key, value);
    }
    Ok(Value::Map(Arc::new(map)))
}
