//! From the wire's JSON to that of an internal struct.

use std::collections::BTreeMap;

use kubeforge_machinery::schema::{Shape, StructSchema, Zero};
use serde_json::value::RawValue;

use super::layout::{Field, Home, host_fields, layout_of};

/// A value as internal code shows it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// An absent pointer, list or map.
    Null,
    /// JSON that is shown as it is.
    Plain(String),
    /// A list's elements.
    List(Vec<Value>),
    /// A struct's fields or a map's entries, in the order to show.
    Object(Vec<(String, Value)>),
}

/// The members of an object by name, each as it was written.
type Members<'a> = BTreeMap<String, &'a RawValue>;

/// The members of an object; of anything else, none.
fn members(json: &str) -> Members<'_> {
    serde_json::from_str(json).unwrap_or_default()
}

/// The struct whose JSON this is.
pub(super) fn of_struct(json: &str, schema: &'static StructSchema) -> Value {
    Value::Object(fields(&members(json), schema))
}

fn fields(members: &Members<'_>, schema: &'static StructSchema) -> Vec<(String, Value)> {
    let layout = layout_of(schema);
    let mut shown = Vec::with_capacity(layout.fields.len());
    for Field { go, schema, absent, home } in layout.fields {
        let given = members.get(schema.name).map(|raw| raw.get()).filter(|raw| *raw != "null");
        let value = match (given, absent) {
            _ if home == Home::GathersOthers => gathered(members, given, &schema.shape),
            (Some(given), _) => of_shape(given, &schema.shape),
            // in types of the wire what is absent is not written
            (None, _) if layout.is_of_the_wire => continue,
            (None, Some(absent)) => absent,
            (None, None) => of_shape("{}", &schema.shape),
        };
        match (home, value) {
            (Home::Embedded, Value::Object(inner)) => shown.extend(inner),
            (Home::Embedded, _) => {}
            (Home::Own | Home::GathersOthers, value) => shown.push((go.into_owned(), value)),
        }
    }
    shown
}

/// A pod's security context, with what the wire has beside it.
fn gathered(beside: &Members<'_>, given: Option<&str>, shape: &Shape) -> Value {
    let (Shape::Struct(schema) | Shape::AtomicStruct(schema)) = shape else { return Value::Null };
    let mut inside = host_fields(|name| beside.get(name).map(|raw| raw.get()));
    inside.extend(fields(&members(given.unwrap_or("{}")), schema()));
    Value::Object(inside)
}

fn of_shape(given: &str, shape: &Shape) -> Value {
    match shape {
        Shape::Struct(schema) | Shape::AtomicStruct(schema) => of_struct(given, schema()),
        Shape::Dynamic(schema) => of_struct(given, schema),
        Shape::List { element, .. } => {
            let elements: Vec<&RawValue> = serde_json::from_str(given).unwrap_or_default();
            Value::List(elements.into_iter().map(|raw| of_shape(raw.get(), element)).collect())
        }
        Shape::Map { value, .. } => {
            let entry = |(name, raw): (String, &RawValue)| (name, of_shape(raw.get(), value));
            Value::Object(members(given).into_iter().map(entry).collect())
        }
        Shape::Scalar | Shape::Bytes | Shape::Any | Shape::Deduced => Value::Plain(given.to_owned()),
    }
}

impl Value {
    /// What a field holds that was not given.
    pub(super) fn of_zero(zero: Zero) -> Self {
        let json = match zero {
            Zero::Null | Zero::Struct => return Self::Null,
            Zero::Text => "\"\"",
            Zero::Number => "0",
            Zero::False => "false",
            Zero::Quantity => "\"0\"",
        };
        Self::Plain(json.to_owned())
    }

    /// On one line, without blanks.
    pub(super) fn on_one_line(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, None);
        text
    }

    /// A value a line, each level one blank further in: for comparing.
    pub(super) fn on_lines(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, Some(0));
        text
    }

    fn write(&self, text: &mut String, level: Option<usize>) {
        match self {
            Self::Null => text.push_str("null"),
            Self::Plain(json) => text.push_str(json),
            Self::List(elements) => {
                write_items(text, level, ['[', ']'], elements, |element, text, level| element.write(text, level));
            }
            Self::Object(fields) => {
                write_items(text, level, ['{', '}'], fields, |(name, value), text, level| {
                    text.push_str(&super::json(name));
                    text.push_str(if level.is_some() { ": " } else { ":" });
                    value.write(text, level);
                });
            }
        }
    }
}

fn write_items<T>(
    text: &mut String,
    level: Option<usize>,
    [open, close]: [char; 2],
    items: &[T],
    write: impl Fn(&T, &mut String, Option<usize>),
) {
    text.push(open);
    let inner = level.map(|level| level + 1);
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        new_line(text, inner);
        write(item, text, inner);
    }
    if !items.is_empty() {
        new_line(text, level);
    }
    text.push(close);
}

fn new_line(text: &mut String, level: Option<usize>) {
    if let Some(level) = level {
        text.push('\n');
        text.extend(std::iter::repeat_n(' ', level));
    }
}
