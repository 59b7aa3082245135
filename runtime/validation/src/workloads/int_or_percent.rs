//! Amounts that are numbers or percentages.

use kubeforge_machinery::{
    IntOrString,
    field::{Error, ErrorList, Path},
    validation::is_percent,
};

use crate::common::{invalid_each, non_negative, shown};

/// The amount is a number from zero on, or a percentage.
pub(super) fn non_negative_amount(amount: &IntOrString, path: &Path<'_>, errors: &mut ErrorList) {
    match amount {
        IntOrString::String(text) => invalid_each(path, shown(amount), is_percent(text), errors),
        IntOrString::Int(number) => non_negative((*number).into(), path, errors),
    }
}

/// A percentage is of at most all.
pub(super) fn at_most_all(amount: &IntOrString, path: &Path<'_>, errors: &mut ErrorList) {
    if percentage(amount).is_some_and(|percentage| percentage > 100) {
        errors.push(Error::invalid(path, shown(amount), "must not be greater than 100%"));
    }
}

/// Whether it amounts to nothing. A text that is no percentage counts as the number that it starts out as.
pub(super) fn is_zero(amount: &IntOrString) -> bool {
    percentage(amount).unwrap_or_else(|| amount.int_value().into()) == 0
}

/// The number before a `%`; one that is too large is as large as can be.
fn percentage(amount: &IntOrString) -> Option<i64> {
    match amount {
        IntOrString::String(text) if is_percent(text).is_empty() => {
            Some(text.trim_end_matches('%').parse().unwrap_or(i64::MAX))
        }
        IntOrString::String(_) | IntOrString::Int(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(amount: IntOrString, want: &[&str]) {
        let path = Path::new("f");
        let mut errors = ErrorList::new();
        non_negative_amount(&amount, &path, &mut errors);
        at_most_all(&amount, &path, &mut errors);
        let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(texts, want);
    }

    #[test]
    fn amounts_are_numbers_or_percentages() {
        check(0.into(), &[]);
        check(200.into(), &[]);
        check("100%".into(), &[]);
        check((-1).into(), &["f: Invalid value: -1: must be greater than or equal to 0"]);
        check("101%".into(), &[r#"f: Invalid value: "101%": must not be greater than 100%"#]);
        let large = "99999999999999999999%";
        check(large.into(), &[&format!("f: Invalid value: {large:?}: must not be greater than 100%")]);
    }

    #[test]
    fn nothing_is_zero_in_any_form() {
        for (amount, want) in
            [(IntOrString::from(0), true), ("0%".into(), true), ("x".into(), true), ("1%".into(), false)]
        {
            assert_eq!(is_zero(&amount), want, "{amount}");
        }
    }
}
