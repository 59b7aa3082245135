//! Server-side apply: merges what a manager wants into an object, takes away what it no longer wants, and finds
//! conflicts with other managers. Follows structured-merge-diff merge/update.go `Apply` and typed/{merge,remove}.go.

use std::{borrow::Cow, collections::BTreeSet, fmt, sync::Arc};

use super::{
    FieldSet, PathElement, Tree, compare,
    compare::{Node, name},
    fields_v1::ParseFieldsError,
    tree::{Finder, field},
    update::{UNMANAGED, sort},
};
use crate::{
    Time,
    meta::v1::{ManagedFieldsEntry, ManagedFieldsOperationType},
    schema::{ListTopology, Shape, StructSchema},
};

/// An apply.
#[derive(Clone, Copy, Debug)]
pub struct Apply<'a> {
    /// Who applies.
    pub manager: &'a str,
    /// The version in which the request names fields.
    pub api_version: &'a str,
    /// The subresource applied through; empty for the object itself.
    pub subresource: &'a str,
    /// When.
    pub now: Time,
    /// Fields that this apply can't change, as paths with dots.
    pub reset: &'a [&'a str],
    /// Fields that others own are taken over.
    pub force: bool,
    /// Where others own no more of what would change than these fields, they are taken over without force.
    pub yielded: Option<&'a FieldSet>,
}

/// A field that somebody else owns and the apply would change.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// Who owns it.
    pub owner: ManagedFieldsEntry,
    /// Where it is: `.spec.containers[name="web"].image`.
    pub path: String,
}

/// Why an apply failed.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// Others own fields that would change, and the apply is not forced.
    #[error("{} conflicts", .0.len())]
    Conflicts(Vec<Conflict>),
    /// A list's element lacks its key, or names it twice; the text says where.
    #[error("{0}")]
    Untyped(String),
    /// Recorded fields can't be read.
    #[error(transparent)]
    Fields(#[from] ParseFieldsError),
}

/// What an apply makes.
#[derive(Clone, Debug)]
pub struct Applied<'a> {
    /// The new state, without `metadata.managedFields`.
    pub object: Tree<'a>,
    /// Its managers.
    pub managers: Vec<ManagedFieldsEntry>,
}

/// The default of a field, by the type's definition and the field's name.
pub type KeyDefault<'a> = &'a dyn Fn(&str, &str) -> Option<Tree<'static>>;

/// Applies `config` to `live`; both are in the request's version, `live` is an empty object on a create.
/// `key_default` completes the keys of list elements.
///
/// # Errors
/// [`ApplyError`].
pub fn apply<'a>(
    live: &Tree<'a>,
    config: &Tree<'a>,
    schema: Option<&'static StructSchema>,
    managers: &[ManagedFieldsEntry],
    request: &Apply<'_>,
    key_default: KeyDefault<'_>,
) -> Result<Applied<'a>, ApplyError> {
    let root = schema.map_or(Node::Unknown, Node::Struct);
    let mut completed = config.clone();
    let filled = complete_keys(&mut completed, root, key_default);
    let config = &completed;
    check(config, root, &mut Vec::new())?;
    let mut wanted = field_set(config, root);
    wanted.subtract(&filled);
    strip(&mut wanted, request.reset);
    let mut object = live.clone();
    merge(&mut object, config, root);

    let mut owners: Vec<(ManagedFieldsEntry, FieldSet)> = Vec::with_capacity(managers.len() + 1);
    let mut before: Option<(ManagedFieldsEntry, FieldSet)> = None;
    for entry in managers {
        let set = entry.fields_v1.as_ref().map(FieldSet::from_fields_v1).transpose()?.unwrap_or_default();
        if is_appliers(entry, request) {
            before = Some((entry.clone(), set));
        } else {
            owners.push((entry.clone(), set));
        }
    }
    if let Some((_, last)) = &before {
        prune(&mut object, last, &wanted, &owners, root);
    }
    take_over(live, &object, schema, &mut owners, request)?;
    let own = match before {
        Some((entry, set)) if set == wanted => entry,
        _ => ManagedFieldsEntry {
            manager: request.manager.to_owned(),
            operation: ManagedFieldsOperationType::Apply,
            api_version: request.api_version.to_owned(),
            time: Some(request.now),
            fields_type: "FieldsV1".to_owned(),
            fields_v1: Some(wanted.to_fields_v1()),
            subresource: request.subresource.to_owned(),
        },
    };
    let mut entries = Vec::with_capacity(owners.len() + 1);
    for (entry, set) in owners {
        if !set.is_empty() {
            entries.push(ManagedFieldsEntry { fields_v1: Some(set.to_fields_v1()), ..entry });
        }
    }
    if !wanted.is_empty() {
        entries.push(own);
    }
    sort(&mut entries);
    Ok(Applied { object, managers: entries })
}

fn is_appliers(entry: &ManagedFieldsEntry, request: &Apply<'_>) -> bool {
    entry.operation == ManagedFieldsOperationType::Apply
        && entry.manager == request.manager
        && entry.subresource == request.subresource
}

fn strip(set: &mut FieldSet, reset: &[&str]) {
    set.subtract_recursively(&FieldSet::of_dotted(reset.iter().copied()));
    set.subtract(&UNMANAGED);
}

/// Takes from other managers what the apply changes, or finds that it may not.
fn take_over(
    live: &Tree<'_>,
    object: &Tree<'_>,
    schema: Option<&'static StructSchema>,
    owners: &mut [(ManagedFieldsEntry, FieldSet)],
    request: &Apply<'_>,
) -> Result<(), ApplyError> {
    let found = compare(live, object, schema);
    let mut touched = found.modified;
    touched.unite(found.added);
    strip(&mut touched, request.reset);
    let mut conflicts = Vec::new();
    for (entry, set) in owners.iter_mut() {
        let mut theirs = set.clone();
        theirs.intersect(&touched);
        if !theirs.is_empty() {
            set.subtract(&theirs);
            if let Some(yielded) = request.yielded {
                theirs.subtract(yielded);
            }
            theirs.visit(&mut |path| {
                conflicts.push(Conflict { owner: entry.clone(), path: PathText(path).to_string() });
            });
        }
        set.subtract(&found.removed);
    }
    if conflicts.is_empty() || request.force { Ok(()) } else { Err(ApplyError::Conflicts(conflicts)) }
}

/// A path as messages show it.
struct PathText<'a>(&'a [&'a PathElement]);

impl fmt::Display for PathText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for element in self.0 {
            match element {
                PathElement::Field(name) => write!(f, ".{name}")?,
                PathElement::Key(fields) => {
                    f.write_str("[")?;
                    for (at, (name, value)) in fields.iter().enumerate() {
                        write!(f, "{}{name}={value}", if at > 0 { "," } else { "" })?;
                    }
                    f.write_str("]")?;
                }
                PathElement::Value(value) => write!(f, "[={value}]")?,
                PathElement::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// The fields that an applied configuration names. Unlike those of a comparison, struct fields that hold others are not
/// in it themselves, only what they hold.
pub(super) fn field_set(value: &Tree<'_>, node: Node) -> FieldSet {
    match (value, node) {
        (Tree::Object(fields), Node::Struct(_) | Node::Map(_) | Node::Unknown) if !fields.is_empty() => {
            let children = fields.iter().map(|(name, value)| {
                let (step, inner) = node.enter(name);
                let mut below = field_set(value, inner);
                let is_named = matches!(node, Node::Struct(schema) if schema.field(name).is_some());
                let is_empty = match value {
                    Tree::Null => true,
                    Tree::Object(fields) => fields.is_empty(),
                    _ => false,
                };
                below.member |= !is_named || is_empty;
                (step, below)
            });
            FieldSet::of_children(false, children)
        }
        (Tree::Array(list), Node::List(element, topology)) if !list.is_empty() => {
            let node = Node::of(element);
            let children = list.iter().map(|value| {
                let mut below = field_set(value, node);
                below.member = true;
                (name(value, topology), below)
            });
            FieldSet::of_children(false, children)
        }
        _ => FieldSet::leaf(),
    }
}

/// Puts `config` into `object`.
fn merge<'a>(object: &mut Tree<'a>, config: &Tree<'a>, node: Node) {
    match (&mut *object, config, node) {
        (Tree::Object(fields), Tree::Object(config), Node::Struct(_) | Node::Map(_) | Node::Unknown) => {
            let fields = Arc::make_mut(fields);
            let places: Vec<Option<usize>> = {
                let mut known = Finder::new(fields.len(), |at: usize| fields[at].0.as_ref());
                config.iter().map(|(name, _)| known.find(name)).collect()
            };
            for ((name, wanted), place) in config.iter().zip(places) {
                match place.and_then(|at| fields.get_mut(at)) {
                    Some((_, value)) => merge(value, wanted, node.field(name)),
                    None => fields.push((name.clone(), wanted.clone())),
                }
            }
        }
        (Tree::Array(list), Tree::Array(config), Node::List(element, topology)) => {
            merge_lists(Arc::make_mut(list), config, element, topology);
        }
        _ => config.clone_into(object),
    }
}

/// Elements that only one side has stand where they are met first, the object's before the configuration's; those that
/// both have follow the configuration's order.
fn merge_lists<'a>(list: &mut Vec<Tree<'a>>, config: &[Tree<'a>], element: &'static Shape, topology: ListTopology) {
    let node = Node::of(element);
    let wanted: Vec<PathElement> = config.iter().map(|value| name(value, topology)).collect();
    let live = std::mem::take(list);
    let known: Vec<PathElement> = live.iter().map(|value| name(value, topology)).collect();
    let mut live: Vec<Option<Tree<'a>>> = live.into_iter().map(Some).collect();
    let mut in_known = Finder::new(known.len(), |at: usize| &known[at]);
    let mut in_wanted = Finder::new(wanted.len(), |at: usize| &wanted[at]);
    let places: Vec<Option<usize>> = wanted.iter().map(|path| in_known.find(path)).collect();
    let is_wanted: Vec<bool> = known.iter().map(|path| in_wanted.find(path).is_some()).collect();
    let mut shared = wanted.iter().zip(&places).filter(|(_, place)| place.is_some()).map(|(path, _)| path).peekable();
    let mut at = 0;
    for ((path, value), place) in wanted.iter().zip(config).zip(&places) {
        while let Some(here) = known.get(at).filter(|here| *here != path) {
            let is_shared = is_wanted.get(at).is_some_and(|is_wanted| *is_wanted);
            if is_shared && shared.peek() == Some(&here) {
                // its turn comes after elements that only the configuration has
                break;
            }
            if !is_shared {
                list.extend(live.get_mut(at).and_then(Option::take));
            }
            at += 1;
        }
        let before = place.and_then(|place| live.get_mut(place)?.take());
        list.push(match before {
            Some(mut merged) => {
                merge(&mut merged, value, node);
                merged
            }
            None => value.clone(),
        });
        shared.next_if_eq(&path);
        if known.get(at) == Some(path) {
            at += 1;
        }
    }
    let rest = is_wanted.iter().zip(live).skip(at).filter(|(is_wanted, _)| !**is_wanted);
    list.extend(rest.filter_map(|(_, value)| value));
}

/// Takes away what the applier wanted last time, wants no longer, and nobody else owns.
fn prune(
    object: &mut Tree<'_>,
    last: &FieldSet,
    wanted: &FieldSet,
    owners: &[(ManagedFieldsEntry, FieldSet)],
    root: Node,
) {
    let mut gone = last.clone();
    gone.name_holders();
    let mut owned = wanted.clone();
    for (_, set) in owners {
        owned.unite(set.clone());
    }
    owned.name_holders();
    gone.subtract(&owned);
    if !gone.is_empty() {
        remove(object, &gone, root);
    }
}

fn remove(value: &mut Tree<'_>, gone: &FieldSet, node: Node) {
    match (value, node) {
        (Tree::Object(fields), Node::Struct(_) | Node::Map(_) | Node::Unknown) => {
            Arc::make_mut(fields).retain_mut(|(name, value)| match gone.child_field(name) {
                Some(set) if set.member => false,
                Some(set) => {
                    remove(value, set, node.field(name));
                    true
                }
                None => true,
            });
        }
        (Tree::Array(list), Node::List(element, topology)) => {
            let node = Node::of(element);
            Arc::make_mut(list).retain_mut(|value| match gone.child(&name(&*value, topology)) {
                Some(set) if set.member => false,
                Some(set) => {
                    remove(value, set, node);
                    true
                }
                None => true,
            });
        }
        _ => {}
    }
}

/// Gives list elements the key fields that they leave at their defaults. Returns these fields: nobody asked for them.
/// What is one value has them no less, but none of its own.
fn complete_keys(value: &mut Tree<'_>, node: Node, key_default: KeyDefault<'_>) -> FieldSet {
    let mut filled = FieldSet::default();
    match (value, node) {
        (Tree::Object(fields), Node::Struct(_) | Node::Map(_)) => {
            for (name, value) in Arc::make_mut(fields) {
                let below = complete_keys(value, node.field(name), key_default);
                filled.add_child(node.step(name), below);
            }
        }
        (Tree::Array(list), Node::List(element, topology)) => {
            let node = Node::of(element);
            for value in Arc::make_mut(list) {
                let mut added = FieldSet::default();
                if let (Tree::Object(fields), Some(schema), ListTopology::Map(keys)) =
                    (&mut *value, element.struct_schema(), topology)
                {
                    for key in keys {
                        if field(fields, key).is_none()
                            && let Some(default) = key_default(schema.definition, key)
                        {
                            Arc::make_mut(fields).push((Cow::Borrowed(*key), default));
                            if matches!(node, Node::Struct(_)) {
                                added.insert_fields(&[key]);
                            }
                        }
                    }
                }
                added.unite(complete_keys(value, node, key_default));
                if !added.is_empty() {
                    filled.add_child(name(&*value, topology), added);
                }
            }
        }
        _ => {}
    }
    filled
}

/// Checks that elements of keyed lists have their keys, once each. `path` leads to the value.
pub(super) fn check(value: &Tree<'_>, node: Node, path: &mut Vec<PathElement>) -> Result<(), ApplyError> {
    let shown = |path: &[PathElement]| PathText(&path.iter().collect::<Vec<_>>()).to_string();
    match (value, node) {
        (Tree::Object(fields), Node::Struct(_) | Node::Map(_) | Node::Unknown) => {
            for (name, value) in fields.iter() {
                let (step, inner) = node.enter(name);
                path.push(step);
                if matches!(node, Node::Struct(schema) if schema.field(name).is_none() && schema.others().is_none()) {
                    return Err(ApplyError::Untyped(format!("{}: field not declared in schema", shown(path))));
                }
                check(value, inner, path)?;
                path.pop();
            }
        }
        (Tree::Array(list), Node::List(element, topology)) => {
            let mut seen = BTreeSet::new();
            for (at, value) in list.iter().enumerate() {
                let step = name(value, topology);
                if let (PathElement::Key(fields), ListTopology::Map(keys)) = (&step, topology)
                    && fields.is_empty()
                {
                    let keys: Vec<String> = keys.iter().map(|key| format!("{key:?}")).collect();
                    return Err(ApplyError::Untyped(format!(
                        "{}: element {at}: associative list with keys has an element that omits all key fields [{}] \
                         (and doesn't have default values for any key fields)",
                        shown(path),
                        keys.join(" ")
                    )));
                }
                if seen.contains(&step) {
                    return Err(ApplyError::Untyped(format!(
                        "{}: duplicate entries for key {}",
                        shown(path),
                        PathText(&[&step])
                    )));
                }
                path.push(step);
                check(value, Node::of(element), path)?;
                seen.extend(path.pop());
            }
        }
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[derive(Debug)]
    struct Made {
        object: Value,
        managers: Vec<ManagedFieldsEntry>,
    }

    /// As [`super::apply`], of values without a structure.
    fn apply(
        live: &Value,
        config: &Value,
        managers: &[ManagedFieldsEntry],
        request: &Apply<'_>,
    ) -> Result<Made, ApplyError> {
        let applied = super::apply(&Tree::of(live), &Tree::of(config), None, managers, request, &|_, _| None)?;
        Ok(Made { object: applied.object.to_value(), managers: applied.managers })
    }

    fn request(manager: &'static str, force: bool) -> Apply<'static> {
        Apply { manager, api_version: "v1", subresource: "", now: Time::from_unix(1), reset: &[], force, yielded: None }
    }

    fn fields(entry: &ManagedFieldsEntry) -> String {
        String::from_utf8_lossy(entry.fields_v1.as_ref().unwrap().raw()).into_owned()
    }

    #[test]
    fn what_is_no_longer_applied_goes() {
        let first = apply(&json!({}), &json!({"data": {"a": "1", "b": "2"}}), &[], &request("one", false)).unwrap();
        assert_eq!(first.object, json!({"data": {"a": "1", "b": "2"}}));
        let second =
            apply(&first.object, &json!({"data": {"a": "1"}}), &first.managers, &request("one", false)).unwrap();
        assert_eq!(second.object, json!({"data": {"a": "1"}}));
        assert_eq!(second.managers.len(), 1);
    }

    #[test]
    fn others_fields_are_conflicts_until_forced() {
        let first = apply(&json!({}), &json!({"data": {"a": "1"}}), &[], &request("one", false)).unwrap();
        let config = json!({"data": {"a": "2"}});
        let conflicts = match apply(&first.object, &config, &first.managers, &request("two", false)) {
            Err(ApplyError::Conflicts(conflicts)) => conflicts,
            other => panic!("{other:?}"),
        };
        assert_eq!((conflicts[0].owner.manager.as_str(), conflicts[0].path.as_str()), ("one", ".data.a"));
        let forced = apply(&first.object, &config, &first.managers, &request("two", true)).unwrap();
        assert_eq!(forced.object, config);
        let same = apply(&forced.object, &config, &forced.managers, &request("three", false)).unwrap();
        assert!(same.managers.iter().any(|entry| entry.manager == "three" && fields(entry).contains("f:a")));
        assert!(same.managers.iter().any(|entry| entry.manager == "two" && fields(entry).contains("f:a")));
    }

    #[test]
    fn yielded_fields_are_no_conflicts() {
        let first = apply(&json!({}), &json!({"data": {"a": "1", "b": "1"}}), &[], &request("one", false)).unwrap();
        let yielded = FieldSet::of_dotted(["data.a"]);
        let request = Apply { yielded: Some(&yielded), ..request("two", false) };
        let taken = apply(&first.object, &json!({"data": {"a": "2"}}), &first.managers, &request).unwrap();
        assert_eq!(taken.object, json!({"data": {"a": "2", "b": "1"}}));
        assert!(!taken.managers.iter().any(|entry| entry.manager == "one" && fields(entry).contains("f:a")));
        match apply(&first.object, &json!({"data": {"a": "2", "b": "2"}}), &first.managers, &request) {
            Err(ApplyError::Conflicts(left)) => assert_eq!((left.len(), left[0].path.as_str()), (1, ".data.b")),
            other => panic!("{other:?}"),
        }
    }
}
