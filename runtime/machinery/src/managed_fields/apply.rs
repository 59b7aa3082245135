//! Server-side apply: merges what a manager wants into an object, takes away what it no longer wants, and finds
//! conflicts with other managers. Follows structured-merge-diff merge/update.go `Apply` and typed/{merge,remove}.go.

use std::fmt;

use serde_json::{Map, Value};

use super::{
    FieldSet, PathElement, compare,
    compare::{Node, name},
    fields_v1::ParseFieldsError,
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
pub struct Applied {
    /// The new state, without `metadata.managedFields`.
    pub object: Value,
    /// Its managers.
    pub managers: Vec<ManagedFieldsEntry>,
}

/// The default of a field, by the type's definition and the field's name.
pub type KeyDefault<'a> = &'a dyn Fn(&str, &str) -> Option<Value>;

/// Applies `config` to `live`; both are JSON in the request's version, `live` is an empty object on a create.
/// `key_default` completes the keys of list elements.
///
/// # Errors
/// [`ApplyError`].
pub fn apply(
    live: &Value,
    config: &Value,
    schema: Option<&'static StructSchema>,
    managers: &[ManagedFieldsEntry],
    request: &Apply<'_>,
    key_default: KeyDefault<'_>,
) -> Result<Applied, ApplyError> {
    let root = schema.map_or(Node::Unknown, Node::Struct);
    let mut completed = config.clone();
    let filled = complete_keys(&mut completed, root, key_default);
    let config = &completed;
    check(config, root, "")?;
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
            fields_v1: Some(wanted.to_fields_v1()?),
            subresource: request.subresource.to_owned(),
        },
    };
    let mut entries = Vec::with_capacity(owners.len() + 1);
    for (entry, set) in owners {
        if !set.is_empty() {
            entries.push(ManagedFieldsEntry { fields_v1: Some(set.to_fields_v1()?), ..entry });
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
    let mut unmanaged = FieldSet::default();
    for path in UNMANAGED {
        unmanaged.insert_fields(path);
    }
    set.subtract(&unmanaged);
}

/// Takes from other managers what the apply changes, or finds that it may not.
fn take_over(
    live: &Value,
    object: &Value,
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
            theirs.visit(&mut |path| {
                conflicts.push(Conflict { owner: entry.clone(), path: PathText(path).to_string() });
            });
            set.subtract(&theirs);
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
fn field_set(value: &Value, node: Node) -> FieldSet {
    let mut set = FieldSet::default();
    match (value, node) {
        (Value::Object(fields), Node::Struct(_) | Node::Map(_) | Node::Unknown) if !fields.is_empty() => {
            for (name, value) in fields {
                let mut below = field_set(value, node.field(name));
                let is_named = matches!(node, Node::Struct(schema) if schema.field(name).is_some());
                let is_empty = value.is_null() || value.as_object().is_some_and(Map::is_empty);
                below.member |= !is_named || is_empty;
                set.add_child(PathElement::Field(name.clone()), below);
            }
        }
        (Value::Array(list), Node::List(element, topology)) if !list.is_empty() => {
            let node = Node::of(element);
            for value in list {
                let mut below = field_set(value, node);
                below.member = true;
                set.add_child(name(value, topology), below);
            }
        }
        _ => set.member = true,
    }
    set
}

/// Puts `config` into `object`.
fn merge(object: &mut Value, config: &Value, node: Node) {
    match (&mut *object, config, node) {
        (Value::Object(fields), Value::Object(config), Node::Struct(_) | Node::Map(_) | Node::Unknown) => {
            for (name, wanted) in config {
                match fields.get_mut(name) {
                    Some(value) => merge(value, wanted, node.field(name)),
                    None => {
                        fields.insert(name.clone(), wanted.clone());
                    }
                }
            }
        }
        (Value::Array(list), Value::Array(config), Node::List(element, topology)) => {
            merge_lists(list, config, element, topology);
        }
        _ => config.clone_into(object),
    }
}

/// Elements that only one side has stand where they are met first, the object's before the configuration's; those that
/// both have follow the configuration's order.
fn merge_lists(list: &mut Vec<Value>, config: &[Value], element: &'static Shape, topology: ListTopology) {
    let node = Node::of(element);
    let wanted: Vec<PathElement> = config.iter().map(|value| name(value, topology)).collect();
    let live = std::mem::take(list);
    let known: Vec<PathElement> = live.iter().map(|value| name(value, topology)).collect();
    let mut live: Vec<Option<Value>> = live.into_iter().map(Some).collect();
    let mut shared = wanted.iter().filter(|path| known.contains(path)).peekable();
    let mut at = 0;
    for (path, value) in wanted.iter().zip(config) {
        while let Some(here) = known.get(at).filter(|here| *here != path) {
            let is_shared = wanted.contains(here);
            if is_shared && shared.peek() == Some(&here) {
                // its turn comes after elements that only the configuration has
                break;
            }
            if !is_shared {
                list.extend(live.get_mut(at).and_then(Option::take));
            }
            at += 1;
        }
        let before = known.iter().position(|known| known == path).and_then(|place| live.get_mut(place)?.take());
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
    let rest = known.iter().zip(live).skip(at).filter(|(path, _)| !wanted.contains(path));
    list.extend(rest.filter_map(|(_, value)| value));
}

/// Takes away what the applier wanted last time, wants no longer, and nobody else owns.
fn prune(
    object: &mut Value,
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

fn remove(value: &mut Value, gone: &FieldSet, node: Node) {
    match (value, node) {
        (Value::Object(fields), Node::Struct(_) | Node::Map(_) | Node::Unknown) => {
            fields.retain(|name, value| match gone.children.get(&PathElement::Field(name.clone())) {
                Some(set) if set.member => false,
                Some(set) => {
                    remove(value, set, node.field(name));
                    true
                }
                None => true,
            });
        }
        (Value::Array(list), Node::List(element, topology)) => {
            let node = Node::of(element);
            list.retain_mut(|value| match gone.children.get(&name(value, topology)) {
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
fn complete_keys(value: &mut Value, node: Node, key_default: KeyDefault<'_>) -> FieldSet {
    let mut filled = FieldSet::default();
    match (value, node) {
        (Value::Object(fields), Node::Struct(_) | Node::Map(_)) => {
            for (name, value) in fields {
                let below = complete_keys(value, node.field(name), key_default);
                filled.add_child(PathElement::Field(name.clone()), below);
            }
        }
        (Value::Array(list), Node::List(element, topology)) => {
            let node = Node::of(element);
            for value in list {
                let mut added = FieldSet::default();
                if let (Value::Object(fields), Node::Struct(schema), ListTopology::Map(keys)) =
                    (&mut *value, node, topology)
                {
                    for key in keys.iter().filter(|key| !fields.contains_key(**key)).collect::<Vec<_>>() {
                        if let Some(default) = key_default(schema.definition, key) {
                            fields.insert((*key).to_owned(), default);
                            added.insert_fields(&[key]);
                        }
                    }
                }
                added.unite(complete_keys(value, node, key_default));
                filled.add_child(name(value, topology), added);
            }
        }
        _ => {}
    }
    filled
}

/// Checks that elements of keyed lists have their keys, once each.
fn check(value: &Value, node: Node, path: &str) -> Result<(), ApplyError> {
    match (value, node) {
        (Value::Object(fields), Node::Struct(_) | Node::Map(_) | Node::Unknown) => {
            fields.iter().try_for_each(|(name, value)| {
                let here = format!("{path}.{name}");
                if matches!(node, Node::Struct(schema) if schema.field(name).is_none()) {
                    return Err(ApplyError::Untyped(format!("{here}: field not declared in schema")));
                }
                check(value, node.field(name), &here)
            })
        }
        (Value::Array(list), Node::List(element, topology)) => {
            let mut seen: Vec<PathElement> = Vec::with_capacity(list.len());
            for (at, value) in list.iter().enumerate() {
                let step = name(value, topology);
                let here = format!("{path}{}", PathText(&[&step]));
                if let (PathElement::Key(fields), ListTopology::Map(keys)) = (&step, topology)
                    && fields.is_empty()
                {
                    let keys: Vec<String> = keys.iter().map(|key| format!("{key:?}")).collect();
                    return Err(ApplyError::Untyped(format!(
                        "{path}: element {at}: associative list with keys has an element that omits all key fields [{}] \
                         (and doesn't have default values for any key fields)",
                        keys.join(" ")
                    )));
                }
                if seen.contains(&step) {
                    return Err(ApplyError::Untyped(format!(
                        "{path}: duplicate entries for key {}",
                        PathText(&[&step])
                    )));
                }
                check(value, Node::of(element), &here)?;
                seen.push(step);
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn request(manager: &'static str, force: bool) -> Apply<'static> {
        Apply { manager, api_version: "v1", subresource: "", now: Time::from_unix(1), reset: &[], force }
    }

    fn fields(entry: &ManagedFieldsEntry) -> String {
        String::from_utf8_lossy(entry.fields_v1.as_ref().unwrap().raw()).into_owned()
    }

    #[test]
    fn what_is_no_longer_applied_goes() {
        let first =
            apply(&json!({}), &json!({"data": {"a": "1", "b": "2"}}), None, &[], &request("one", false), &|_, _| None)
                .unwrap();
        assert_eq!(first.object, json!({"data": {"a": "1", "b": "2"}}));
        let second = apply(
            &first.object,
            &json!({"data": {"a": "1"}}),
            None,
            &first.managers,
            &request("one", false),
            &|_, _| None,
        )
        .unwrap();
        assert_eq!(second.object, json!({"data": {"a": "1"}}));
        assert_eq!(second.managers.len(), 1);
    }

    #[test]
    fn others_fields_are_conflicts_until_forced() {
        let first =
            apply(&json!({}), &json!({"data": {"a": "1"}}), None, &[], &request("one", false), &|_, _| None).unwrap();
        let config = json!({"data": {"a": "2"}});
        let conflicts = match apply(&first.object, &config, None, &first.managers, &request("two", false), &|_, _| None)
        {
            Err(ApplyError::Conflicts(conflicts)) => conflicts,
            other => panic!("{other:?}"),
        };
        assert_eq!((conflicts[0].owner.manager.as_str(), conflicts[0].path.as_str()), ("one", ".data.a"));
        let forced = apply(&first.object, &config, None, &first.managers, &request("two", true), &|_, _| None).unwrap();
        assert_eq!(forced.object, config);
        let same =
            apply(&forced.object, &config, None, &forced.managers, &request("three", false), &|_, _| None).unwrap();
        assert!(same.managers.iter().any(|entry| entry.manager == "three" && fields(entry).contains("f:a")));
        assert!(same.managers.iter().any(|entry| entry.manager == "two" && fields(entry).contains("f:a")));
    }
}
