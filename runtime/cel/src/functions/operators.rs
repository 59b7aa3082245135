//! CEL's operators, on values. Follows cel-go common/types.

use std::{cmp::Ordering, sync::Arc};

use jiff::{SignedDuration, Timestamp};

use super::Answer;
use crate::value::{Key, List, ListKind, Value, find, same_keys};

pub(crate) const NO_OVERLOAD: &str = "no such overload";
pub(crate) const INT_OVERFLOW: &str = "integer overflow";
pub(crate) const UINT_OVERFLOW: &str = "unsigned integer overflow";
pub(crate) const DURATION_OVERFLOW: &str = "duration overflow";
pub(crate) const TIMESTAMP_OVERFLOW: &str = "timestamp overflow";

pub(crate) fn no<T>() -> Result<T, String> {
    Err(NO_OVERLOAD.to_owned())
}

/// The first and the last second of timestamps: the years 1 to 9999.
const SECONDS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

/// A point in time, where it is one of CEL's.
pub(crate) fn timestamp(at: Option<Timestamp>) -> Answer {
    match at {
        Some(at) if SECONDS.contains(&at.as_second()) => Ok(Value::Timestamp(at)),
        _ => Err(TIMESTAMP_OVERFLOW.to_owned()),
    }
}

/// What the evaluation does itself, because not all arguments may be needed.
pub(super) fn never(_: &[Value]) -> Answer {
    no()
}

pub(super) fn not(args: &[Value]) -> Answer {
    match args {
        [Value::Bool(value)] => Ok(Value::Bool(!value)),
        _ => no(),
    }
}

pub(super) fn equals(args: &[Value]) -> Answer {
    match args {
        [a, b] => Ok(Value::Bool(a == b)),
        _ => no(),
    }
}

pub(super) fn not_equals(args: &[Value]) -> Answer {
    match args {
        [a, b] => Ok(Value::Bool(a != b)),
        _ => no(),
    }
}

fn shifted(at: &Timestamp, nanos: i64) -> Answer {
    timestamp(at.checked_add(SignedDuration::from_nanos(nanos)).ok())
}

pub(super) fn add(args: &[Value]) -> Answer {
    let overflow = |text: &str| text.to_owned();
    let [a, b] = args else { return no() };
    Ok(match (a, b) {
        (Value::Int(a), Value::Int(b)) => Value::Int(a.checked_add(*b).ok_or_else(|| overflow(INT_OVERFLOW))?),
        (Value::Uint(a), Value::Uint(b)) => Value::Uint(a.checked_add(*b).ok_or_else(|| overflow(UINT_OVERFLOW))?),
        (Value::Double(a), Value::Double(b)) => Value::Double(a + b),
        (Value::String(a), Value::String(b)) => Value::string([a.as_ref(), b.as_ref()].concat()),
        (Value::Bytes(a), Value::Bytes(b)) => Value::Bytes([a.as_ref(), b.as_ref()].concat().into()),
        (Value::Duration(a), Value::Duration(b)) => {
            Value::Duration(a.checked_add(*b).ok_or_else(|| overflow(DURATION_OVERFLOW))?)
        }
        (Value::Timestamp(at), Value::Duration(by)) | (Value::Duration(by), Value::Timestamp(at)) => shifted(at, *by)?,
        (Value::List(a), Value::List(b)) => Value::List(Arc::new(concat(a, b))),
        _ => return no(),
    })
}

/// The sum of two lists: one after the other; for lists with keys, the union, in which the right side wins.
fn concat(a: &List, b: &List) -> List {
    let mut items = a.items.clone();
    match &a.kind {
        ListKind::Plain => items.extend(b.items.iter().cloned()),
        ListKind::Set => {
            for item in &b.items {
                if !a.items.contains(item) {
                    items.push(item.clone());
                }
            }
        }
        ListKind::Map(keys) => {
            for item in &b.items {
                match items.iter_mut().find(|known| same_keys(known, item, keys)) {
                    Some(known) => *known = item.clone(),
                    None => items.push(item.clone()),
                }
            }
        }
    }
    List { items, kind: a.kind.clone() }
}

pub(super) fn subtract(args: &[Value]) -> Answer {
    let overflow = |text: &str| text.to_owned();
    let [a, b] = args else { return no() };
    Ok(match (a, b) {
        (Value::Int(a), Value::Int(b)) => Value::Int(a.checked_sub(*b).ok_or_else(|| overflow(INT_OVERFLOW))?),
        (Value::Uint(a), Value::Uint(b)) => Value::Uint(a.checked_sub(*b).ok_or_else(|| overflow(UINT_OVERFLOW))?),
        (Value::Double(a), Value::Double(b)) => Value::Double(a - b),
        (Value::Duration(a), Value::Duration(b)) => {
            Value::Duration(a.checked_sub(*b).ok_or_else(|| overflow(DURATION_OVERFLOW))?)
        }
        (Value::Timestamp(at), Value::Duration(by)) => {
            shifted(at, by.checked_neg().ok_or_else(|| overflow(TIMESTAMP_OVERFLOW))?)?
        }
        (Value::Timestamp(a), Value::Timestamp(b)) => {
            let nanos = a.as_nanosecond() - b.as_nanosecond();
            Value::Duration(i64::try_from(nanos).map_err(|_| overflow(DURATION_OVERFLOW))?)
        }
        _ => return no(),
    })
}

pub(super) fn multiply(args: &[Value]) -> Answer {
    match args {
        [Value::Int(a), Value::Int(b)] => a.checked_mul(*b).map(Value::Int).ok_or_else(|| INT_OVERFLOW.to_owned()),
        [Value::Uint(a), Value::Uint(b)] => a.checked_mul(*b).map(Value::Uint).ok_or_else(|| UINT_OVERFLOW.to_owned()),
        [Value::Double(a), Value::Double(b)] => Ok(Value::Double(a * b)),
        _ => no(),
    }
}

pub(super) fn divide(args: &[Value]) -> Answer {
    match args {
        [Value::Int(_), Value::Int(0)] | [Value::Uint(_), Value::Uint(0)] => Err("division by zero".to_owned()),
        [Value::Int(a), Value::Int(b)] => a.checked_div(*b).map(Value::Int).ok_or_else(|| INT_OVERFLOW.to_owned()),
        [Value::Uint(a), Value::Uint(b)] => Ok(Value::Uint(a / b)),
        [Value::Double(a), Value::Double(b)] => Ok(Value::Double(a / b)),
        _ => no(),
    }
}

pub(super) fn modulo(args: &[Value]) -> Answer {
    match args {
        [Value::Int(_), Value::Int(0)] | [Value::Uint(_), Value::Uint(0)] => Err("modulus by zero".to_owned()),
        [Value::Int(a), Value::Int(b)] => a.checked_rem(*b).map(Value::Int).ok_or_else(|| INT_OVERFLOW.to_owned()),
        [Value::Uint(a), Value::Uint(b)] => Ok(Value::Uint(a % b)),
        _ => no(),
    }
}

pub(super) fn negate(args: &[Value]) -> Answer {
    match args {
        [Value::Int(value)] => value.checked_neg().map(Value::Int).ok_or_else(|| INT_OVERFLOW.to_owned()),
        [Value::Double(value)] => Ok(Value::Double(-value)),
        [Value::Duration(value)] => {
            value.checked_neg().map(Value::Duration).ok_or_else(|| DURATION_OVERFLOW.to_owned())
        }
        _ => no(),
    }
}

fn ordered(args: &[Value], fits: fn(Ordering) -> bool) -> Answer {
    let [a, b] = args else { return no() };
    match a.compare(b) {
        Some(order) => Ok(Value::Bool(fits(order))),
        None if matches!((a, b), (Value::Double(_), Value::Double(_))) => {
            Err("NaN values cannot be ordered".to_owned())
        }
        None => no(),
    }
}

pub(super) fn less(args: &[Value]) -> Answer {
    ordered(args, Ordering::is_lt)
}

pub(super) fn less_equals(args: &[Value]) -> Answer {
    ordered(args, Ordering::is_le)
}

pub(super) fn greater(args: &[Value]) -> Answer {
    ordered(args, Ordering::is_gt)
}

pub(super) fn greater_equals(args: &[Value]) -> Answer {
    ordered(args, Ordering::is_ge)
}

pub(super) fn is_in(args: &[Value]) -> Answer {
    match args {
        [value, Value::List(list)] => Ok(Value::Bool(list.items.contains(value))),
        [key, Value::Map(map) | Value::Object(map) | Value::Domains(map)] => Ok(Value::Bool(find(map, key).is_some())),
        _ => no(),
    }
}

pub(super) fn size(args: &[Value]) -> Answer {
    match args {
        [
            value @ (Value::String(_)
            | Value::Bytes(_)
            | Value::List(_)
            | Value::Map(_)
            | Value::Object(_)
            | Value::Domains(_)),
        ] => Ok(Value::Int(i64::try_from(value.size()).unwrap_or(i64::MAX))),
        _ => no(),
    }
}

pub(super) fn type_of(args: &[Value]) -> Answer {
    match args {
        [value] => Ok(Value::Type(value.type_name().into())),
        _ => no(),
    }
}

/// `container[key]`; `None` where there is no such element.
pub(crate) fn index(container: &Value, key: &Value) -> Result<Option<Value>, String> {
    match container {
        Value::List(list) => {
            let at = match key {
                Value::Int(at) => *at,
                Value::Uint(at) => i64::try_from(*at).unwrap_or(i64::MAX),
                #[expect(clippy::cast_possible_truncation, reason = "checked to be whole")]
                Value::Double(at) if at.fract() == 0.0 => *at as i64,
                other => return Err(format!("unsupported index type '{}' in list", other.type_name())),
            };
            Ok(usize::try_from(at).ok().and_then(|at| list.items.get(at)).cloned())
        }
        Value::Map(map) | Value::Object(map) => Ok(find(map, key).cloned()),
        Value::Domains(map) => Ok(Some(find(map, key).cloned().unwrap_or_else(nothing))),
        _ => no(),
    }
}

/// What is wrong with a key of a container that has no such element.
pub(crate) fn no_element(container: &Value, key: &Value) -> String {
    match container {
        Value::List(_) => format!("index out of bounds: {key}"),
        _ => format!("no such key: {key}"),
    }
}

/// What keys of [`Value::Domains`] stand for that are not there.
fn nothing() -> Value {
    Value::Map(std::sync::Arc::default())
}

/// `container.field`; `None` where there is no such field.
pub(crate) fn select(container: &Value, field: &str) -> Result<Option<Value>, String> {
    match container {
        Value::Map(map) | Value::Object(map) => Ok(map.get(&Key::from(field)).cloned()),
        Value::Domains(map) => Ok(Some(map.get(&Key::from(field)).cloned().unwrap_or_else(nothing))),
        _ => no(),
    }
}
