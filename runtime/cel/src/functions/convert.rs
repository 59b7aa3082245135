//! Conversions between types. Follows cel-go common/types.

use jiff::Timestamp;

use super::{
    Answer,
    operators::{INT_OVERFLOW, UINT_OVERFLOW, no, timestamp as checked},
};
use crate::value::Value;

fn failed(value: &Value, wanted: &str) -> String {
    format!("type conversion error from '{}' to '{wanted}'", value.type_name())
}

pub(super) fn bool(args: &[Value]) -> Answer {
    match args {
        [value @ Value::Bool(_)] => Ok(value.clone()),
        [value @ Value::String(text)] => match text.as_ref() {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(Value::Bool(true)),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(Value::Bool(false)),
            _ => Err(failed(value, "bool")),
        },
        _ => no(),
    }
}

pub(super) fn bytes(args: &[Value]) -> Answer {
    match args {
        [value @ Value::Bytes(_)] => Ok(value.clone()),
        [Value::String(text)] => Ok(Value::Bytes(text.as_bytes().into())),
        _ => no(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "the nearest one is meant")]
pub(super) fn double(args: &[Value]) -> Answer {
    match args {
        [value @ Value::Double(_)] => Ok(value.clone()),
        [Value::Int(value)] => Ok(Value::Double(*value as f64)),
        [Value::Uint(value)] => Ok(Value::Double(*value as f64)),
        [value @ Value::String(text)] => text.parse().map(Value::Double).map_err(|_| failed(value, "double")),
        _ => no(),
    }
}

pub(super) fn duration(args: &[Value]) -> Answer {
    match args {
        [value @ Value::Duration(_)] => Ok(value.clone()),
        [Value::Int(nanos)] => Ok(Value::Duration(*nanos)),
        [value @ Value::String(text)] => {
            parse_duration(text).map(Value::Duration).ok_or_else(|| failed(value, "google.protobuf.Duration"))
        }
        _ => no(),
    }
}

/// A duration of Go: `1h30m`, `-1.5s`.
pub fn parse_duration(text: &str) -> Option<i64> {
    kubeforge_machinery::Duration::parse(text).ok().map(kubeforge_machinery::Duration::as_nanos)
}

/// A point in time in RFC 3339's form.
pub fn parse_timestamp(text: &str) -> Option<Value> {
    let is_rfc = text.as_bytes().get(10).is_some_and(|byte| *byte == b'T');
    if !is_rfc || text.contains('[') {
        return None;
    }
    checked(text.parse::<Timestamp>().ok()).ok()
}

pub(super) fn dyn_(args: &[Value]) -> Answer {
    match args {
        [value] => Ok(value.clone()),
        _ => no(),
    }
}

pub(super) fn int(args: &[Value]) -> Answer {
    let overflow = || INT_OVERFLOW.to_owned();
    match args {
        [value @ Value::Int(_)] => Ok(value.clone()),
        [Value::Uint(value)] => i64::try_from(*value).map(Value::Int).map_err(|_| overflow()),
        #[expect(clippy::cast_possible_truncation, reason = "checked to be in bounds")]
        [Value::Double(value)] => {
            if value.abs() < 9_223_372_036_854_775_808.0 {
                Ok(Value::Int(*value as i64))
            } else {
                Err(overflow())
            }
        }
        [Value::Duration(nanos)] => Ok(Value::Int(*nanos)),
        [Value::Timestamp(at)] => Ok(Value::Int(at.as_second())),
        [value @ Value::String(text)] => text.parse().map(Value::Int).map_err(|_| failed(value, "int")),
        _ => no(),
    }
}

pub(super) fn timestamp(args: &[Value]) -> Answer {
    match args {
        [value @ Value::Timestamp(_)] => Ok(value.clone()),
        [Value::Int(seconds)] => checked(Timestamp::from_second(*seconds).ok()),
        [value @ Value::String(text)] => {
            parse_timestamp(text).ok_or_else(|| failed(value, "google.protobuf.Timestamp"))
        }
        _ => no(),
    }
}

pub(super) fn uint(args: &[Value]) -> Answer {
    let overflow = || UINT_OVERFLOW.to_owned();
    match args {
        [value @ Value::Uint(_)] => Ok(value.clone()),
        [Value::Int(value)] => u64::try_from(*value).map(Value::Uint).map_err(|_| overflow()),
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be in bounds")]
        [Value::Double(value)] => {
            if (0.0..18_446_744_073_709_551_616.0).contains(value) {
                Ok(Value::Uint(*value as u64))
            } else {
                Err(overflow())
            }
        }
        [value @ Value::String(text)] => text.parse().map(Value::Uint).map_err(|_| failed(value, "uint")),
        _ => no(),
    }
}

pub(super) fn string(args: &[Value]) -> Answer {
    match args {
        [value @ Value::String(_)] => Ok(value.clone()),
        [value] => to_string(value).map(Value::string),
        _ => no(),
    }
}

/// A value's text.
///
/// # Errors
/// Where values of its type have none.
pub(crate) fn to_string(value: &Value) -> Result<String, String> {
    Ok(match value {
        Value::Bool(_) | Value::Int(_) | Value::Uint(_) | Value::Double(_) | Value::String(_) | Value::Type(_) => {
            value.to_string()
        }
        Value::Bytes(bytes) => String::from_utf8(bytes.to_vec())
            .map_err(|_| "invalid UTF-8 in bytes, cannot convert to string".to_owned())?,
        Value::Timestamp(at) => at.to_string(),
        Value::Duration(nanos) => duration_to_string(*nanos),
        Value::Ip(address) => address.to_string(),
        Value::Cidr(address, bits) => format!("{address}/{bits}"),
        _ => return no(),
    })
}

/// Seconds with a fraction as short as can be: `1.5s`.
fn duration_to_string(nanos: i64) -> String {
    let (whole, part) = (nanos.unsigned_abs() / 1_000_000_000, nanos.unsigned_abs() % 1_000_000_000);
    let sign = if nanos < 0 { "-" } else { "" };
    let fraction = if part == 0 { String::new() } else { format!(".{part:09}") };
    format!("{sign}{whole}{}s", fraction.trim_end_matches('0'))
}

/// Numbers from 10 to this power on have an exponent.
const PLAIN_MAX: i32 = 6;

/// A number as Go's `%g` prints it.
pub(crate) fn double_to_string(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if !(-4..PLAIN_MAX).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
    } else {
        format!("{value}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_those_of_go() {
        for (value, want) in [
            (1.0, "1"),
            (1.5, "1.5"),
            (1e21, "1e+21"),
            (123_456.0, "123456"),
            (1e-7, "1e-07"),
            (123_456_789.0, "1.23456789e+08"),
        ] {
            assert_eq!(double_to_string(value), want);
        }
        assert_eq!(duration_to_string(-1_500_000_000), "-1.5s");
        assert_eq!(to_string(&Value::Duration(3_600_000_000_000)), Ok("3600s".to_owned()));
        assert!(parse_timestamp("2024-02-30T00:00:00Z").is_none());
        assert_eq!(parse_timestamp("2024-02-29T01:00:00+01:00"), parse_timestamp("2024-02-29T00:00:00Z"));
        assert_eq!(int(&[Value::string("a")]), Err("type conversion error from 'string' to 'int'".to_owned()));
    }
}
