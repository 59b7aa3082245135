//! Bounds of numbers.

use serde_json::Value;

use super::{
    failure::{Failure, What},
    node::{Outcome, first_type, format},
};
use crate::{
    number::{as_integer, go_float, is_whole},
    schema::Schema,
};

/// Checks a number.
pub(super) fn check(value: &Value, schema: &Schema, path: &str) -> Outcome {
    let mut outcome = Outcome::default();
    let data = value.as_f64().unwrap_or_default();
    // u64 beyond i64 is a float in Go
    let integer = as_integer(value);
    let (type_, format) = (first_type(schema), format(schema));
    let fits = |number: f64, whole: Option<i64>| match (type_, format) {
        ("integer", "int32") => {
            (whole.is_some() || is_whole(number)) && (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&number)
        }
        ("integer", _) => whole.is_some() || is_whole(number),
        (_, "float") => number.abs() <= f64::from(f32::MAX),
        _ => true,
    };
    let misfit = |prefix: &str| {
        let of_format = if format.is_empty() { "(default format)".to_owned() } else { format!("with format {format}") };
        Failure::new(path, What::Unplaced(format!("{prefix} value must be of type {type_} {of_format} in {path}")))
    };
    let should = |what: String| Failure::new(path, What::Should(value.clone(), what));
    if !fits(data, integer) {
        outcome.add(misfit("Checked"));
    }
    let bounds = &schema.bounds;
    if let Some(factor) = bounds.multiple_of {
        if !fits(factor, None) {
            outcome.add(misfit("MultipleOf"));
        }
        let is_multiple = match integer.filter(|_| fits(factor, None)) {
            Some(integer) => match truncated(factor) {
                0 => false,
                factor => integer % factor == 0,
            },
            None if factor < 1.0 => is_whole(1.0 / factor * data),
            None => is_whole(data / factor),
        };
        if factor < 0.0 {
            let text = format!("factor MultipleOf declared for {path} must be positive: {}", go_float(factor));
            outcome.add(Failure::new(path, What::Forbidden(go_float(factor), text)));
        } else if !is_multiple {
            outcome.add(should(format!("should be a multiple of {}", go_float(factor))));
        }
    }
    if let Some(min) = bounds.minimum {
        if !fits(min, None) {
            outcome.add(misfit("Minimum boundary"));
        }
        let (below, equal, shown) = compare(data, integer.filter(|_| fits(min, None)), min);
        if below || (bounds.excludes_minimum && equal) {
            let than = if bounds.excludes_minimum { "greater than" } else { "greater than or equal to" };
            outcome.add(should(format!("should be {than} {shown}")));
        }
    }
    if let Some(max) = bounds.maximum {
        if !fits(max, None) {
            outcome.add(misfit("Maximum boundary"));
        }
        let (below, equal, shown) = compare(data, integer.filter(|_| fits(max, None)), max);
        if (!below && !equal) || (bounds.excludes_maximum && equal) {
            let than = if bounds.excludes_maximum { "less than" } else { "less than or equal to" };
            outcome.add(should(format!("should be {than} {shown}")));
        }
    }
    outcome.count();
    outcome
}

/// Whether a number is below a bound, whether it is equal, and how the bound is shown. Integers are compared as such.
fn compare(data: f64, integer: Option<i64>, bound: f64) -> (bool, bool, String) {
    match integer {
        Some(integer) => {
            let bound = truncated(bound);
            (integer < bound, integer == bound, bound.to_string())
        }
        None => (data < bound, data == bound, go_float(bound)),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "as Go converts bounds of integers")]
fn truncated(value: f64) -> i64 {
    value as i64
}
