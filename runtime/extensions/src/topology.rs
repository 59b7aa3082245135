//! What managed fields must know of a custom resource's structure. Follows kube-openapi pkg/schemaconv.
//!
//! Structures are `&'static` as those of built-in kinds are; equal schemas share one (see [`crate::intern`]).

use std::collections::{BTreeMap, HashMap};

use kubeforge_machinery::{
    meta::v1::ObjectMeta,
    schema::{FieldSchema, HasStructSchema, ListTopology, Shape, StructSchema},
};
use parking_lot::Mutex;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{
    intern::intern,
    schema::{Additional, ListType, Schema},
};

/// The structure of a kind.
#[derive(Clone, Copy, Debug)]
pub struct Topology {
    /// Its fields.
    pub root: &'static StructSchema,
    /// Defaults of fields, by the definition of the struct that holds them and their name: keys of list elements may be
    /// left at them.
    pub defaults: &'static Defaults,
}

/// See [`Topology::defaults`].
pub type Defaults = BTreeMap<(&'static str, &'static str), Value>;

/// By the hash of the schema's text: the texts together would be large.
static KNOWN: Mutex<Option<HashMap<[u8; 32], Topology>>> = Mutex::new(None);

impl Topology {
    /// The structure of a schema; `identity` is its text, which equal schemas have in common.
    pub fn of(schema: &Schema, identity: &[u8]) -> Self {
        let identity: [u8; 32] = Sha256::digest(identity).into();
        let mut known = KNOWN.lock();
        let known = known.get_or_insert_default();
        if let Some(found) = known.get(&identity) {
            return *found;
        }
        let mut builder = Builder { structs: known.len() << 20, defaults: Defaults::new() };
        let embedded = Schema { embedded: true, ..schema.clone() };
        let root = builder.structure(&embedded, schema.preserves_unknown);
        let topology = Self { root, defaults: Box::leak(Box::new(builder.defaults)) };
        known.insert(identity, topology);
        topology
    }
}

struct Builder {
    /// How many structures there are so far, which numbers them.
    structs: usize,
    defaults: Defaults,
}

impl Builder {
    fn shape(&mut self, schema: &Schema, preserves: bool) -> Shape {
        let preserves = preserves || schema.preserves_unknown;
        if schema.int_or_string {
            return Shape::Scalar;
        }
        match schema.type_.as_str() {
            "object" => self.object(schema, preserves),
            "array" => {
                let element = schema.items.as_deref().map_or(Shape::Deduced, |items| self.shape(items, preserves));
                let topology = match &schema.list {
                    ListType::Atomic => ListTopology::Atomic,
                    ListType::Set => ListTopology::Set,
                    ListType::Map(keys) => {
                        let keys: Vec<&'static str> = keys.iter().map(|key| intern(key)).collect();
                        ListTopology::Map(Box::leak(keys.into_boxed_slice()))
                    }
                };
                Shape::List { element: leak(element), topology }
            }
            "" => Shape::Deduced,
            _ => Shape::Scalar,
        }
    }

    fn object(&mut self, schema: &Schema, preserves: bool) -> Shape {
        if schema.properties.is_empty() && !schema.embedded {
            let value = match &schema.additional {
                Additional::Schema(values) => self.shape(values, preserves),
                Additional::Unsaid | Additional::Allowed(true) => Shape::Deduced,
                Additional::Allowed(false) => return Shape::Dynamic(self.structure(schema, false)),
            };
            return Shape::Map { value: leak(value), atomic: schema.is_atomic_map };
        }
        Shape::Dynamic(self.structure(schema, preserves))
    }

    fn structure(&mut self, schema: &Schema, preserves: bool) -> &'static StructSchema {
        self.structs += 1;
        let definition = intern(&format!("custom.{}", self.structs));
        let mut fields = Vec::new();
        if schema.embedded {
            fields.push(FieldSchema::new("apiVersion", Shape::Scalar));
            fields.push(FieldSchema::new("kind", Shape::Scalar));
            fields.push(FieldSchema::new("metadata", Shape::Struct(ObjectMeta::struct_schema)));
        }
        for (name, property) in &schema.properties {
            if schema.embedded && matches!(name.as_str(), "apiVersion" | "kind" | "metadata") {
                continue;
            }
            let name = intern(name);
            if let Some(default) = &property.default {
                self.defaults.insert((definition, name), default.clone());
            }
            fields.push(FieldSchema::new(name, self.shape(property, preserves)));
        }
        match &schema.additional {
            Additional::Schema(values) => fields.push(FieldSchema::others(self.shape(values, preserves))),
            Additional::Allowed(true) => fields.push(FieldSchema::others(Shape::Deduced)),
            Additional::Unsaid if preserves => fields.push(FieldSchema::others(Shape::Deduced)),
            Additional::Unsaid | Additional::Allowed(false) => {}
        }
        let fields = Box::leak(fields.into_boxed_slice());
        Box::leak(Box::new(StructSchema { name: definition, definition, atomic: schema.is_atomic_map, fields }))
    }
}

fn leak(shape: Shape) -> &'static Shape {
    Box::leak(Box::new(shape))
}

#[cfg(test)]
mod tests {
    use kubeforge_api::apiextensions::v1::JSONSchemaProps;
    use kubeforge_machinery::{
        codec::from_json_slice,
        managed_fields::{Tree, compare},
    };
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_owned_as_the_schema_says() {
        let schema = json!({"type": "object", "properties": {"spec": {"type": "object", "properties": {
            "items": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
                      "items": {"type": "object", "properties": {"name": {"type": "string"}}}},
            "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
            "whole": {"type": "object", "x-kubernetes-map-type": "atomic", "additionalProperties": {"type": "string"}},
        }}}});
        let text = schema.to_string();
        let schema = Schema::of(&from_json_slice::<JSONSchemaProps>(text.as_bytes()).unwrap());
        let topology = Topology::of(&schema, text.as_bytes());
        assert!(std::ptr::eq(topology.root, Topology::of(&schema, text.as_bytes()).root));
        let new = json!({"spec": {"items": [{"name": "a"}], "free": {"x": {"y": 1}}, "whole": {"a": "b"}}});
        let found = compare(&Tree::of(&json!({})), &Tree::of(&new), Some(topology.root));
        assert_eq!(
            String::from_utf8_lossy(found.added.to_fields_v1().raw()),
            r#"{"f:spec":{".":{},"f:free":{".":{},"f:x":{".":{},"f:y":{}}},"f:items":{".":{},"k:{\"name\":\"a\"}":{".":{},"f:name":{}}},"f:whole":{}}}"#
        );
    }
}
