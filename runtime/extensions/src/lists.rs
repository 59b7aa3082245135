//! Lists whose elements are told apart by value or by key. Follows apiextensions pkg/apiserver/schema/listtype.

use std::collections::HashMap;

use kubeforge_machinery::field::{BadValue, Error, ErrorList, Path};
use serde_json::{Map, Value};

use crate::schema::{ListType, Schema};

/// What is repeated in lists that are sets or maps.
pub fn check(value: &Value, schema: &Schema, path: &Path<'_>, errors: &mut ErrorList) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if let Some(additional) = schema.additional.schema() {
                    check(value, additional, &path.key(name), errors);
                }
                if let Some(property) = schema.properties.get(name) {
                    check(value, property, &path.child(name), errors);
                }
            }
        }
        Value::Array(list) => {
            match &schema.list {
                ListType::Atomic => {}
                ListType::Set => repeated(list).for_each(|(at, value)| errors.push(duplicate(path, at, value))),
                ListType::Map(keys) => map(list, keys, path, errors),
            }
            if let Some(items) = &schema.items {
                list.iter().enumerate().for_each(|(at, value)| check(value, items, &path.index(at), errors));
            }
        }
        _ => {}
    }
}

fn map(list: &[Value], keys: &[String], path: &Path<'_>, errors: &mut ErrorList) {
    if let Some((at, value)) = list.iter().enumerate().find(|(_, value)| !value.is_object() && !value.is_null()) {
        let text = "must be an object for an array of list-type map";
        errors.push(Error::invalid(&path.index(at), crate::value_shown(value), text));
        return;
    }
    let named = |value: &Value| {
        let fields = keys.iter().filter_map(|key| Some((key.clone(), value.get(key)?.clone())));
        Value::Object(fields.collect::<Map<String, Value>>())
    };
    let named: Vec<Value> = list.iter().map(named).collect();
    repeated(&named).for_each(|(at, value)| errors.push(duplicate(path, at, value)));
}

fn duplicate(path: &Path<'_>, at: usize, value: &Value) -> Error {
    let shown: BadValue = crate::value_shown(value);
    Error::duplicate(&path.index(at), shown)
}

/// The second occurrence of each value that occurs more than once.
fn repeated(list: &[Value]) -> impl Iterator<Item = (usize, &Value)> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    list.iter().enumerate().filter(move |(_, value)| {
        let times = seen.entry(value.to_string()).or_default();
        *times += 1;
        *times == 2
    })
}

#[cfg(test)]
mod tests {
    use kubeforge_api::apiextensions::v1::JSONSchemaProps;
    use kubeforge_machinery::codec::from_json_slice;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_second_of_its_kind_is_told_of() {
        let schema = json!({"properties": {
            "set": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
            "map": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["a", "b"], "items": {"type": "object"}},
        }});
        let schema = Schema::of(&from_json_slice::<JSONSchemaProps>(schema.to_string().as_bytes()).unwrap());
        let value = json!({"set": ["x", "x", "x"], "map": [{"a": 1}, {"a": 1, "b": 2}, {"a": 1, "c": 3}]});
        let mut errors = ErrorList::new();
        check(&value, &schema, &Path::NIL, &mut errors);
        let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(texts, [r#"map[2]: Duplicate value: {"a":1}"#, r#"set[1]: Duplicate value: "x""#]);
    }
}
