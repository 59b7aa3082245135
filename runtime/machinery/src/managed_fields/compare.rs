//! In which fields two states of an object differ.

use std::borrow::Cow;

use super::{FieldSet, Part, PathElement, tree::Finder};
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
pub fn compare<'t, P: Part<'t>>(old: P, new: P, schema: Option<&'static StructSchema>) -> Comparison {
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
        self.enter_known(name, &mut 0).1
    }

    /// The step to a field of a struct or map.
    pub(super) fn step(self, name: &str) -> PathElement {
        self.enter(name).0
    }

    /// The step to a field of a struct or map, and what is known of it.
    pub(super) fn enter(self, name: &str) -> (PathElement, Self) {
        self.enter_from(name, &mut 0)
    }

    /// As [`Node::enter`]; see [`StructSchema::field_from`].
    fn enter_from(self, name: &str, at: &mut usize) -> (PathElement, Self) {
        let (known, node) = self.enter_known(name, at);
        (PathElement::Field(known.map_or_else(|| name.to_owned().into(), Cow::Borrowed)), node)
    }

    /// The field's name, where the structure has it, and what is known of it.
    pub(super) fn enter_known(self, name: &str, at: &mut usize) -> (Option<&'static str>, Self) {
        match self {
            Self::Struct(schema) => match schema.field_from(name, at) {
                Some(field) => (Some(field.name), Self::of(&field.shape)),
                None => (None, schema.others().map_or(Self::Unknown, Self::of)),
            },
            Self::Map(value) => (None, Self::of(value)),
            Self::List(..) | Self::Leaf => (None, Self::Leaf),
            Self::Unknown => (None, Self::Unknown),
        }
    }
}

fn compare_nodes<'t, P: Part<'t>>(old: P, new: P, node: Node, found: &mut Comparison) {
    // a field that is always written is `null` while it is empty: its elements come and go, it stays
    let either = |is: fn(P) -> bool| (is(old) && (is(new) || new.is_null())) || (old.is_null() && is(new));
    match node {
        // as wholes, so that a list or map that was given as empty differs from null
        _ if is_hollow(old) && is_hollow(new) => found.modified.member |= !old.equals(new),
        Node::Struct(_) | Node::Map(_) if either(P::is_object) => compare_objects(old, new, node, found),
        Node::Unknown if old.is_object() && new.is_object() => compare_objects(old, new, node, found),
        Node::List(element, topology) if either(P::is_array) => compare_lists(old, new, element, topology, found),
        _ => found.modified.member |= !old.equals(new),
    }
}

/// Whether there is nothing in it.
pub(super) fn is_hollow<'t, P: Part<'t>>(value: P) -> bool {
    let is_empty = |value: P| value.fields().next().is_none() && value.elements().next().is_none();
    value.is_null() || ((value.is_object() || value.is_array()) && is_empty(value))
}

/// What differs below the parts of an object or list, before it is sorted.
#[derive(Default)]
struct Parts {
    added: Vec<(PathElement, FieldSet)>,
    modified: Vec<(PathElement, FieldSet)>,
    removed: Vec<(PathElement, FieldSet)>,
}

impl Parts {
    fn compare<'t, P: Part<'t>>(&mut self, element: &dyn Fn() -> PathElement, old: P, new: P, node: Node) {
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

fn compare_objects<'t, P: Part<'t>>(old: P, new: P, node: Node, found: &mut Comparison) {
    let (old, new): (Vec<_>, Vec<_>) = (old.fields().collect(), new.fields().collect());
    let mut in_old = Finder::new(old.len(), |at: usize| old[at].0.as_ref());
    let mut in_new = Finder::new(new.len(), |at: usize| new[at].0.as_ref());
    let mut parts = Parts::default();
    for (name, value) in &new {
        match in_old.find(name).and_then(|at| old.get(at)) {
            Some((_, old)) if old.looks_like(*value) => {}
            Some((_, old)) => parts.compare(&|| node.step(name), *old, *value, node.field(name)),
            None => parts.added.push((node.step(name), all(*value, node.field(name)))),
        }
    }
    for (name, value) in &old {
        if in_new.find(name).is_none() {
            parts.removed.push((node.step(name), all(*value, node.field(name))));
        }
    }
    parts.add_to(found);
}

fn compare_lists<'t, P: Part<'t>>(
    old: P,
    new: P,
    element: &'static Shape,
    topology: ListTopology,
    found: &mut Comparison,
) {
    let node = Node::of(element);
    let named =
        |list: P| -> Vec<(PathElement, P)> { list.elements().map(|value| (name(value, topology), value)).collect() };
    let (old, new) = (named(old), named(new));
    let mut in_old = Finder::new(old.len(), |at: usize| &old[at].0);
    let mut in_new = Finder::new(new.len(), |at: usize| &new[at].0);
    let mut parts = Parts::default();
    for (path, value) in &new {
        match in_old.find(path).and_then(|at| old.get(at)) {
            Some((_, old)) if old.looks_like(*value) => {}
            Some((_, old)) => parts.compare(&|| path.clone(), *old, *value, node),
            None => parts.added.push((path.clone(), all(*value, node))),
        }
    }
    for (path, value) in &old {
        if in_new.find(path).is_none() {
            parts.removed.push((path.clone(), all(*value, node)));
        }
    }
    parts.add_to(found);
}

/// What identifies an element of a list.
pub(super) fn name<'t, P: Part<'t>>(value: P, topology: ListTopology) -> PathElement {
    match topology {
        ListTopology::Map(keys) if value.is_object() => {
            let mut named: Vec<(Cow<'static, str>, serde_json::Value)> = Vec::with_capacity(keys.len());
            for (name, value) in value.fields() {
                if let Some(key) = keys.iter().find(|key| **key == name) {
                    named.push((Cow::Borrowed(*key), value.value()));
                }
            }
            named.sort_by(|a, b| a.0.cmp(&b.0));
            PathElement::Key(named)
        }
        _ => PathElement::Value(value.value()),
    }
}

/// The value's own path and those of all its fields.
fn all<'t, P: Part<'t>>(value: P, node: Node) -> FieldSet {
    match node {
        Node::Struct(_) | Node::Map(_) | Node::Unknown if value.is_object() => {
            let mut at = 0;
            let below = value.fields().map(|(name, value)| {
                let (step, node) = node.enter_from(&name, &mut at);
                (step, all(value, node))
            });
            FieldSet::of_children(true, below)
        }
        Node::List(element, topology) if value.is_array() => {
            let node = Node::of(element);
            FieldSet::of_children(true, value.elements().map(|value| (name(value, topology), all(value, node))))
        }
        _ => FieldSet::leaf(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;
    use crate::{codec::JsonTape, managed_fields::Tree, schema::FieldSchema};

    /// Compares values as trees and as texts, which must come to the same.
    fn compare(old: &serde_json::Value, new: &serde_json::Value) -> Comparison {
        let (old_text, new_text) = (old.to_string(), new.to_string());
        let tapes = [&old_text, &new_text].map(|text| JsonTape::parse(text.as_bytes()).unwrap());
        let found = super::compare(tapes[0].root(), tapes[1].root(), Some(root()));
        assert_eq!(super::compare(&Tree::of(old), &Tree::of(new), Some(root())), found);
        found
    }

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

    pub(in crate::managed_fields) fn root() -> &'static StructSchema {
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
        let found = compare(&old, &new);
        assert_eq!(
            text(&found.added),
            r#"{"f:args":{},"f:data":{".":{},"f:k":{}},"f:items":{"k:{\"name\":\"a\"}":{".":{},"f:name":{},"f:size":{}}},"f:tags":{".":{},"v:\"x\"":{}}}"#
        );
        assert!(found.modified.is_empty() && found.removed.is_empty());
    }

    #[test]
    fn fields_are_found_in_any_order() {
        let mut at = 0;
        for name in ["items", "args", "data", "items", "tags", "data", "none", "args", "args"] {
            let found = root().field_from(name, &mut at).map(|field| field.name);
            assert_eq!(found, root().field(name).map(|field| field.name));
        }
        assert!(root().field_from("items", &mut 4).is_some() && root().field_from("items", &mut 5).is_none());
    }

    #[test]
    fn elements_are_matched_by_key() {
        let old = json!({"items": [{"name": "a", "size": 1}, {"name": "b"}]});
        let new = json!({"items": [{"name": "c"}, {"name": "a", "size": 2}]});
        let found = compare(&old, &new);
        assert_eq!(text(&found.modified), r#"{"f:items":{"k:{\"name\":\"a\"}":{"f:size":{}}}}"#);
        assert_eq!(text(&found.removed), r#"{"f:items":{"k:{\"name\":\"b\"}":{".":{},"f:name":{}}}}"#);
        assert_eq!(text(&found.added), r#"{"f:items":{"k:{\"name\":\"c\"}":{".":{},"f:name":{}}}}"#);
    }

    #[test]
    fn an_empty_list_or_map_differs_from_null() {
        for field in ["items", "args", "data"] {
            for empty in [json!([]), json!({})] {
                let (null, given) = (json!({field: null}), json!({field: empty}));
                let found = compare(&null, &given);
                assert_eq!(text(&found.modified), format!(r#"{{"f:{field}":{{}}}}"#));
                assert!(found.added.is_empty() && found.removed.is_empty());
            }
        }
    }

    #[test]
    fn atomic_lists_are_modified_whole() {
        let found = compare(&json!({"args": ["1"]}), &json!({"args": ["1", "2"]}));
        assert_eq!(text(&found.modified), r#"{"f:args":{}}"#);
    }
}
