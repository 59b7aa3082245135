use std::{borrow::Cow, fmt, str::FromStr};

use super::parse::quote;
use crate::codec::{DecodeError, Json, JsonReader, JsonWriter, Proto, ProtoReader, ProtoWriter};

/// Why a text is not a duration, in the words of Go's `time` package.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DurationParseError {
    /// It doesn't follow the grammar, or is too long.
    #[error("time: invalid duration {}", quote(.0))]
    Invalid(String),
    /// A number without unit.
    #[error("time: missing unit in duration {}", quote(.0))]
    MissingUnit(String),
    /// A unit that isn't one.
    #[error("time: unknown unit {} in duration {}", quote(.unit), quote(.text))]
    UnknownUnit {
        /// The unit found.
        unit: String,
        /// The whole text.
        text: String,
    },
}

/// A length of time in nanoseconds (`metav1.Duration`), written as Go writes one: `1h30m0s`.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration {
    nanos: i64,
}

impl Duration {
    /// So many nanoseconds.
    pub const fn from_nanos(nanos: i64) -> Self {
        Self { nanos }
    }

    /// So many seconds; at most about 292 years.
    pub const fn from_secs(seconds: i64) -> Self {
        Self { nanos: seconds.saturating_mul(1_000_000_000) }
    }

    /// Nanoseconds.
    pub const fn as_nanos(self) -> i64 {
        self.nanos
    }

    /// The duration as Rust knows it; none for a negative one.
    pub fn to_std(self) -> Option<std::time::Duration> {
        u64::try_from(self.nanos).ok().map(std::time::Duration::from_nanos)
    }

    /// Reads Go's form: numbers with units from `ns` to `h`, a sign before all.
    ///
    /// # Errors
    /// In the words of Go's `time.ParseDuration`.
    pub fn parse(text: &str) -> Result<Self, DurationParseError> {
        let invalid = || DurationParseError::Invalid(text.to_owned());
        let (negative, mut rest) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        if rest == "0" {
            return Ok(Self::default());
        }
        if rest.is_empty() {
            return Err(invalid());
        }
        let mut total = 0u64;
        while !rest.is_empty() {
            let (nanos, after) = parse_part(rest, text)?;
            total = total.checked_add(nanos).filter(|&total| total <= 1 << 63).ok_or_else(invalid)?;
            rest = after;
        }
        let nanos = if negative {
            0i64.checked_sub_unsigned(total).ok_or_else(invalid)?
        } else {
            i64::try_from(total).map_err(|_| invalid())?
        };
        Ok(Self { nanos })
    }
}

/// Reads one number and its unit: the nanoseconds and what follows.
fn parse_part<'a>(part: &'a str, text: &str) -> Result<(u64, &'a str), DurationParseError> {
    let invalid = || DurationParseError::Invalid(text.to_owned());
    let count = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, mut rest) = part.split_at(count(part));
    let mut fraction = "";
    if let Some(after) = rest.strip_prefix('.') {
        (fraction, rest) = after.split_at(count(after));
    }
    if whole.is_empty() && fraction.is_empty() {
        return Err(invalid());
    }
    let unit_end = rest.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(rest.len());
    let (unit, rest) = rest.split_at(unit_end);
    let unit_nanos: u64 = match unit {
        "" => return Err(DurationParseError::MissingUnit(text.to_owned())),
        "ns" => 1,
        "us" | "µs" | "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return Err(DurationParseError::UnknownUnit { unit: unit.to_owned(), text: text.to_owned() }),
    };
    let whole = if whole.is_empty() { 0 } else { whole.parse::<u64>().map_err(|_| invalid())? };
    let nanos = whole.checked_mul(unit_nanos).filter(|&nanos| nanos <= 1 << 63).ok_or_else(invalid)?;
    // digits beyond these are worth less than a nanosecond of an hour
    let kept = &fraction[..fraction.len().min(18)];
    let fraction_nanos = match kept.parse::<u64>() {
        Ok(digits) => u128::from(digits) * u128::from(unit_nanos) / 10u128.pow(kept.len() as u32),
        Err(_) => 0,
    };
    // less than one unit
    Ok((nanos + fraction_nanos as u64, rest))
}

impl From<std::time::Duration> for Duration {
    fn from(duration: std::time::Duration) -> Self {
        Self { nanos: i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX) }
    }
}

impl FromStr for Duration {
    type Err = DurationParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.nanos.unsigned_abs();
        if self.nanos < 0 {
            f.write_str("-")?;
        }
        match nanos {
            0 => f.write_str("0s"),
            1..1_000 => write!(f, "{nanos}ns"),
            1_000..1_000_000 => write_decimal(f, nanos, 3, "µs"),
            1_000_000..1_000_000_000 => write_decimal(f, nanos, 6, "ms"),
            _ => {
                let minutes = nanos / 60_000_000_000;
                if minutes >= 60 {
                    write!(f, "{}h", minutes / 60)?;
                }
                if minutes > 0 {
                    write!(f, "{}m", minutes % 60)?;
                }
                write_decimal(f, nanos % 60_000_000_000, 9, "s")
            }
        }
    }
}

/// Writes `value` with the point `digits` places from its end, without trailing zeros.
fn write_decimal(f: &mut fmt::Formatter<'_>, value: u64, digits: u32, unit: &str) -> fmt::Result {
    let scale = 10u64.pow(digits);
    write!(f, "{}", value / scale)?;
    let fraction = value % scale;
    if fraction != 0 {
        let text = format!("{fraction:0width$}", width = digits as usize);
        write!(f, ".{}", text.trim_end_matches('0'))?;
    }
    f.write_str(unit)
}

impl fmt::Debug for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Json for Duration {
    fn write_json(&self, w: &mut JsonWriter) {
        w.string(&self.to_string());
    }

    fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
        // unlike other types, Go reads null as an empty string here, which is no duration
        let text = r.str()?.unwrap_or_default();
        *self = Self::parse(text).map_err(|err| DecodeError::custom(err.to_string()))?;
        Ok(())
    }

    fn go_type() -> Cow<'static, str> {
        "v1.Duration".into()
    }
}

impl Proto for Duration {
    fn write_payload(&self, w: &mut ProtoWriter) {
        w.field(1, &self.nanos);
    }

    fn read_payload(&mut self, r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
        while let Some((tag, wire)) = r.next_tag()? {
            match tag {
                1 => self.nanos.read_tagged(wire, r)?,
                _ => r.skip(wire)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{from_json_slice, to_json_vec, to_proto_vec};

    #[track_caller]
    fn check(text: &str, nanos: i64, canonical: &str) {
        let duration = Duration::parse(text).unwrap();
        assert_eq!(duration.as_nanos(), nanos, "{text}");
        assert_eq!(duration.to_string(), canonical, "{text}");
    }

    #[test]
    fn text_follows_go() {
        check("1h", 3_600_000_000_000, "1h0m0s");
        check("1h15m30.918s", 4_530_918_000_000, "1h15m30.918s");
        check("90s", 90_000_000_000, "1m30s");
        check("1.5ms", 1_500_000, "1.5ms");
        check("2us", 2_000, "2µs");
        check("-.5s", -500_000_000, "-500ms");
        check("0", 0, "0s");
        check("+5m", 300_000_000_000, "5m0s");
        check("-9223372036854775808ns", i64::MIN, "-2562047h47m16.854775808s");
    }

    #[test]
    fn errors_are_gos() {
        for (text, want) in [
            ("", r#"time: invalid duration """#),
            ("3", r#"time: missing unit in duration "3""#),
            ("3x", r#"time: unknown unit "x" in duration "3x""#),
            ("-", r#"time: invalid duration "-""#),
            ("s", r#"time: invalid duration "s""#),
            (".s", r#"time: invalid duration ".s""#),
            ("9223372036854775808ns", r#"time: invalid duration "9223372036854775808ns""#),
            ("3000000h", r#"time: invalid duration "3000000h""#),
        ] {
            assert_eq!(Duration::parse(text).unwrap_err().to_string(), want);
        }
    }

    #[test]
    fn wire_forms() {
        let duration: Duration = from_json_slice(br#""5m""#).unwrap();
        assert_eq!(to_json_vec(&duration), br#""5m0s""#);
        assert_eq!(to_proto_vec(&Duration::from_nanos(3)), [0x08, 3]);
    }
}
