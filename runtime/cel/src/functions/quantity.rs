//! Quantities, and comparisons, which versions have as well. Follows apiserver pkg/cel/library/quantity.go.

use std::{cmp::Ordering, sync::Arc};

use kubeforge_machinery::{Quantity, quantity::Format};

use super::{Answer, operators::no};
use crate::value::Value;

pub(super) fn quantity(args: &[Value]) -> Answer {
    match args {
        [Value::String(text)] => {
            Quantity::parse(text).map(|value| Value::Quantity(Arc::new(value))).map_err(|err| err.to_string())
        }
        _ => no(),
    }
}

pub(super) fn is_quantity(args: &[Value]) -> Answer {
    match args {
        [Value::String(text)] => Ok(Value::Bool(Quantity::parse(text).is_ok())),
        _ => no(),
    }
}

pub(super) fn sign(args: &[Value]) -> Answer {
    match args {
        [Value::Quantity(value)] if value.is_zero() => Ok(Value::Int(0)),
        [Value::Quantity(value)] => Ok(Value::Int(if value.is_negative() { -1 } else { 1 })),
        _ => no(),
    }
}

fn order(args: &[Value]) -> Result<Ordering, String> {
    match args {
        [Value::Quantity(a), Value::Quantity(b)] => Ok(a.cmp(b)),
        [Value::Semver(a), Value::Semver(b)] => Ok(a.cmp_precedence(b)),
        _ => no(),
    }
}

pub(super) fn is_greater_than(args: &[Value]) -> Answer {
    order(args).map(|order| Value::Bool(order.is_gt()))
}

pub(super) fn is_less_than(args: &[Value]) -> Answer {
    order(args).map(|order| Value::Bool(order.is_lt()))
}

pub(super) fn compare_to(args: &[Value]) -> Answer {
    order(args).map(|order| Value::Int(i64::from(order as i8)))
}

pub(super) fn as_float(args: &[Value]) -> Answer {
    match args {
        [Value::Quantity(value)] => Ok(Value::Double(value.as_f64())),
        _ => no(),
    }
}

pub(super) fn as_integer(args: &[Value]) -> Answer {
    match args {
        [Value::Quantity(value)] => {
            value.as_i64().map(Value::Int).ok_or_else(|| "cannot convert value to integer".to_owned())
        }
        _ => no(),
    }
}

pub(super) fn is_integer(args: &[Value]) -> Answer {
    match args {
        [Value::Quantity(value)] => Ok(Value::Bool(value.as_i64().is_some())),
        _ => no(),
    }
}

/// Both sides of a sum or a difference.
fn sides(args: &[Value]) -> Result<(Quantity, Quantity), String> {
    match args {
        [Value::Quantity(a), Value::Quantity(b)] => Ok((a.as_ref().clone(), b.as_ref().clone())),
        [Value::Quantity(a), Value::Int(b)] => Ok((a.as_ref().clone(), Quantity::new(*b, Format::DecimalExponent))),
        _ => no(),
    }
}

pub(super) fn add(args: &[Value]) -> Answer {
    let (mut sum, other) = sides(args)?;
    sum += &other;
    Ok(Value::Quantity(Arc::new(sum)))
}

pub(super) fn sub(args: &[Value]) -> Answer {
    let (mut difference, other) = sides(args)?;
    difference -= &other;
    Ok(Value::Quantity(Arc::new(difference)))
}
