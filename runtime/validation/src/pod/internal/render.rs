//! From JSON of the wire to the JSON of an internal struct.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::layout::{Field, Layout, Shape};

/// How JSON is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// On one line.
    Compact,
    /// A value a line, one blank for each level.
    Indented,
}

/// The internal JSON of a struct.
pub(super) fn rendered(value: &Value, layout: &Layout, form: Form) -> String {
    let mut writer = Writer { out: String::new(), form, depth: 0 };
    writer.fields(value, layout);
    writer.out
}

struct Writer {
    out: String,
    form: Form,
    depth: usize,
}

impl Writer {
    fn fields(&mut self, value: &Value, layout: &Layout) {
        let mut members = Members::default();
        collect(value, layout, &mut members);
        self.block(('{', '}'), members.0, |writer, (name, member)| {
            writer.text(name);
            writer.out.push_str(if writer.form == Form::Indented { ": " } else { ":" });
            writer.member(&member);
        });
    }

    fn member(&mut self, member: &Member<'_>) {
        match member {
            Member::Zero(text) => self.out.push_str(text),
            Member::Value(value) => self.value(value),
            Member::Struct(value, layout) => self.fields(value, layout),
            Member::Structs(values, layout) => {
                self.block(('[', ']'), values.iter(), |writer, value| writer.fields(value, layout));
            }
        }
    }

    /// A value that looks inside as it does on the wire.
    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.out.push_str("null"),
            Value::Bool(flag) => self.out.push_str(if *flag { "true" } else { "false" }),
            Value::Number(number) => {
                // writing to a String cannot fail
                let _infallible = write!(self.out, "{number}");
            }
            Value::String(text) => self.text(text),
            Value::Array(values) => self.block(('[', ']'), values.iter(), Self::value),
            Value::Object(fields) => self.block(('{', '}'), in_wire_order(fields), |writer, (name, value)| {
                writer.text(name);
                writer.out.push_str(if writer.form == Form::Indented { ": " } else { ":" });
                writer.value(value);
            }),
        }
    }

    fn block<T>(
        &mut self,
        (start, end): (char, char),
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        self.out.push(start);
        self.depth += 1;
        let mut is_empty = true;
        for item in items {
            if !is_empty {
                self.out.push(',');
            }
            is_empty = false;
            self.line();
            write(self, item);
        }
        self.depth -= 1;
        if !is_empty {
            self.line();
        }
        self.out.push(end);
    }

    fn line(&mut self) {
        if self.form == Form::Indented {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n(' ', self.depth));
        }
    }

    /// A text with Go's escapes, which keep JSON safe inside of HTML.
    fn text(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\u{8}' => self.out.push_str("\\b"),
                '\u{c}' => self.out.push_str("\\f"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                '\0'..=' ' if c != ' ' => self.escape(c),
                '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => self.escape(c),
                _ => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    fn escape(&mut self, c: char) {
        // writing to a String cannot fail
        let _infallible = write!(self.out, "\\u{:04x}", u32::from(c));
    }
}

/// Selectors of labels keep the order of their Go struct; all other objects are maps, whose keys are sorted.
fn in_wire_order(fields: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    let is_late = |name: &str| name == "matchExpressions";
    let early = fields.iter().filter(move |(name, _)| !is_late(name));
    early.chain(fields.iter().filter(move |(name, _)| is_late(name)))
}

enum Member<'a> {
    Zero(&'static str),
    Value(&'a Value),
    Struct(&'a Value, &'static Layout),
    Structs(&'a [Value], &'static Layout),
}

#[derive(Default)]
struct Members<'a>(Vec<(&'a str, Member<'a>)>);

fn collect<'a>(value: &'a Value, layout: &Layout, members: &mut Members<'a>) {
    for Field { name, json, shape } in layout.0 {
        let found = value.get(json).filter(|value| !value.is_null());
        if let Shape::Meta = shape {
            // embedded without a name: its own fields stand beside the others
            let meta = found.and_then(Value::as_object).into_iter().flatten();
            members.0.extend(meta.map(|(name, value)| (name.as_str(), Member::Value(value))));
            continue;
        }
        members.0.push((name, member(found, shape)));
    }
}

fn member<'a>(found: Option<&'a Value>, shape: &Shape) -> Member<'a> {
    match (shape, found) {
        (Shape::Pointer(layout) | Shape::Nested(layout), Some(value)) => Member::Struct(value, layout),
        (Shape::Nested(layout), None) => Member::Struct(&Value::Null, layout),
        (Shape::Structs(layout), Some(Value::Array(values))) if !values.is_empty() => Member::Structs(values, layout),
        (Shape::List | Shape::Map, Some(value)) if !is_empty(value) => Member::Value(value),
        (Shape::Text | Shape::Number | Shape::Flag | Shape::Quantity | Shape::Optional, Some(value)) => {
            Member::Value(value)
        }
        (Shape::Text, None) => Member::Zero("\"\""),
        (Shape::Number, None) => Member::Zero("0"),
        (Shape::Flag, None) => Member::Zero("false"),
        (Shape::Quantity, None) => Member::Zero("\"0\""),
        _ => Member::Zero("null"),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(values) => values.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pod::internal::layout::{CONTAINER_PORT, POD_RESOURCE_CLAIM};

    #[test]
    fn every_field_is_there_under_its_go_name() {
        let claim = serde_json::json!({"name": "<gpu>", "resourceClaimName": "a"});
        let want = r#"{"Name":"\u003cgpu\u003e","ResourceClaimName":"a","ResourceClaimTemplateName":null}"#;
        assert_eq!(rendered(&claim, &POD_RESOURCE_CLAIM, Form::Compact), want);
        let port = serde_json::json!({"containerPort": 80});
        let want = "{\n \"Name\": \"\",\n \"HostPort\": 0,\n \"ContainerPort\": 80,\n \"Protocol\": \"\",\n \"HostIP\": \"\"\n}";
        assert_eq!(rendered(&port, &CONTAINER_PORT, Form::Indented), want);
    }
}
