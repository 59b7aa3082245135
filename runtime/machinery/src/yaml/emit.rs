//! Writing values in block style: keys sorted, two spaces of indentation, lists not indented below their key.

use std::cmp::Ordering;

use serde_json::{Map, Number, Value};

use super::scalar::{self, Output, Place};

/// The value as a document.
pub(super) fn emit(value: &Value) -> String {
    let mut out = Output::default();
    write_node(&mut out, value, Position::Start, 0);
    out.new_line(0);
    out.text
}

/// What stands before a node on its line.
#[derive(Clone, Copy, PartialEq)]
enum Position {
    /// Nothing.
    Start,
    /// A key and a colon.
    AfterKey,
    /// A dash, or the colon of an explicit key.
    AfterIndicator,
}

/// Writes a node whose parent is indented by `indent`.
fn write_node(out: &mut Output, value: &Value, position: Position, indent: usize) {
    match value {
        Value::Object(fields) if !fields.is_empty() => match position {
            Position::Start => write_mapping(out, fields, indent),
            Position::AfterKey => {
                out.new_line(0);
                write_mapping(out, fields, indent + 2);
            }
            Position::AfterIndicator => {
                out.push(' ');
                write_mapping(out, fields, indent + 2);
            }
        },
        Value::Array(values) if !values.is_empty() => match position {
            Position::Start => write_sequence(out, values, indent),
            Position::AfterKey => {
                out.new_line(0);
                write_sequence(out, values, indent);
            }
            Position::AfterIndicator => {
                out.push(' ');
                write_sequence(out, values, indent + 2);
            }
        },
        scalar => {
            if position != Position::Start {
                out.push(' ');
            }
            write_scalar(out, scalar, indent + 2);
        }
    }
}

/// Begins an entry's line, unless the entry is the first and stands on the line of its parent.
fn begin_entry(out: &mut Output, indent: usize) {
    let is_line_start = out.text.is_empty() || out.text.ends_with('\n');
    if is_line_start || !(out.text.ends_with("- ") || out.text.ends_with(": ")) {
        out.new_line(indent);
    }
}

fn write_mapping(out: &mut Output, fields: &Map<String, Value>, indent: usize) {
    let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
    fields.sort_by(|(a, _), (b, _)| compare_keys(a, b));
    for (index, (key, value)) in fields.into_iter().enumerate() {
        if index > 0 {
            out.new_line(indent);
        } else {
            begin_entry(out, indent);
        }
        if scalar::is_simple_key(key) {
            scalar::write(out, key, Place::SimpleKey, indent);
            out.push(':');
            write_node(out, value, Position::AfterKey, indent);
        } else {
            out.push_str("? ");
            scalar::write(out, key, Place::Value, indent + 2);
            out.new_line(indent);
            out.push(':');
            write_node(out, value, Position::AfterIndicator, indent);
        }
    }
}

fn write_sequence(out: &mut Output, values: &[Value], indent: usize) {
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.new_line(indent);
        } else {
            begin_entry(out, indent);
        }
        out.push('-');
        write_node(out, value, Position::AfterIndicator, indent);
    }
}

fn write_scalar(out: &mut Output, value: &Value, indent: usize) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&number_text(number)),
        Value::String(text) => scalar::write(out, text, Place::Value, indent),
        Value::Array(_) => out.push_str("[]"),
        Value::Object(_) => out.push_str("{}"),
    }
}

/// Integers as they are; floats with their shortest digits, and an exponent below 1e-4 and from 1e6 on.
pub(super) fn number_text(number: &Number) -> String {
    let float = match number.as_f64() {
        Some(float) if !number.is_i64() && !number.is_u64() => float,
        _ => return number.to_string(),
    };
    let text = format!("{float:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    match exponent.parse::<i32>() {
        Ok(exponent @ (..-4 | 21..)) => signed_exponent(digits, exponent),
        Ok(exponent @ 6..) if float != 0.0 => signed_exponent(digits, exponent),
        _ => format!("{float}"),
    }
}

fn signed_exponent(digits: &str, exponent: i32) -> String {
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
}

/// The order of keys: by characters, but letters come after all else, and runs of digits compare as numbers.
fn compare_keys(a: &str, b: &str) -> Ordering {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let Some(at) = a.iter().zip(&b).position(|(a, b)| a != b) else { return a.len().cmp(&b.len()) };
    let (x, y) = (a[at], b[at]);
    let after_digit = at > 0 && a[at - 1].is_numeric();
    match (x.is_alphabetic(), y.is_alphabetic()) {
        (true, true) => x.cmp(&y),
        // within a number, the number ends where the letter stands
        (true, false) => {
            if after_digit {
                Ordering::Less
            } else {
                Ordering::Greater
            }
        }
        (false, true) => {
            if after_digit {
                Ordering::Greater
            } else {
                Ordering::Less
            }
        }
        (false, false) => compare_numbers(&a, &b, at).then(x.cmp(&y)),
    }
}

/// Compares the numbers that differ at `at`; equal where there are none.
fn compare_numbers(a: &[char], b: &[char], at: usize) -> Ordering {
    let digits = |text: &[char]| text[at..].iter().take_while(|c| c.is_ascii_digit()).count();
    let (a_digits, b_digits) = (digits(a), digits(b));
    // zeros count where digits other than zero stand before them
    let has_prefix =
        (a[at] == '0' || b[at] == '0') && a[..at].iter().rev().take_while(|c| c.is_ascii_digit()).any(|&c| c != '0');
    let value = |text: &[char], digits: usize| {
        text[at..at + digits]
            .iter()
            .fold(i64::from(has_prefix), |value, &c| value.wrapping_mul(10).wrapping_add(i64::from(c as u8 - b'0')))
    };
    value(a, a_digits).cmp(&value(b, b_digits)).then(a_digits.cmp(&b_digits))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(value: Value, want: &str) {
        assert_eq!(emit(&value), want);
    }

    #[test]
    fn collections() {
        check(json!({}), "{}\n");
        check(json!([]), "[]\n");
        check(json!("x"), "x\n");
        check(
            json!({"b": {"c": [], "d": {}}, "a": [1, "x", null, true], "e": [{"f": 1, "g": [2]}, [3, [4]]]}),
            "a:\n- 1\n- x\n- null\n- true\nb:\n  c: []\n  d: {}\ne:\n- f: 1\n  g:\n  - 2\n- - 3\n  - - 4\n",
        );
        check(json!({"k": {"x: y": {"z": "- "}}}), "k:\n  'x: y':\n    z: '- '\n");
    }

    #[test]
    fn texts() {
        check(
            json!({"a": "x\ny\n", "b": "x\n\ny", "c": "x\n\n", "d": " x\ny"}),
            "a: |\n  x\n  y\nb: |-\n  x\n\n  y\nc: |+\n  x\n\nd: |2-\n   x\n  y\n",
        );
        check(json!({"a": "it's: \"x\"", "b": "\t", "c": "yes"}), "a: 'it''s: \"x\"'\nb: \"\\t\"\nc: \"yes\"\n");
        let words = "word ".repeat(30);
        check(
            json!([words.trim_end()]),
            &format!("- {}word\n  {}\n", "word ".repeat(15), "word ".repeat(14).trim_end()),
        );
        let key = "k".repeat(129);
        check(json!({ key.clone(): [1] }), &format!("? {key}\n: - 1\n"));
    }

    #[test]
    fn numbers() {
        check(
            json!([1, -1, 1.5, 1.0, 1e6, 123456.5, 1234567.5, 1e-5, 0.0001, 1e21]),
            "- 1\n- -1\n- 1.5\n- 1\n- 1e+06\n- 123456.5\n- 1.2345675e+06\n- 1e-05\n- 0.0001\n- 1e+21\n",
        );
    }

    #[test]
    fn keys_are_in_natural_order() {
        let mut keys = vec!["f:a", ".", "a10", "a2", "B", "a", "a02", "a1b", "a1-"];
        keys.sort_by(|a, b| compare_keys(a, b));
        assert_eq!(keys, [".", "B", "a", "a1b", "a1-", "a2", "a02", "a10", "f:a"]);
    }
}
