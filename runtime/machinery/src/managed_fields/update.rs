//! What a write does to an object's managers.

use std::sync::LazyLock;

use super::{
    FieldSet, Part, compare,
    fields_v1::ParseFieldsError,
    first::{self, Except},
    recorded::Recorded,
};
use crate::{
    FieldsV1, Time,
    meta::v1::{ManagedFieldsEntry, ManagedFieldsOperationType},
    schema::StructSchema,
};

/// An object keeps at most so many managers that update; older ones become one, named [`ANCIENT`].
const UPDATE_MANAGERS_MAX: usize = 10;
const ANCIENT: &str = "ancient-changes";

/// Parts of an object that nobody manages: its identity and the server's bookkeeping.
pub(super) static UNMANAGED: LazyLock<FieldSet> = LazyLock::new(|| {
    let bookkeeping =
        "name namespace creationTimestamp selfLink uid clusterName generation managedFields resourceVersion";
    let mut set = FieldSet::of_dotted(["apiVersion", "kind", "metadata"]);
    for field in bookkeeping.split(' ') {
        set.insert_fields(&["metadata", field]);
    }
    set
});

/// An ordinary write (not an apply).
#[derive(Clone, Copy, Debug)]
pub struct Write<'a> {
    /// Who writes.
    pub manager: &'a str,
    /// The version in which the request names fields.
    pub api_version: &'a str,
    /// The subresource written through; empty for the object itself.
    pub subresource: &'a str,
    /// When.
    pub now: Time,
    /// Fields that this write can't change, as paths with dots: `status` for the object itself, `spec` for its status.
    pub reset: &'a [&'a str],
}

/// The managers after a write: the writer owns what it changed, and others lose it.
///
/// `old` and `new` are the object before and after, in the request's version; on a create `old` is an empty
/// object of the type as the server writes it. `managers` are those of the object before. Without any managers before
/// and with `old` not empty, fields that nobody owned stay unowned.
///
/// # Errors
/// Where a manager's fields can't be read.
pub fn update<'t, P: Part<'t>>(
    old: P,
    new: P,
    schema: Option<&'static StructSchema>,
    managers: &[ManagedFieldsEntry],
    write: &Write<'_>,
) -> Result<Vec<ManagedFieldsEntry>, ParseFieldsError> {
    let reset = FieldSet::of_dotted(write.reset.iter().copied());
    if managers.is_empty() {
        let except = Except { alone: Some(&UNMANAGED), wholly: Some(&reset) };
        if let Ok(fields) = first::touched(old, new, schema, except) {
            return Ok(entry_of(fields, write).into_iter().collect());
        }
    }
    let mut found = compare(old, new, schema);
    for set in [&mut found.added, &mut found.modified, &mut found.removed] {
        set.subtract_recursively(&reset);
    }
    if found.is_same() {
        return Ok(managers.to_vec());
    }
    let removed = found.removed;
    let mut touched = found.modified;
    touched.unite(found.added);
    let mut entries = Vec::with_capacity(managers.len() + 1);
    for entry in managers.iter().filter(|entry| !is_writers(entry, write)) {
        entries.extend(without(entry, &removed, &touched)?);
    }
    touched.subtract(&UNMANAGED);
    let before = managers.iter().find(|entry| is_writers(entry, write));
    entries.extend(writers(before, &removed, touched, &reset, write)?);
    cap(&mut entries)?;
    sort(&mut entries);
    Ok(entries)
}

/// What is left of another manager's entry.
fn without(
    entry: &ManagedFieldsEntry,
    removed: &FieldSet,
    touched: &FieldSet,
) -> Result<Option<ManagedFieldsEntry>, ParseFieldsError> {
    let Some(recorded) = Recorded::of(entry.fields_v1.as_ref())? else { return Ok(None) };
    if !recorded.meets(removed)? && !recorded.meets(touched)? {
        return Ok(Some(entry.clone()));
    }
    let mut set = entry.fields_v1.as_ref().map(FieldSet::from_fields_v1).transpose()?.unwrap_or_default();
    // versions of one kind share the names of all fields that they have in common, so no conversion is needed
    set.subtract(removed);
    set.subtract(touched);
    Ok((!set.is_empty()).then(|| ManagedFieldsEntry { fields_v1: Some(set.to_fields_v1()), ..entry.clone() }))
}

/// The writer's entry, if it owns anything.
fn writers(
    before: Option<&ManagedFieldsEntry>,
    removed: &FieldSet,
    touched: FieldSet,
    reset: &FieldSet,
    write: &Write<'_>,
) -> Result<Option<ManagedFieldsEntry>, ParseFieldsError> {
    let mut own = touched;
    own.subtract_recursively(reset);
    let mut fields = None;
    if let Some(entry) = before
        && let Some(recorded) = Recorded::of(entry.fields_v1.as_ref())?
    {
        if recorded.covers(&own)? && !recorded.meets(removed)? {
            return Ok(Some(entry.clone()));
        }
        if !recorded.reaches(reset)? {
            fields = recorded.rewritten(removed, &own)?;
        }
        if fields.is_none() {
            let mut set = entry.fields_v1.as_ref().map(FieldSet::from_fields_v1).transpose()?.unwrap_or_default();
            set.subtract(removed);
            set.unite(own);
            set.subtract_recursively(reset);
            set.subtract(&UNMANAGED);
            own = set;
        }
    }
    Ok(entry_of(fields.unwrap_or_else(|| own.to_fields_v1()), write))
}

/// The writer's entry with these fields, if there are any.
fn entry_of(fields: FieldsV1, write: &Write<'_>) -> Option<ManagedFieldsEntry> {
    (fields.raw() != b"{}").then(|| ManagedFieldsEntry {
        manager: write.manager.to_owned(),
        operation: ManagedFieldsOperationType::Update,
        api_version: write.api_version.to_owned(),
        time: Some(write.now),
        fields_type: "FieldsV1".to_owned(),
        fields_v1: Some(fields),
        subresource: write.subresource.to_owned(),
    })
}

fn is_writers(entry: &ManagedFieldsEntry, write: &Write<'_>) -> bool {
    entry.operation == ManagedFieldsOperationType::Update
        && entry.manager == write.manager
        && entry.api_version == write.api_version
        && entry.subresource == write.subresource
}

/// Merges the oldest managers that update into one where there are too many.
fn cap(entries: &mut Vec<ManagedFieldsEntry>) -> Result<(), ParseFieldsError> {
    let mut updaters: Vec<usize> = entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| entry.operation == ManagedFieldsOperationType::Update)
        .map(|(index, _)| index)
        .collect();
    if updaters.len() <= UPDATE_MANAGERS_MAX {
        return Ok(());
    }
    updaters.sort_by_key(|index| entries.get(*index).and_then(|entry| entry.time));
    updaters.truncate(updaters.len() - UPDATE_MANAGERS_MAX + 1);
    updaters.sort_unstable();
    let mut merged: Vec<(ManagedFieldsEntry, FieldSet)> = Vec::new();
    for index in updaters.into_iter().rev() {
        let entry = entries.remove(index);
        let set = entry.fields_v1.as_ref().map(FieldSet::from_fields_v1).transpose()?.unwrap_or_default();
        match merged
            .iter_mut()
            .find(|(it, _)| it.api_version == entry.api_version && it.subresource == entry.subresource)
        {
            Some((it, into)) => {
                into.unite(set);
                it.time = it.time.max(entry.time);
            }
            None => merged.push((ManagedFieldsEntry { manager: ANCIENT.to_owned(), ..entry }, set)),
        }
    }
    for (entry, set) in merged {
        entries.push(ManagedFieldsEntry { fields_v1: Some(set.to_fields_v1()), ..entry });
    }
    Ok(())
}

/// Applies before updates, older before newer, then by name.
pub(super) fn sort(entries: &mut [ManagedFieldsEntry]) {
    entries.sort_by(|a, b| {
        let applied = |entry: &ManagedFieldsEntry| entry.operation != ManagedFieldsOperationType::Apply;
        applied(a)
            .cmp(&applied(b))
            .then_with(|| a.time.cmp(&b.time))
            .then_with(|| a.manager.cmp(&b.manager))
            .then_with(|| a.api_version.cmp(&b.api_version))
            .then_with(|| a.subresource.cmp(&b.subresource))
    });
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::managed_fields::Tree;

    /// As [`super::update`], of values.
    fn update(
        old: &Value,
        new: &Value,
        schema: Option<&'static StructSchema>,
        managers: &[ManagedFieldsEntry],
        write: &Write<'_>,
    ) -> Result<Vec<ManagedFieldsEntry>, ParseFieldsError> {
        super::update(&Tree::of(old), &Tree::of(new), schema, managers, write)
    }

    fn write<'a>(manager: &'a str, now: i64) -> Write<'a> {
        Write { manager, api_version: "v1", subresource: "", now: Time::from_unix(now), reset: &["status"] }
    }

    fn shown(entries: &[ManagedFieldsEntry]) -> Vec<(String, String)> {
        let fields =
            |entry: &ManagedFieldsEntry| String::from_utf8_lossy(entry.fields_v1.as_ref().unwrap().raw()).into_owned();
        entries.iter().map(|entry| (entry.manager.clone(), fields(entry))).collect()
    }

    #[test]
    fn a_writer_takes_over_what_it_changes() {
        let (zero, one) =
            (json!({}), json!({"data": {"a": "1", "b": "1"}, "metadata": {"name": "x"}, "status": {"s": 1}}));
        let first = update(&zero, &one, None, &[], &write("alice", 1)).unwrap();
        assert_eq!(shown(&first), [("alice".into(), r#"{"f:data":{".":{},"f:a":{},"f:b":{}}}"#.to_owned())]);
        let two = json!({"data": {"a": "1", "b": "2"}, "metadata": {"name": "x"}, "status": {"s": 1}});
        let second = update(&one, &two, None, &first, &write("bob", 2)).unwrap();
        assert_eq!(
            shown(&second),
            [
                ("alice".into(), r#"{"f:data":{".":{},"f:a":{}}}"#.to_owned()),
                ("bob".into(), r#"{"f:data":{"f:b":{}}}"#.to_owned())
            ]
        );
        let three = json!({"metadata": {"name": "x"}, "status": {"s": 1}});
        assert!(update(&two, &three, None, &second, &write("bob", 3)).unwrap().is_empty());
    }

    #[test]
    fn what_a_write_cannot_change_stays_with_its_owner() {
        let (zero, one) = (json!({}), json!({"data": {"a": "1"}, "status": {"s": 1}}));
        let owner = Write { reset: &[], ..write("alice", 1) };
        let first = update(&zero, &one, None, &[], &owner).unwrap();
        let two = json!({"data": {"a": "1"}, "status": {"s": 2}});
        assert_eq!(update(&one, &two, None, &first, &write("bob", 2)).unwrap(), first);
    }

    #[test]
    fn a_write_that_changes_nothing_keeps_the_time() {
        let (zero, one) = (json!({}), json!({"data": {"a": "1"}}));
        let first = update(&zero, &one, None, &[], &write("alice", 1)).unwrap();
        assert_eq!(update(&one, &one, None, &first, &write("alice", 2)).unwrap(), first);
    }

    #[test]
    fn many_managers_become_ancient_changes() {
        let mut entries = Vec::new();
        let mut old = json!({});
        for n in 0..12 {
            let mut new = old.clone();
            new[format!("field{n}")] = json!(n);
            entries = update(&old, &new, None, &entries, &write(&format!("m{n:02}"), n)).unwrap();
            old = new;
        }
        assert_eq!(entries.len(), 10);
        assert_eq!(entries[0].manager, ANCIENT);
        assert_eq!(shown(&entries)[0].1, r#"{"f:field0":{},"f:field1":{},"f:field2":{}}"#);
    }
}
