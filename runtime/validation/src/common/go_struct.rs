//! Structs as errors show them: as JSON with the names of Go's fields, because Kubernetes' internal types have no other.

use kubeforge_machinery::{
    codec::{Json, to_json_vec},
    field::BadValue,
};

/// A struct as it is written, field by field in the order of Go's type.
#[derive(Clone, Debug, Default)]
pub(crate) struct GoStruct(String);

impl GoStruct {
    /// A struct without fields yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    fn name(&mut self, name: &str) {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        self.0.push('"');
        self.0.push_str(name);
        self.0.push_str("\":");
    }

    /// A field whose value is written as in an API object.
    pub(crate) fn field<T: Json>(mut self, name: &str, value: &T) -> Self {
        self.name(name);
        self.0.push_str(&String::from_utf8_lossy(&to_json_vec(value)));
        self
    }

    /// A field that may be nil.
    pub(crate) fn optional<T: Json>(self, name: &str, value: Option<&T>) -> Self {
        match value {
            Some(value) => self.field(name, value),
            None => self.raw(name, "null"),
        }
    }

    /// A list; an empty one is nil.
    pub(crate) fn list<T: Json>(self, name: &str, values: &[T]) -> Self {
        self.raw(name, &json_list(values))
    }

    /// A field of JSON.
    pub(crate) fn raw(mut self, name: &str, json: &str) -> Self {
        self.name(name);
        self.0.push_str(json);
        self
    }

    /// The JSON.
    pub(crate) fn json(self) -> String {
        format!("{{{}}}", self.0)
    }
}

impl From<GoStruct> for BadValue {
    fn from(value: GoStruct) -> Self {
        Self::Plain(value.json())
    }
}

/// The JSON of a list; an empty one is nil.
fn json_list<T: Json>(values: &[T]) -> String {
    if values.is_empty() {
        return "null".to_owned();
    }
    let items: Vec<String> =
        values.iter().map(|value| String::from_utf8_lossy(&to_json_vec(value)).into_owned()).collect();
    format!("[{}]", items.join(","))
}

/// A list as errors show it; an empty one is nil.
pub(crate) fn shown_list<T: Json>(values: &[T]) -> BadValue {
    BadValue::Plain(json_list(values))
}
