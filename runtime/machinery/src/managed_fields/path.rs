//! Steps of a path to a field.

use std::{borrow::Cow, cmp::Ordering};

use serde_json::Value;

/// One step from a value to one inside it.
#[derive(Clone, Debug, PartialEq)]
pub enum PathElement {
    /// A struct's or map's field (`f:name`).
    Field(Cow<'static, str>),
    /// An element of a list, by the values of its key fields, sorted by name (`k:{"name":"web"}`).
    Key(Vec<(Cow<'static, str>, Value)>),
    /// An element of a set, by its value (`v:"web"`).
    Value(Value),
    /// An element of a list, by its position (`i:0`); only read, for old data.
    Index(i64),
}

impl PathElement {
    fn rank(&self) -> u8 {
        match self {
            Self::Field(_) => 0,
            Self::Key(_) => 1,
            Self::Value(_) => 2,
            Self::Index(_) => 3,
        }
    }
}

impl PathElement {
    /// Compares with the field of that name.
    pub(super) fn cmp_field(&self, name: &str) -> Ordering {
        match self {
            Self::Field(own) => own.as_ref().cmp(name),
            // fields come first
            _ => Ordering::Greater,
        }
    }
}

impl Eq for PathElement {}

impl PartialOrd for PathElement {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PathElement {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Field(a), Self::Field(b)) => a.cmp(b),
            (Self::Index(a), Self::Index(b)) => a.cmp(b),
            (Self::Value(a), Self::Value(b)) => compare_values(a, b),
            (Self::Key(a), Self::Key(b)) => {
                let mut fields = a.iter().zip(b);
                fields
                    .find_map(|((a_name, a), (b_name, b))| {
                        Some(a_name.cmp(b_name).then_with(|| compare_values(a, b))).filter(|order| order.is_ne())
                    })
                    .unwrap_or_else(|| a.len().cmp(&b.len()))
            }
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

/// Any total order in which equal values are equal.
fn compare_values(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Number(a), Value::Number(b)) => match (a.as_i64(), b.as_i64()) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => a.to_string().cmp(&b.to_string()),
        },
        (a, b) => a.to_string().cmp(&b.to_string()),
    }
}
