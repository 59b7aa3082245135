//! Formats of texts that custom resources' schemas may name. Follows kube-openapi pkg/validation/strfmt, and
//! apiextensions pkg/apiserver/validation/formats.go for the choice.

use std::{
    net::{Ipv4Addr, Ipv6Addr},
    sync::LazyLock,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use kubeforge_machinery::{
    Time,
    validation::{is_dns1123_label, is_dns1123_subdomain},
};
use regex::Regex;

/// What a format accepts.
type Check = fn(&str) -> bool;

/// All formats, by their names without dashes.
const FORMATS: [(&str, Check); 27] = [
    ("bsonobjectid", |text| text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit())),
    ("byte", |text| STANDARD.decode(text).is_ok()),
    ("cidr", is_cidr),
    ("creditcard", |text| CREDIT_CARD.is_match(&text.replace([' ', '-'], "")) && is_luhn(text)),
    ("date", |text| DATE.is_match(text) && Time::parse(&format!("{text}T00:00:00Z")).is_ok()),
    ("datetime", is_date_time),
    ("duration", is_duration),
    ("email", is_email),
    ("hexcolor", |text| HEX_COLOR.is_match(text)),
    ("hostname", is_hostname),
    ("ipv4", |text| text.parse::<Ipv4Addr>().is_ok()),
    ("ipv6", |text| text.parse::<Ipv6Addr>().is_ok()),
    ("isbn", |text| is_isbn10(text) || is_isbn13(text)),
    ("isbn10", is_isbn10),
    ("isbn13", is_isbn13),
    ("k8slongname", |text| is_dns1123_subdomain(text).is_empty()),
    ("k8sshortname", |text| is_dns1123_label(text).is_empty()),
    ("mac", |text| MAC.is_match(text)),
    ("password", |_| true),
    ("rgbcolor", is_rgb_color),
    ("ssn", |text| SSN.is_match(text)),
    ("uri", is_uri),
    ("uuid", |text| is_uuid(text, None)),
    ("uuid3", |text| is_uuid(text, Some('3'))),
    ("uuid4", |text| is_uuid(text, Some('4'))),
    ("uuid5", |text| is_uuid(text, Some('5'))),
    ("quantity", |text| text.parse::<kubeforge_machinery::Quantity>().is_ok()),
];

macro_rules! pattern {
    ($name:ident, $text:literal) => {
        static $name: LazyLock<Regex> =
            LazyLock::new(|| Regex::new($text).unwrap_or_else(|err| unreachable!("a pattern of this file: {err}")));
    };
}

pattern!(
    CREDIT_CARD,
    r"^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11})$"
);
pattern!(DATE, r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
pattern!(HEX_COLOR, r"^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$");
pattern!(
    MAC,
    r"^(?:[0-9a-fA-F]{2}([:-])(?:[0-9a-fA-F]{2}[:-]){4}[0-9a-fA-F]{2}|[0-9a-fA-F]{2}([:-])(?:[0-9a-fA-F]{2}[:-]){6}[0-9a-fA-F]{2}|[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}(?:\.[0-9a-fA-F]{4})?)$"
);
pattern!(SSN, r"^\d{3}[- ]?\d{2}[- ]?\d{4}$");
pattern!(UUID, r"^(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?([0-9a-f])[0-9a-f]{3}-?([0-9a-f])[0-9a-f]{3}-?[0-9a-f]{12}$");
pattern!(RGB, r"^rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)$");
pattern!(
    HOSTNAME,
    r"^([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|([a-zA-Z0-9\p{S}\p{L}](([a-zA-Z0-9-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)(\.)){1,}([a-zA-Z\p{L}]){2,63})$"
);
pattern!(DURATION, r"^((\d+)\s*([A-Za-zµ]+))$");
pattern!(DATE_TIME, r"^(?i)([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))$");

fn normal(format: &str) -> String {
    format.replace('-', "")
}

/// Whether schemas of a type (empty: of several) may use a format; others are ignored, with a warning.
pub fn is_known(type_: &str, format: &str) -> bool {
    match type_ {
        "" | "string" => {
            let name = normal(format);
            FORMATS.iter().any(|(known, _)| *known == name)
        }
        "integer" => matches!(format, "int32" | "int64"),
        "number" => matches!(format, "float" | "double"),
        _ => false,
    }
}

/// Whether a text is of a format. Unknown formats accept everything.
pub fn accepts(format: &str, text: &str) -> bool {
    let name = normal(format);
    FORMATS.iter().find(|(known, _)| *known == name).is_none_or(|(_, check)| check(text))
}

fn is_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return false };
    let is_number = !bits.is_empty() && bits.bytes().all(|byte| byte.is_ascii_digit());
    let bits: u8 = match bits.parse() {
        Ok(bits) if is_number => bits,
        _ => return false,
    };
    (address.parse::<Ipv4Addr>().is_ok() && bits <= 32) || (address.parse::<Ipv6Addr>().is_ok() && bits <= 128)
}

/// A date and a time with a zone, in one of the forms that strfmt reads.
fn is_date_time(text: &str) -> bool {
    if text.len() < 4 {
        return false;
    }
    let lower = text.to_lowercase();
    let Some((date, time)) = lower.split_once('t') else { return false };
    if !DATE.is_match(date) || Time::parse(&format!("{date}T00:00:00Z")).is_err() {
        return false;
    }
    let Some(found) = DATE_TIME.captures(time) else { return false };
    let number = |group: usize| found.get(group).and_then(|part| part.as_str().parse::<u8>().ok()).unwrap_or(u8::MAX);
    number(1) <= 23 && number(2) <= 59 && number(3) <= 59
}

/// A duration of Go, or a number and a unit such as `3 days`.
fn is_duration(text: &str) -> bool {
    const UNITS: [&str; 33] = [
        "ns",
        "nano",
        "nanos",
        "nanosecond",
        "nanoseconds",
        "us",
        "µs",
        "micro",
        "micros",
        "microsecond",
        "microseconds",
        "ms",
        "milli",
        "millis",
        "millisecond",
        "milliseconds",
        "s",
        "sec",
        "secs",
        "second",
        "seconds",
        "m",
        "min",
        "mins",
        "minute",
        "minutes",
        "h",
        "hr",
        "hour",
        "hours",
        "d",
        "day",
        "days",
    ];
    if kubeforge_machinery::Duration::parse(text).is_ok() {
        return true;
    }
    DURATION
        .captures(text)
        .and_then(|found| found.get(3))
        .is_some_and(|unit| UNITS.contains(&unit.as_str()) || matches!(unit.as_str(), "w" | "wk" | "week" | "weeks"))
}

/// An address as RFC 5322 has it, with or without a name before it.
fn is_email(text: &str) -> bool {
    let address = match (text.find('<'), text.strip_suffix('>')) {
        (Some(start), Some(inner)) => inner.get(start + 1..).unwrap_or_default(),
        _ => text,
    };
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    let is_atom =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c));
    let is_quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    (is_quoted || local.split('.').all(is_atom)) && domain.split('.').all(is_atom)
}

fn is_hostname(text: &str) -> bool {
    text.len() <= 255 && HOSTNAME.is_match(text) && text.split('.').all(|label| label.len() <= 63)
}

/// The digits of a text; dashes and spaces between them do not count.
fn digits(text: &str) -> Vec<u32> {
    text.chars().filter(|c| !matches!(c, '-' | ' ')).filter_map(|c| c.to_digit(10)).collect()
}

fn is_isbn10(text: &str) -> bool {
    let plain: Vec<char> = text.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    let value = |(at, c): (usize, &char)| match c {
        'X' if at == 9 => Some(10),
        c => c.to_digit(10),
    };
    let values: Option<Vec<u32>> = plain.iter().enumerate().map(value).collect();
    values.is_some_and(|values| {
        values.len() == 10 && values.iter().zip(1..).map(|(value, weight)| value * weight).sum::<u32>() % 11 == 0
    })
}

fn is_isbn13(text: &str) -> bool {
    let values = digits(text);
    let plain = text.chars().filter(|c| !matches!(c, '-' | ' ')).count();
    plain == 13
        && values.len() == 13
        && values.iter().zip([1, 3].iter().cycle()).map(|(value, weight)| value * weight).sum::<u32>() % 10 == 0
}

fn is_luhn(text: &str) -> bool {
    let sum: u32 = digits(text)
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| match digit * 2 {
            double if at % 2 == 1 => double / 10 + double % 10,
            _ => *digit,
        })
        .sum();
    sum.is_multiple_of(10)
}

fn is_rgb_color(text: &str) -> bool {
    RGB.captures(text).is_some_and(|found| {
        found.iter().skip(1).flatten().all(|part| part.as_str().parse::<u16>().is_ok_and(|value| value <= 255))
    })
}

/// A URI with a scheme, or an absolute path.
fn is_uri(text: &str) -> bool {
    let is_text = !text.is_empty() && !text.chars().any(|c| c.is_control() || c == ' ');
    let has_scheme = text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    });
    is_text && (has_scheme || text.starts_with('/'))
}

fn is_uuid(text: &str, version: Option<char>) -> bool {
    let Some(found) = UUID.captures(text) else { return false };
    let letter = |group: usize| found.get(group).and_then(|part| part.as_str().chars().next()).unwrap_or_default();
    match version {
        None => true,
        Some('3') => letter(1) == '3',
        Some(version) => letter(1) == version && matches!(letter(2).to_ascii_lowercase(), '8' | '9' | 'a' | 'b'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_of_their_formats() {
        for (format, text, wanted) in [
            ("date-time", "2024-02-30T10:00:00Z", false),
            ("date-time", "2024-02-29t10:00:00.5+01:00", true),
            ("date", "2024-13-01", false),
            ("duration", "3 days", true),
            ("duration", "1h30m", true),
            ("duration", "1x", false),
            ("ipv4", "10.0.0.256", false),
            ("cidr", "fd00::/64", true),
            ("uuid4", "5f0ac9c4-9b2a-4a0e-8c8b-2f4c8f3f5b11", true),
            ("uuid4", "5f0ac9c4-9b2a-3a0e-8c8b-2f4c8f3f5b11", false),
            ("isbn10", "0-306-40615-2", true),
            ("isbn13", "978-0-306-40615-7", true),
            ("byte", "YQ==", true),
            ("email", "a b", false),
            ("email", "A <a@example.com>", true),
            ("mac", "01:23:45:67:89:ab", true),
            ("int32", "anything", true),
        ] {
            assert_eq!(accepts(format, text), wanted, "{format}: {text}");
        }
        for (type_, format, wanted) in [
            ("string", "date-time", true),
            ("", "quantity", true),
            ("string", "int32", false),
            ("integer", "int32", true),
            ("number", "double", true),
            ("integer", "email", false),
            ("object", "date", false),
        ] {
            assert_eq!(is_known(type_, format), wanted, "{type_} {format}");
        }
    }
}
