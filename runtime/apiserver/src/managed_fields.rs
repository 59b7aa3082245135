//! Recording who manages which field: between objects and machinery's sets of fields.

use kubeforge_machinery::{
    ApiError, Object, Time,
    codec::JsonTape,
    managed_fields::{self, Tree, Write},
    meta::v1::{ManagedFieldsEntry, ManagedFieldsOperationType},
    scheme::TypeEntry,
};
use serde_json::Value;

use crate::{errors, metadata, parts, registry::ResourceScope};

/// Who writes, and through which door.
#[derive(Clone, Copy, Debug)]
pub struct Manager<'a> {
    /// The manager's name.
    pub name: &'a str,
    /// The subresource; empty for the object itself.
    pub subresource: &'a str,
    /// When.
    pub time: Time,
}

/// Fields that a write through a door can't change.
pub(crate) fn reset_fields(scope: &ResourceScope, subresource: &str) -> &'static [&'static str] {
    if let Some(fields) = scope.strategy.reset_fields(subresource) {
        return fields;
    }
    match subresource {
        "" if scope.has_status => &["status"],
        "status" => &["spec"],
        // other subresources that change the object change its spec
        "" => &[],
        _ if scope.has_status => &["status"],
        _ => &[],
    }
}

/// The state that a write starts from.
#[derive(Debug)]
pub struct Current {
    /// The object, in the hub version.
    pub object: Box<dyn Object>,
    /// Its JSON in the served version, without the record of managers, which most writes have no other use for.
    pub json: Vec<u8>,
}

impl Current {
    /// The state that an object is in.
    ///
    /// # Errors
    /// 500, where it can't be converted.
    pub fn of(scope: &ResourceScope, mut object: Box<dyn Object>) -> Result<Self, ApiError> {
        let managers = std::mem::take(&mut metadata::of(object.as_mut())?.managed_fields);
        let json = json_of(scope, object.as_ref())?;
        metadata::of(object.as_mut())?.managed_fields = managers;
        Ok(Self { object, json })
    }

    fn managers(&self) -> &[ManagedFieldsEntry] {
        self.object.meta().map(|meta| meta.managed_fields.as_slice()).unwrap_or_default()
    }
}

/// Records in `new` what the write changes against `live`. Both are in the hub version.
///
/// # Errors
/// 500, where an object can't be converted.
pub fn update(
    scope: &ResourceScope,
    live: Option<&Current>,
    new: &mut Box<dyn Object>,
    manager: &Manager<'_>,
) -> Result<(), ApiError> {
    let sent = std::mem::take(&mut metadata::of(new.as_mut())?.managed_fields);
    if live.is_some() && sent == [ManagedFieldsEntry::default()] {
        // upstream's way to drop all managers: a list of one empty entry
        return Ok(());
    }
    let kept = live.map(Current::managers).unwrap_or_default();
    // a client may say who manages what, but not through a subresource
    let said = manager.subresource.is_empty() && !sent.is_empty() && sent.iter().all(is_complete);
    if live.is_some() && kept.is_empty() && !said {
        // an object that nobody manages stays so until somebody applies
        return Ok(());
    }
    let new_json = json_of(scope, new.as_ref())?;
    let old = tape_of(live.map_or(&scope.empty, |live| &live.json))?;
    let write = Write {
        manager: manager.name,
        api_version: &scope.api_version,
        subresource: manager.subresource,
        now: manager.time,
        reset: reset_fields(scope, manager.subresource),
    };
    let tape = tape_of(&new_json)?;
    let after =
        |before: &[ManagedFieldsEntry]| managed_fields::update(old.root(), tape.root(), scope.schema, before, &write);
    let managers = match said.then(|| after(&sent)) {
        Some(Ok(managers)) => Ok(managers),
        // what can't be read is as if it had not been sent, or kept
        _ if live.is_some() && kept.is_empty() => return Ok(()),
        _ => after(kept),
    };
    let Ok(mut managers) = managers else { return Ok(()) };
    if manager.subresource == "scale" {
        // upstream loses the time on the way through the Scale object
        managers.iter_mut().filter(|entry| entry.subresource == "scale").for_each(|entry| entry.time = None);
    }
    metadata::of(new.as_mut())?.managed_fields = managers;
    Ok(())
}

/// Whether an entry that a client sent can be kept.
fn is_complete(entry: &ManagedFieldsEntry) -> bool {
    !matches!(entry.operation, ManagedFieldsOperationType::Other(_))
        && !entry.api_version.is_empty()
        && entry.fields_type == "FieldsV1"
}

/// Records who set the fields of a new object that is not stored, or not under its own resource: reviews, token requests.
/// The object is in the version of `entry`, which is the one that the client sent.
///
/// # Errors
/// 500, where fields can't be recorded.
pub fn record_new(entry: &TypeEntry, object: &mut dyn Object, manager: &Manager<'_>) -> Result<(), ApiError> {
    metadata::of(object)?.managed_fields.clear();
    let (empty, sent) = (parts::json_of(entry.new_object().as_ref()), parts::json_of(object));
    let write = Write {
        manager: manager.name,
        api_version: &entry.gvk.api_version(),
        subresource: manager.subresource,
        now: manager.time,
        reset: &[],
    };
    let (empty, sent) = (tape_of(&empty)?, tape_of(&sent)?);
    let managers =
        managed_fields::update(empty.root(), sent.root(), object.schema(), &[], &write).map_err(errors::internal)?;
    metadata::of(object)?.managed_fields = managers;
    Ok(())
}

/// The manager of all that an object held before somebody first applied to it.
const BEFORE_FIRST_APPLY: &str = "before-first-apply";

/// The managers of an object that nobody managed so far, for its first apply.
///
/// # Errors
/// 500, where fields can't be recorded.
pub(crate) fn before_first_apply(
    scope: &ResourceScope,
    live: &Tree<'_>,
    now: Time,
) -> Result<Vec<ManagedFieldsEntry>, ApiError> {
    let write =
        Write { manager: BEFORE_FIRST_APPLY, api_version: &scope.api_version, subresource: "", now, reset: &[] };
    managed_fields::update(&tree_of(&scope.empty)?, live, scope.schema, &[], &write).map_err(errors::internal)
}

/// The object in the served version, as JSON.
///
/// # Errors
/// 500, where it can't be converted.
pub fn json_of(scope: &ResourceScope, object: &dyn Object) -> Result<Vec<u8>, ApiError> {
    if scope.kind == scope.hub {
        return Ok(parts::json_of(object));
    }
    let converted = scope.scheme.convert(object.deep_copy_object(), &scope.kind).map_err(errors::internal)?;
    Ok(parts::json_of(converted.as_ref()))
}

/// What [`json_of`] wrote.
///
/// # Errors
/// 500, where it isn't JSON.
pub(crate) fn tree_of(json: &[u8]) -> Result<Tree<'_>, ApiError> {
    Tree::parse(json).map_err(errors::internal)
}

fn tape_of(json: &[u8]) -> Result<JsonTape<'_>, ApiError> {
    JsonTape::parse(json).map_err(errors::internal)
}

/// The object in the served version.
///
/// # Errors
/// 500, where it can't be converted.
pub fn value_of(scope: &ResourceScope, object: &dyn Object) -> Result<Value, ApiError> {
    serde_json::from_slice(&json_of(scope, object)?).map_err(errors::internal)
}
