//! The v2 document: v3's paths and schemas in the older form, for older clients.

use serde_json::{Map, Value, json};

/// The document.
pub(super) fn document(version: &str, paths: &Map<String, Value>, schemas: &Map<String, Value>) -> Value {
    let paths: Map<String, Value> = paths.iter().map(|(path, item)| (path.clone(), path_item(item))).collect();
    let definitions: Map<String, Value> =
        schemas.iter().map(|(name, value)| (name.clone(), schema(value.clone()))).collect();
    json!({
        "swagger": "2.0",
        "info": {"title": "Kubernetes", "version": version},
        "paths": paths,
        "definitions": definitions,
        "securityDefinitions": {
            "BearerToken": {
                "type": "apiKey",
                "description": "Bearer Token authentication",
                "name": "authorization",
                "in": "header",
            },
        },
        "security": [{"BearerToken": []}],
    })
}

fn path_item(item: &Value) -> Value {
    let Value::Object(item) = item else { return Value::Null };
    let converted = item.iter().map(|(name, value)| {
        let value = if name == "parameters" { parameters(value) } else { operation(value) };
        (name.clone(), value)
    });
    Value::Object(converted.collect())
}

fn operation(operation: &Value) -> Value {
    let Value::Object(mut operation) = operation.clone() else { return Value::Null };
    let mut list = match operation.remove("parameters") {
        Some(list) => parameters(&list).as_array().cloned().unwrap_or_default(),
        None => Vec::new(),
    };
    if let Some(body) = operation.remove("requestBody") {
        let content = body["content"].as_object().cloned().unwrap_or_default();
        let consumes: Vec<&String> = content.keys().collect();
        operation.insert("consumes".to_owned(), json!(consumes));
        if let Some(media) = content.values().next() {
            let mut parameter = json!({"name": "body", "in": "body", "schema": schema(media["schema"].clone())});
            if body["required"] == true {
                parameter["required"] = json!(true);
            }
            list.push(parameter);
        }
    } else {
        operation.insert("consumes".to_owned(), json!(["*/*"]));
    }
    if !list.is_empty() {
        operation.insert("parameters".to_owned(), Value::Array(list));
    }
    let mut produces: Vec<String> = Vec::new();
    if let Some(Value::Object(responses)) = operation.get_mut("responses") {
        for response in responses.values_mut() {
            let Value::Object(response) = response else { continue };
            if let Some(Value::Object(content)) = response.remove("content") {
                for name in content.keys().filter(|name| !produces.contains(name)).cloned().collect::<Vec<_>>() {
                    produces.push(name);
                }
                if let Some(media) = content.values().next() {
                    response.insert("schema".to_owned(), schema(media["schema"].clone()));
                }
            }
        }
    }
    operation.insert("produces".to_owned(), json!(produces));
    operation.insert("schemes".to_owned(), json!(["https"]));
    Value::Object(operation)
}

/// A parameter's type stands beside its name, not in a schema.
fn parameters(list: &Value) -> Value {
    let converted = list.as_array().into_iter().flatten().map(|parameter| {
        let Value::Object(mut parameter) = parameter.clone() else { return Value::Null };
        if let Some(Value::Object(inner)) = parameter.remove("schema") {
            parameter.extend(inner);
        }
        Value::Object(parameter)
    });
    Value::Array(converted.collect())
}

/// A schema without what v2 lacks: `allOf` around a reference, `oneOf`, `nullable`, and defaults beside a reference.
fn schema(value: Value) -> Value {
    match value {
        Value::Object(mut map) => {
            let single = match map.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
                Some([single]) => single.get("$ref").cloned(),
                _ => None,
            };
            if let Some(reference) = single {
                map.remove("allOf");
                map.remove("default");
                map.insert("$ref".to_owned(), reference);
            }
            if let Some(Value::Array(forms)) = map.remove("oneOf") {
                // a number or a text: v2 says the text
                if forms.iter().any(|form| form["type"] == "string") {
                    map.insert("type".to_owned(), json!("string"));
                }
            }
            map.remove("nullable");
            if let Some(Value::String(target)) = map.get_mut("$ref") {
                *target = target.replace("#/components/schemas/", "#/definitions/");
            }
            Value::Object(map.into_iter().map(|(name, value)| (name, schema(value))).collect())
        }
        Value::Array(list) => Value::Array(list.into_iter().map(schema).collect()),
        other => other,
    }
}
