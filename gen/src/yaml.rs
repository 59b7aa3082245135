//! A writer for YAML: block style, keys sorted, lists not indented below their key, as Kubernetes' tools write it.
//!
//! Texts are quoted wherever a reader of YAML 1.1 or 1.2 could take them for something else. Texts of several lines are
//! blocks, and long ones are folded, so that a change of a word shows as a change of a line.

use serde_json::Value;

/// Lines of folded texts end before this column, where words allow it.
const WIDTH: usize = 100;

/// The value as a document.
pub fn to_string(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Object(fields) if !fields.is_empty() => mapping(&mut out, value, 0, false),
        Value::Array(values) if !values.is_empty() => sequence(&mut out, values, 0, false),
        scalar => {
            out.push_str(&inline(scalar, 0));
            out.push('\n');
        }
    }
    out
}

/// The entries, each on a line of its own; the first one where the writer stands, if it stands behind a dash.
fn mapping(out: &mut String, value: &Value, indent: usize, behind_dash: bool) {
    let Value::Object(fields) = value else { return };
    let mut sorted: Vec<_> = fields.iter().collect();
    sorted.sort_unstable_by_key(|(key, _)| key.as_str());
    for (index, (key, value)) in sorted.into_iter().enumerate() {
        if index > 0 || !behind_dash {
            out.push_str(&" ".repeat(indent));
        }
        out.push_str(&one_line(key));
        out.push(':');
        match value {
            Value::Object(fields) if !fields.is_empty() => {
                out.push('\n');
                mapping(out, value, indent + 2, false);
            }
            Value::Array(values) if !values.is_empty() => {
                out.push('\n');
                sequence(out, values, indent, false);
            }
            scalar => {
                out.push(' ');
                out.push_str(&inline(scalar, indent + 2));
                out.push('\n');
            }
        }
    }
}

fn sequence(out: &mut String, values: &[Value], indent: usize, behind_dash: bool) {
    for (index, value) in values.iter().enumerate() {
        if index > 0 || !behind_dash {
            out.push_str(&" ".repeat(indent));
        }
        out.push_str("- ");
        match value {
            Value::Object(fields) if !fields.is_empty() => mapping(out, value, indent + 2, true),
            Value::Array(values) if !values.is_empty() => sequence(out, values, indent + 2, true),
            scalar => {
                out.push_str(&inline(scalar, indent + 2));
                out.push('\n');
            }
        }
    }
}

/// A scalar, or an empty collection.
fn inline(value: &Value, indent: usize) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::String(value) => text(value, indent),
        Value::Array(_) => "[]".to_owned(),
        Value::Object(_) => "{}".to_owned(),
    }
}

fn text(text: &str, indent: usize) -> String {
    let fits_block =
        !text.contains(|c: char| c.is_control() && c != '\n') && !text.contains(['\u{2028}', '\u{2029}', '\u{feff}']);
    let trimmed = !text.starts_with([' ', '\n']) && !text.ends_with([' ', '\n']);
    if fits_block && trimmed && text.contains('\n') {
        return block("|-", text.split('\n'), indent);
    }
    if fits_block && trimmed && indent + text.chars().count() > WIDTH && text.contains(' ') {
        return block(">-", folded(text, WIDTH.saturating_sub(indent).max(40)).into_iter(), indent);
    }
    one_line(text)
}

fn block<'a>(style: &str, lines: impl Iterator<Item = &'a str>, indent: usize) -> String {
    lines.fold(style.to_owned(), |mut out, line| {
        out.push('\n');
        if !line.is_empty() {
            out.push_str(&" ".repeat(indent));
            out.push_str(line);
        }
        out
    })
}

/// The lines of a folded text: it is broken at single spaces, which the reader puts back.
fn folded(text: &str, width: usize) -> Vec<&str> {
    let (mut lines, mut rest) = (Vec::new(), text);
    while rest.chars().count() > width {
        let is_break = |at: usize| {
            let (before, after) = (&rest[..at], &rest[at + 1..]);
            !before.is_empty() && !before.ends_with(' ') && !after.starts_with(' ') && !after.is_empty()
        };
        let breaks = || rest.match_indices(' ').map(|(at, _)| at).filter(|at| is_break(*at));
        let within = |at: &usize| rest[..*at].chars().count() <= width;
        let Some(at) = breaks().take_while(within).last().or_else(|| breaks().next()) else { break };
        lines.push(&rest[..at]);
        rest = &rest[at + 1..];
    }
    lines.push(rest);
    lines
}

/// A text on one line: plain, or in quotes.
fn one_line(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let printable =
        |c: char| matches!(c, ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}');
    if text.chars().all(printable) && !text.contains(['\u{2028}', '\u{2029}']) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    // JSON's escapes are YAML's
    Value::from(text).to_string()
}

/// Whether no reader takes the text for anything but itself.
fn is_plain(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let starts_word =
        first.is_alphabetic() || matches!(first, '/' | '_' | '(' | '^' | '$') || (first == '.' && text.len() > 1);
    let breaks_off = text.contains(": ") || text.contains(" #") || text.ends_with([':', ' ']);
    let plain_char =
        |c: char| matches!(c, ' '..='~') || c.is_alphanumeric() || matches!(c, '–' | '—' | '…' | '’' | '“' | '”');
    starts_word && !breaks_off && text.chars().all(plain_char) && !is_other_scalar(text)
}

/// Whether a word or number of YAML 1.1 or 1.2 is spelled like that.
fn is_other_scalar(text: &str) -> bool {
    let words = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", ".nan"];
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, '.' | '_' | '-' | '+' | ':' | 'e' | 'E' | 'x' | 'o');
    words.contains(&text.to_lowercase().as_str())
        || (text.chars().all(numeric) && text.contains(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(value: Value, want: &str) {
        assert_eq!(to_string(&value), want);
        let read: Value = serde_saphyr::from_str(want).unwrap();
        assert_eq!(read, value, "{want}");
    }

    #[test]
    fn collections() {
        check(json!({}), "{}\n");
        check(
            json!({"b": {"c": [], "d": {}}, "a": [1, "x", null, true], "e": [{"f": 1, "g": [2]}, [3, [4]]]}),
            "a:\n- 1\n- x\n- null\n- true\nb:\n  c: []\n  d: {}\ne:\n- f: 1\n  g:\n  - 2\n- - 3\n  - - 4\n",
        );
    }

    #[test]
    fn texts_are_quoted_where_they_could_be_read_as_something_else() {
        for plain in ["a", "/spec", ".spec.color", "it's (so)", "x-y", "https://example.com", "^[a-z]+$"] {
            check(json!([plain]), &format!("- {plain}\n"));
        }
        for quoted in [
            "",
            "yes",
            "1",
            "1.5",
            "0x1f",
            "- a",
            "a: b",
            "a #b",
            "a:",
            "{}",
            "*",
            "2020-01-01",
            "n",
            "~",
            "null",
            "@a",
            "%",
            "1e3",
        ] {
            check(json!([quoted]), &format!("- '{quoted}'\n"));
        }
        check(json!({"'": "don't: stop"}), "'''': 'don''t: stop'\n");
        check(json!(["a\tb"]), "- \"a\\tb\"\n");
    }

    #[test]
    fn long_texts_are_blocks() {
        check(json!({"a": "x\n\n  y: z\nw"}), "a: |-\n  x\n\n    y: z\n  w\n");
        let words = ["word"; 40].join(" ");
        let text = to_string(&json!({ "a": words }));
        assert!(text.starts_with("a: >-\n  word word"), "{text}");
        assert!(text.lines().all(|line| line.len() <= WIDTH), "{text}");
        for odd in [format!("{words}  two spaces # {words}"), format!("{words}: {words} ..."), "x".repeat(200)] {
            let value = json!({"a": {"b": [odd]}});
            assert_eq!(serde_saphyr::from_str::<Value>(&to_string(&value)).unwrap(), value);
        }
    }
}
