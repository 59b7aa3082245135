//! What a plain scalar means: YAML 1.1, as `go-yaml` v2 reads it.

use serde_json::Value;

/// A plain scalar's meaning.
#[derive(Debug, PartialEq)]
pub(super) enum Resolved {
    /// A text.
    Text,
    /// Text too, but one that other readers take for a time.
    Timestamp,
    /// The key `<<`, whose value is merged.
    Merge,
    /// `null`, a boolean or a number.
    Value(Value),
    /// A number that JSON has no form for: infinite, or none.
    NotFinite,
}

/// Resolves a scalar that stands without quotes.
pub(super) fn resolve(text: &str) -> Resolved {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Resolved::Value(Value::Null),
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Resolved::Value(Value::Bool(true));
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Resolved::Value(Value::Bool(false));
        }
        "<<" => return Resolved::Merge,
        ".nan" | ".NaN" | ".NAN" => return Resolved::NotFinite,
        _ => {}
    }
    if matches!(text.trim_start_matches(['+', '-']), ".inf" | ".Inf" | ".INF") && !text.starts_with("+-") {
        return Resolved::NotFinite;
    }
    match text.as_bytes().first() {
        Some(b'+' | b'-' | b'0'..=b'9') => number(text),
        Some(b'.') => text.parse().ok().filter(|_| is_float(text)).map_or(Resolved::Text, float),
        _ => Resolved::Text,
    }
}

fn number(text: &str) -> Resolved {
    if is_timestamp(text) {
        return Resolved::Timestamp;
    }
    let plain = text.replace('_', "");
    if let Some(value) = integer(&plain) {
        return Resolved::Value(value);
    }
    if is_float(&plain) { plain.parse().map_or(Resolved::Text, float) } else { Resolved::Text }
}

fn float(value: f64) -> Resolved {
    serde_json::Number::from_f64(value).map_or(Resolved::NotFinite, |number| Resolved::Value(number.into()))
}

/// An integer, with a prefix for another base than ten; a leading zero means base eight.
fn integer(text: &str) -> Option<Value> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (base, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    if !digits.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, base).ok()?;
    if negative { 0i64.checked_sub_unsigned(magnitude).map(Value::from) } else { Some(Value::from(magnitude)) }
}

/// Digits with a point among, before or behind them if wanted, and an exponent.
fn is_float(text: &str) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    let whole = digits(rest);
    rest = &rest[whole..];
    let mut fraction = 0;
    if let Some(after) = rest.strip_prefix('.') {
        fraction = digits(after);
        rest = &after[fraction..];
    }
    if whole == 0 && fraction == 0 {
        return false;
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        return !exponent.is_empty() && digits(exponent) == exponent.len();
    }
    rest.is_empty()
}

/// A date, or a date and a time: `2006-1-2`, `2006-1-2T15:4:5.9Z`, `2006-1-2 15:4:5`.
fn is_timestamp(text: &str) -> bool {
    let Some((year, rest)) = text.split_at_checked(4).filter(|(year, _)| year.bytes().all(|b| b.is_ascii_digit()))
    else {
        return false;
    };
    let parse =
        |text: &str, max: u32| (1..=2).contains(&text.len()) && text.parse().is_ok_and(|value: u32| value <= max);
    let Some((month, rest)) = rest.strip_prefix('-').and_then(|rest| rest.split_once('-')) else { return false };
    let date_end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (day, time) = rest.split_at(date_end);
    if !parse(month, 12) || !parse(day, 31) || year.is_empty() {
        return false;
    }
    if time.is_empty() {
        return true;
    }
    let is_spaced = time.starts_with(' ');
    let Some(time) = time.strip_prefix(['T', 't', ' ']) else { return false };
    let zone = time.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.'))).unwrap_or(time.len());
    let (clock, zone) = time.split_at(zone);
    let mut parts = clock.splitn(3, ':');
    let (Some(hour), Some(minute), Some(second)) = (parts.next(), parts.next(), parts.next()) else { return false };
    let second = second.split_once('.').map_or(second, |(second, _)| second);
    let has_zone = if is_spaced { zone.is_empty() } else { zone == "Z" || is_offset(zone) };
    parse(hour, 23) && parse(minute, 59) && parse(second, 59) && has_zone
}

/// `+02:00`
fn is_offset(zone: &str) -> bool {
    matches!(zone.as_bytes(), [b'+' | b'-', h1, h2, b':', m1, m2] if [h1, h2, m1, m2].iter().all(|b| b.is_ascii_digit()))
}

/// A number in base 60 of YAML 1.1, as `190:20:30`, which is read as a text but not written as one.
pub(super) fn is_base60(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (text, _fraction) = match text.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|b| b.is_ascii_digit() || b == b'_') => (whole, fraction),
        Some(_) => return false,
        None => (text, ""),
    };
    let mut parts = text.split(':');
    let first = parts.next().unwrap_or_default();
    let mut count = 0;
    let rest_fits = parts.all(|part| {
        count += 1;
        match part.as_bytes() {
            [one] => one.is_ascii_digit(),
            [ten, one] => (b'0'..=b'5').contains(ten) && one.is_ascii_digit(),
            _ => false,
        }
    });
    let first_fits =
        first.starts_with(|c: char| c.is_ascii_digit()) && first.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    first_fits && count > 0 && rest_fits
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(text: &str, want: Value) {
        assert_eq!(resolve(text), Resolved::Value(want), "{text}");
    }

    #[test]
    fn words_and_numbers_of_yaml_1_1() {
        for text in ["y", "Yes", "on", "TRUE"] {
            check(text, json!(true));
        }
        for text in ["n", "NO", "off", "False"] {
            check(text, json!(false));
        }
        for text in ["", "~", "null", "NULL"] {
            check(text, Value::Null);
        }
        check("0", json!(0));
        check("-12", json!(-12));
        check("+1_000", json!(1000));
        check("0x1F", json!(31));
        check("0o17", json!(15));
        check("0777", json!(511));
        check("0b11", json!(3));
        check("08", json!(8.0));
        check("18446744073709551615", json!(u64::MAX));
        check("1.5", json!(1.5));
        check(".5", json!(0.5));
        check("1e3", json!(1000.0));
        check("1.", json!(1.0));
    }

    #[test]
    fn everything_else_is_text() {
        for text in [
            "a",
            "yEs",
            "1Gi",
            "100m",
            "1.2.3",
            "1:30",
            "0x",
            "-",
            "+",
            ".",
            "...",
            "1e",
            "10.0.0.1",
            "2024-1",
            "2024-01-02é",
            "1é",
            "20é4-01-02",
        ] {
            assert_eq!(resolve(text), Resolved::Text, "{text}");
        }
        for text in ["2024-01-02", "2024-1-2", "2024-01-02T03:04:05Z", "2024-1-2t3:4:5.6+01:00", "2024-01-02 03:04:05"]
        {
            assert_eq!(resolve(text), Resolved::Timestamp, "{text}");
        }
        assert_eq!(resolve("-.inf"), Resolved::NotFinite);
        assert_eq!(resolve("<<"), Resolved::Merge);
    }

    #[test]
    fn base_60() {
        assert!(is_base60("1:30") && is_base60("190:20:30.15") && is_base60("-1:00"));
        assert!(!is_base60("1:60") && !is_base60("a:30") && !is_base60("130") && !is_base60("1:2:x"));
    }
}
