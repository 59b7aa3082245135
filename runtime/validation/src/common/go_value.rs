//! Values as the API server's own types show them in errors.
//!
//! Upstream's checks work on internal types, which have no JSON names: an error that shows a struct shows the names of
//! its Go fields, all of them, empty ones as well. Types that clients' and internal code share (label selectors, times)
//! keep their JSON form. Each type whose value some error shows says its fields with [`internal!`](crate::common::internal).

use std::collections::BTreeMap;

use kubeforge_machinery::{
    ByteString, NilVec, Quantity, Time,
    codec::Json,
    field::BadValue,
    meta::v1::{LabelSelector, LabelSelectorRequirement},
};

use super::unified;

/// A value as internal code shows it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// An absent pointer, list or map.
    Null,
    /// JSON that is shown as it is.
    Plain(String),
    /// A list's elements.
    List(Vec<Value>),
    /// A struct's fields or a map's entries, in the order to show.
    Object(Vec<(String, Value)>),
}

/// A type that errors can show.
pub(crate) trait Internal {
    /// What is shown of the value.
    fn internal(&self) -> Value;
}

/// The value on one line, as errors show it.
pub(crate) fn shown_internal<T: Internal + ?Sized>(value: &T) -> BadValue {
    let mut text = String::new();
    value.internal().write(&mut text, None);
    BadValue::Plain(text)
}

/// The value on many lines, each level one space further in, for comparing.
pub(crate) fn lines_of<T: Internal + ?Sized>(value: &T) -> String {
    let mut text = String::new();
    value.internal().write(&mut text, Some(0));
    text
}

impl Value {
    /// Writes it; with a level, on several lines.
    fn write(&self, text: &mut String, level: Option<usize>) {
        match self {
            Self::Null => text.push_str("null"),
            Self::Plain(json) => text.push_str(json),
            Self::List(elements) => {
                write_items(text, level, ['[', ']'], elements, |element, text, level| element.write(text, level));
            }
            Self::Object(fields) => {
                write_items(text, level, ['{', '}'], fields, |(name, value), text, level| {
                    text.push_str(&json_text(name));
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
        if !items.is_empty() {
            new_line(text, inner);
        }
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

fn json_text(text: &str) -> String {
    json(&text.to_owned())
}

fn json<T: Json>(value: &T) -> String {
    String::from_utf8_lossy(&kubeforge_machinery::codec::to_json_vec(value)).into_owned()
}

impl Internal for String {
    fn internal(&self) -> Value {
        Value::Plain(json_text(self))
    }
}

macro_rules! plain {
    ($($type:ty),*) => {
        $(impl Internal for $type {
            fn internal(&self) -> Value {
                Value::Plain(self.to_string())
            }
        })*
    };
}

plain!(bool, i32, i64);

macro_rules! in_json {
    ($($type:ty),*) => {
        $(impl Internal for $type {
            fn internal(&self) -> Value {
                Value::Plain(json(self))
            }
        })*
    };
}

in_json!(Quantity, Time, ByteString);

/// Selectors have JSON names in internal code as well.
impl Internal for LabelSelector {
    fn internal(&self) -> Value {
        let mut fields = Vec::new();
        if !self.match_labels.is_empty() {
            fields.push(("matchLabels".to_owned(), self.match_labels.internal()));
        }
        if !self.match_expressions.is_empty() {
            fields.push(("matchExpressions".to_owned(), self.match_expressions.internal()));
        }
        Value::Object(fields)
    }
}

impl Internal for LabelSelectorRequirement {
    fn internal(&self) -> Value {
        let mut fields = vec![
            ("key".to_owned(), self.key.internal()),
            ("operator".to_owned(), Value::Plain(json_text(self.operator.as_str()))),
        ];
        if !self.values.is_empty() {
            fields.push(("values".to_owned(), self.values.internal()));
        }
        Value::Object(fields)
    }
}

impl<T: Internal> Internal for Option<T> {
    fn internal(&self) -> Value {
        self.as_ref().map_or(Value::Null, Internal::internal)
    }
}

impl<T: Internal + ?Sized> Internal for Box<T> {
    fn internal(&self) -> Value {
        self.as_ref().internal()
    }
}

/// A list is absent when it is empty: that is how it comes from the wire.
impl<T: Internal> Internal for Vec<T> {
    fn internal(&self) -> Value {
        if self.is_empty() { Value::Null } else { Value::List(self.iter().map(Internal::internal).collect()) }
    }
}

impl<T: Internal> Internal for NilVec<T> {
    fn internal(&self) -> Value {
        if self.is_nil() { Value::Null } else { Value::List(self.iter().map(Internal::internal).collect()) }
    }
}

impl<T: Internal> Internal for BTreeMap<String, T> {
    fn internal(&self) -> Value {
        if self.is_empty() {
            return Value::Null;
        }
        Value::Object(self.iter().map(|(key, value)| (key.clone(), value.internal())).collect())
    }
}

/// Says which Go fields show which fields of types: `internal!(RoleRef { "APIGroup": api_group, "Kind": kind });`, and
/// which enums show their text: `internal!(PatchType);`.
macro_rules! internal {
    ($($type:ty { $($go:literal: $($field:ident).+),* $(,)? })+) => {
        $(impl $crate::common::Internal for $type {
            fn internal(&self) -> $crate::common::Value {
                $crate::common::Value::Object(vec![
                    $(($go.to_owned(), $crate::common::Internal::internal(&self.$($field).+))),*
                ])
            }
        })+
    };
    ($($type:ty),+ $(,)?) => {
        $(impl $crate::common::Internal for $type {
            fn internal(&self) -> $crate::common::Value {
                $crate::common::Internal::internal(&self.as_str().to_owned())
            }
        })+
    };
}

pub(crate) use internal;

/// What differs between two values, as a unified diff of their lines with three lines around each change.
pub(crate) fn difference<T: Internal + ?Sized>(old: &T, new: &T) -> String {
    unified::diff(&lines_of(old), &lines_of(new))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Pair {
        name: String,
        sizes: Vec<i32>,
    }

    internal!(Pair { "Name": name, "Sizes": sizes });

    #[test]
    fn structs_show_their_go_fields_and_empty_lists_are_null() {
        let pair = Pair { name: "a\"b".to_owned(), sizes: Vec::new() };
        assert_eq!(shown_internal(&pair), BadValue::Plain(r#"{"Name":"a\"b","Sizes":null}"#.to_owned()));
        assert_eq!(lines_of(&pair), "{\n \"Name\": \"a\\\"b\",\n \"Sizes\": null\n}");
    }

    #[test]
    fn a_difference_shows_three_lines_around() {
        let pair = |name: &str, sizes: &[i32]| Pair { name: name.to_owned(), sizes: sizes.to_vec() };
        let found = difference(&pair("a", &[1, 2, 3, 4]), &pair("a", &[1, 2, 3, 5]));
        assert_eq!(found, "@@ -4,6 +4,6 @@\n   1,\n   2,\n   3,\n-  4\n+  5\n  ]\n }\n");
    }
}
