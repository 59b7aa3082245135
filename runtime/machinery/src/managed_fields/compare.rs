//! In which fields two states of an object differ.

use std::borrow::Cow;

use super::{
    FieldSet, PathElement, Tree,
    tree::{Finder, field},
};
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

/// Compares two states of an object.
///
/// `schema` is the structure of the type; without one (custom resources without a schema) maps are granular and lists
/// are atomic.
pub fn compare(old: &Tree<'_>, new: &Tree<'_>, schema: Option<&'static StructSchema>) -> Comparison {
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
            Shape::Scalar | Shape::Bytes | Shape::Any | Shape::AtomicStruct(_) => Self::Leaf,
            Shape::Struct(schema) => {
                let schema = schema();
                if schema.atomic { Self::Leaf } else { Self::Struct(schema) }
            }
            Shape::Dynamic(schema) if schema.atomic => Self::Leaf,
            Shape::Dynamic(schema) => Self::Struct(schema),
            Shape::Deduced => Self::Unknown,
            Shape::Map { atomic: true, .. } => Self::Leaf,
            Shape::Map { value, .. } => Self::Map(value),
            Shape::List { topology: ListTopology::Atomic, .. } => Self::Leaf,
            Shape::List { element, topology } => Self::List(element, *topology),
        }
    }

    /// The structure of a field of a struct or map.
    pub(super) fn field(self, name: &str) -> Self {
        self.enter_known(name).1
    }

    /// The step to a field of a struct or map.
    pub(super) fn step(self, name: &str) -> PathElement {
        self.enter(name).0
    }

    /// The step to a field of a struct or map, and what is known of it.
    pub(super) fn enter(self, name: &str) -> (PathElement, Self) {
        let (known, node) = self.enter_known(name);
        (PathElement::Field(known.map_or_else(|| name.to_owned().into(), Cow::Borrowed)), node)
    }

    /// The field's name, where the structure has it, and what is known of it.
    fn enter_known(self, name: &str) -> (Option<&'static str>, Self) {
        match self {
            Self::Struct(schema) => match schema.field(name) {
                Some(field) => (Some(field.name), Self::of(&field.shape)),
                None => (None, schema.others().map_or(Self::Unknown, Self::of)),
            },
            Self::Map(value) => (None, Self::of(value)),
            Self::List(..) | Self::Leaf => (None, Self::Leaf),
            Self::Unknown => (None, Self::Unknown),
        }
    }
}

/// An object's fields.
type Fields<'t, 'a> = &'t [(Cow<'a, str>, Tree<'a>)];

fn compare_nodes(old: &Tree<'_>, new: &Tree<'_>, node: Node, found: &mut Comparison) {
    match (old, new, node) {
        (_, _, Node::Leaf) => compare_leaves(old, new, found),
        // as wholes, so that a list or map that was given as empty differs from null
        _ if is_hollow(old) && is_hollow(new) => compare_leaves(old, new, found),
        (Tree::Object(old), Tree::Object(new), Node::Struct(_) | Node::Map(_) | Node::Unknown) => {
            compare_objects(old, new, node, found);
        }
        // a field that is always written is `null` while it is empty: its elements come and go, it stays
        (Tree::Null, Tree::Object(new), Node::Struct(_) | Node::Map(_)) => {
            compare_objects(&[], new, node, found);
        }
        (Tree::Object(old), Tree::Null, Node::Struct(_) | Node::Map(_)) => {
            compare_objects(old, &[], node, found);
        }
        (Tree::Array(old), Tree::Array(new), Node::List(element, topology)) => {
            compare_lists(old, new, element, topology, found);
        }
        (Tree::Null, Tree::Array(new), Node::List(element, topology)) => {
            compare_lists(&[], new, element, topology, found);
        }
        (Tree::Array(old), Tree::Null, Node::List(element, topology)) => {
            compare_lists(old, &[], element, topology, found);
        }
        _ => compare_leaves(old, new, found),
    }
}

/// Whether there is nothing in it.
fn is_hollow(value: &Tree<'_>) -> bool {
    match value {
        Tree::Null => true,
        Tree::Object(fields) => fields.is_empty(),
        Tree::Array(elements) => elements.is_empty(),
        _ => false,
    }
}

fn compare_leaves(old: &Tree<'_>, new: &Tree<'_>, found: &mut Comparison) {
    if old != new {
        found.modified.member = true;
    }
}

/// What differs below the parts of an object or list, before it is sorted.
#[derive(Default)]
struct Parts {
    added: Vec<(PathElement, FieldSet)>,
    modified: Vec<(PathElement, FieldSet)>,
    removed: Vec<(PathElement, FieldSet)>,
}

impl Parts {
    fn compare(&mut self, element: &dyn Fn() -> PathElement, old: &Tree<'_>, new: &Tree<'_>, node: Node) {
        let mut below = Comparison::default();
        compare_nodes(old, new, node, &mut below);
        let sides =
            [(&mut self.added, below.added), (&mut self.modified, below.modified), (&mut self.removed, below.removed)];
        for (parts, set) in sides {
            if !set.is_empty() {
                parts.push((element(), set));
            }
        }
    }

    fn add_to(self, found: &mut Comparison) {
        let sides =
            [(&mut found.added, self.added), (&mut found.modified, self.modified), (&mut found.removed, self.removed)];
        for (set, parts) in sides {
            if !parts.is_empty() {
                set.unite(FieldSet::of_children(false, parts.into_iter()));
            }
        }
    }
}

fn compare_objects(old: Fields<'_, '_>, new: Fields<'_, '_>, node: Node, found: &mut Comparison) {
    let mut in_old = Finder::new(old.len(), |at: usize| old[at].0.as_ref());
    let mut in_new = Finder::new(new.len(), |at: usize| new[at].0.as_ref());
    let mut parts = Parts::default();
    for (name, value) in new {
        match in_old.find(name).and_then(|at| old.get(at)) {
            Some((_, old)) if old == value => {}
            Some((_, old)) => parts.compare(&|| node.step(name), old, value, node.field(name)),
            None => parts.added.push((node.step(name), all(value, node.field(name)))),
        }
    }
    for (name, value) in old {
        if in_new.find(name).is_none() {
            parts.removed.push((node.step(name), all(value, node.field(name))));
        }
    }
    parts.add_to(found);
}

fn compare_lists(
    old: &[Tree<'_>],
    new: &[Tree<'_>],
    element: &'static Shape,
    topology: ListTopology,
    found: &mut Comparison,
) {
    let node = Node::of(element);
    let named = |list: &[Tree<'_>]| -> Vec<PathElement> { list.iter().map(|value| name(value, topology)).collect() };
    let (old_names, new_names) = (named(old), named(new));
    let mut in_old = Finder::new(old_names.len(), |at: usize| &old_names[at]);
    let mut in_new = Finder::new(new_names.len(), |at: usize| &new_names[at]);
    let mut parts = Parts::default();
    for (path, value) in new_names.iter().zip(new) {
        match in_old.find(path).and_then(|at| old.get(at)) {
            Some(old) if old == value => {}
            Some(old) => parts.compare(&|| path.clone(), old, value, node),
            None => parts.added.push((path.clone(), all(value, node))),
        }
    }
    for (path, value) in old_names.iter().zip(old) {
        if in_new.find(path).is_none() {
            parts.removed.push((path.clone(), all(value, node)));
        }
    }
    parts.add_to(found);
}

/// What identifies an element of a list.
pub(super) fn name(value: &Tree<'_>, topology: ListTopology) -> PathElement {
    match (topology, value) {
        (ListTopology::Map(keys), Tree::Object(fields)) => {
            let mut named: Vec<(Cow<'static, str>, serde_json::Value)> = keys
                .iter()
                .filter_map(|key| field(fields, key).map(|value| (Cow::Borrowed(*key), value.to_value())))
                .collect();
            named.sort_by(|a, b| a.0.cmp(&b.0));
            PathElement::Key(named)
        }
        _ => PathElement::Value(value.to_value()),
    }
}

/// The value's own path and those of all its fields.
fn all(value: &Tree<'_>, node: Node) -> FieldSet {
    match (value, node) {
        (Tree::Object(fields), Node::Struct(_) | Node::Map(_) | Node::Unknown) => FieldSet::of_children(
            true,
            fields.iter().map(|(name, value)| {
                let (step, node) = node.enter(name);
                (step, all(value, node))
            }),
        ),
        (Tree::Array(list), Node::List(element, topology)) => {
            let node = Node::of(element);
            FieldSet::of_children(true, list.iter().map(|value| (name(value, topology), all(value, node))))
        }
        _ => FieldSet::leaf(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::FieldSchema;

    const fn field(name: &'static str, shape: Shape) -> FieldSchema {
        FieldSchema::new(name, shape)
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
        String::from_utf8_lossy(set.to_fields_v1().raw()).into_owned()
    }

    #[test]
    fn new_values_are_added_with_all_that_is_in_them() {
        let old = json!({"items": null});
        let new = json!({"items": [{"name": "a", "size": 1}], "tags": ["x"], "args": ["1", "2"], "data": {"k": "v"}});
        let found = compare(&Tree::of(&old), &Tree::of(&new), Some(root()));
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
        let found = compare(&Tree::of(&old), &Tree::of(&new), Some(root()));
        assert_eq!(text(&found.modified), r#"{"f:items":{"k:{\"name\":\"a\"}":{"f:size":{}}}}"#);
        assert_eq!(text(&found.removed), r#"{"f:items":{"k:{\"name\":\"b\"}":{".":{},"f:name":{}}}}"#);
        assert_eq!(text(&found.added), r#"{"f:items":{"k:{\"name\":\"c\"}":{".":{},"f:name":{}}}}"#);
    }

    #[test]
    fn an_empty_list_or_map_differs_from_null() {
        for field in ["items", "args", "data"] {
            for empty in [json!([]), json!({})] {
                let (null, given) = (json!({field: null}), json!({field: empty}));
                let found = compare(&Tree::of(&null), &Tree::of(&given), Some(root()));
                assert_eq!(text(&found.modified), format!(r#"{{"f:{field}":{{}}}}"#));
                assert!(found.added.is_empty() && found.removed.is_empty());
            }
        }
    }

    #[test]
    fn atomic_lists_are_modified_whole() {
        let found = compare(&Tree::of(&json!({"args": ["1"]})), &Tree::of(&json!({"args": ["1", "2"]})), Some(root()));
        assert_eq!(text(&found.modified), r#"{"f:args":{}}"#);
    }
}
