//! Amounts of resources: `100m`, `1.5Gi`, `12e6`.
//!
//! ```text
//! quantity        = [ "+" | "-" ] number suffix
//! number          = digits | digits "." digits | digits "." | "." digits
//! suffix          = binary | decimal | exponent
//! binary          = "Ki" | "Mi" | "Gi" | "Ti" | "Pi" | "Ei"            powers of 1024
//! decimal         = "n" | "u" | "m" | "" | "k" | "M" | "G" | "T" | "P" | "E"   powers of 1000
//! exponent        = ( "e" | "E" ) [ "+" | "-" ] digits
//! ```
//!
//! A quantity is written without fraction, with the largest suffix of its family that keeps it exact: `1.5` is written
//! `1500m`, `0.5Gi` is `512Mi`. Amounts below one nano are rounded away from zero; binary ones are held below 2^63.
//! Arithmetic is exact up to 38 digits. Follows apimachinery pkg/api/resource.

mod amount;
mod canonical;
mod parse;

use std::{
    borrow::Cow,
    cmp::Ordering,
    fmt,
    ops::{AddAssign, Neg, SubAssign},
    str::FromStr,
};

use self::{
    amount::Amount,
    canonical::{Canonical, Suffix, canonical},
};
use crate::{
    codec::{DecodeError, Json, JsonReader, JsonWriter, Proto, ProtoReader, ProtoWriter},
    leaf::leaf_type,
};

pub use parse::QuantityParseError;

/// The family of suffixes that a quantity is written with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// Powers of 1000: `12M`.
    #[default]
    DecimalSI,
    /// Powers of 1024: `12Mi`.
    BinarySI,
    /// Powers of ten: `12e6`.
    DecimalExponent,
}

/// An exact amount of a resource (`resource.Quantity`).
///
/// Quantities compare by amount alone: `1` equals `1000m`. See the [module](self) for the text form.
#[derive(Clone)]
pub struct Quantity(Repr);

#[derive(Clone)]
enum Repr {
    /// `value` × 10^`scale`.
    Small { value: i64, scale: i32, format: Format },
    /// What doesn't fit, or is written in another way than the canonical one.
    Large(Box<Large>),
}

#[derive(Clone)]
struct Large {
    amount: Amount,
    format: Format,
    /// The text as it was read, where it is written again as it is.
    text: Option<Box<str>>,
}

impl Quantity {
    /// Nothing.
    pub const ZERO: Self = Self::new(0, Format::DecimalSI);

    /// `value` units.
    pub const fn new(value: i64, format: Format) -> Self {
        Self::scaled(value, 0, format)
    }

    /// `value` thousandths.
    pub const fn milli(value: i64, format: Format) -> Self {
        Self::scaled(value, -3, format)
    }

    /// `value` × 10^`scale`.
    pub const fn scaled(value: i64, scale: i32, format: Format) -> Self {
        Self(Repr::Small { value, scale, format })
    }

    /// Reads a quantity.
    ///
    /// # Errors
    /// In apimachinery's words.
    pub fn parse(text: &str) -> Result<Self, QuantityParseError> {
        parse::parse(text)
    }

    fn from_amount(amount: Amount, format: Format) -> Self {
        match i64::try_from(amount.mantissa) {
            Ok(value) => Self::scaled(value, amount.scale, format),
            Err(_) => Self(Repr::Large(Box::new(Large { amount, format, text: None }))),
        }
    }

    fn with_text(self, text: &str) -> Self {
        Self(Repr::Large(Box::new(Large { amount: self.amount(), format: self.format(), text: Some(text.into()) })))
    }

    /// Gives `read` the text that it is written as, in two pieces.
    fn text_parts<R>(&self, read: impl FnOnce(&str, &str) -> R) -> R {
        match &self.0 {
            Repr::Large(large) if large.text.is_some() => read(large.text.as_deref().unwrap_or_default(), ""),
            _ => with_parts(&canonical(self.amount(), self.format()), read),
        }
    }

    fn amount(&self) -> Amount {
        match &self.0 {
            Repr::Small { value, scale, .. } => Amount::new(i128::from(*value), *scale),
            Repr::Large(large) => large.amount,
        }
    }

    /// The family of suffixes that it is written with.
    pub fn format(&self) -> Format {
        match &self.0 {
            Repr::Small { format, .. } => *format,
            Repr::Large(large) => large.format,
        }
    }

    /// Units, rounded away from zero, held within an `i64`.
    pub fn value(&self) -> i64 {
        self.scaled_value(0)
    }

    /// Thousandths, rounded away from zero, held within an `i64`.
    pub fn milli_value(&self) -> i64 {
        self.scaled_value(-3)
    }

    /// How many 10^`scale` it is, rounded away from zero, held within an `i64`.
    pub fn scaled_value(&self, scale: i32) -> i64 {
        if let Repr::Small { value, scale: own, .. } = self.0
            && own == scale
        {
            return value;
        }
        let (units, _) = self.amount().in_units_of(scale);
        i64::try_from(units).unwrap_or(if units < 0 { i64::MIN } else { i64::MAX })
    }

    /// The whole number of units that it is, if it is one that fits.
    pub fn as_i64(&self) -> Option<i64> {
        match self.amount().in_units_of(0) {
            (units, true) => i64::try_from(units).ok(),
            (_, false) => None,
        }
    }

    /// The nearest float.
    pub fn as_f64(&self) -> f64 {
        let Amount { mantissa, scale } = self.amount();
        // the decimal text of a number always parses
        format!("{mantissa}e{scale}").parse().unwrap_or(f64::NAN)
    }

    /// Whether it is nothing.
    pub fn is_zero(&self) -> bool {
        self.amount().mantissa == 0
    }

    /// Whether it is less than nothing.
    pub fn is_negative(&self) -> bool {
        self.amount().mantissa < 0
    }

    /// Rounds it away from zero to a multiple of 10^`scale`; says whether that changed nothing.
    pub fn round_up(&mut self, scale: i32) -> bool {
        let amount = self.amount();
        if amount.scale >= scale {
            return true;
        }
        let (units, exact) = amount.in_units_of(scale);
        *self = Self::from_amount(Amount::new(units, scale), self.format());
        exact
    }

    /// Multiplies it; digits beyond the 38th are rounded away from zero.
    pub fn multiply(&mut self, factor: i64) {
        let mut amount = self.amount();
        let mantissa = loop {
            match amount.mantissa.checked_mul(i128::from(factor)) {
                Some(mantissa) => break mantissa,
                None => amount = amount.rounded_to(amount.scale + 1),
            }
        };
        *self = Self::from_amount(Amount::new(mantissa, amount.scale), self.format());
    }
}

impl Default for Quantity {
    fn default() -> Self {
        Self::ZERO
    }
}

/// The sum takes the format of the left side, unless that is nothing.
impl AddAssign<&Quantity> for Quantity {
    fn add_assign(&mut self, other: &Quantity) {
        let format = if self.is_zero() { other.format() } else { self.format() };
        if let (Repr::Small { value: a, scale: s, .. }, Repr::Small { value: b, scale: t, .. }) = (&self.0, &other.0)
            && s == t
            && let Some(sum) = a.checked_add(*b)
        {
            *self = Self::scaled(sum, *s, format);
            return;
        }
        *self = Self::from_amount(self.amount().plus(other.amount()), format);
    }
}

/// The difference takes the format of the left side, unless that is nothing.
impl SubAssign<&Quantity> for Quantity {
    fn sub_assign(&mut self, other: &Quantity) {
        let negated = -other.clone();
        self.add_assign(&negated);
    }
}

impl Neg for Quantity {
    type Output = Self;

    fn neg(self) -> Self {
        let Amount { mantissa, scale } = self.amount();
        Self::from_amount(Amount::new(mantissa.saturating_neg(), scale), self.format())
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.amount().compare(other.amount())
    }
}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Quantity {}

impl FromStr for Quantity {
    type Err = QuantityParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl From<i64> for Quantity {
    fn from(value: i64) -> Self {
        Self::new(value, Format::DecimalSI)
    }
}

/// Gives `read` a canonical form's digits and suffix.
fn with_parts<R>(form: &Canonical, read: impl FnOnce(&str, &str) -> R) -> R {
    let mut buffer = itoa::Buffer::new();
    // much faster than the same digits of an `i128`
    let digits = match i64::try_from(form.number) {
        Ok(number) => buffer.format(number),
        Err(_) => buffer.format(form.number),
    };
    match form.suffix {
        Suffix::Unit(unit) => read(digits, unit),
        Suffix::Exponent(exponent) => read(digits, &format!("e{exponent}")),
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text_parts(|digits, suffix| f.pad(&[digits, suffix].concat()))
    }
}

impl fmt::Debug for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Json for Quantity {
    fn write_json(&self, w: &mut JsonWriter) {
        // a quantity's characters need no escapes
        self.text_parts(|digits, suffix| {
            w.raw(b"\"");
            w.raw(digits.as_bytes());
            w.raw(suffix.as_bytes());
            w.raw(b"\"");
        });
    }

    /// Takes any value whose text, quotes aside, is a quantity: numbers as well as strings.
    fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
        let raw = r.raw()?;
        let inner = match raw {
            b"null" => {
                *self = Self::ZERO;
                return Ok(());
            }
            [b'"', inner @ .., b'"'] => inner,
            _ => raw,
        };
        let text =
            std::str::from_utf8(inner).map_err(|_| DecodeError::custom(QuantityParseError::Format.to_string()))?;
        *self = Self::parse(text.trim()).map_err(|err| DecodeError::custom(err.to_string()))?;
        Ok(())
    }

    fn go_type() -> Cow<'static, str> {
        "resource.Quantity".into()
    }
}

impl Proto for Quantity {
    fn write_payload(&self, w: &mut ProtoWriter) {
        let end = w.len();
        self.text_parts(|digits, suffix| {
            w.bytes(suffix.as_bytes());
            w.bytes(digits.as_bytes());
        });
        w.end_value(1, end);
    }

    fn read_payload(&mut self, r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
        while let Some((tag, wire)) = r.next_tag()? {
            if tag != 1 {
                r.skip(wire)?;
                continue;
            }
            *self = parse::parse_bytes(r.bytes_field(wire)?).map_err(|err| DecodeError::proto(err.to_string()))?;
        }
        Ok(())
    }
}

leaf_type!(Quantity);

#[cfg(test)]
mod tests;
