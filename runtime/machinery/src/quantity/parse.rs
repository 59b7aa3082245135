//! Reading quantities.

use super::{Format, Quantity, amount::Amount, canonical::canonical};

/// Why a text is not a quantity, in apimachinery's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuantityParseError {
    /// Not a number followed by a suffix.
    #[error("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")]
    Format,
    /// No digits.
    #[error("unable to parse numeric part of quantity")]
    Numeric,
    /// A suffix that isn't one.
    #[error("unable to parse quantity's suffix")]
    Suffix,
}

/// The finest part that is kept: what is smaller is rounded away from zero.
const NANO: i32 = -9;

/// Binary quantities are held below 2^63.
const BINARY_MAX: Amount = Amount::new(i64::MAX as i128, 0);

/// Mantissas are held below 10^38, so that an `i128` has room for them.
const MANTISSA_LIMIT: u128 = 10u128.pow(37);

pub(super) fn parse(text: &str) -> Result<Quantity, QuantityParseError> {
    if let Some(quantity) = simple(text.as_bytes()) {
        return Ok(quantity);
    }
    general(text)
}

/// As [`parse`], of bytes that may not be text, which is no quantity.
pub(super) fn parse_bytes(text: &[u8]) -> Result<Quantity, QuantityParseError> {
    // what the short way takes is ASCII
    match simple(text) {
        Some(quantity) => Ok(quantity),
        None => general(&String::from_utf8_lossy(text)),
    }
}

fn general(text: &str) -> Result<Quantity, QuantityParseError> {
    if text.is_empty() {
        return Err(QuantityParseError::Format);
    }
    let scanned = Scanned::new(text)?;
    let suffix = Multiplier::of(scanned.suffix).ok_or(QuantityParseError::Suffix)?;
    let kept_text = is_kept(&scanned, suffix).then_some(text);
    let (amount, format) = evaluate(&scanned, suffix)?;
    let Some(text) = kept_text else { return Ok(Quantity::from_amount(amount, format)) };
    let is_canonical = scanned.is_plain && format != Format::DecimalExponent;
    let quantity = Quantity::from_amount(amount, format);
    let is_written_so =
        || quantity.text_parts(|digits, suffix| text.strip_prefix(digits).is_some_and(|rest| rest == suffix));
    if is_canonical || is_written_so() { Ok(quantity) } else { Ok(quantity.with_text(text)) }
}

/// A text like nearly all are: digits without point or leading zero, and a suffix or none. The long way comes to the same.
fn simple(text: &[u8]) -> Option<Quantity> {
    // as many fit into 64 bits
    const DIGITS_MAX: usize = 19;
    let (negative, text) = match text {
        [b'-', text @ ..] => (true, text),
        _ => (false, text),
    };
    let (digits, suffix) = text.split_at(count_digits(text));
    if digits.is_empty() || digits.len() > DIGITS_MAX || (digits[0] == b'0' && digits.len() > 1) {
        return None;
    }
    let number = i64::try_from(digits.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))).ok()?;
    let number = if negative { -number } else { number };
    let decimal = |exponent| Some(Quantity::scaled(number, exponent, Format::DecimalSI));
    // the magnitude ends at 2^63-1, below zero too
    let binary = |factor: i64| match number.checked_mul(factor)? {
        i64::MIN => None,
        value => Some(Quantity::new(value, Format::BinarySI)),
    };
    match suffix {
        b"n" => decimal(-9),
        b"u" => decimal(-6),
        b"m" => decimal(-3),
        b"" => decimal(0),
        b"k" => decimal(3),
        b"M" => decimal(6),
        b"G" => decimal(9),
        b"T" => decimal(12),
        b"P" => decimal(15),
        b"E" => decimal(18),
        b"Ki" => binary(1 << 10),
        b"Mi" => binary(1 << 20),
        b"Gi" => binary(1 << 30),
        b"Ti" => binary(1 << 40),
        b"Pi" => binary(1 << 50),
        b"Ei" => binary(1 << 60),
        [b'e', exponent @ ..] => Some(Quantity::scaled(number, simple_exponent(exponent)?, Format::DecimalExponent)),
        _ => None,
    }
}

/// An exponent as a canonical quantity has it: not zero, without plus or leading zeros, and not so small that digits
/// would be rounded away.
fn simple_exponent(text: &[u8]) -> Option<i32> {
    match text {
        [b'-', digit @ b'1'..=b'9'] => Some(-i32::from(digit - b'0')),
        [digit @ b'1'..=b'9'] => Some(i32::from(digit - b'0')),
        [tens @ b'1'..=b'9', ones @ b'0'..=b'9'] => Some(i32::from(tens - b'0') * 10 + i32::from(ones - b'0')),
        _ => None,
    }
}

/// What the text says, not yet multiplied.
struct Scanned<'a> {
    negative: bool,
    /// All digits without leading zeros, at most 38; further ones are in `scale` or rounded up.
    mantissa: u128,
    /// The power of ten of the mantissa's last digit, from the decimal point.
    scale: i32,
    /// Digits before the point without leading zeros, at least one, as apimachinery counts them.
    whole_digits: usize,
    fraction_digits: usize,
    /// The digits end in three zeros.
    ends_in_zeros: bool,
    /// The first digit, leading zeros aside, is zero: the whole part is.
    starts_with_zero: bool,
    /// There is a digit.
    has_digits: bool,
    /// No plus, no leading zero, no point.
    is_plain: bool,
    suffix: &'a str,
}

impl<'a> Scanned<'a> {
    fn new(text: &'a str) -> Result<Self, QuantityParseError> {
        let bytes = text.as_bytes();
        let mut at = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
        let negative = bytes.first() == Some(&b'-');
        let number_start = at;
        at += bytes[at..].iter().take_while(|&&byte| byte == b'0').count();
        let whole_start = at;
        at += count_digits(&bytes[at..]);
        let whole = &bytes[whole_start..at];
        let mut fraction: &[u8] = &[];
        let has_point = bytes.get(at) == Some(&b'.');
        if has_point {
            let start = at + 1;
            at = start + count_digits(&bytes[start..]);
            fraction = &bytes[start..at];
        }
        let suffix_start = at;
        at += bytes[at..].iter().take_while(|byte| b"eEinumkKMGTP".contains(byte)).count();
        at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
        at += count_digits(&bytes[at..]);
        if at != bytes.len() {
            return Err(QuantityParseError::Format);
        }
        let (mantissa, scale) = mantissa(whole, fraction);
        let zeros = fraction.iter().rev().chain(whole.iter().rev()).take_while(|&&byte| byte == b'0').count();
        Ok(Self {
            negative,
            mantissa,
            scale,
            whole_digits: whole.len().max(1),
            fraction_digits: fraction.len(),
            ends_in_zeros: zeros >= 3,
            starts_with_zero: whole.is_empty(),
            has_digits: suffix_start > number_start + usize::from(has_point),
            is_plain: whole_start == number_start && !has_point && bytes.first() != Some(&b'+'),
            // the suffix is made of ASCII, so this is a character boundary
            suffix: text.get(suffix_start..).unwrap_or_default(),
        })
    }
}

fn count_digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// The number that digits before and behind the point make. Digits that don't fit round it up.
fn mantissa(whole: &[u8], fraction: &[u8]) -> (u128, i32) {
    let (mut mantissa, mut scale, mut lost) = (0u128, 0i32, false);
    let digits = whole.iter().map(|&digit| (digit, false)).chain(fraction.iter().map(|&digit| (digit, true)));
    for (digit, is_fraction) in digits {
        if mantissa < MANTISSA_LIMIT {
            mantissa = mantissa * 10 + u128::from(digit - b'0');
            scale -= i32::from(is_fraction);
        } else {
            lost |= digit != b'0';
            scale = scale.saturating_add(i32::from(!is_fraction));
        }
    }
    (mantissa + u128::from(lost), scale)
}

/// What a suffix multiplies by.
#[derive(Clone, Copy)]
enum Multiplier {
    Binary(u32),
    Decimal(i32),
    Exponent(i32),
}

impl Multiplier {
    fn of(suffix: &str) -> Option<Self> {
        Some(match suffix {
            "" => Self::Decimal(0),
            "n" => Self::Decimal(-9),
            "u" => Self::Decimal(-6),
            "m" => Self::Decimal(-3),
            "k" => Self::Decimal(3),
            "M" => Self::Decimal(6),
            "G" => Self::Decimal(9),
            "T" => Self::Decimal(12),
            "P" => Self::Decimal(15),
            "E" => Self::Decimal(18),
            "Ki" => Self::Binary(10),
            "Mi" => Self::Binary(20),
            "Gi" => Self::Binary(30),
            "Ti" => Self::Binary(40),
            "Pi" => Self::Binary(50),
            "Ei" => Self::Binary(60),
            _ => Self::Exponent(suffix.strip_prefix(['e', 'E'])?.parse().ok()?),
        })
    }
}

/// Whether apimachinery holds the text to be canonical already and writes it again as it is.
///
/// It decides by a quick look that lets `+5`, `1.500` and `1E3` pass.
fn is_kept(scanned: &Scanned<'_>, multiplier: Multiplier) -> bool {
    if !scanned.has_digits || scanned.mantissa == 0 {
        return false;
    }
    match multiplier {
        Multiplier::Binary(exponent) => {
            let digits = scanned.whole_digits + exponent as usize * 3 / 10 + 1;
            scanned.fraction_digits == 0 && digits <= 15 && scanned.mantissa & 7 != 0
        }
        Multiplier::Decimal(exponent) | Multiplier::Exponent(exponent) => {
            let scale = i64::from(exponent) - scanned.fraction_digits as i64;
            scanned.whole_digits + scanned.fraction_digits <= 18
                && scale >= i64::from(NANO)
                && scale % 3 == 0
                && !scanned.ends_in_zeros
                && !scanned.starts_with_zero
        }
    }
}

fn evaluate(scanned: &Scanned<'_>, multiplier: Multiplier) -> Result<(Amount, Format), QuantityParseError> {
    let mut magnitude = Amount::new(scanned.mantissa.cast_signed(), scanned.scale);
    let mut format = match multiplier {
        Multiplier::Binary(_) => Format::BinarySI,
        Multiplier::Decimal(_) => Format::DecimalSI,
        Multiplier::Exponent(_) => Format::DecimalExponent,
    };
    match multiplier {
        Multiplier::Binary(exponent) => {
            if !scanned.has_digits && exponent >= 50 {
                return Err(QuantityParseError::Numeric);
            }
            magnitude = times_power_of_two(magnitude, exponent);
            if magnitude.compare(BINARY_MAX).is_gt() {
                magnitude = BINARY_MAX;
            }
        }
        Multiplier::Decimal(exponent) | Multiplier::Exponent(exponent) => {
            magnitude.scale = magnitude.scale.saturating_add(exponent);
        }
    }
    magnitude = magnitude.rounded_to(NANO);
    if format == Format::BinarySI && magnitude.mantissa != 0 && magnitude.compare(Amount::new(1, 0)).is_lt() {
        format = Format::DecimalSI;
    }
    if scanned.negative {
        magnitude.mantissa = -magnitude.mantissa;
    }
    Ok((magnitude, format))
}

/// Digits beyond what fits, the 21st and later, are rounded up.
fn times_power_of_two(mut amount: Amount, exponent: u32) -> Amount {
    loop {
        match amount.mantissa.checked_mul(1 << exponent) {
            Some(mantissa) => return Amount::new(mantissa, amount.scale),
            None => amount = amount.rounded_to(amount.scale + 1),
        }
    }
}

impl Quantity {
    /// The canonical text, even where another was read.
    pub fn to_canonical_string(&self) -> String {
        super::with_parts(&canonical(self.amount(), self.format()), |digits, suffix| [digits, suffix].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_way_comes_to_the_same_as_the_long_one() {
        let numbers = [
            "0",
            "-0",
            "1",
            "-8",
            "10",
            "1000",
            "1024",
            "4096",
            "123456789012345678",
            "-999999999999999999",
            "9223372036854775807",
            "-9223372036854775807",
            "9223372036854775808",
            "9999999999999999999",
        ];
        let suffixes = [
            "", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "e3", "e-3", "e-9",
            "e2", "e12", "e99", "e0", "e-10", "e03", "e+3", "E3", "e",
        ];
        for number in numbers {
            for suffix in suffixes {
                let text = format!("{number}{suffix}");
                let Some(short) = simple(text.as_bytes()) else { continue };
                let long = general(&text).unwrap();
                assert_eq!((short.to_string(), short.format()), (long.to_string(), long.format()), "{text}");
                assert_eq!(short, long, "{text}");
            }
        }
    }
}
