//! Reading manifests: what is not there is empty.

use kubeforge_machinery::Quantity;
use serde_json::Value;

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

pub(crate) fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(key, value)| (key.as_str(), value))
}

pub(crate) fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}

/// A quantity in thousandths.
pub(crate) fn milli(value: &Value) -> i64 {
    quantity(value).milli_value()
}

/// A quantity in whole units.
pub(crate) fn whole(value: &Value) -> i64 {
    quantity(value).value()
}

fn quantity(value: &Value) -> Quantity {
    value.as_str().map(|text| Quantity::parse(text).expect("a drawn quantity")).unwrap_or_default()
}

pub(crate) fn name(object: &Value) -> &str {
    text(&object["metadata"]["name"])
}

pub(crate) fn namespace(object: &Value) -> &str {
    text(&object["metadata"]["namespace"])
}

pub(crate) fn labels(object: &Value) -> &Value {
    &object["metadata"]["labels"]
}

/// The value of a label of an object.
pub(crate) fn label<'a>(object: &'a Value, key: &str) -> Option<&'a str> {
    labels(object)[key].as_str()
}

/// Namespace and name.
pub(crate) fn key(object: &Value) -> String {
    format!("{}/{}", namespace(object), name(object))
}

pub(crate) fn priority(pod: &Value) -> i64 {
    number(&pod["spec"]["priority"])
}
