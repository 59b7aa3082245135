//! Reading times as Go's `time.Parse` does, with its error texts.

use std::fmt::Write as _;

use super::civil::{DAY_SECONDS, days_from_date, days_in_month};

/// Why a text is not a time, in the words of Go's `time` package.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TimeParseError(pub(super) String);

/// RFC 3339 as Go writes layouts.
pub(super) const RFC3339: &str = "2006-01-02T15:04:05Z07:00";
/// RFC 3339 with exactly six digits of a second.
pub(super) const RFC3339_MICRO: &str = "2006-01-02T15:04:05.000000Z07:00";

/// Reads a time in one of the two layouts: seconds since 1970 and nanoseconds.
///
/// Like Go, this takes a fraction of a second where the layout names none, hours of one digit, and offsets of up to 24:60.
pub(super) fn parse(layout: &str, text: &str) -> Result<(i64, u32), TimeParseError> {
    if let Some(seconds) = whole_seconds(text.as_bytes()).filter(|_| layout == RFC3339) {
        return Ok((seconds, 0));
    }
    let mut rest = Rest { layout, text, rest: text };
    let year = rest.year()?;
    rest.literal("-")?;
    let month = rest.two_digits("01", Digits::Two, 1..=12, "month")?;
    rest.literal("-")?;
    let day = rest.two_digits("02", Digits::Two, 0..=99, "day")?;
    rest.literal("T")?;
    let hour = rest.two_digits("15", Digits::OneOrTwo, 0..=23, "hour")?;
    rest.literal(":")?;
    let minute = rest.two_digits("04", Digits::Two, 0..=59, "minute")?;
    rest.literal(":")?;
    let second = rest.two_digits("05", Digits::Two, 0..=59, "second")?;
    let nanos = if layout == RFC3339_MICRO { rest.micros()? } else { rest.optional_fraction() };
    let offset = rest.offset()?;
    if !rest.rest.is_empty() {
        return Err(rest.fails(&format!(": extra text: {}", quote(rest.rest))));
    }
    if day < 1 || day > days_in_month(year, month) {
        return Err(rest.fails(": day out of range"));
    }
    let days = days_from_date(year, month, day);
    let seconds = days * DAY_SECONDS + i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second) - offset;
    Ok((seconds, nanos))
}

/// Seconds since 1970 of a text like `2006-01-02T15:04:05Z`, the form that nearly all times have; `None` for any other text,
/// and for times that are none.
fn whole_seconds(text: &[u8]) -> Option<i64> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2, b'Z'] = *text else {
        return None;
    };
    let two = |tens: u8, ones: u8| {
        let is_number = tens.is_ascii_digit() && ones.is_ascii_digit();
        is_number.then(|| u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
    };
    let year = i64::from(two(y1, y2)? * 100 + two(y3, y4)?);
    let (month, day) = (two(m1, m2)?, two(d1, d2)?);
    let (hour, minute, second) = (two(h1, h2)?, two(n1, n2)?, two(s1, s2)?);
    let is_time = (1..=12).contains(&month) && day >= 1 && day <= days_in_month(year, month);
    let is_time = is_time && hour < 24 && minute < 60 && second < 60;
    let of_day = i64::from(hour * 3600 + minute * 60 + second);
    is_time.then(|| days_from_date(year, month, day) * DAY_SECONDS + of_day)
}

#[derive(Clone, Copy, PartialEq)]
enum Digits {
    Two,
    OneOrTwo,
}

struct Rest<'a> {
    layout: &'a str,
    text: &'a str,
    rest: &'a str,
}

impl Rest<'_> {
    /// The error for a text that doesn't fit the layout's `element`.
    fn mismatch(&self, at: &str, element: &str) -> TimeParseError {
        let [text, layout, at, element] = [self.text, self.layout, at, element].map(quote);
        TimeParseError(format!("parsing time {text} as {layout}: cannot parse {at} as {element}"))
    }

    fn fails(&self, how: &str) -> TimeParseError {
        TimeParseError(format!("parsing time {}{how}", quote(self.text)))
    }

    fn out_of_range(&self, what: &str) -> TimeParseError {
        self.fails(&format!(": {what} out of range"))
    }

    fn literal(&mut self, literal: &str) -> Result<(), TimeParseError> {
        match self.rest.strip_prefix(literal) {
            Some(rest) => {
                self.rest = rest;
                Ok(())
            }
            None => Err(self.mismatch(self.rest, literal)),
        }
    }

    fn year(&mut self) -> Result<i64, TimeParseError> {
        match self.rest.split_at_checked(4) {
            Some((year, rest)) if year.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.rest = rest;
                Ok(number(year).into())
            }
            _ => Err(self.mismatch(self.rest, "2006")),
        }
    }

    fn two_digits(
        &mut self,
        element: &str,
        digits: Digits,
        range: std::ops::RangeInclusive<u32>,
        name: &str,
    ) -> Result<u32, TimeParseError> {
        let count = self.rest.bytes().take(2).take_while(u8::is_ascii_digit).count();
        if count == 0 || (count == 1 && digits == Digits::Two) {
            return Err(self.mismatch(self.rest, element));
        }
        let (text, rest) = self.rest.split_at(count);
        self.rest = rest;
        let value = number(text);
        if range.contains(&value) { Ok(value) } else { Err(self.out_of_range(name)) }
    }

    /// A fraction that the layout doesn't ask for: a point or comma and digits, of which nine count.
    fn optional_fraction(&mut self) -> u32 {
        let Some(after) = self.rest.strip_prefix(['.', ',']) else { return 0 };
        let count = after.bytes().take_while(u8::is_ascii_digit).count();
        if count == 0 {
            return 0;
        }
        let (digits, rest) = after.split_at(count);
        self.rest = rest;
        nanos(digits)
    }

    fn micros(&mut self) -> Result<u32, TimeParseError> {
        if let Some((fraction, rest)) = self.rest.split_at_checked(7)
            && let Some(digits) = fraction.strip_prefix(['.', ','])
            && digits.bytes().all(|byte| byte.is_ascii_digit())
        {
            self.rest = rest;
            return Ok(nanos(digits));
        }
        Err(self.mismatch(self.rest, ".000000"))
    }

    /// Seconds east of Greenwich.
    fn offset(&mut self) -> Result<i64, TimeParseError> {
        if let Some(rest) = self.rest.strip_prefix('Z') {
            self.rest = rest;
            return Ok(0);
        }
        let &[sign @ (b'+' | b'-'), h1, h2, b':', m1, m2, ..] = self.rest.as_bytes() else {
            return Err(self.mismatch(self.rest, "Z07:00"));
        };
        if ![h1, h2, m1, m2].iter().all(u8::is_ascii_digit) {
            return Err(self.mismatch(self.rest, "Z07:00"));
        }
        let two = |tens: u8, ones: u8| i64::from(tens - b'0') * 10 + i64::from(ones - b'0');
        let (hours, minutes) = (two(h1, h2), two(m1, m2));
        if hours > 24 {
            return Err(self.out_of_range("time zone offset hour"));
        }
        if minutes > 60 {
            return Err(self.out_of_range("time zone offset minute"));
        }
        self.rest = &self.rest[6..];
        let seconds = hours * 3600 + minutes * 60;
        Ok(if sign == b'-' { -seconds } else { seconds })
    }
}

/// The number that up to nine digits write.
fn number(digits: &str) -> u32 {
    digits.bytes().fold(0, |value, byte| value * 10 + u32::from(byte - b'0'))
}

/// Nanoseconds from the digits of a fraction of a second.
fn nanos(digits: &str) -> u32 {
    let digits = &digits[..digits.len().min(9)];
    let missing = 9 - digits.len() as u32;
    number(digits) * 10u32.pow(missing)
}

/// A text between double quotes, as Go's `time` package shows it: bytes beyond ASCII in hex.
pub(super) fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => {
                quoted.push('\\');
                quoted.push(char::from(byte));
            }
            b' '..0x80 => quoted.push(char::from(byte)),
            _ => {
                // writing to a String cannot fail
                let _infallible = write!(quoted, "\\x{byte:02x}");
            }
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(layout: &str, text: &str, want: (i64, u32)) {
        assert_eq!(parse(layout, text).unwrap(), want, "{text}");
    }

    #[track_caller]
    fn check_error(layout: &str, text: &str, want: &str) {
        assert_eq!(parse(layout, text).unwrap_err().to_string(), want);
    }

    #[test]
    fn offsets_and_fractions_are_understood() {
        check(RFC3339, "1970-01-01T00:00:00Z", (0, 0));
        check(RFC3339, "2024-02-29T12:30:45+02:30", (1_709_200_845, 0));
        check(RFC3339, "2024-02-29T9:30:45.5-01:00", (1_709_202_645, 500_000_000));
        check(RFC3339, "1969-12-31T23:59:59.1234567891Z", (-1, 123_456_789));
        check(RFC3339_MICRO, "2024-02-29T10:00:45.000007Z", (1_709_200_845, 7_000));
    }

    #[test]
    fn errors_name_the_element_that_failed() {
        let l = r#""2006-01-02T15:04:05Z07:00""#;
        check_error(RFC3339, "noon", &format!(r#"parsing time "noon" as {l}: cannot parse "noon" as "2006""#));
        check_error(RFC3339, "", &format!(r#"parsing time "" as {l}: cannot parse "" as "2006""#));
        check_error(
            RFC3339,
            "2024/01/01",
            &format!(r#"parsing time "2024/01/01" as {l}: cannot parse "/01/01" as "-""#),
        );
        check_error(RFC3339, "2024-01-01", &format!(r#"parsing time "2024-01-01" as {l}: cannot parse "" as "T""#));
        check_error(RFC3339, "2024-1-01", &format!(r#"parsing time "2024-1-01" as {l}: cannot parse "1-01" as "01""#));
        check_error(RFC3339, "2024-13-01T00:00:00Z", r#"parsing time "2024-13-01T00:00:00Z": month out of range"#);
        check_error(RFC3339, "2023-02-29T00:00:00Z", r#"parsing time "2023-02-29T00:00:00Z": day out of range"#);
        check_error(RFC3339, "2023-02-28T24:00:00Z", r#"parsing time "2023-02-28T24:00:00Z": hour out of range"#);
        check_error(
            RFC3339,
            "2023-02-28T00:00:00",
            &format!(r#"parsing time "2023-02-28T00:00:00" as {l}: cannot parse "" as "Z07:00""#),
        );
        check_error(RFC3339, "2023-02-28T00:00:00Zz", r#"parsing time "2023-02-28T00:00:00Zz": extra text: "z""#);
        check_error(
            RFC3339_MICRO,
            "2023-02-28T00:00:00Z",
            r#"parsing time "2023-02-28T00:00:00Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000""#,
        );
        check_error(
            RFC3339,
            "é\"",
            &format!(r#"parsing time "\xc3\xa9\"" as {l}: cannot parse "\xc3\xa9\"" as "2006""#),
        );
    }
}
