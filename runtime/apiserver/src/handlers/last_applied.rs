//! The annotation in which kubectl's client-side apply keeps what it applied last. When kubectl goes over to server-side
//! apply, fields that nobody changed since are its own, and the annotation stays true for older clients. Follows
//! apimachinery pkg/util/managedfields/internal/lastapplied{manager,updater}.go.

use std::collections::BTreeMap;

use kubeforge_machinery::{
    Object,
    codec::JsonWriter,
    managed_fields::{self, FieldSet, Tree},
    validation::ANNOTATIONS_BYTES_MAX,
};
use serde_json::Value;

use crate::registry::ResourceScope;

const ANNOTATION: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The manager that is kubectl's default; with another one, users go their own ways.
const KUBECTL: &str = "kubectl";

/// What the object still has as client-side apply left it. Its owners yield these fields to kubectl.
pub(super) fn yielded(
    scope: &ResourceScope,
    manager: &str,
    current: Option<&dyn Object>,
    live: &Tree<'_>,
) -> Option<FieldSet> {
    if manager != KUBECTL {
        return None;
    }
    let text = current?.meta()?.annotations.get(ANNOTATION)?;
    let last: Value = serde_json::from_str(text).ok()?;
    if last.get("apiVersion").and_then(Value::as_str) != Some(scope.api_version.as_str()) {
        return None;
    }
    managed_fields::untouched(&Tree::of(&last), live, scope.schema).ok()
}

/// Writes what is applied now into the annotation, where the object has one and there is room for it.
pub(super) fn renew(manager: &str, annotations: &mut BTreeMap<String, String>, config: &Value) {
    if manager != KUBECTL || annotations.get(ANNOTATION).is_none_or(String::is_empty) {
        return;
    }
    let mut config = config.clone();
    if let Some(Value::Object(annotations)) = config.pointer_mut("/metadata/annotations") {
        annotations.remove(ANNOTATION);
    }
    let mut json = JsonWriter::with_capacity(1024);
    Tree::of(&config).write(&mut json);
    let text = format!("{}\n", String::from_utf8_lossy(json.as_bytes()));
    annotations.insert(ANNOTATION.to_owned(), text);
    let size: usize = annotations.iter().map(|(key, value)| key.len() + value.len()).sum();
    if size > ANNOTATIONS_BYTES_MAX {
        annotations.remove(ANNOTATION);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn renewed(manager: &str, before: &str, config: &Value) -> Option<String> {
        let mut annotations = BTreeMap::from([(ANNOTATION.to_owned(), before.to_owned())]);
        renew(manager, &mut annotations, config);
        annotations.remove(ANNOTATION)
    }

    #[test]
    fn the_annotation_says_what_kubectl_applies() {
        let config = json!({"metadata": {"name": "a", "annotations": {ANNOTATION: "{}"}}, "data": {"x": "<"}});
        let text = renewed(KUBECTL, "{}", &config).unwrap();
        assert_eq!(text, "{\"data\":{\"x\":\"\\u003c\"},\"metadata\":{\"annotations\":{},\"name\":\"a\"}}\n");
        assert_eq!(renewed("helm", "{}", &config).as_deref(), Some("{}"));
        assert_eq!(renewed(KUBECTL, "", &config).as_deref(), Some(""), "nothing was applied from there");
        assert_eq!(renewed(KUBECTL, "{}", &json!({"data": {"x": "y".repeat(ANNOTATIONS_BYTES_MAX)}})), None);
    }
}
