//! The v2 document as protobuf, which kubectl asks for when it validates lists itself.
//!
//! Follows gnostic's `openapiv2/OpenAPIv2.proto` in field numbers. Values without a shape of their own there (defaults,
//! enums, extensions) travel as YAML text, for which JSON serves.

use kubeforge_machinery::codec::ProtoWriter;
use serde_json::{Map, Value};

/// Encodes a v2 document.
pub(super) fn encode(document: &Value) -> Vec<u8> {
    let mut w = ProtoWriter::with_capacity(1 << 20);
    let object = |name: &str| document.get(name).and_then(Value::as_object);
    if let Some(definitions) = object("definitions") {
        w.message_field(9, |w| named(w, 1, definitions, schema));
    }
    if let Some(paths) = object("paths") {
        w.message_field(8, |w| named(w, 2, paths, path_item));
    }
    if let Some(info) = document.get("info") {
        w.message_field(2, |w| {
            text(w, 2, info.get("version"));
            text(w, 1, info.get("title"));
        });
    }
    text(&mut w, 1, document.get("swagger"));
    w.into_bytes()
}

/// Entries of a map as messages of name (1) and value (2), in the map's order.
fn named(w: &mut ProtoWriter, tag: u32, map: &Map<String, Value>, value: fn(&mut ProtoWriter, &Value)) {
    for (name, inner) in map.iter().rev() {
        w.message_field(tag, |w| {
            w.message_field(2, |w| value(w, inner));
            w.field(1, name);
        });
    }
}

fn text(w: &mut ProtoWriter, tag: u32, value: Option<&Value>) {
    if let Some(text) = value.and_then(Value::as_str) {
        w.message_field(tag, |w| w.bytes(text.as_bytes()));
    }
}

fn texts(w: &mut ProtoWriter, tag: u32, value: Option<&Value>) {
    for item in value.and_then(Value::as_array).into_iter().flatten().rev() {
        text(w, tag, Some(item));
    }
}

fn flag(w: &mut ProtoWriter, tag: u32, value: Option<&Value>) {
    if value == Some(&Value::Bool(true)) {
        w.field(tag, &true);
    }
}

/// `Any`: the value as YAML (2).
fn any(w: &mut ProtoWriter, value: &Value) {
    w.message_field(2, |w| w.bytes(value.to_string().as_bytes()));
}

/// `x-…` members, as named values.
fn extensions(w: &mut ProtoWriter, tag: u32, owner: &Value) {
    for (name, value) in owner.as_object().into_iter().flatten().rev().filter(|(name, _)| name.starts_with("x-")) {
        w.message_field(tag, |w| {
            w.message_field(2, |w| any(w, value));
            w.field(1, name);
        });
    }
}

fn schema(w: &mut ProtoWriter, value: &Value) {
    extensions(w, 31, value);
    if let Some(properties) = value.get("properties").and_then(Value::as_object) {
        w.message_field(25, |w| named(w, 1, properties, schema));
    }
    for part in value.get("allOf").and_then(Value::as_array).into_iter().flatten().rev() {
        w.message_field(24, |w| schema(w, part));
    }
    if let Some(items) = value.get("items") {
        w.message_field(23, |w| w.message_field(1, |w| schema(w, items)));
    }
    if let Some(type_) = value.get("type") {
        w.message_field(22, |w| text(w, 1, Some(type_)));
    }
    match value.get("additionalProperties") {
        Some(Value::Bool(allowed)) => w.message_field(21, |w| w.field(2, allowed)),
        Some(inner) => w.message_field(21, |w| w.message_field(1, |w| schema(w, inner))),
        None => {}
    }
    for item in value.get("enum").and_then(Value::as_array).into_iter().flatten().rev() {
        w.message_field(20, |w| any(w, item));
    }
    texts(w, 19, value.get("required"));
    flag(w, 16, value.get("uniqueItems"));
    if let Some(default) = value.get("default") {
        w.message_field(5, |w| any(w, default));
    }
    text(w, 4, value.get("description"));
    text(w, 3, value.get("title"));
    text(w, 2, value.get("format"));
    text(w, 1, value.get("$ref"));
}

fn path_item(w: &mut ProtoWriter, item: &Value) {
    parameters(w, 9, item.get("parameters"));
    for (tag, method) in [(8, "patch"), (5, "delete"), (4, "post"), (3, "put"), (2, "get")] {
        if let Some(operation) = item.get(method) {
            w.message_field(tag, |w| self::operation(w, operation));
        }
    }
}

fn operation(w: &mut ProtoWriter, operation: &Value) {
    extensions(w, 13, operation);
    texts(w, 10, operation.get("schemes"));
    if let Some(responses) = operation.get("responses").and_then(Value::as_object) {
        w.message_field(9, |w| named(w, 1, responses, response));
    }
    parameters(w, 8, operation.get("parameters"));
    texts(w, 7, operation.get("consumes"));
    texts(w, 6, operation.get("produces"));
    text(w, 5, operation.get("operationId"));
    text(w, 3, operation.get("description"));
    texts(w, 1, operation.get("tags"));
}

/// `ResponseValue` with a `Response`: description (1), schema (2).
fn response(w: &mut ProtoWriter, response: &Value) {
    w.message_field(1, |w| {
        if let Some(inner) = response.get("schema") {
            w.message_field(2, |w| w.message_field(1, |w| schema(w, inner)));
        }
        text(w, 1, response.get("description"));
    });
}

/// `ParametersItem`s: a body, or something in the query or the path.
fn parameters(w: &mut ProtoWriter, tag: u32, list: Option<&Value>) {
    for parameter in list.and_then(Value::as_array).into_iter().flatten().rev() {
        w.message_field(tag, |w| {
            w.message_field(1, |w| match parameter.get("in").and_then(Value::as_str) {
                Some("body") => w.message_field(1, |w| {
                    if let Some(inner) = parameter.get("schema") {
                        w.message_field(5, |w| schema(w, inner));
                    }
                    flag(w, 4, parameter.get("required"));
                    text(w, 3, parameter.get("in"));
                    text(w, 2, parameter.get("name"));
                    text(w, 1, parameter.get("description"));
                }),
                Some("path") => w.message_field(2, |w| w.message_field(4, |w| plain(w, parameter, 5))),
                _ => w.message_field(2, |w| w.message_field(3, |w| plain(w, parameter, 6))),
            });
        });
    }
}

/// A query's or path's parameter; the two differ in the number of the type, as queries may be empty.
fn plain(w: &mut ProtoWriter, parameter: &Value, type_tag: u32) {
    text(w, type_tag, parameter.get("type"));
    text(w, 4, parameter.get("name"));
    text(w, 3, parameter.get("description"));
    text(w, 2, parameter.get("in"));
    flag(w, 1, parameter.get("required"));
}

#[cfg(test)]
mod tests {
    use kubeforge_machinery::codec::ProtoReader;
    use serde_json::json;

    use super::*;

    #[test]
    fn definitions_are_named_schemas() {
        let bytes = encode(&json!({"swagger": "2.0", "definitions": {"a.B": {"type": "object", "required": ["x"]}}}));
        let mut document = ProtoReader::new(&bytes);
        let (tag, _) = document.next_tag().unwrap().unwrap();
        assert_eq!((tag, document.bytes().unwrap()), (1, &b"2.0"[..]));
        let (tag, _) = document.next_tag().unwrap().unwrap();
        let mut definitions = document.sub_message().unwrap();
        assert_eq!(tag, 9);
        definitions.next_tag().unwrap();
        let mut definition = definitions.sub_message().unwrap();
        let (tag, _) = definition.next_tag().unwrap().unwrap();
        assert_eq!((tag, definition.bytes().unwrap()), (1, &b"a.B"[..]));
        let (tag, _) = definition.next_tag().unwrap().unwrap();
        let mut schema = definition.sub_message().unwrap();
        assert_eq!(tag, 2);
        let (tag, _) = schema.next_tag().unwrap().unwrap();
        assert_eq!((tag, schema.bytes().unwrap()), (19, &b"x"[..]));
    }
}
