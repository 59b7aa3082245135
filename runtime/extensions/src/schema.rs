//! The schema of a value, ready to work with: a CRD's `openAPIV3Schema` with its JSON parsed and its patterns compiled.

use std::{collections::BTreeMap, sync::OnceLock};

use kubeforge_api::apiextensions::v1::JSONSchemaProps;
use regex::Regex;
use serde_json::Value;

/// What a schema says of one value.
///
/// One type for what upstream has three of (`Structural`, `NestedValueValidation`, `spec.Schema`): pruning and
/// defaulting look at the structural part, validation at all of it.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// `object`, `array`, `string`, `integer`, `number`, `boolean`; empty where anything may stand.
    pub type_: String,
    /// The format; empty where the server does not know it.
    pub format: String,
    /// `null` is a value too.
    pub nullable: bool,
    /// What an absent value becomes.
    pub default: Option<Value>,
    /// The values that there are; empty where all are.
    pub values: Vec<Value>,
    /// Bounds of numbers.
    pub bounds: Bounds,
    /// The least and the greatest length of a text, in characters.
    pub length: Limits,
    /// The least and the greatest number of elements.
    pub items_count: Limits,
    /// The least and the greatest number of properties.
    pub properties_count: Limits,
    /// What a text must match.
    pub pattern: Option<Pattern>,
    /// No two elements are equal.
    pub unique_items: bool,
    /// Properties that must be there.
    pub required: Vec<String>,
    /// Each element.
    pub items: Option<Box<Schema>>,
    /// Named properties; boxed, because maps keep room for many where there are few.
    pub properties: BTreeMap<String, Box<Schema>>,
    /// All other properties.
    pub additional: Additional,
    /// Schemas that all, exactly one and at least one of must accept the value.
    pub all_of: Vec<Schema>,
    /// See [`Schema::all_of`].
    pub one_of: Vec<Schema>,
    /// See [`Schema::all_of`].
    pub any_of: Vec<Schema>,
    /// A schema that must not accept it.
    pub not: Option<Box<Schema>>,
    /// Unknown fields stay.
    pub preserves_unknown: bool,
    /// The value is an object of some API, with a kind and metadata.
    pub embedded: bool,
    /// A number or a text.
    pub int_or_string: bool,
    /// How elements are told apart.
    pub list: ListType,
    /// The map is one value.
    pub is_atomic_map: bool,
}

/// What properties that a schema does not name may hold.
#[derive(Clone, Debug, Default)]
pub enum Additional {
    /// Nothing is said.
    #[default]
    Unsaid,
    /// Anything, or nothing at all.
    Allowed(bool),
    /// What the schema says.
    Schema(Box<Schema>),
}

impl Additional {
    /// The schema, where there is one.
    pub fn schema(&self) -> Option<&Schema> {
        match self {
            Self::Schema(schema) => Some(schema),
            Self::Unsaid | Self::Allowed(_) => None,
        }
    }
}

/// Bounds of a number.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bounds {
    /// The greatest value.
    pub maximum: Option<f64>,
    /// The greatest value is out of bounds itself.
    pub excludes_maximum: bool,
    /// The least value.
    pub minimum: Option<f64>,
    /// The least value is out of bounds itself.
    pub excludes_minimum: bool,
    /// What it must be a multiple of.
    pub multiple_of: Option<f64>,
}

/// A least and a greatest count.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// The least.
    pub min: Option<i64>,
    /// The greatest.
    pub max: Option<i64>,
}

/// How elements of a list are told apart (`x-kubernetes-list-type`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ListType {
    /// Not at all: the list is one value.
    #[default]
    Atomic,
    /// By their value.
    Set,
    /// By the values of these properties.
    Map(Vec<String>),
}

/// A regular expression.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// As the schema has it.
    pub text: String,
    /// Compiled when a value is checked first: compiled patterns are large.
    regex: OnceLock<Option<Regex>>,
}

impl Pattern {
    fn of(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self { text: text.to_owned(), regex: OnceLock::new() })
    }

    /// Whether a text matches. None does where it is no pattern, which validation of the definition refuses.
    pub fn is_match(&self, text: &str) -> bool {
        self.regex.get_or_init(|| Regex::new(&self.text).ok()).as_ref().is_some_and(|regex| regex.is_match(text))
    }
}

impl Schema {
    /// The schema of a definition.
    pub fn of(props: &JSONSchemaProps) -> Self {
        let all = |list: &[JSONSchemaProps]| list.iter().map(Self::of).collect();
        let one = |props: &JSONSchemaProps| Box::new(Self::of(props));
        Self {
            type_: props.type_.clone(),
            format: props.format.clone(),
            nullable: props.nullable,
            default: props.default.as_ref().map(kubeforge_api::apiextensions::v1::JSON::to_value),
            values: props.enum_.iter().map(kubeforge_api::apiextensions::v1::JSON::to_value).collect(),
            bounds: Bounds {
                maximum: props.maximum,
                excludes_maximum: props.exclusive_maximum,
                minimum: props.minimum,
                excludes_minimum: props.exclusive_minimum,
                multiple_of: props.multiple_of,
            },
            length: Limits { min: props.min_length, max: props.max_length },
            items_count: Limits { min: props.min_items, max: props.max_items },
            properties_count: Limits { min: props.min_properties, max: props.max_properties },
            pattern: Pattern::of(&props.pattern),
            unique_items: props.unique_items,
            required: props.required.clone(),
            items: props.items.as_ref().and_then(|items| items.schema.as_deref()).map(one),
            properties: props.properties.iter().map(|(name, inner)| (name.clone(), one(inner))).collect(),
            additional: match &props.additional_properties {
                None => Additional::Unsaid,
                Some(additional) => match &additional.schema {
                    Some(schema) => Additional::Schema(one(schema)),
                    None => Additional::Allowed(additional.allows),
                },
            },
            all_of: all(&props.all_of),
            one_of: all(&props.one_of),
            any_of: all(&props.any_of),
            not: props.not.as_deref().map(one),
            preserves_unknown: props.x_kubernetes_preserve_unknown_fields == Some(true),
            embedded: props.x_kubernetes_embedded_resource,
            int_or_string: props.x_kubernetes_int_or_string,
            list: match props.x_kubernetes_list_type.as_deref() {
                Some("set") => ListType::Set,
                Some("map") => ListType::Map(props.x_kubernetes_list_map_keys.clone()),
                _ => ListType::Atomic,
            },
            is_atomic_map: props.x_kubernetes_map_type.as_deref() == Some("atomic"),
        }
    }

    /// What a property of an object holds: the named one, or one of all others.
    pub fn property(&self, name: &str) -> Option<&Schema> {
        self.properties.get(name).map(Box::as_ref).or_else(|| self.additional.schema())
    }

    /// Whether `null` is out of place here and nothing takes its place.
    fn drops_null(&self) -> bool {
        !self.nullable && self.default.is_none()
    }

    /// Drops every `null` that the schema does not allow and that has no default.
    pub fn drop_nulls(&self, value: &mut Value) {
        match value {
            Value::Object(fields) => fields.retain(|name, value| match self.property(name) {
                Some(property) if value.is_null() && property.drops_null() => false,
                Some(property) => {
                    property.drop_nulls(value);
                    true
                }
                None => true,
            }),
            Value::Array(list) => {
                if let Some(items) = &self.items {
                    list.iter_mut().for_each(|value| items.drop_nulls(value));
                }
            }
            _ => {}
        }
    }

    /// Gives absent values, and each `null` that is not allowed, their defaults.
    pub fn set_defaults(&self, value: &mut Value) {
        let replace_null = |value: &mut Value, schema: &Self| {
            if value.is_null() && !schema.nullable && schema.default.is_some() {
                *value = schema.default.clone().unwrap_or_default();
            }
        };
        match value {
            Value::Object(fields) => {
                for (name, property) in &self.properties {
                    let Some(default) = &property.default else { continue };
                    if fields.get(name).is_none_or(|value| value.is_null() && !property.nullable) {
                        fields.insert(name.clone(), default.clone());
                    }
                }
                for (name, value) in fields {
                    let Some(property) = self.property(name) else { continue };
                    replace_null(value, property);
                    property.set_defaults(value);
                }
            }
            Value::Array(list) => {
                let Some(items) = &self.items else { return };
                for value in list {
                    replace_null(value, items);
                    items.set_defaults(value);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use kubeforge_machinery::codec::from_json_slice;
    use serde_json::json;

    use super::*;

    /// A schema from its JSON.
    pub(crate) fn schema(json: &Value) -> Schema {
        Schema::of(&from_json_slice::<JSONSchemaProps>(json.to_string().as_bytes()).unwrap())
    }

    #[test]
    fn nulls_give_way_to_defaults_or_go() {
        let schema = schema(&json!({"type": "object", "properties": {
            "a": {"type": "integer", "default": 3},
            "b": {"type": "string", "nullable": true},
            "c": {"type": "string"},
            "d": {"type": "object", "default": {}, "properties": {"e": {"type": "boolean", "default": true}}},
            "m": {"type": "object", "additionalProperties": {"type": "integer", "default": 7}},
        }}));
        let mut value = json!({"a": null, "b": null, "c": null, "m": {"x": null}});
        schema.drop_nulls(&mut value);
        schema.set_defaults(&mut value);
        assert_eq!(value, json!({"a": 3, "b": null, "d": {"e": true}, "m": {"x": 7}}));
    }
}
