//! What a scale subresource reads and writes in objects, by the paths of [`crate::scheme::ScalePaths`].

use serde_json::{Map, Value};

use crate::{codec::from_json_slice, labels::Selector, meta::v1::LabelSelector};

fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('.').filter(|name| !name.is_empty())
}

/// The value at a JSON path such as `.spec.replicas`; none at an empty one, which says that a kind has no such value.
pub fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    if path.is_empty() {
        return None;
    }
    names(path).try_fold(value, |value, name| value.get(name))
}

/// Puts a value at a path; what is no object on the way becomes one.
pub fn set(value: &mut Value, path: &str, new: Value) {
    let mut place = value;
    for name in names(path) {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        place = &mut place[name];
    }
    *place = new;
}

/// A selector in text form; a kind may keep it as text, as a map of labels, or as a label selector.
pub fn selector_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(fields) if fields.contains_key("matchLabels") || fields.contains_key("matchExpressions") => {
            from_json_slice::<LabelSelector>(value.to_string().as_bytes())
                .ok()
                .and_then(|selector| Selector::from_label_selector(Some(&selector)).ok())
                .map(|selector| selector.to_string())
                .unwrap_or_default()
        }
        Value::Object(fields) => {
            let labels =
                fields.iter().filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect();
            Selector::from_labels(&labels).to_string()
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn selectors_become_text() {
        assert_eq!(selector_text(&json!("a=b")), "a=b");
        assert_eq!(selector_text(&json!({"app": "w"})), "app=w");
        assert_eq!(selector_text(&json!({"matchLabels": {"app": "w"}})), "app=w");
    }

    #[test]
    fn paths_are_read_and_written() {
        let mut value = json!({"spec": {"replicas": 2}});
        assert_eq!(at(&value, ".spec.replicas"), Some(&json!(2)));
        assert_eq!(at(&value, ""), None, "a kind without a selector");
        set(&mut value, ".spec.replicas", json!(3));
        set(&mut value, ".a.b", json!(1));
        assert_eq!(value, json!({"spec": {"replicas": 3}, "a": {"b": 1}}));
    }
}
