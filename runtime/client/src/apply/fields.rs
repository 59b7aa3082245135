//! What a builder holds.

use std::collections::BTreeMap;

use kubeforge_machinery::{
    GroupVersionKind, Kind,
    codec::{Json, to_json_vec},
};
use serde_json::{Map, Value};

use super::Configuration;

/// Fields by their JSON names: the inside of every builder. Generated methods call these; users needn't.
#[derive(Clone, Debug, PartialEq)]
pub struct Fields(Value);

impl Default for Fields {
    fn default() -> Self {
        Self(Value::Object(Map::new()))
    }
}

impl From<Value> for Fields {
    /// The fields of an object; none, for any other value.
    fn from(value: Value) -> Self {
        if value.is_object() { Self(value) } else { Self::default() }
    }
}

impl From<Fields> for Value {
    fn from(fields: Fields) -> Self {
        fields.0
    }
}

impl Fields {
    /// No fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// The `apiVersion` and `kind` of `K`.
    pub fn of_kind<K: Kind>() -> Self {
        let gvk = GroupVersionKind::new(K::GROUP, K::VERSION, K::KIND);
        Self::new().set("apiVersion", gvk.api_version().into()).set("kind", K::KIND.into())
    }

    /// The object that they are.
    pub fn as_value(&self) -> &Value {
        &self.0
    }

    /// A field as JSON.
    #[must_use]
    pub fn set(mut self, name: &str, value: Value) -> Self {
        self.fields().insert(name.to_owned(), value);
        self
    }

    /// A field with any value that has a JSON form.
    #[must_use]
    pub fn leaf<T: Json>(self, name: &str, value: impl Into<T>) -> Self {
        self.set(name, json(&value.into()))
    }

    /// Adds to a list of values. Adding nothing leaves the field out.
    #[must_use]
    pub fn leaves<T: Json>(self, name: &str, values: impl IntoIterator<Item = impl Into<T>>) -> Self {
        self.append(name, values.into_iter().map(|value| json(&value.into())).collect())
    }

    /// Adds entries to a map of values. Adding nothing leaves the field out.
    #[must_use]
    pub fn leaf_map<T: Json>(
        self,
        name: &str,
        entries: impl IntoIterator<Item = (impl Into<String>, impl Into<T>)>,
    ) -> Self {
        self.extend(name, entries.into_iter().map(|(key, value)| (key.into(), json(&value.into()))).collect())
    }

    /// A struct, in place of what was there.
    #[must_use]
    pub fn nest<T>(self, name: &str, value: impl Configuration<Of = T>) -> Self {
        self.set(name, value.into_value())
    }

    /// Adds to a list of structs. Adding nothing leaves the field out.
    #[must_use]
    pub fn nest_all<T>(self, name: &str, values: impl IntoIterator<Item = impl Configuration<Of = T>>) -> Self {
        self.append(name, values.into_iter().map(Configuration::into_value).collect())
    }

    /// Adds entries to a map of structs. Adding nothing leaves the field out.
    #[must_use]
    pub fn nest_map<T>(
        self,
        name: &str,
        entries: impl IntoIterator<Item = (impl Into<String>, impl Configuration<Of = T>)>,
    ) -> Self {
        self.extend(name, entries.into_iter().map(|(key, value)| (key.into(), value.into_value())).collect())
    }

    /// Changes the metadata.
    #[must_use]
    pub fn metadata(mut self, change: impl FnOnce(Fields) -> Fields) -> Self {
        let metadata = self.fields().remove("metadata").map(Fields::from).unwrap_or_default();
        self.set("metadata", change(metadata).0)
    }

    /// Takes a field away: nothing is wanted of it.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.fields().remove(name);
        self
    }

    /// What is wanted of a struct; an empty builder where that is nothing.
    pub fn get<B: From<Fields>>(&self, name: &str) -> B {
        self.0.get(name).cloned().map(Fields::from).unwrap_or_default().into()
    }

    /// What is wanted of a list of structs.
    pub fn get_all<B: From<Fields>>(&self, name: &str) -> Vec<B> {
        let list = self.0.get(name).and_then(Value::as_array);
        list.into_iter().flatten().map(|value| Fields::from(value.clone()).into()).collect()
    }

    /// What is wanted of a map of structs.
    pub fn get_map<B: From<Fields>>(&self, name: &str) -> BTreeMap<String, B> {
        let map = self.0.get(name).and_then(Value::as_object);
        map.into_iter().flatten().map(|(key, value)| (key.clone(), Fields::from(value.clone()).into())).collect()
    }

    fn append(mut self, name: &str, mut values: Vec<Value>) -> Self {
        if values.is_empty() {
            return self;
        }
        match self.fields().get_mut(name) {
            Some(Value::Array(list)) => {
                list.append(&mut values);
                self
            }
            _ => self.set(name, Value::Array(values)),
        }
    }

    fn extend(mut self, name: &str, entries: Map<String, Value>) -> Self {
        if entries.is_empty() {
            return self;
        }
        match self.fields().get_mut(name) {
            Some(Value::Object(map)) => {
                map.extend(entries);
                self
            }
            _ => self.set(name, Value::Object(entries)),
        }
    }

    fn fields(&mut self) -> &mut Map<String, Value> {
        if !self.0.is_object() {
            *self = Self::default();
        }
        match &mut self.0 {
            Value::Object(fields) => fields,
            // it was made one above
            _ => unreachable!("fields are an object"),
        }
    }
}

fn json<T: Json>(value: &T) -> Value {
    // what the writer writes is JSON
    serde_json::from_slice(&to_json_vec(value)).unwrap_or_default()
}
