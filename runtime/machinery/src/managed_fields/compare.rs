//! In which fields two states of an object differ.

use serde_json::{Map, Value};

use super::{FieldSet, PathElement};
use crate::schema::{ListTopology, Shape, StructSchema};

/// Fields that a new state has and the old one lacks, the other way round, and those with other values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Fields that only the new state has.
    pub added: FieldSet,
    /// Fields that both have, with different values.
    pub modified: FieldSet,
    /// Fields that only the old state has.
    pub removed: FieldSet,
}

impl Comparison {
    /// Whether the two states are the same.
    pub fn is_same(&self) -> bool {
        self.added.is_empty() && self.modified.is_empty() && self.removed.is_empty()
    }
}

/// Compares two states of an object as JSON values.
///
/// `schema` is the structure of the type; without one (custom resources without a schema) maps are granular and lists
/// are atomic.
pub fn compare(old: &Value, new: &Value, schema: Option<&'static StructSchema>) -> Comparison {
    let node = schema.map_or(Node::Unknown, Node::Struct);
    let mut comparison = Comparison::default();
    compare_nodes(old, new, node, &mut comparison);
    comparison
}

/// What is known of a value's structure.
#[derive(Clone, Copy)]
pub(super) enum Node {
    Struct(&'static StructSchema),
    Map(&'static Shape),
    List(&'static Shape, ListTopology),
    Leaf,
    Unknown,
}

impl Node {
    pub(super) fn of(shape: &'static Shape) -> Self {
        match shape {
            Shape::Scalar | Shape::Any | Shape::AtomicStruct(_) => Self::Leaf,
            Shape::Struct(schema) => {
                let schema = schema();
                if schema.atomic { Self::Leaf } else { Self::Struct(schema) }
            }
            Shape::Map { atomic: true, .. } => Self::Leaf,
            Shape::Map { value, .. } => Self::Map(value),
            Shape::List { topology: ListTopology::Atomic, .. } => Self::Leaf,
            Shape::List { element, topology } => Self::List(element, *topology),
        }
    }

    /// The structure of a field of a struct or map.
    pub(super) fn field(self, name: &str) -> Self {
        match self {
            Self::Struct(schema) => schema.field(name).map_or(Self::Unknown, |field| Self::of(&field.shape)),
            Self::Map(value) => Self::of(value),
            Self::List(..) | Self::Leaf => Self::Leaf,
            Self::Unknown => Self::Unknown,
        }
    }
}

fn compare_nodes(old: &Value, new: &Value, node: Node, found: &mut Comparison) {
    match (old, new, node) {
        (_, _, Node::Leaf) => compare_leaves(old, new, found),
        (Value::Object(old), Value::Object(new), Node::Struct(_) | Node::Map(_) | Node::Unknown) => {
            compare_objects(old, new, node, found);
        }
        // a field that is always written is `null` while it is empty: its elements come and go, it stays
        (Value::Null, Value::Object(new), Node::Struct(_) | Node::Map(_)) => {
            compare_objects(&Map::new(), new, node, found);
        }
        (Value::Object(old), Value::Null, Node::Struct(_) | Node::Map(_)) => {
            compare_objects(old, &Map::new(), node, found);
        }
        (Value::Array(old), Value::Array(new), Node::List(element, topology)) => {
            compare_lists(old, new, element, topology, found);
        }
        (Value::Null, Value::Array(new), Node::List(element, topology)) => {
            compare_lists(&[], new, element, topology, found);
        }
        (Value::Array(old), Value::Null, Node::List(element, topology)) => {
            compare_lists(old, &[], element, topology, found);
        }
        _ => compare_leaves(old, new, found),
    }
}

fn compare_leaves(old: &Value, new: &Value, found: &mut Comparison) {
    if old != new {
        found.modified.member = true;
    }
}

fn compare_objects(old: &Map<String, Value>, new: &Map<String, Value>, node: Node, found: &mut Comparison) {
    for (name, new) in new {
        match old.get(name) {
            Some(old) if old == new => {}
            Some(old) => {
                let mut below = Comparison::default();
                compare_nodes(old, new, node.field(name), &mut below);
                attach(found, PathElement::Field(name.clone()), below);
            }
            None => found.added.add_child(PathElement::Field(name.clone()), all(new, node.field(name))),
        }
    }
    for (name, old) in old.iter().filter(|(name, _)| !new.contains_key(*name)) {
        found.removed.add_child(PathElement::Field(name.clone()), all(old, node.field(name)));
    }
}

fn attach(found: &mut Comparison, element: PathElement, below: Comparison) {
    found.added.add_child(element.clone(), below.added);
    found.modified.add_child(element.clone(), below.modified);
    found.removed.add_child(element, below.removed);
}

fn compare_lists(
    old: &[Value],
    new: &[Value],
    element: &'static Shape,
    topology: ListTopology,
    found: &mut Comparison,
) {
    let node = Node::of(element);
    let named = |list: &[Value]| -> Vec<PathElement> { list.iter().map(|value| name(value, topology)).collect() };
    let (old_names, new_names) = (named(old), named(new));
    for (path, value) in new_names.iter().zip(new) {
        match old_names.iter().position(|old| old == path).and_then(|index| old.get(index)) {
            Some(old) if old == value => {}
            Some(old) => {
                let mut below = Comparison::default();
                compare_nodes(old, value, node, &mut below);
                attach(found, path.clone(), below);
            }
            None => found.added.add_child(path.clone(), all(value, node)),
        }
    }
    for (path, value) in old_names.iter().zip(old).filter(|(path, _)| !new_names.contains(path)) {
        found.removed.add_child(path.clone(), all(value, node));
    }
}

/// What identifies an element of a list.
pub(super) fn name(value: &Value, topology: ListTopology) -> PathElement {
    match (topology, value) {
        (ListTopology::Map(keys), Value::Object(map)) => {
            let mut fields: Vec<(String, Value)> =
                keys.iter().filter_map(|key| map.get(*key).map(|value| ((*key).to_owned(), value.clone()))).collect();
            fields.sort_by(|a, b| a.0.cmp(&b.0));
            PathElement::Key(fields)
        }
        _ => PathElement::Value(value.clone()),
    }
}

/// The value's own path and those of all its fields.
fn all(value: &Value, node: Node) -> FieldSet {
    let mut set = FieldSet::leaf();
    match (value, node) {
        (Value::Object(map), Node::Struct(_) | Node::Map(_) | Node::Unknown) => {
            for (name, value) in map {
                set.add_child(PathElement::Field(name.clone()), all(value, node.field(name)));
            }
        }
        (Value::Array(list), Node::List(element, topology)) => {
            let node = Node::of(element);
            for value in list {
                set.add_child(name(value, topology), all(value, node));
            }
        }
        _ => {}
    }
    set
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::{FieldSchema, PatchStrategy};

    const fn field(name: &'static str, shape: Shape) -> FieldSchema {
        FieldSchema {
            name,
            shape,
            patch: PatchStrategy { merge: false, replace: false, retain_keys: false },
            merge_key: None,
            required: false,
        }
    }

    fn item() -> &'static StructSchema {
        static SCHEMA: StructSchema = StructSchema {
            name: "Item",
            definition: "test.Item",
            atomic: false,
            fields: &[field("name", Shape::Scalar), field("size", Shape::Scalar)],
        };
        &SCHEMA
    }

    fn root() -> &'static StructSchema {
        static ITEM: Shape = Shape::Struct(item);
        static SCALAR: Shape = Shape::Scalar;
        static SCHEMA: StructSchema = StructSchema {
            name: "Root",
            definition: "test.Root",
            atomic: false,
            fields: &[
                field("items", Shape::List { element: &ITEM, topology: ListTopology::Map(&["name"]) }),
                field("tags", Shape::List { element: &SCALAR, topology: ListTopology::Set }),
                field("args", Shape::List { element: &SCALAR, topology: ListTopology::Atomic }),
                field("data", Shape::Map { value: &SCALAR, atomic: false }),
            ],
        };
        &SCHEMA
    }

    fn text(set: &FieldSet) -> String {
        String::from_utf8_lossy(set.to_fields_v1().unwrap().raw()).into_owned()
    }

    #[test]
    fn new_values_are_added_with_all_that_is_in_them() {
        let old = json!({"items": null});
        let new = json!({"items": [{"name": "a", "size": 1}], "tags": ["x"], "args": ["1", "2"], "data": {"k": "v"}});
        let found = compare(&old, &new, Some(root()));
        assert_eq!(
            text(&found.added),
            r#"{"f:args":{},"f:data":{".":{},"f:k":{}},"f:items":{"k:{\"name\":\"a\"}":{".":{},"f:name":{},"f:size":{}}},"f:tags":{".":{},"v:\"x\"":{}}}"#
        );
        assert!(found.modified.is_empty() && found.removed.is_empty());
    }

    #[test]
    fn elements_are_matched_by_key() {
        let old = json!({"items": [{"name": "a", "size": 1}, {"name": "b"}]});
        let new = json!({"items": [{"name": "c"}, {"name": "a", "size": 2}]});
        let found = compare(&old, &new, Some(root()));
        assert_eq!(text(&found.modified), r#"{"f:items":{"k:{\"name\":\"a\"}":{"f:size":{}}}}"#);
        assert_eq!(text(&found.removed), r#"{"f:items":{"k:{\"name\":\"b\"}":{".":{},"f:name":{}}}}"#);
        assert_eq!(text(&found.added), r#"{"f:items":{"k:{\"name\":\"c\"}":{".":{},"f:name":{}}}}"#);
    }

    #[test]
    fn atomic_lists_are_modified_whole() {
        let found = compare(&json!({"args": ["1"]}), &json!({"args": ["1", "2"]}), Some(root()));
        assert_eq!(text(&found.modified), r#"{"f:args":{}}"#);
    }
}
