//! JSON values as Go's `%v` shows them, for messages: `map[name:web ports:[80 443]]`.

use std::fmt;

use serde_json::Value;

use crate::quote::quote;

/// Shows a value as Go would.
#[derive(Clone, Copy, Debug)]
pub struct GoFormat<'a>(pub &'a Value);

/// Shows values as Go would show a slice.
#[derive(Clone, Copy, Debug)]
pub struct GoSlice<'a>(pub &'a [Value]);

impl fmt::Display for GoFormat<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Null => f.write_str("<nil>"),
            Value::Bool(value) => write!(f, "{value}"),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (None, Some(float)) => write_float(f, float),
                _ => write!(f, "{number}"),
            },
            Value::String(text) => f.write_str(text),
            Value::Array(values) => fmt::Display::fmt(&GoSlice(values), f),
            Value::Object(fields) => {
                let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
                fields.sort_unstable_by_key(|(name, _)| *name);
                f.write_str("map[")?;
                for (index, (name, value)) in fields.into_iter().enumerate() {
                    let space = if index > 0 { " " } else { "" };
                    write!(f, "{space}{name}:{}", GoFormat(value))?;
                }
                f.write_str("]")
            }
        }
    }
}

/// Exponents below -4 and from 21 on, of two digits at least.
fn write_float(f: &mut fmt::Formatter<'_>, float: f64) -> fmt::Result {
    let magnitude = float.abs();
    if magnitude == 0.0 || (1e-4..1e21).contains(&magnitude) {
        return write!(f, "{float}");
    }
    let text = format!("{float:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    match exponent.strip_prefix('-') {
        Some(exponent) => write!(f, "{digits}e-{exponent:0>2}"),
        None => write!(f, "{digits}e+{exponent:0>2}"),
    }
}

impl fmt::Display for GoSlice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (index, value) in self.0.iter().enumerate() {
            let space = if index > 0 { " " } else { "" };
            write!(f, "{space}{}", GoFormat(value))?;
        }
        f.write_str("]")
    }
}

/// Shows a value as Go's `%#v` would: what one writes in a program to have it.
#[derive(Clone, Copy, Debug)]
pub struct GoSyntax<'a>(pub &'a Value);

impl fmt::Display for GoSyntax<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Null => f.write_str("interface {}(nil)"),
            Value::Bool(_) | Value::Number(_) => fmt::Display::fmt(&GoFormat(self.0), f),
            Value::String(text) => f.write_str(&quote(text)),
            Value::Array(values) => {
                f.write_str("[]interface {}{")?;
                for (index, value) in values.iter().enumerate() {
                    let comma = if index > 0 { ", " } else { "" };
                    write!(f, "{comma}{}", GoSyntax(value))?;
                }
                f.write_str("}")
            }
            Value::Object(fields) => {
                let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
                fields.sort_unstable_by_key(|(name, _)| *name);
                f.write_str("map[string]interface {}{")?;
                for (index, (name, value)) in fields.into_iter().enumerate() {
                    let comma = if index > 0 { ", " } else { "" };
                    write!(f, "{comma}{}:{}", quote(name), GoSyntax(value))?;
                }
                f.write_str("}")
            }
        }
    }
}

/// The name of a value's type in Go.
pub fn go_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "%!s(<nil>)",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_i64() => "int64",
        Value::Number(_) => "float64",
        Value::String(_) => "string",
        Value::Array(_) => "[]interface {}",
        Value::Object(_) => "map[string]interface {}",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_look_as_in_go() {
        let value = json!({"b": [1, "x y", null, true], "a": {"c": 1.5, "d": 1e21, "e": 1e-7}});
        assert_eq!(GoFormat(&value).to_string(), "map[a:map[c:1.5 d:1e+21 e:1e-07] b:[1 x y <nil> true]]");
        assert_eq!(GoFormat(&json!({})).to_string(), "map[]");
        assert_eq!(
            GoSyntax(&value).to_string(),
            r#"map[string]interface {}{"a":map[string]interface {}{"c":1.5, "d":1e+21, "e":1e-07}, "b":[]interface {}{1, "x y", interface {}(nil), true}}"#
        );
    }
}
