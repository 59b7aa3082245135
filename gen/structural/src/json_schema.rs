//! JSON Schema, as schemars writes it, made structural.
//!
//! Takes what `schemars::generate::SchemaSettings::openapi3` and `::draft2020_12` give for Rust types: references to
//! definitions, `null` among the types, constants, and enums as alternatives of objects. Structure moves out of
//! alternatives; what is left in them restricts values.

use serde_json::{Value, json};

use crate::{Error, Fields, overlay};

/// Keys of JSON Schema that a CRD does not have, and whose absence loosens nothing that CRDs can say.
const DROPPED: &[&str] = &[
    "$schema",
    "$id",
    "$comment",
    "$defs",
    "definitions",
    "components",
    "deprecated",
    "readOnly",
    "writeOnly",
    "unevaluatedProperties",
    "contentEncoding",
    "contentMediaType",
    "minContains",
    "maxContains",
    "discriminator",
];

/// The structural schema that accepts what a JSON Schema accepts.
///
/// # Errors
/// Where it refers to itself, or to what it does not have; where alternatives differ in the type of a property, which a
/// structural schema can't say; and where it uses keys that have no counterpart (`if`, `patternProperties`, …).
pub fn from_json_schema(schema: &Value) -> Result<Value, Error> {
    let title = schema["title"].as_str().unwrap_or("JSON Schema").to_owned();
    let mut converter = Converter { root: schema, stack: Vec::new(), title };
    let mut fields = converter.structural(schema)?;
    // the name of the Rust type, which schemars writes at the root
    fields.remove("title");
    Ok(Value::Object(fields))
}

struct Converter<'a> {
    root: &'a Value,
    /// References that are being followed.
    stack: Vec<String>,
    title: String,
}

impl Converter<'_> {
    fn error<T>(&self, message: impl Into<String>) -> Result<T, Error> {
        Err(Error::NoSchema { type_name: self.title.clone(), message: message.into() })
    }

    fn structural(&mut self, schema: &Value) -> Result<Fields, Error> {
        let mut fields = match schema {
            Value::Object(fields) => fields.clone(),
            Value::Bool(true) => Fields::new(),
            _ => return self.error("a schema that accepts nothing has no structural form"),
        };
        fields.retain(|key, _| !DROPPED.contains(&key.as_str()));
        let mut base = Fields::new();
        if let Some(reference) = fields.remove("$ref") {
            base = self.follow(reference.as_str().unwrap_or_default())?;
        }
        self.scalars(&mut fields)?;
        for key in ["items", "additionalProperties"] {
            match fields.get(key).cloned() {
                None => {}
                Some(Value::Bool(false)) if key == "additionalProperties" => drop(fields.remove(key)),
                Some(inner) => {
                    let inner = self.structural(&inner)?;
                    fields.insert(key.to_owned(), Value::Object(inner));
                }
            }
        }
        if let Some(Value::Object(properties)) = fields.get("properties").cloned() {
            let mut converted = Fields::new();
            for (name, property) in properties {
                converted.insert(name, Value::Object(self.structural(&property)?));
            }
            fields.insert("properties".to_owned(), Value::Object(converted));
            // struct and map in one: the map's values are not told apart from the properties
            if fields.remove("additionalProperties").is_some() {
                fields.insert("x-kubernetes-preserve-unknown-fields".to_owned(), json!(true));
            }
        }
        let mut fields = overlay(base, fields);
        self.all_of(&mut fields)?;
        for key in ["oneOf", "anyOf"] {
            self.alternatives(&mut fields, key)?;
        }
        if !fields.contains_key("type") && !fields.contains_key("x-kubernetes-int-or-string") {
            fields.insert("x-kubernetes-preserve-unknown-fields".to_owned(), json!(true));
        }
        Ok(fields)
    }

    fn follow(&mut self, reference: &str) -> Result<Fields, Error> {
        if self.stack.iter().any(|holder| holder == reference) {
            let name = |reference: &String| reference.rsplit('/').next().unwrap_or_default().to_owned();
            let from = self.stack.iter().position(|holder| holder == reference).unwrap_or_default();
            let mut types: Vec<String> = self.stack[from..].iter().map(name).collect();
            types.push(name(&reference.to_owned()));
            return Err(Error::Cycle { types });
        }
        let root = self.root;
        let target = reference.strip_prefix('#').and_then(|pointer| root.pointer(pointer));
        let Some(target) = target else { return self.error(format!("there is no definition {reference}")) };
        self.stack.push(reference.to_owned());
        let found = self.structural(target);
        self.stack.pop();
        found
    }

    /// Types with null, constants, examples and exclusive bounds.
    fn scalars(&self, fields: &mut Fields) -> Result<(), Error> {
        if let Some(Value::Array(types)) = fields.get("type").cloned() {
            let mut named: Vec<Value> = types.iter().filter(|ty| **ty != "null").cloned().collect();
            if named.len() < types.len() {
                fields.insert("nullable".to_owned(), json!(true));
            }
            match (named.pop(), named.pop()) {
                (Some(ty), None) => drop(fields.insert("type".to_owned(), ty)),
                _ => drop(fields.remove("type")),
            }
        }
        if let Some(constant) = fields.remove("const") {
            fields.insert("enum".to_owned(), json!([constant]));
        }
        if let Some(Value::Array(values)) = fields.get("enum").cloned() {
            let is_text = values.iter().all(|value| value.is_string() || value.is_null());
            if is_text && !fields.contains_key("type") {
                fields.insert("type".to_owned(), json!("string"));
            }
            if values.contains(&Value::Null) {
                fields.insert("nullable".to_owned(), json!(true));
                let rest: Vec<Value> = values.into_iter().filter(|value| !value.is_null()).collect();
                fields.insert("enum".to_owned(), Value::Array(rest));
            }
        }
        if let Some(Value::Array(examples)) = fields.remove("examples")
            && let Some(first) = examples.into_iter().next()
        {
            fields.insert("example".to_owned(), first);
        }
        for (exclusive, inclusive) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
            if let Some(bound @ Value::Number(_)) = fields.get(exclusive).cloned() {
                fields.insert(inclusive.to_owned(), bound);
                fields.insert(exclusive.to_owned(), json!(true));
            }
        }
        // sizes of Rust's integers that OpenAPI has no format for
        if fields.get("format").and_then(Value::as_str).is_some_and(|format| format.starts_with("uint")) {
            fields.remove("format");
        }
        if fields.remove("uniqueItems") == Some(json!(true)) {
            fields.insert("x-kubernetes-list-type".to_owned(), json!("set"));
        }
        let unknown = ["if", "then", "else", "patternProperties", "propertyNames", "contains", "prefixItems"];
        match unknown.into_iter().find(|key| fields.contains_key(*key)) {
            Some(key) => self.error(format!("`{key}` has no counterpart in a structural schema")),
            None => Ok(()),
        }
    }

    /// Everything in `allOf` holds, so it is laid over the schema.
    fn all_of(&mut self, fields: &mut Fields) -> Result<(), Error> {
        let Some(Value::Array(schemas)) = fields.remove("allOf") else { return Ok(()) };
        let mut merged = Fields::new();
        for schema in schemas {
            let mut part = self.structural(&schema)?;
            if part.len() == 1 && part.contains_key("x-kubernetes-preserve-unknown-fields") {
                part.clear();
            }
            merged = overlay(merged, part);
        }
        *fields = overlay(merged, std::mem::take(fields));
        Ok(())
    }

    /// Moves the structure of alternatives out of them.
    fn alternatives(&mut self, fields: &mut Fields, key: &str) -> Result<(), Error> {
        let Some(Value::Array(schemas)) = fields.remove(key) else { return Ok(()) };
        let is_null = |schema: &Value| {
            schema["type"] == "null" || schema["const"] == json!(null) && schema.get("const").is_some()
        };
        let mut parts = Vec::new();
        for schema in &schemas {
            if is_null(schema) || schema["enum"] == json!([null]) {
                fields.insert("nullable".to_owned(), json!(true));
            } else {
                parts.push(self.structural(schema)?);
            }
        }
        if let [only] = &parts[..] {
            *fields = overlay(only.clone(), std::mem::take(fields));
            return Ok(());
        }
        if let Some(values) = listed(&parts) {
            fields.insert("type".to_owned(), json!("string"));
            fields.insert("enum".to_owned(), Value::Array(values));
            return Ok(());
        }
        let types: Vec<&str> = parts.iter().filter_map(|part| part.get("type").and_then(Value::as_str)).collect();
        let is = |wanted: [&str; 2]| types.len() == 2 && parts.len() == 2 && wanted.iter().all(|ty| types.contains(ty));
        if is(["integer", "string"]) {
            fields.insert("anyOf".to_owned(), json!([{"type": "integer"}, {"type": "string"}]));
            fields.insert("x-kubernetes-int-or-string".to_owned(), json!(true));
            return Ok(());
        }
        if types.len() < parts.len() || types.iter().any(|ty| *ty != types[0]) {
            fields.insert("x-kubernetes-preserve-unknown-fields".to_owned(), json!(true));
            return Ok(());
        }
        fields.insert("type".to_owned(), json!(types[0]));
        if types[0] == "object" { self.objects(fields, key, parts) } else { Ok(()) }
    }

    /// Alternatives that are objects: all their properties become the schema's; each requires, and lists, its own.
    fn objects(&self, fields: &mut Fields, key: &str, parts: Vec<Fields>) -> Result<(), Error> {
        let mut properties = match fields.remove("properties") {
            Some(Value::Object(properties)) => properties,
            _ => Fields::new(),
        };
        let mut alternatives = Vec::new();
        for mut part in parts {
            let mut alternative = Fields::new();
            let mut tags = Fields::new();
            if let Some(Value::Object(own)) = part.remove("properties") {
                for (name, mut property) in own {
                    // the tag of an enum: one value in each alternative
                    if let Some(values) = property.get("enum").cloned() {
                        tags.insert(name.clone(), json!({"enum": values}));
                        unite_values(properties.get(&name), &mut property);
                    }
                    match properties.get(&name) {
                        Some(before) if !same_but_values(before, &property) => {
                            let message =
                                format!("alternatives differ in `{name}`, which a structural schema can't say");
                            return self.error(message);
                        }
                        _ => drop(properties.insert(name, property)),
                    }
                }
            }
            if !tags.is_empty() {
                alternative.insert("properties".to_owned(), Value::Object(tags));
            }
            if let Some(required) = part.remove("required") {
                alternative.insert("required".to_owned(), required);
            }
            alternatives.push(Value::Object(alternative));
        }
        if !properties.is_empty() {
            fields.insert("properties".to_owned(), Value::Object(properties));
        }
        let distinct = alternatives.iter().all(|one| one.as_object().is_some_and(|one| !one.is_empty()));
        if distinct {
            fields.insert(key.to_owned(), Value::Array(alternatives));
        }
        Ok(())
    }
}

/// The values of alternatives that each list some texts.
fn listed(parts: &[Fields]) -> Option<Vec<Value>> {
    let mut values = Vec::new();
    for part in parts {
        if part.get("type").and_then(Value::as_str) != Some("string") {
            return None;
        }
        values.extend(part.get("enum")?.as_array()?.iter().cloned());
    }
    (!values.is_empty()).then_some(values)
}

/// Adds the values that another alternative listed for the same property.
fn unite_values(before: Option<&Value>, property: &mut Value) {
    let Some(before) = before.and_then(|before| before["enum"].as_array()) else { return };
    let own = property["enum"].as_array().cloned().unwrap_or_default();
    let new = own.into_iter().filter(|value| !before.contains(value));
    property["enum"] = before.iter().cloned().chain(new).collect();
}

/// Whether two schemas of a property differ in listed values and words only.
fn same_but_values(one: &Value, other: &Value) -> bool {
    let strip = |schema: &Value| {
        let mut schema = schema.clone();
        if let Value::Object(fields) = &mut schema {
            fields.retain(|key, _| !matches!(key.as_str(), "enum" | "description" | "title"));
        }
        schema
    };
    strip(one) == strip(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(schema: Value, want: Value) {
        assert_eq!(from_json_schema(&schema).unwrap(), want);
    }

    #[test]
    fn references_options_and_constants() {
        check(
            json!({
                "$schema": "x", "title": "A", "type": "object", "required": ["b"],
                "properties": {"a": {"type": ["string", "null"]}, "b": {"$ref": "#/$defs/B", "description": "d"}},
                "$defs": {"B": {"oneOf": [{"type": "string", "const": "x"}, {"type": "string", "enum": ["y", "z"]}]}},
            }),
            json!({
                "type": "object", "required": ["b"],
                "properties": {
                    "a": {"type": "string", "nullable": true},
                    "b": {"type": "string", "enum": ["x", "y", "z"], "description": "d"},
                },
            }),
        );
        check(
            json!({"anyOf": [{"$ref": "#/$defs/B"}, {"type": "null"}], "$defs": {"B": {"type": "integer", "format": "uint8", "exclusiveMaximum": 5}}}),
            json!({"type": "integer", "nullable": true, "maximum": 5, "exclusiveMaximum": true}),
        );
    }

    #[test]
    fn enums_with_fields() {
        check(
            json!({"oneOf": [
                {"type": "object", "properties": {"file": {"type": "string"}}, "required": ["file"], "additionalProperties": false},
                {"type": "object", "properties": {"url": {"type": "string"}}, "required": ["url"], "additionalProperties": false},
            ]}),
            json!({
                "type": "object",
                "properties": {"file": {"type": "string"}, "url": {"type": "string"}},
                "oneOf": [{"required": ["file"]}, {"required": ["url"]}],
            }),
        );
        check(
            json!({"oneOf": [
                {"type": "object", "properties": {"kind": {"type": "string", "const": "a"}}, "required": ["kind"]},
                {"type": "object", "properties": {"kind": {"type": "string", "const": "b"}, "n": {"type": "integer"}}, "required": ["kind", "n"]},
            ]}),
            json!({
                "type": "object",
                "properties": {"kind": {"type": "string", "enum": ["a", "b"]}, "n": {"type": "integer"}},
                "oneOf": [
                    {"properties": {"kind": {"enum": ["a"]}}, "required": ["kind"]},
                    {"properties": {"kind": {"enum": ["b"]}}, "required": ["kind", "n"]},
                ],
            }),
        );
    }

    #[test]
    fn what_has_no_structural_form_is_an_error() {
        let loop_ = json!({"title": "A", "properties": {"a": {"$ref": "#/$defs/B"}},
                           "$defs": {"B": {"type": "object", "properties": {"b": {"$ref": "#/$defs/B"}}}}});
        assert!(from_json_schema(&loop_).unwrap_err().to_string().ends_with("B -> B"));
        let differ = json!({"title": "A", "oneOf": [
            {"type": "object", "properties": {"a": {"type": "string"}}},
            {"type": "object", "properties": {"a": {"type": "integer"}}},
        ]});
        let message = from_json_schema(&differ).unwrap_err().to_string();
        assert_eq!(message, "A: alternatives differ in `a`, which a structural schema can't say");
        let tuple = json!({"type": "array", "prefixItems": []});
        assert!(from_json_schema(&tuple).is_err());
    }
}
