//! Types of values as expressions see them, and how large values can be. Follows apiserver pkg/cel/common/schemas.go.

use std::{collections::BTreeMap, sync::Arc};

use kubeforge_api::apiextensions::v1::JSONSchemaProps;
use kubeforge_cel::Type;

use super::names::escape;

/// Bytes that a request may have, so that no value in it is larger.
const REQUEST_BYTES_MAX: u64 = 3 * 1024 * 1024;

/// A type, and how many elements, properties or characters a value of it can have at most. That of values of a fixed
/// size is 0, as upstream has it.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    shape: Shape,
    elements_max: u64,
    /// The bytes that a value takes at least.
    bytes_min: u64,
}

#[derive(Clone, Debug)]
enum Shape {
    Scalar(Type),
    List(Arc<Declared>),
    Map(Arc<Declared>),
    Object(BTreeMap<String, Declared>),
}

impl Declared {
    fn scalar(type_: Type, elements_max: u64, bytes_min: u64) -> Self {
        Self { shape: Shape::Scalar(type_), elements_max, bytes_min }
    }

    /// The type of a schema's values; `None` where expressions can't see them.
    pub(super) fn of_schema(schema: &JSONSchemaProps, is_root: bool) -> Option<Self> {
        let is_object = is_root || schema.x_kubernetes_embedded_resource;
        let text_max = REQUEST_BYTES_MAX - 2;
        let length = schema.max_length.map(at_least_zero);
        if schema.x_kubernetes_int_or_string {
            return Some(Self::scalar(Type::Dyn, length.map_or(text_max, |max| max.saturating_mul(4)), 1));
        }
        Some(match schema.type_.as_str() {
            "array" => {
                let items = Self::of_schema(schema.items.as_ref()?.schema.as_deref()?, false)?;
                let all = (REQUEST_BYTES_MAX - 2) / (items.bytes_min + 1);
                let elements_max = schema.max_items.map_or(all, at_least_zero);
                Self { shape: Shape::List(Arc::new(items)), elements_max, bytes_min: 2 }
            }
            "object" => {
                let additional = schema.additional_properties.as_ref().and_then(|values| values.schema.as_deref());
                let Some(values) = additional else { return Some(Self::object(schema, is_object)) };
                let values = Self::of_schema(values, false)?;
                let all = (REQUEST_BYTES_MAX - 2) / (values.bytes_min + 6);
                let elements_max = schema.max_properties.map_or(all, at_least_zero);
                Self { shape: Shape::Map(Arc::new(values)), elements_max, bytes_min: 2 }
            }
            "string" => match schema.format.as_str() {
                "byte" => Self::scalar(Type::Bytes, length.unwrap_or(text_max), 2),
                "duration" => Self::scalar(Type::Duration, 32, 4),
                "date" => Self::scalar(Type::Timestamp, 12, 12),
                "date-time" => Self::scalar(Type::Timestamp, 37, 21),
                _ => {
                    let longest = schema.enum_.iter().filter_map(|value| value.to_value().as_str().map(str::len)).max();
                    let max = match (length, longest) {
                        (Some(max), _) => max.saturating_mul(4),
                        (None, Some(longest)) => longest as u64,
                        (None, None) => text_max,
                    };
                    Self::scalar(Type::String, max, 2)
                }
            },
            "boolean" => Self::scalar(Type::Bool, 0, 4),
            "number" => Self::scalar(Type::Double, 0, 1),
            "integer" => Self::scalar(Type::Int, 0, 1),
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
            let text = || Self::scalar(Type::String, REQUEST_BYTES_MAX - 2, 2);
            let names = ["name", "generateName"].map(|name| (name.to_owned(), text()));
            let metadata = Self { shape: Shape::Object(names.into()), elements_max: 0, bytes_min: 2 };
            fields.extend([
                ("apiVersion".to_owned(), text()),
                ("kind".to_owned(), text()),
                ("metadata".to_owned(), metadata),
            ]);
        }
        Self { shape: Shape::Object(fields), elements_max: 0, bytes_min }
    }

    /// Its type. Objects are named by where they stand, from `name` on.
    pub(super) fn type_(&self, name: &str) -> Type {
        match &self.shape {
            Shape::Scalar(type_) => type_.clone(),
            Shape::List(items) => Type::list(items.type_(&format!("{name}.@idx"))),
            Shape::Map(values) => Type::map(Type::String, values.type_(&format!("{name}.@elem"))),
            Shape::Object(fields) => {
                let fields = fields.iter().map(|(field, of)| (field.clone(), of.type_(&format!("{name}.{field}"))));
                Type::object(name, fields)
            }
        }
    }

    /// How large the value at a path below it can be; the first step of the path is a variable's name.
    pub(super) fn size_at(&self, path: &[String]) -> Option<u64> {
        let mut here = self;
        for (at, step) in path.iter().enumerate().skip(1) {
            here = match (&here.shape, step.as_str()) {
                (Shape::List(of) | Shape::Map(of), "@items" | "@values") => of,
                // names of properties count nothing upstream
                (Shape::Map(_), "@keys") => return (at + 1 == path.len()).then_some(0),
                (Shape::Object(fields), field) => fields.get(field)?,
                _ => return None,
            };
        }
        Some(here.elements_max)
    }

    /// How often a value of it can occur in one request.
    pub(super) fn cardinality_max(&self) -> u64 {
        REQUEST_BYTES_MAX / (self.bytes_min + 1)
    }
}

fn at_least_zero(value: i64) -> u64 {
    u64::try_from(value).unwrap_or_default()
}
