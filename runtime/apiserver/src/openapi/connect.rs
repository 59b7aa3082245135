//! Paths of connections: subresources whose kind says how to connect, in the query, and whose answer is anything.

use kubeforge_machinery::GroupVersionKind;
use serde_json::{Map, Value, json};

use crate::registry::ResourceScope;

/// A connection's path.
pub(super) struct Connection<'a> {
    pub(super) scope: &'a ResourceScope,
    /// The kind of the options.
    pub(super) kind: &'a GroupVersionKind,
    /// The subresource's name.
    pub(super) name: &'a str,
    pub(super) tag: String,
    /// What operations are called: what stands before the method, and after it.
    pub(super) id: [String; 2],
    pub(super) methods: &'a [&'a str],
    /// The path goes on below.
    pub(super) has_path: bool,
}

impl Connection<'_> {
    /// The path with its operations.
    pub(super) fn path_item(&self) -> Value {
        let mut parameters = vec![parameter("name", "path", "The object's name.", "string")];
        if self.scope.namespaced() {
            parameters.push(parameter("namespace", "path", "The namespace that the object is in.", "string"));
        }
        if self.has_path {
            parameters.push(parameter("path", "path", "What follows on the other side.", "string"));
        }
        parameters.extend(options(self.scope, self.kind));
        parameters.sort_by(|a, b| a["name"].as_str().cmp(&b["name"].as_str()));
        let mut item = Map::new();
        for method in self.methods {
            item.insert((*method).to_owned(), self.operation(method));
        }
        item.insert("parameters".to_owned(), Value::Array(parameters));
        Value::Object(item)
    }

    fn operation(&self, method: &str) -> Value {
        let [before, after] = &self.id;
        let mut verb = method.to_owned();
        if let Some(first) = verb.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let with_path = if self.has_path { "WithPath" } else { "" };
        json!({
            "description": format!(
                "connect {} requests to {} of {}", method.to_uppercase(), self.name, self.scope.kind.kind
            ),
            "operationId": format!("connect{before}{verb}{after}{with_path}"),
            "tags": [self.tag],
            "x-kubernetes-action": "connect",
            "x-kubernetes-group-version-kind":
                {"group": self.kind.group, "version": self.kind.version, "kind": self.kind.kind},
            "responses": {
                "200": {"description": "OK", "content": {"*/*": {"schema": {"type": "string"}}}},
                "401": {"description": "Unauthorized"},
            },
        })
    }
}

/// A parameter for each field of options. Like upstream's, the list knows no times.
pub(super) fn options(scope: &ResourceScope, kind: &GroupVersionKind) -> Vec<Value> {
    let schema = scope.scheme.get(kind).ok().and_then(|entry| entry.info.openapi);
    let document: Value = schema.and_then(|schema| serde_json::from_str(schema().json).ok()).unwrap_or(Value::Null);
    let fields = document.get("properties").and_then(Value::as_object).into_iter().flatten();
    fields
        .filter(|(name, field)| {
            !matches!(name.as_str(), "apiVersion" | "kind" | "metadata") && field.get("allOf").is_none()
        })
        .map(|(name, field)| {
            let says = field.get("description").and_then(Value::as_str).unwrap_or_default();
            let plain = |type_: &&str| matches!(*type_, "boolean" | "integer");
            // lists are given by repeating the parameter
            let type_ = field.pointer("/items/type").or_else(|| field.get("type"));
            let type_ = type_.and_then(Value::as_str).filter(plain).unwrap_or("string");
            parameter(name, "query", says, type_)
        })
        .collect()
}

fn parameter(name: &str, place: &str, says: &str, type_: &str) -> Value {
    let mut parameter =
        json!({"name": name, "in": place, "description": says, "schema": {"type": type_, "uniqueItems": true}});
    if place == "path" {
        parameter["required"] = json!(true);
    }
    parameter
}
