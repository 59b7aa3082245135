//! What an applied configuration may hold, by the kind's OpenAPI schema, in the words of upstream's typed values.
//!
//! Follows structured-merge-diff typed/validate.go and the schema that apimachinery pkg/util/managedfields makes of OpenAPI:
//! fields are known, values of their fields' types, and elements of sets and keyed lists told apart. `null` fits everything.

use std::collections::{BTreeSet, HashMap};

use kubeforge_machinery::{
    meta::v1::ObjectMeta,
    openapi::{HasOpenApi, OpenApiSchema},
    patch::go_format::{GoFormat, GoSyntax, go_type},
    quote::quote,
};
use serde_json::Value;

/// The types of a kind's fields, by the names of their definitions.
#[derive(Debug)]
pub(crate) struct Types {
    root: Root,
    definitions: HashMap<&'static str, Type>,
}

/// What of an object is known.
#[derive(Debug)]
enum Root {
    /// The whole of it, as a definition says.
    Object(&'static str),
    /// The whole of it, as the schema of its definition says.
    Custom(Type),
    /// Its metadata.
    Metadata(&'static str),
}

/// What a field, element or map value holds.
#[derive(Debug)]
enum Type {
    Text,
    Number,
    Boolean,
    /// A text, number or boolean: quantities, times, `IntOrString`.
    AnyScalar,
    List(Box<Type>, Elements),
    Map(Box<Type>),
    Struct(HashMap<String, Field>),
    /// A struct that keeps fields which it does not know (`x-kubernetes-preserve-unknown-fields`).
    OpenStruct(HashMap<String, Field>),
    /// What another definition says.
    Named(String),
    Anything,
}

#[derive(Debug)]
struct Field {
    type_: Type,
    default: Option<Value>,
}

/// How a list's elements are told apart.
#[derive(Debug)]
enum Elements {
    Position,
    Value,
    Keys(Vec<String>),
}

impl Types {
    pub(crate) fn of(schema: &'static OpenApiSchema) -> Self {
        let mut definitions = HashMap::new();
        collect(schema, &mut definitions);
        Self { root: Root::Object(schema.definition), definitions }
    }

    /// For a kind that was defined while the server runs, by the schema that documents show of it.
    pub(crate) fn of_custom(schema: &Value) -> Self {
        Self { root: Root::Custom(Type::of(schema)), ..Self::of_metadata() }
    }

    /// For a kind of which only the metadata is known.
    pub(crate) fn of_metadata() -> Self {
        let mut definitions = HashMap::new();
        collect(ObjectMeta::openapi(), &mut definitions);
        Self { root: Root::Metadata(ObjectMeta::DEFINITION), definitions }
    }

    /// What of `config` does not fit, in one text.
    ///
    /// # Errors
    /// That text.
    pub(crate) fn check(&self, config: &Value) -> Result<(), String> {
        let mut found = Found { types: self, path: String::new(), errors: Vec::new() };
        let named = |name: &str| self.definitions.get(name).unwrap_or(&Type::Anything);
        match &self.root {
            Root::Object(name) => found.value(config, named(name)),
            Root::Custom(type_) => found.value(config, type_),
            Root::Metadata(name) => {
                found.below(".metadata", config.get("metadata").unwrap_or(&Value::Null), named(name));
            }
        }
        match found.errors.as_slice() {
            [] => Ok(()),
            [only] => Err(only.clone()),
            several => Err(format!("errors:\n  {}", several.join("\n  "))),
        }
    }
}

fn collect(schema: &'static OpenApiSchema, into: &mut HashMap<&'static str, Type>) {
    if into.contains_key(schema.definition) {
        return;
    }
    let document: Value = serde_json::from_str(schema.json).unwrap_or_default();
    into.insert(schema.definition, Type::of(&document));
    for inner in schema.refs {
        collect(inner(), into);
    }
}

impl Type {
    fn of(schema: &Value) -> Self {
        let text = |name: &str| schema.get(name).and_then(Value::as_str);
        let refers = text("$ref").or_else(|| schema.pointer("/allOf/0/$ref").and_then(Value::as_str));
        if let Some(name) = refers.and_then(|path| path.rsplit('/').next()) {
            return Self::Named(name.to_owned());
        }
        match text("type") {
            Some("object") => Self::of_object(schema),
            Some("array") => {
                let element = schema.get("items").map_or(Self::Anything, Self::of);
                let keys = || {
                    let keys = schema.get("x-kubernetes-list-map-keys").and_then(Value::as_array);
                    keys.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
                };
                let elements = match text("x-kubernetes-list-type") {
                    Some("map") => Elements::Keys(keys()),
                    Some("set") => Elements::Value,
                    _ => Elements::Position,
                };
                Self::List(Box::new(element), elements)
            }
            Some("string") if matches!(text("format"), None | Some("byte")) => Self::Text,
            Some("integer" | "number") => Self::Number,
            Some("boolean") => Self::Boolean,
            None if schema.get("oneOf").is_none() => Self::Anything,
            _ => Self::AnyScalar,
        }
    }

    fn of_object(schema: &Value) -> Self {
        let properties = schema.get("properties").and_then(Value::as_object);
        let Some(properties) = properties.filter(|properties| !properties.is_empty()) else {
            let value = schema.get("additionalProperties").map_or(Self::Anything, Self::of);
            return Self::Map(Box::new(value));
        };
        let field = |property: &Value| Field { type_: Self::of(property), default: property.get("default").cloned() };
        let fields = properties.iter().map(|(name, property)| (name.clone(), field(property))).collect();
        match schema.get("x-kubernetes-preserve-unknown-fields") {
            Some(Value::Bool(true)) => Self::OpenStruct(fields),
            _ => Self::Struct(fields),
        }
    }
}

/// Errors as they are found on the way through a value.
struct Found<'a> {
    types: &'a Types,
    path: String,
    errors: Vec<String>,
}

impl Found<'_> {
    fn error(&mut self, text: &str) {
        let text = if self.path.is_empty() { text.to_owned() } else { format!("{}: {text}", self.path) };
        self.errors.push(text);
    }

    /// Looks at a value inside this one.
    fn below(&mut self, step: &str, value: &Value, type_: &Type) {
        let len = self.path.len();
        self.path.push_str(step);
        self.value(value, type_);
        self.path.truncate(len);
    }

    fn value(&mut self, value: &Value, type_: &Type) {
        if value.is_null() {
            return;
        }
        let shown = GoFormat(value);
        match type_ {
            Type::Named(name) => {
                let types = self.types;
                if let Some(type_) = types.definitions.get(name.as_str()) {
                    self.value(value, type_);
                }
            }
            Type::Struct(fields) | Type::OpenStruct(fields) => match value {
                Value::Object(given) => self.fields(given, fields, matches!(type_, Type::OpenStruct(_))),
                _ => self.error(&format!("expected map, got &{{{shown}}}")),
            },
            Type::Map(values) => match value {
                Value::Object(given) => {
                    for (name, value) in given {
                        self.below(&format!(".{name}"), value, values);
                    }
                }
                _ => self.error(&format!("expected map, got &{{{shown}}}")),
            },
            Type::List(element, elements) => match value {
                Value::Array(list) => self.elements(list, element, elements),
                _ => self.error(&format!("expected list, got &{{{shown}}}")),
            },
            Type::Text if !value.is_string() => {
                self.error(&format!("expected string, got &value.valueUnstructured{{Value:{}}}", GoSyntax(value)));
            }
            Type::Number if !value.is_number() => {
                self.error(&format!("expected numeric (int or float), got {}", go_type(value)));
            }
            Type::Boolean if !value.is_boolean() => self.error(&format!("expected boolean, got &{{{shown}}}")),
            Type::AnyScalar if value.is_object() || value.is_array() => {
                self.error(&format!("expected any scalar, got &{{{shown}}}"));
            }
            Type::Text | Type::Number | Type::Boolean | Type::AnyScalar | Type::Anything => {}
        }
    }

    /// The fields of a struct. After one that it does not have, the others are not looked at, unless it is open.
    fn fields(&mut self, given: &serde_json::Map<String, Value>, fields: &HashMap<String, Field>, is_open: bool) {
        for (name, value) in given {
            let step = format!(".{name}");
            let Some(field) = fields.get(name) else {
                if is_open {
                    continue;
                }
                self.path.push_str(&step);
                self.error("field not declared in schema");
                self.path.truncate(self.path.len() - step.len());
                return;
            };
            self.below(&step, value, &field.type_);
        }
    }

    /// The elements of a list. After one that can't be told from others, the rest is not looked at.
    fn elements(&mut self, list: &[Value], element: &Type, elements: &Elements) {
        let mut seen = BTreeSet::new();
        for (at, value) in list.iter().enumerate() {
            let step = match elements {
                Elements::Position => Ok(format!("[{at}]")),
                Elements::Value => by_value(value),
                Elements::Keys(keys) => self.by_keys(value, element, keys),
            };
            let step = match step {
                Ok(step) => step,
                Err(why) => return self.error(&format!("element {at}: {why}")),
            };
            if !seen.insert(step.clone()) {
                self.error(&format!("duplicate entries for key {step}"));
            }
            self.below(&step, value, element);
        }
    }

    /// The step to an element that is named by its keys; those that it lacks have their defaults.
    fn by_keys(&self, value: &Value, element: &Type, keys: &[String]) -> Result<String, String> {
        let fields = match value {
            Value::Object(fields) => fields,
            Value::Null => return Err("associative list with keys may not have a null element".to_owned()),
            _ => return Err("associative list with keys may not have non-map elements".to_owned()),
        };
        let known = self.fields_of(element);
        let default = |key: &String| known.and_then(|known| known.get(key)?.default.as_ref());
        let named = |key: &String| Some(format!("{key}={}", scalar(fields.get(key).or_else(|| default(key))?)));
        let mut named: Vec<String> = keys.iter().filter_map(named).collect();
        if named.is_empty() {
            let keys: Vec<String> = keys.iter().map(|key| quote(key)).collect();
            return Err(format!(
                "associative list with keys has an element that omits all key fields [{}] (and doesn't have default \
                 values for any key fields)",
                keys.join(" ")
            ));
        }
        named.sort();
        Ok(format!("[{}]", named.join(",")))
    }

    fn fields_of<'t>(&'t self, type_: &'t Type) -> Option<&'t HashMap<String, Field>> {
        match type_ {
            Type::Struct(fields) | Type::OpenStruct(fields) => Some(fields),
            Type::Named(name) => self.fields_of(self.types.definitions.get(name.as_str())?),
            _ => None,
        }
    }
}

/// The step to an element of a set.
fn by_value(value: &Value) -> Result<String, String> {
    match value {
        Value::Null => Err("associative list without keys has an element that's an explicit null".to_owned()),
        Value::Object(_) => Err("associative list without keys has an element that's a map type".to_owned()),
        Value::Array(_) => Err("not supported: associative list with lists as elements".to_owned()),
        _ => Ok(format!("[={}]", scalar(value))),
    }
}

/// A value as steps show it.
fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => quote(text),
        Value::Null => "null".to_owned(),
        _ => GoFormat(value).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    static LEAF: OpenApiSchema = OpenApiSchema {
        definition: "leaf",
        json: r#"{"type":"object","properties":{"name":{"type":"string","default":""},"size":{"type":"integer"}}}"#,
        refs: &[],
    };
    static AMOUNT: OpenApiSchema =
        OpenApiSchema { definition: "amount", json: r#"{"oneOf":[{"type":"string"},{"type":"number"}]}"#, refs: &[] };
    static ROOT: OpenApiSchema = OpenApiSchema {
        definition: "root",
        json: r##"{"type":"object","properties":{
            "text":{"type":"string"},"bytes":{"type":"string","format":"byte"},"on":{"type":"boolean"},
            "since":{"type":"string","format":"date-time"},"amount":{"allOf":[{"$ref":"#/components/schemas/amount"}]},
            "labels":{"type":"object","additionalProperties":{"type":"string"}},"any":{"type":"object"},
            "free":{"description":"whatever"},
            "leaves":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],
                "items":{"allOf":[{"$ref":"#/components/schemas/leaf"}],"default":{}}},
            "ports":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["port","protocol"],
                "items":{"type":"object","properties":{"port":{"type":"integer"},"protocol":{"type":"string"}}}},
            "set":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}},
            "list":{"type":"array","items":{"type":"string"}}}}"##,
        refs: &[|| &LEAF, || &AMOUNT],
    };

    #[track_caller]
    fn check(config: Value, want: &str) {
        assert_eq!(Types::of(&ROOT).check(&config).err().unwrap_or_default(), want, "{config}");
    }

    #[test]
    fn values_are_of_their_fields_types() {
        check(
            json!({"text": "a", "bytes": "b", "on": true, "since": 5, "amount": 1.5, "labels": {"a": "b"}, "free": [1]}),
            "",
        );
        check(json!({"text": null, "labels": null, "leaves": null, "list": [null]}), "");
        check(json!({"text": 5}), ".text: expected string, got &value.valueUnstructured{Value:5}");
        check(json!({"labels": {"a": true}}), ".labels.a: expected string, got &value.valueUnstructured{Value:true}");
        check(json!({"labels": ["a", 1]}), ".labels: expected map, got &{[a 1]}");
        check(json!({"on": "x"}), ".on: expected boolean, got &{x}");
        check(json!({"amount": {"a": 1}}), ".amount: expected any scalar, got &{map[a:1]}");
        check(json!({"any": "x"}), ".any: expected map, got &{x}");
        check(json!({"leaves": "x"}), ".leaves: expected list, got &{x}");
        check(json!({"list": ["a", 1]}), ".list[1]: expected string, got &value.valueUnstructured{Value:1}");
        check(
            json!({"leaves": [{"name": "a", "size": "1"}]}),
            ".leaves[name=\"a\"].size: expected numeric (int or float), got string",
        );
        check(json!({"leaves": [{"name": "a", "x": 1}]}), ".leaves[name=\"a\"].x: field not declared in schema");
        check(json!("x"), "expected map, got &{x}");
    }

    #[test]
    fn elements_are_told_apart() {
        check(json!({"leaves": [{"name": "a"}, {}], "set": ["a", "b"]}), "");
        check(json!({"leaves": [{}, {"name": ""}]}), ".leaves: duplicate entries for key [name=\"\"]");
        check(json!({"leaves": [null]}), ".leaves: element 0: associative list with keys may not have a null element");
        check(json!({"leaves": ["x"]}), ".leaves: element 0: associative list with keys may not have non-map elements");
        check(
            json!({"ports": [{}]}),
            ".ports: element 0: associative list with keys has an element that omits all key fields [\"port\" \
             \"protocol\"] (and doesn't have default values for any key fields)",
        );
        check(
            json!({"set": ["a", "a", "a"]}),
            "errors:\n  .set: duplicate entries for key [=\"a\"]\n  .set: duplicate entries for key [=\"a\"]",
        );
        check(json!({"set": [{}]}), ".set: element 0: associative list without keys has an element that's a map type");
    }

    #[test]
    fn kinds_of_ones_own_are_checked_by_their_schema() {
        let schema = json!({"type": "object", "properties": {
            "apiVersion": {"type": "string"}, "kind": {"type": "string"},
            "metadata": {"allOf": [{"$ref": format!("#/components/schemas/{}", ObjectMeta::DEFINITION)}]},
            "spec": {"type": "object", "properties": {
                "size": {"type": "integer"},
                "port": {"x-kubernetes-int-or-string": true, "anyOf": [{"type": "integer"}, {"type": "string"}]},
                "when": {"type": "string", "format": "date-time"},
                "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
                "open": {"type": "object", "x-kubernetes-preserve-unknown-fields": true, "properties": {"on": {"type": "boolean"}}},
                "any": {"type": "object"},
                "labels": {"type": "object", "additionalProperties": {"type": "string"}},
            }},
        }});
        let check = |spec: Value, want: &str| {
            let config = json!({"kind": "Widget", "metadata": {"name": "w", "labels": {"a": "b"}}, "spec": spec});
            assert_eq!(Types::of_custom(&schema).check(&config).err().unwrap_or_default(), want, "{config}");
        };
        check(
            json!({"size": 1, "port": "http", "when": null, "free": {"a": [1]}, "open": {"x": 1}, "any": {"y": {}}}),
            "",
        );
        check(json!({"labels": {"a": "b"}, "port": 80, "open": {"on": true}}), "");
        check(json!({"size": "1"}), ".spec.size: expected numeric (int or float), got string");
        check(json!({"color": "red"}), ".spec.color: field not declared in schema");
        check(json!({"open": {"on": "yes", "x": 1}}), ".spec.open.on: expected boolean, got &{yes}");
        check(json!({"labels": {"a": 1}}), ".spec.labels.a: expected string, got &value.valueUnstructured{Value:1}");
        check(json!([]), ".spec: expected map, got &{[]}");
    }
}
