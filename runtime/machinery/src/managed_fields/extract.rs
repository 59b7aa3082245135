//! What one manager owns of an object, as the configuration that it last applied.
//!
//! Follows structured-merge-diff typed/remove.go (`ExtractItems` with `WithAppendKeyFields`) in meaning.

use std::borrow::Cow;

use serde_json::Value;

use super::{
    FieldSet, Tree,
    compare::{Node, name},
    tree::field,
};
use crate::schema::{ListTopology, StructSchema};

/// The part of `object` that `fields` names: granular structs and maps field by field, elements of keyed lists with their
/// keys, elements of sets, and everything atomic whole. A container that is owned without anything in it is empty.
///
/// `schema` is the structure of the type; without one maps are granular and lists are atomic.
pub fn extract(object: &Value, fields: &FieldSet, schema: Option<&'static StructSchema>) -> Value {
    copy(&Tree::of(object), fields, schema.map_or(Node::Unknown, Node::Struct)).to_value()
}

fn copy<'a>(value: &Tree<'a>, owned: &FieldSet, node: Node) -> Tree<'a> {
    match (value, node) {
        (Tree::Object(fields), Node::Struct(_) | Node::Map(_) | Node::Unknown) => {
            let copied = fields.iter().filter_map(|(name, value)| {
                let below = owned.child_field(name)?;
                Some((name.clone(), copy(value, below, node.field(name))))
            });
            Tree::Object(copied.collect::<Vec<_>>().into())
        }
        (Tree::Array(list), Node::List(element, topology)) => {
            let node = Node::of(element);
            let copied = list.iter().filter_map(|value| {
                let below = owned.child(&name(value, topology))?;
                Some(with_keys(copy(value, below, node), value, topology))
            });
            Tree::Array(copied.collect::<Vec<_>>().into())
        }
        _ => value.clone(),
    }
}

/// The element with the fields that identify it, whoever owns those.
fn with_keys<'a>(copied: Tree<'a>, element: &Tree<'a>, topology: ListTopology) -> Tree<'a> {
    let (ListTopology::Map(keys), Tree::Object(copied), Tree::Object(element)) = (topology, &copied, element) else {
        return copied;
    };
    let mut fields: Vec<(Cow<'a, str>, Tree<'a>)> = copied.to_vec();
    for key in keys {
        if field(copied, key).is_none()
            && let Some(value) = field(element, key)
        {
            fields.push((Cow::Borrowed(*key), value.clone()));
        }
    }
    Tree::Object(fields.into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        FieldsV1,
        schema::{FieldSchema, Shape},
    };

    fn port() -> &'static StructSchema {
        static SCHEMA: StructSchema = StructSchema {
            name: "Port",
            definition: "test.Port",
            atomic: false,
            fields: &[
                FieldSchema::new("port", Shape::Scalar),
                FieldSchema::new("protocol", Shape::Scalar),
                FieldSchema::new("name", Shape::Scalar),
            ],
        };
        &SCHEMA
    }

    fn root() -> &'static StructSchema {
        static SCALAR: Shape = Shape::Scalar;
        static PORT: Shape = Shape::Struct(port);
        static SCHEMA: StructSchema = StructSchema {
            name: "Root",
            definition: "test.Root",
            atomic: false,
            fields: &[
                FieldSchema::new("ports", Shape::list_map(&PORT, &["port", "protocol"])),
                FieldSchema::new("tags", Shape::set(&SCALAR)),
                FieldSchema::new("args", Shape::list(&SCALAR)),
                FieldSchema::new("labels", Shape::map(&SCALAR)),
                FieldSchema::new("limits", Shape::atomic_map(&SCALAR)),
                FieldSchema::new("port", Shape::AtomicStruct(port)),
                FieldSchema::new("first", Shape::Struct(port)),
            ],
        };
        &SCHEMA
    }

    #[track_caller]
    fn check(object: Value, fields: &Value, want: Value) {
        let fields = FieldSet::from_fields_v1(&FieldsV1::from_value(fields)).unwrap();
        assert_eq!(extract(&object, &fields, Some(root())), want);
    }

    #[test]
    fn elements_come_with_their_keys_and_without_what_others_own() {
        check(
            json!({"ports": [{"port": 1, "protocol": "TCP", "name": "a"}, {"port": 2, "protocol": "TCP"}],
                   "tags": ["x", "y"], "labels": {"a": "1", "b": "2"}}),
            &json!({"f:ports": {"k:{\"port\":1,\"protocol\":\"TCP\"}": {".": {}, "f:port": {}}},
                    "f:tags": {"v:\"y\"": {}}, "f:labels": {"f:b": {}}}),
            json!({"ports": [{"port": 1, "protocol": "TCP"}], "tags": ["y"], "labels": {"b": "2"}}),
        );
    }

    #[test]
    fn what_is_atomic_is_owned_whole() {
        check(
            json!({"args": ["1", "2"], "limits": {"cpu": "1"}, "port": {"port": 1, "name": "p"}}),
            &json!({"f:args": {}, "f:limits": {}, "f:port": {}}),
            json!({"args": ["1", "2"], "limits": {"cpu": "1"}, "port": {"port": 1, "name": "p"}}),
        );
    }

    #[test]
    fn an_empty_container_stays_empty_though_others_fill_it() {
        check(
            json!({"first": {"port": 1}, "tags": ["x"], "labels": {"a": "1"}}),
            &json!({"f:first": {}, "f:tags": {}, "f:labels": {".": {}}, "f:gone": {}}),
            json!({"first": {}, "tags": [], "labels": {}}),
        );
    }

    /// Applying what was extracted changes nothing.
    #[test]
    fn an_extracted_configuration_is_the_applied_one() {
        let config = json!({"ports": [{"port": 1, "protocol": "TCP", "name": "a"}], "labels": {"b": "2"}, "first": {}});
        let request = super::super::Apply {
            manager: "me",
            api_version: "v1",
            subresource: "",
            now: crate::Time::from_unix(0),
            reset: &[],
            force: false,
            yielded: None,
        };
        let live = json!({"labels": {"a": "1"}, "tags": ["x"]});
        let applied =
            super::super::apply(&Tree::of(&live), &Tree::of(&config), Some(root()), &[], &request, &|_, _| None)
                .unwrap();
        let owned = FieldSet::from_fields_v1(applied.managers[0].fields_v1.as_ref().unwrap()).unwrap();
        assert_eq!(extract(&applied.object.to_value(), &owned, Some(root())), config);
    }
}
