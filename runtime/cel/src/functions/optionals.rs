//! Values that may be absent. Follows cel-go cel/library.go.

use super::{Answer, operators::no};
use crate::value::Value;

pub(super) fn of(args: &[Value]) -> Answer {
    match args {
        [value] => Ok(Value::some(value.clone())),
        _ => no(),
    }
}

pub(super) fn of_non_zero(args: &[Value]) -> Answer {
    match args {
        [value] if value.is_zero() => Ok(Value::Optional(None)),
        [value] => Ok(Value::some(value.clone())),
        _ => no(),
    }
}

pub(super) fn none(_: &[Value]) -> Answer {
    Ok(Value::Optional(None))
}

pub(super) fn value(args: &[Value]) -> Answer {
    match args {
        [Value::Optional(Some(value))] => Ok(value.as_ref().clone()),
        [Value::Optional(None)] => Err("optional.none() dereference".to_owned()),
        _ => no(),
    }
}

pub(super) fn has_value(args: &[Value]) -> Answer {
    match args {
        [Value::Optional(value)] => Ok(Value::Bool(value.is_some())),
        _ => no(),
    }
}
