//! `"%d of %s".format([…])`. Follows cel-go ext/formatting.go.

use std::fmt::Write as _;

use kubeforge_machinery::quote::quote;

use super::{Answer, convert::to_string, operators::no};
use crate::{
    types::Type,
    value::{Key, Map, Value},
};

/// Digits behind the point where a clause doesn't say how many.
const PRECISION: usize = 6;
/// More digits than these are refused.
const PRECISION_MAX: usize = 1000;

/// A clause of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    String,
    Decimal,
    Fixed(usize),
    Scientific(usize),
    Binary,
    Hex { upper: bool },
    Octal,
}

/// What a format consists of.
enum Piece<'a> {
    Text(&'a str),
    Verb(Verb),
}

/// Reads a format.
fn pieces(format: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut pieces = Vec::new();
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        let (text, after) = rest.split_at(at);
        pieces.push(Piece::Text(text));
        let after = after.get(1..).unwrap_or_default();
        if after.is_empty() {
            return Err("unexpected end of string".to_owned());
        }
        if let Some(after) = after.strip_prefix('%') {
            pieces.push(Piece::Text("%"));
            rest = after;
            continue;
        }
        let clause = |why: &str| format!("could not parse formatting clause: {why}");
        let (precision, after) = match after.strip_prefix('.') {
            None => (None, after),
            Some(digits) => {
                let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
                let (number, after) = digits.split_at(end);
                let what = |why: &str| clause(&format!("error while parsing precision: {why}"));
                if after.is_empty() {
                    return Err(what("could not find end of precision specifier"));
                }
                let precision = number.parse().map_err(|_| what("error while converting precision to integer"))?;
                if precision > PRECISION_MAX {
                    return Err(what(&format!("precision specifier exceeds maximum allowed value of {PRECISION_MAX}")));
                }
                (Some(precision), after)
            }
        };
        let verb = after.chars().next().unwrap_or_default();
        let digits = precision.unwrap_or(PRECISION);
        pieces.push(Piece::Verb(match verb {
            's' => Verb::String,
            'd' => Verb::Decimal,
            'f' => Verb::Fixed(digits),
            'e' => Verb::Scientific(digits),
            'b' => Verb::Binary,
            'x' => Verb::Hex { upper: false },
            'X' => Verb::Hex { upper: true },
            'o' => Verb::Octal,
            other => return Err(clause(&format!("unrecognized formatting clause \"{other}\""))),
        }));
        rest = after.get(verb.len_utf8()..).unwrap_or_default();
    }
    pieces.push(Piece::Text(rest));
    Ok(pieces)
}

/// What is wrong with an argument of a type, for a verb.
fn wrong(verb: Verb, type_: &str) -> String {
    let what = match verb {
        Verb::String => {
            "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and \
             timestamps"
        }
        Verb::Decimal => "decimal clause can only be used on integers",
        Verb::Fixed(_) => "fixed-point clause can only be used on doubles",
        Verb::Scientific(_) => "scientific clause can only be used on doubles",
        Verb::Binary => "only integers and bools can be formatted as binary",
        Verb::Hex { .. } => "only integers, byte buffers, and strings can be formatted as hex",
        Verb::Octal => "octal clause can only be used on integers",
    };
    format!("error during formatting: {what}, was given {type_}")
}

/// What is wrong with a format and the types of its arguments, with the place of the argument that it is about.
pub(crate) fn check(format: &str, args: &[&Type]) -> Result<(), (Option<usize>, String)> {
    let mut used = 0;
    for piece in pieces(format).map_err(|why| (None, why))? {
        let Piece::Verb(verb) = piece else { continue };
        let Some(type_) = args.get(used) else { return Err((None, format!("index {used} out of range"))) };
        if !accepts(verb, type_) {
            return Err((Some(used), wrong(verb, &runtime_name(type_))));
        }
        used += 1;
    }
    if args.len() > used {
        let text = format!("too many arguments supplied to string.format (expected {used}, got {})", args.len());
        return Err((None, text));
    }
    Ok(())
}

fn runtime_name(type_: &Type) -> String {
    match type_ {
        Type::Null => "null_type".to_owned(),
        Type::Duration => "google.protobuf.Duration".to_owned(),
        Type::Timestamp => "google.protobuf.Timestamp".to_owned(),
        Type::List(_) => "list".to_owned(),
        Type::Map(_) => "map".to_owned(),
        Type::Optional(_) => "optional_type".to_owned(),
        other => other.to_string(),
    }
}

fn accepts(verb: Verb, type_: &Type) -> bool {
    if matches!(type_, Type::Dyn | Type::Error) {
        return true;
    }
    match verb {
        Verb::String => match type_ {
            Type::List(of) => accepts(verb, of),
            Type::Map(of) => {
                matches!(of.0, Type::String | Type::Bool | Type::Int | Type::Uint | Type::Dyn) && accepts(verb, &of.1)
            }
            other => !matches!(other, Type::Object(_) | Type::Optional(_) | Type::Named(_)),
        },
        Verb::Decimal | Verb::Octal => matches!(type_, Type::Int | Type::Uint),
        Verb::Fixed(_) | Verb::Scientific(_) => matches!(type_, Type::Double | Type::String),
        Verb::Binary => matches!(type_, Type::Int | Type::Uint | Type::Bool),
        Verb::Hex { .. } => matches!(type_, Type::Int | Type::Uint | Type::String | Type::Bytes),
    }
}

pub(super) fn format(args: &[Value]) -> Answer {
    let [Value::String(format), Value::List(list)] = args else { return no() };
    let mut out = String::new();
    let mut used = 0;
    for piece in pieces(format)? {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Verb(verb) => {
                let value = list.items.get(used).ok_or_else(|| format!("index {used} out of range"))?;
                out.push_str(&formatted(verb, value)?);
                used += 1;
            }
        }
    }
    Ok(Value::string(out))
}

fn formatted(verb: Verb, value: &Value) -> Result<String, String> {
    let fails = || Err(wrong(verb, value.type_name()));
    Ok(match (verb, value) {
        (Verb::String, value) => return text(value).map_or_else(fails, Ok),
        (Verb::Decimal, Value::Int(_) | Value::Uint(_)) => value.to_string(),
        (Verb::Fixed(digits), value) => match number(value) {
            Some(number) if number.is_finite() => grouped(&format!("{number:.digits$}")),
            Some(number) => special(number),
            None => return fails(),
        },
        (Verb::Scientific(digits), value) => match number(value) {
            Some(number) if number.is_finite() => scientific(number, digits),
            Some(number) => special(number),
            None => return fails(),
        },
        (Verb::Binary, Value::Bool(value)) => u8::from(*value).to_string(),
        (Verb::Binary, Value::Int(value)) => signed(*value, |value| format!("{value:b}")),
        (Verb::Binary, Value::Uint(value)) => format!("{value:b}"),
        (Verb::Octal, Value::Int(value)) => signed(*value, |value| format!("{value:o}")),
        (Verb::Octal, Value::Uint(value)) => format!("{value:o}"),
        (Verb::Hex { upper }, value) => {
            let hex = match value {
                Value::Int(value) => signed(*value, |value| format!("{value:x}")),
                Value::Uint(value) => format!("{value:x}"),
                Value::String(text) => hex(text.as_bytes()),
                Value::Bytes(bytes) => hex(bytes),
                _ => return fails(),
            };
            if upper { hex.to_uppercase() } else { hex }
        }
        _ => return fails(),
    })
}

fn signed(value: i64, print: impl Fn(u64) -> String) -> String {
    format!("{}{}", if value < 0 { "-" } else { "" }, print(value.unsigned_abs()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        // writing to a text never fails
        write!(out, "{byte:02x}").unwrap_or_default();
        out
    })
}

/// The number that a clause for doubles prints; texts name those that have no literal.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Double(value) => Some(*value),
        Value::String(text) => match text.as_ref() {
            "NaN" => Some(f64::NAN),
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            _ => None,
        },
        _ => None,
    }
}

fn special(number: f64) -> String {
    if number.is_nan() {
        "NaN"
    } else if number > 0.0 {
        "∞"
    } else {
        "-∞"
    }
    .to_owned()
}

/// The number with a comma before each three digits, as the English locale has it.
fn grouped(text: &str) -> String {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut out = sign.to_owned();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// The number in scientific notation, as the English locale has it: `2.718280 × 10⁰⁰` with narrow blanks.
fn scientific(number: f64, digits: usize) -> String {
    let text = format!("{number:.digits$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, exponent) = exponent.strip_prefix('-').map_or(("", exponent), |digits| ("⁻", digits));
    let raised: String = format!("{exponent:0>2}")
        .chars()
        .filter_map(|digit| "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(digit.to_digit(10)? as usize))
        .collect();
    format!("{mantissa}\u{202f}×\u{202f}10{sign}{raised}")
}

/// A value as `%s` prints it; `None` where it doesn't.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("null".to_owned()),
        Value::List(list) => {
            let items: Option<Vec<String>> = list.items.iter().map(inner).collect();
            Some(format!("[{}]", items?.join(", ")))
        }
        Value::Map(map) | Value::Domains(map) => map_text(map),
        Value::Object(_) | Value::Optional(_) | Value::Ip(_) | Value::Cidr(..) => None,
        other => to_string(other).ok(),
    }
}

fn map_text(map: &Map) -> Option<String> {
    let mut entries = map
        .iter()
        .map(|(key, value)| {
            let key = match key {
                Key::String(text) => quote(text),
                other => other.to_value().to_string(),
            };
            Some(format!("{key}:{}", inner(value)?))
        })
        .collect::<Option<Vec<String>>>()?;
    entries.sort();
    Some(format!("{{{}}}", entries.join(", ")))
}

/// A value inside of a list or a map: as a literal.
fn inner(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(quote(text)),
        Value::Bytes(bytes) => Some(format!("b{}", quote(&String::from_utf8_lossy(bytes)))),
        Value::Double(value) if value.is_finite() => Some(format!("{value:.PRECISION$}")),
        Value::Double(value) => Some(quote(&super::convert::double_to_string(*value))),
        Value::Timestamp(_) => Some(format!("timestamp({})", quote(&to_string(value).ok()?))),
        Value::Duration(_) => Some(format!("duration({})", quote(&to_string(value).ok()?))),
        other => text(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_print() {
        let list = Value::list(vec![Value::string("a"), Value::Int(1), Value::Double(1.0)]);
        for (clause, value, want) in [
            ("%s", list, r#"["a", 1, 1.000000]"#),
            ("%d%%", Value::Int(5), "5%"),
            ("%.2f", Value::Double(12_345.678), "12,345.68"),
            ("%x", Value::Int(-255), "-ff"),
            ("%X", Value::string("az"), "617A"),
            ("%b", Value::Bool(true), "1"),
            ("%e", Value::Double(2.5), "2.500000\u{202f}×\u{202f}10⁰⁰"),
        ] {
            let printed = format(&[Value::string(clause), Value::list(vec![value])]);
            assert_eq!(printed, Ok(Value::string(want)), "{clause}");
        }
        assert_eq!(check("%d", &[&Type::String]).unwrap_err().0, Some(0));
        assert_eq!(check("%d %d", &[&Type::Int]).unwrap_err().1, "index 1 out of range");
        assert!(check("%s", &[&Type::Dyn]).is_ok());
    }
}
