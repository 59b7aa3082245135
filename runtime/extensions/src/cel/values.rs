//! Objects as expressions see them: fields that the schema names, under names that expressions can spell. Follows
//! apiserver pkg/cel/common/values.go.

use std::sync::{Arc, LazyLock};

use kubeforge_cel::{Key, List, ListKind, Map, Value as CelValue, parse_duration, parse_timestamp};
use serde_json::Value;

use super::names::escape;
use crate::schema::{ListType, Schema};

/// A value.
pub(super) fn to_cel(value: &Value, schema: &Schema, is_root: bool) -> CelValue {
    match value {
        Value::Null => CelValue::Null,
        Value::Bool(value) => CelValue::Bool(*value),
        Value::Number(number) => match number.as_i64() {
            Some(value) if schema.type_ != "number" => CelValue::Int(value),
            _ => CelValue::Double(number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => text_to_cel(text, schema),
        Value::Array(list) => {
            let items = schema.items.as_deref();
            let known = list.iter().filter_map(|value| Some(to_cel(value, items?, false)));
            let kind = match &schema.list {
                ListType::Atomic => ListKind::Plain,
                ListType::Set => ListKind::Set,
                ListType::Map(keys) => {
                    ListKind::Map(keys.iter().filter_map(|key| escape(key)).map(std::borrow::Cow::into_owned).collect())
                }
            };
            CelValue::List(Arc::new(List { items: known.collect(), kind }))
        }
        Value::Object(fields) => {
            let is_object = is_root || schema.embedded;
            let has_names = is_object || schema.additional.schema().is_none();
            let mut map = Map::new();
            for (name, value) in fields {
                let is_named = schema.properties.contains_key(name);
                let inner = match name.as_str() {
                    "apiVersion" | "kind" if is_object => &*TEXT,
                    "metadata" if is_object => &*METADATA,
                    name => match schema.property(name) {
                        Some(inner) => inner,
                        None => continue,
                    },
                };
                let key = if has_names { escape(name) } else { Some(name.as_str().into()) };
                // null counts as absent in objects with named fields
                let is_absent = value.is_null() && is_named;
                if let Some(key) = key.filter(|_| !is_absent) {
                    map.insert(Key::from(key.as_ref()), to_cel(value, inner, false));
                }
            }
            if has_names { CelValue::Object(Arc::new(map)) } else { CelValue::Map(Arc::new(map)) }
        }
    }
}

static TEXT: LazyLock<Schema> = LazyLock::new(|| Schema { type_: "string".to_owned(), ..Schema::default() });

/// All that expressions see of metadata.
static METADATA: LazyLock<Schema> = LazyLock::new(|| {
    let names = ["name", "generateName"].map(|name| (name.to_owned(), Box::new(TEXT.clone())));
    Schema { type_: "object".to_owned(), properties: names.into(), ..Schema::default() }
});

fn text_to_cel(text: &str, schema: &Schema) -> CelValue {
    let plain = || CelValue::string(text);
    match schema.format.as_str() {
        "date-time" => parse_timestamp(text).unwrap_or_else(plain),
        "date" => parse_timestamp(&format!("{text}T00:00:00Z")).unwrap_or_else(plain),
        "duration" => parse_duration(text).map_or_else(plain, CelValue::Duration),
        "byte" => {
            use base64::{Engine as _, engine::general_purpose::STANDARD};
            STANDARD.decode(text).map_or_else(|_| plain(), |bytes| CelValue::Bytes(bytes.into()))
        }
        _ => plain(),
    }
}

/// A value below one that was made already, where expressions can name it.
pub(super) fn below(holder: Option<&CelValue>, step: Step<'_>) -> Option<CelValue> {
    match (holder?, step) {
        (CelValue::Object(map), Step::Field(name)) => map.get(&Key::from(escape(name)?.as_ref())).cloned(),
        (CelValue::Map(map), Step::Field(name)) => map.get(&Key::from(name)).cloned(),
        (CelValue::List(list), Step::Item(at)) => list.items.get(at).cloned(),
        _ => None,
    }
}

/// A step down.
#[derive(Clone, Copy)]
pub(super) enum Step<'a> {
    Field(&'a str),
    Item(usize),
}
