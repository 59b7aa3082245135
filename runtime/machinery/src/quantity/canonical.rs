//! The one form in which an amount is written.

use super::{Format, amount::Amount};

/// A whole number and a suffix.
#[derive(Debug, PartialEq)]
pub(super) struct Canonical {
    pub(super) number: i128,
    pub(super) suffix: Suffix,
}

/// What stands behind the number.
#[derive(Debug, PartialEq)]
pub(super) enum Suffix {
    /// A unit, or nothing.
    Unit(&'static str),
    /// `e` and a power of ten.
    Exponent(i32),
}

const BINARY_UNITS: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/// Units for 10^-9, 10^-6 and so on.
const DECIMAL_UNITS: [&str; 10] = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];

/// The form of `amount` without fraction and with the largest suffix that keeps it exact.
///
/// Binary suffixes are given up for decimal ones where they would need a fraction, and below 1024.
pub(super) fn canonical(amount: Amount, format: Format) -> Canonical {
    if amount.mantissa == 0 {
        return Canonical { number: 0, suffix: Suffix::Unit("") };
    }
    match format {
        Format::BinarySI => match amount.in_units_of(0) {
            (whole, true) if whole.unsigned_abs() >= 1024 => binary(whole),
            _ => decimal(amount, Format::DecimalSI),
        },
        Format::DecimalSI | Format::DecimalExponent => decimal(amount, format),
    }
}

fn binary(number: i128) -> Canonical {
    let largest = BINARY_UNITS.len() - 1;
    let unit = (number.trailing_zeros() as usize / 10).min(largest);
    Canonical { number: number >> (10 * unit), suffix: Suffix::Unit(BINARY_UNITS[unit]) }
}

fn decimal(amount: Amount, format: Format) -> Canonical {
    let Amount { mantissa, scale } = amount.stripped();
    // exponents are multiples of three
    let extra = scale.rem_euclid(3);
    let factor = match extra {
        0 => 1,
        1 => 10,
        _ => 100,
    };
    let (number, exponent) = match mantissa.checked_mul(factor) {
        Some(number) => (number, scale - extra),
        None => (mantissa, scale),
    };
    let unit =
        usize::try_from(exponent / 3 + 3).ok().filter(|_| exponent % 3 == 0).and_then(|at| DECIMAL_UNITS.get(at));
    let suffix = match unit {
        Some(unit) if format != Format::DecimalExponent => Suffix::Unit(unit),
        _ if exponent == 0 => Suffix::Unit(""),
        _ => Suffix::Exponent(exponent),
    };
    Canonical { number, suffix }
}
