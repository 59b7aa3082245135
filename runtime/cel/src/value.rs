//! Values, and when two are equal.

use std::{cmp::Ordering, collections::BTreeMap, fmt, net::IpAddr, sync::Arc};

use jiff::Timestamp;
use kubeforge_machinery::Quantity;

use crate::functions::{formats::Format, url::Url};

/// A value.
#[derive(Clone, Debug)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number with a sign.
    Int(i64),
    /// A number without a sign.
    Uint(u64),
    /// A number with a fraction.
    Double(f64),
    /// A text.
    String(Arc<str>),
    /// Bytes.
    Bytes(Arc<[u8]>),
    /// A length of time in nanoseconds.
    Duration(i64),
    /// A point in time.
    Timestamp(Timestamp),
    /// A list.
    List(Arc<List>),
    /// A map.
    Map(Arc<Map>),
    /// An object with named fields.
    Object(Arc<Map>),
    /// A map of maps in which keys that are not there stand for an empty map.
    Domains(Arc<Map>),
    /// A value or none.
    Optional(Option<Arc<Value>>),
    /// A type, by its name.
    Type(Arc<str>),
    /// `kubernetes.URL`.
    Url(Arc<Url>),
    /// `kubernetes.Quantity`.
    Quantity(Arc<Quantity>),
    /// `net.IP`.
    Ip(IpAddr),
    /// `net.CIDR`: an address in it, and its bits.
    Cidr(IpAddr, u8),
    /// `kubernetes.Semver`.
    Semver(Arc<semver::Version>),
    /// `kubernetes.NamedFormat`.
    Format(&'static Format),
}

/// A list.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// Its elements.
    pub items: Vec<Value>,
    /// How elements are told apart.
    pub kind: ListKind,
}

/// How elements of a list are told apart, which says when lists are equal and what their sum is.
#[derive(Clone, Debug, Default)]
pub enum ListKind {
    /// By their place.
    #[default]
    Plain,
    /// By their value.
    Set,
    /// By the values of these fields.
    Map(Arc<[String]>),
}

/// A key of a map.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// `true` or `false`.
    Bool(bool),
    /// A number with a sign.
    Int(i64),
    /// A number without a sign.
    Uint(u64),
    /// A text.
    String(Arc<str>),
}

/// Entries by their keys.
pub type Map = BTreeMap<Key, Value>;

impl Key {
    /// The key that a value makes; `None` where values of its type are no keys.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Bool(value) => Self::Bool(*value),
            Value::Int(value) => Self::Int(*value),
            Value::Uint(value) => Self::Uint(*value),
            Value::String(text) => Self::String(text.clone()),
            _ => return None,
        })
    }

    /// The key as a value.
    pub(crate) fn to_value(&self) -> Value {
        match self {
            Self::Bool(value) => Value::Bool(*value),
            Self::Int(value) => Value::Int(*value),
            Self::Uint(value) => Value::Uint(*value),
            Self::String(text) => Value::String(text.clone()),
        }
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self::String(text.into())
    }
}

/// The entry of a key; equal numbers of different types are one key.
pub(crate) fn find<'a>(map: &'a Map, key: &Value) -> Option<&'a Value> {
    match key {
        Value::Int(value) => map.get(&Key::Int(*value)).or_else(|| map.get(&Key::Uint(u64::try_from(*value).ok()?))),
        Value::Uint(value) => map.get(&Key::Uint(*value)).or_else(|| map.get(&Key::Int(i64::try_from(*value).ok()?))),
        #[expect(clippy::cast_possible_truncation, reason = "checked to be whole")]
        Value::Double(value) if value.fract() == 0.0 && value.abs() < 9.0e18 => find(map, &Value::Int(*value as i64)),
        key => map.get(&Key::of(key)?),
    }
}

impl Value {
    /// A text.
    pub fn string(text: impl Into<Arc<str>>) -> Self {
        Self::String(text.into())
    }

    /// A list.
    pub fn list(items: Vec<Value>) -> Self {
        Self::List(Arc::new(List { items, kind: ListKind::Plain }))
    }

    /// An optional with a value in it.
    pub fn some(value: Value) -> Self {
        Self::Optional(Some(Arc::new(value)))
    }

    /// The name of its type.
    pub fn type_name(&self) -> &str {
        match self {
            Self::Null => "null_type",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Uint(_) => "uint",
            Self::Double(_) => "double",
            Self::String(_) => "string",
            Self::Bytes(_) => "bytes",
            Self::Duration(_) => "google.protobuf.Duration",
            Self::Timestamp(_) => "google.protobuf.Timestamp",
            Self::List(_) => "list",
            Self::Map(_) | Self::Domains(_) => "map",
            Self::Object(_) => "object",
            Self::Optional(_) => "optional_type",
            Self::Type(_) => "type",
            Self::Url(_) => "kubernetes.URL",
            Self::Quantity(_) => "kubernetes.Quantity",
            Self::Ip(_) => "net.IP",
            Self::Cidr(..) => "net.CIDR",
            Self::Semver(_) => "kubernetes.Semver",
            Self::Format(_) => "kubernetes.NamedFormat",
        }
    }

    /// What `size()` says of it, and 1 for what has no size: the measure of costs.
    pub(crate) fn size(&self) -> u64 {
        let size = match self {
            Self::String(text) => text.chars().count(),
            Self::Bytes(bytes) => bytes.len(),
            Self::List(list) => list.items.len(),
            Self::Map(map) | Self::Object(map) | Self::Domains(map) => map.len(),
            Self::Ip(IpAddr::V4(_)) => 4,
            Self::Ip(IpAddr::V6(_)) => 16,
            Self::Cidr(_, bits) => usize::from(*bits).div_ceil(8),
            Self::Url(url) => url.text().chars().count(),
            Self::Format(format) => format.name.len(),
            _ => 1,
        };
        size as u64
    }

    /// How two values compare; `None` where they don't.
    pub(crate) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => Some(a.cmp(b)),
            (Self::String(a), Self::String(b)) => Some(a.cmp(b)),
            (Self::Bytes(a), Self::Bytes(b)) => Some(a.cmp(b)),
            (Self::Duration(a), Self::Duration(b)) => Some(a.cmp(b)),
            (Self::Timestamp(a), Self::Timestamp(b)) => Some(a.cmp(b)),
            (Self::Int(a), Self::Int(b)) => Some(a.cmp(b)),
            (Self::Uint(a), Self::Uint(b)) => Some(a.cmp(b)),
            (Self::Double(a), Self::Double(b)) => a.partial_cmp(b),
            (Self::Int(a), Self::Uint(b)) => Some(i128::from(*a).cmp(&i128::from(*b))),
            (Self::Uint(a), Self::Int(b)) => Some(i128::from(*a).cmp(&i128::from(*b))),
            (Self::Int(a), Self::Double(b)) => compare_double(i128::from(*a), *b),
            (Self::Uint(a), Self::Double(b)) => compare_double(i128::from(*a), *b),
            (Self::Double(a), Self::Int(b)) => compare_double(i128::from(*b), *a).map(Ordering::reverse),
            (Self::Double(a), Self::Uint(b)) => compare_double(i128::from(*b), *a).map(Ordering::reverse),
            _ => None,
        }
    }

    /// Whether it is the zero of its type.
    pub(crate) fn is_zero(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Bool(value) => !value,
            Self::Int(value) | Self::Duration(value) => *value == 0,
            Self::Uint(value) => *value == 0,
            Self::Double(value) => *value == 0.0,
            Self::String(text) => text.is_empty(),
            Self::Bytes(bytes) => bytes.is_empty(),
            Self::List(list) => list.items.is_empty(),
            Self::Map(map) | Self::Object(map) | Self::Domains(map) => map.is_empty(),
            Self::Optional(value) => value.is_none(),
            _ => false,
        }
    }
}

fn compare_double(whole: i128, double: f64) -> Option<Ordering> {
    if double.is_nan() {
        return None;
    }
    // a cast clamps what is too large, which keeps the order
    #[expect(clippy::cast_possible_truncation, reason = "clamped")]
    let floor = double.floor() as i128;
    Some(whole.cmp(&floor).then(if double.fract() == 0.0 { Ordering::Equal } else { Ordering::Less }))
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::List(a), Self::List(b)) => Arc::ptr_eq(a, b) || lists_equal(a, b),
            (Self::Map(a) | Self::Object(a) | Self::Domains(a), Self::Map(b) | Self::Object(b) | Self::Domains(b)) => {
                Arc::ptr_eq(a, b) || maps_equal(a, b)
            }
            (Self::Optional(a), Self::Optional(b)) => a == b,
            (Self::Type(a), Self::Type(b)) => a == b,
            (Self::Url(a), Self::Url(b)) => a == b,
            (Self::Quantity(a), Self::Quantity(b)) => a == b,
            (Self::Ip(a), Self::Ip(b)) => a == b,
            (Self::Cidr(a, n), Self::Cidr(b, m)) => a == b && n == m,
            (Self::Semver(a), Self::Semver(b)) => a.cmp_precedence(b) == Ordering::Equal,
            (Self::Format(a), Self::Format(b)) => a.name == b.name,
            _ => self.compare(other) == Some(Ordering::Equal),
        }
    }
}

fn maps_equal(a: &Map, b: &Map) -> bool {
    a.len() == b.len() && a.iter().all(|(key, value)| find(b, &key.to_value()).is_some_and(|other| other == value))
}

fn lists_equal(a: &List, b: &List) -> bool {
    if a.items.len() != b.items.len() {
        return false;
    }
    match &a.kind {
        ListKind::Plain => a.items == b.items,
        ListKind::Set => a.items.iter().all(|item| b.items.contains(item)),
        ListKind::Map(keys) => {
            a.items.iter().all(|item| b.items.iter().any(|other| same_keys(item, other, keys) && item == other))
        }
    }
}

/// Whether two elements of a list with keys are the same one.
pub(crate) fn same_keys(a: &Value, b: &Value, keys: &[String]) -> bool {
    let field = |value: &Value, key: &String| match value {
        Value::Object(map) | Value::Map(map) => map.get(&Key::from(key.as_str())).cloned(),
        _ => None,
    };
    keys.iter().all(|key| field(a, key) == field(b, key))
}

/// As `string()` would print it, where that is plain.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Uint(value) => write!(f, "{value}"),
            Self::Double(value) => f.write_str(&crate::functions::convert::double_to_string(*value)),
            Self::String(text) | Self::Type(text) => f.write_str(text),
            other => f.write_str(other.type_name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_different_types_compare() {
        assert_eq!(Value::Int(1), Value::Double(1.0));
        assert_eq!(Value::Uint(u64::MAX).compare(&Value::Int(-1)), Some(Ordering::Greater));
        assert_eq!(Value::Int(2).compare(&Value::Double(2.5)), Some(Ordering::Less));
        assert_eq!(Value::Double(f64::NAN).compare(&Value::Int(0)), None);
        assert_ne!(Value::string("1"), Value::Int(1));
    }

    #[test]
    fn sets_are_equal_in_any_order() {
        let list = |items: &[i64], kind: &ListKind| {
            let items = items.iter().copied().map(Value::Int).collect();
            Value::List(Arc::new(List { items, kind: kind.clone() }))
        };
        assert_eq!(list(&[1, 2], &ListKind::Set), list(&[2, 1], &ListKind::Set));
        assert_ne!(list(&[1, 2], &ListKind::Plain), list(&[2, 1], &ListKind::Plain));
    }
}
