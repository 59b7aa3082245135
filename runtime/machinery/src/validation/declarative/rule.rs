//! Rules on any value, on numbers and on closed sets.
//!
//! Those that return a `bool` say whether they found something: whoever calls them stops checking the value then.

use std::{fmt::Display, ops::Rem};

use crate::{
    field::{BadValue, Error, ErrorList, Path},
    quote::quote,
    string_enum::StringEnum,
};

/// The value must be given.
pub fn present(errors: &mut ErrorList, path: &Path<'_>, is_unset: bool) -> bool {
    if is_unset {
        errors.push(Error::required(path, ""));
    }
    is_unset
}

/// The value must not be given.
pub fn forbidden(errors: &mut ErrorList, path: &Path<'_>, is_unset: bool) -> bool {
    if !is_unset {
        errors.push(Error::forbidden(path, ""));
    }
    !is_unset
}

/// An update must not change the value.
pub fn immutable<T: PartialEq>(
    errors: &mut ErrorList,
    path: &Path<'_>,
    value: &T,
    old: Option<&T>,
    shown: impl FnOnce(&T) -> BadValue,
) -> bool {
    let is_changed = old.is_some_and(|old| old != value);
    if is_changed {
        errors.push(Error::invalid(path, shown(value), "field is immutable").with_origin("immutable"));
    }
    is_changed
}

/// A change that an update can't make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateRule {
    /// From unset to a value.
    NoSet,
    /// From a value to unset.
    NoUnset,
    /// From one value to another.
    NoModify,
}

/// An update must not make these changes. `old_is_unset` is `None` where there is nothing to compare with.
pub fn update(
    errors: &mut ErrorList,
    path: &Path<'_>,
    is_unset: bool,
    old_is_unset: Option<bool>,
    rules: &[UpdateRule],
) -> bool {
    let Some(old_is_unset) = old_is_unset else { return false };
    let before = errors.len();
    for rule in rules {
        let (is_broken, detail) = match rule {
            UpdateRule::NoSet => (old_is_unset && !is_unset, "field cannot be set once created"),
            UpdateRule::NoUnset => (!old_is_unset && is_unset, "field cannot be cleared once set"),
            UpdateRule::NoModify => (!old_is_unset && !is_unset, "field cannot be modified once set"),
        };
        if is_broken {
            errors.push(Error::invalid(path, BadValue::Null, detail).with_origin("update"));
        }
    }
    errors.len() > before
}

/// A number that rules can bound.
pub trait Number: Copy + PartialOrd + Display + Into<BadValue> + Rem<Output = Self> + Default {}

impl<N: Copy + PartialOrd + Display + Into<BadValue> + Rem<Output = N> + Default> Number for N {}

fn number<N: Number>(
    errors: &mut ErrorList,
    path: &Path<'_>,
    value: N,
    holds: bool,
    detail: impl FnOnce() -> String,
    origin: &'static str,
) {
    if !holds {
        errors.push(Error::invalid(path, value, detail()).with_origin(origin));
    }
}

/// The number is `min` or greater.
pub fn min<N: Number>(errors: &mut ErrorList, path: &Path<'_>, value: N, min: N) {
    number(errors, path, value, value >= min, || format!("must be greater than or equal to {min}"), "minimum");
}

/// The number is `max` or less.
pub fn max<N: Number>(errors: &mut ErrorList, path: &Path<'_>, value: N, max: N) {
    number(errors, path, value, value <= max, || format!("must be less than or equal to {max}"), "maximum");
}

/// The number is greater than `min`.
pub fn exclusive_min<N: Number>(errors: &mut ErrorList, path: &Path<'_>, value: N, min: N) {
    number(errors, path, value, value > min, || format!("must be greater than {min}"), "exclusiveMinimum");
}

/// The number is less than `max`.
pub fn exclusive_max<N: Number>(errors: &mut ErrorList, path: &Path<'_>, value: N, max: N) {
    number(errors, path, value, value < max, || format!("must be less than {max}"), "exclusiveMaximum");
}

/// The number is a multiple of `of`, which is greater than zero.
pub fn multiple_of<N: Number>(errors: &mut ErrorList, path: &Path<'_>, value: N, of: N) {
    number(errors, path, value, value % of == N::default(), || format!("must be a multiple of {of}"), "multipleOf");
}

/// The number is one of `allowed`.
pub fn values<N: Number>(errors: &mut ErrorList, path: &Path<'_>, value: N, allowed: &[N]) {
    if !allowed.contains(&value) {
        let allowed: Vec<String> = allowed.iter().map(N::to_string).collect();
        errors.push(Error::not_supported(path, value, &allowed).with_origin("enum"));
    }
}

/// The value is another than `disallowed`.
pub fn not_equal(errors: &mut ErrorList, path: &Path<'_>, is_equal: bool, disallowed: impl FnOnce() -> BadValue) {
    if is_equal {
        let disallowed = disallowed();
        let text = match &disallowed {
            BadValue::Text(text) => quote(text),
            BadValue::Plain(text) => text.clone(),
            BadValue::Null | BadValue::Omitted => "null".to_owned(),
        };
        errors.push(Error::invalid(path, disallowed, format!("must not be equal to {text}")).with_origin("neq"));
    }
}

/// The values of an enum's set.
pub fn values_of<E: StringEnum>(_value: &E) -> &'static [&'static str] {
    E::VALUES
}

/// The text is one of `values` that `is_allowed` lets through.
pub fn closed(errors: &mut ErrorList, path: &Path<'_>, text: &str, values: &[&str], is_allowed: impl Fn(&str) -> bool) {
    if !values.contains(&text) || !is_allowed(text) {
        let mut supported: Vec<&str> = values.iter().copied().filter(|value| is_allowed(value)).collect();
        supported.sort_unstable();
        errors.push(Error::not_supported(path, text, &supported));
    }
}
