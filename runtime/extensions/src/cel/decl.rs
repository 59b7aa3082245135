//! Types of values as expressions see them, and how large values can be. Follows apiserver pkg/cel/common/schemas.go.

use std::{collections::BTreeMap, fmt, sync::Arc};

use kubeforge_api::apiextensions::v1::JSONSchemaProps;

use super::names::escape;

/// Bytes that a request may have, so that no value in it is larger.
const REQUEST_BYTES_MAX: u64 = 3 * 1024 * 1024;

/// A type.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Type {
    Dyn,
    Null,
    Bool,
    Int,
    Uint,
    Double,
    Text,
    Bytes,
    Duration,
    Timestamp,
    List(Arc<Declared>),
    Map(Arc<Declared>, Arc<Declared>),
    Object(Arc<BTreeMap<String, Declared>>),
    Optional(Arc<Declared>),
    /// A type as a value.
    Meta,
    /// Types of libraries: `URL`, `kubernetes.Quantity`, `net.IP`, …
    Named(&'static str),
}

/// A type, and how many elements, properties or characters a value of it can have at most.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Declared {
    pub(super) type_: Type,
    pub(super) elements_max: u64,
    /// The bytes that a value takes at least.
    bytes_min: u64,
}

impl Declared {
    pub(super) const fn of(type_: Type) -> Self {
        Self { type_, elements_max: 0, bytes_min: 1 }
    }

    fn sized(type_: Type, elements_max: u64, bytes_min: u64) -> Self {
        Self { type_, elements_max, bytes_min }
    }

    /// The type of a schema's values; `None` where expressions can't see them.
    pub(super) fn of_schema(schema: &JSONSchemaProps, is_root: bool) -> Option<Self> {
        let is_object = is_root || schema.x_kubernetes_embedded_resource;
        let text_max = REQUEST_BYTES_MAX - 2;
        let length = schema.max_length.map(at_least_zero);
        if schema.x_kubernetes_int_or_string {
            return Some(Self::sized(Type::Dyn, length.map_or(text_max, |max| max.saturating_mul(4)), 1));
        }
        Some(match schema.type_.as_str() {
            "array" => {
                let items = Self::of_schema(schema.items.as_ref()?.schema.as_deref()?, false)?;
                let all = (REQUEST_BYTES_MAX - 2) / (items.bytes_min + 1);
                Self::sized(Type::List(Arc::new(items)), schema.max_items.map_or(all, at_least_zero), 2)
            }
            "object" => {
                let additional = schema.additional_properties.as_ref().and_then(|values| values.schema.as_deref());
                if let Some(values) = additional {
                    let values = Self::of_schema(values, false)?;
                    let all = (REQUEST_BYTES_MAX - 2) / (values.bytes_min + 6);
                    let count = schema.max_properties.map_or(all, at_least_zero);
                    return Some(Self::sized(Type::Map(Arc::new(text()), Arc::new(values)), count, 2));
                }
                Self::object(schema, is_object)
            }
            "string" => match schema.format.as_str() {
                "byte" => Self::sized(Type::Bytes, length.unwrap_or(text_max), 2),
                "duration" => Self::sized(Type::Duration, 32, 4),
                "date" => Self::sized(Type::Timestamp, 12, 12),
                "date-time" => Self::sized(Type::Timestamp, 37, 21),
                _ => {
                    let longest = schema.enum_.iter().filter_map(|value| value.to_value().as_str().map(str::len)).max();
                    let max = match (length, longest) {
                        (Some(max), _) => max.saturating_mul(4),
                        (None, Some(longest)) => longest as u64,
                        (None, None) => text_max,
                    };
                    Self::sized(Type::Text, max, 2)
                }
            },
            "boolean" => Self::sized(Type::Bool, 0, 4),
            "number" => Self::of(Type::Double),
            "integer" => Self::of(Type::Int),
            _ => return None,
        })
    }

    fn object(schema: &JSONSchemaProps, is_object: bool) -> Self {
        let mut fields = BTreeMap::new();
        let mut bytes_min = 2;
        for (name, property) in &schema.properties {
            let Some(declared) = Self::of_schema(property, false) else { continue };
            if schema.required.contains(name) && property.default.is_none() {
                bytes_min += name.len() as u64 + declared.bytes_min + 4;
            }
            if let Some(name) = escape(name) {
                fields.insert(name.into_owned(), declared);
            }
        }
        if is_object {
            let names = ["name", "generateName"].map(|name| (name.to_owned(), text()));
            let metadata = Self::sized(Type::Object(Arc::new(names.into())), 0, 2);
            fields.extend([
                ("apiVersion".to_owned(), text()),
                ("kind".to_owned(), text()),
                ("metadata".to_owned(), metadata),
            ]);
        }
        Self::sized(Type::Object(Arc::new(fields)), 0, bytes_min)
    }

    /// How often a value of it can occur in one request.
    pub(super) fn cardinality_max(&self) -> u64 {
        REQUEST_BYTES_MAX / (self.bytes_min + 1)
    }
}

/// A text of any length.
pub(super) fn text() -> Declared {
    Declared::sized(Type::Text, REQUEST_BYTES_MAX - 2, 2)
}

fn at_least_zero(value: i64) -> u64 {
    u64::try_from(value).unwrap_or_default()
}

impl Type {
    pub(super) fn list(of: Type) -> Self {
        Self::List(Arc::new(Declared::of(of)))
    }

    /// Whether a value of one type can stand where the other is wanted.
    pub(super) fn fits(&self, wanted: &Self) -> bool {
        match (self, wanted) {
            (Self::Dyn, _) | (_, Self::Dyn) => true,
            (Self::Null, Self::Object(_) | Self::Duration | Self::Timestamp | Self::Optional(_) | Self::Named(_)) => {
                true
            }
            (Self::Object(_) | Self::Duration | Self::Timestamp | Self::Optional(_) | Self::Named(_), Self::Null) => {
                true
            }
            (Self::List(a), Self::List(b)) | (Self::Optional(a), Self::Optional(b)) => a.type_.fits(&b.type_),
            (Self::Map(k, v), Self::Map(l, w)) => k.type_.fits(&l.type_) && v.type_.fits(&w.type_),
            // objects are told apart by where their schemas stand; equal fields are enough here
            (Self::Object(a), Self::Object(b)) => Arc::ptr_eq(a, b) || a == b,
            _ => self == wanted,
        }
    }

    /// Whether its values have a fixed size.
    pub(super) fn is_scalar(&self) -> bool {
        match self {
            Self::Bool | Self::Double | Self::Duration | Self::Int | Self::Timestamp | Self::Uint => true,
            Self::Optional(of) => of.type_.is_scalar(),
            _ => false,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dyn => f.write_str("dyn"),
            Self::Null => f.write_str("null"),
            Self::Bool => f.write_str("bool"),
            Self::Int => f.write_str("int"),
            Self::Uint => f.write_str("uint"),
            Self::Double => f.write_str("double"),
            Self::Text => f.write_str("string"),
            Self::Bytes => f.write_str("bytes"),
            Self::Duration => f.write_str("duration"),
            Self::Timestamp => f.write_str("timestamp"),
            Self::List(of) => write!(f, "list({})", of.type_),
            Self::Map(key, value) => write!(f, "map({}, {})", key.type_, value.type_),
            Self::Object(_) => f.write_str("object"),
            Self::Optional(of) => write!(f, "optional_type({})", of.type_),
            Self::Meta => f.write_str("type"),
            Self::Named(name) => f.write_str(name),
        }
    }
}
