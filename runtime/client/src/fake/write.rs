//! Creations, updates and deletions.

use kubeforge_machinery::{
    ApiError, Time,
    codec::to_json_vec,
    meta::v1::{DeleteOptions, StatusDetails},
};
use serde_json::{Value, json};

use super::{
    Action, Tracker, managed,
    selection::Selection,
    serve::Served,
    tracker::{Key, metadata, set_metadata},
};

/// Fields of the metadata that only the server writes.
const SERVERS: [&str; 5] =
    ["uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation"];

/// The name of an object that the request is about.
pub(super) fn key(action: &Action) -> Key {
    (action.namespace.clone(), action.name.clone())
}

/// Keeps a new object.
pub(super) fn create(tracker: &Tracker, action: &Action) -> Result<Served, ApiError> {
    let mut new = sent(tracker, action)?;
    managed::track(tracker, action, None, &mut new)?;
    let created = insert(tracker, action, new)?;
    Ok(Served::Object(201, created))
}

/// Keeps a new object that is complete but for what the server writes.
pub(super) fn insert(tracker: &Tracker, action: &Action, mut new: Value) -> Result<Value, ApiError> {
    let resource = &action.resource;
    let mut state = tracker.lock();
    let mut name = metadata(&new, "name").to_owned();
    let prefix = metadata(&new, "generateName").to_owned();
    if name.is_empty() && !prefix.is_empty() {
        let taken = |name: &str| state.get(resource, &(action.namespace.clone(), name.to_owned())).is_ok();
        let names = (0_u32..).map(|n| format!("{prefix}{n:05}"));
        name = names.into_iter().find(|name| !taken(name)).unwrap_or_default();
        set_metadata(&mut new, "name", name.as_str().into());
    }
    if name.is_empty() {
        return Err(ApiError::bad_request("name or generateName is required"));
    }
    let key = (action.namespace.clone(), name);
    if state.get(resource, &key).is_ok() {
        return Err(ApiError::already_exists(&resource.group_resource(), &key.1));
    }
    for field in SERVERS {
        set_metadata(&mut new, field, Value::Null);
    }
    set_metadata(&mut new, "creationTimestamp", json_time(Time::now()));
    if action.is_dry_run() {
        set_metadata(&mut new, "resourceVersion", Value::Null);
        set_metadata(&mut new, "uid", state.new_uid().into());
        return Ok(new);
    }
    let stored = state.put(resource, key, new);
    drop(state);
    tracker.tell();
    Ok(Value::clone(&stored))
}

/// Replaces an object, or what a subresource is of it.
pub(super) fn update(tracker: &Tracker, action: &Action) -> Result<Served, ApiError> {
    let new = sent(tracker, action)?;
    change(tracker, action, |_| Ok(Change::Tracked(new)))
}

/// The new state of an object.
pub(super) enum Change {
    /// Who changed what is to be recorded.
    Tracked(Value),
    /// It is recorded already.
    Done(Value),
}

/// Changes an object to what `make` makes of its present state.
pub(super) fn change(
    tracker: &Tracker,
    action: &Action,
    make: impl FnOnce(&Value) -> Result<Change, ApiError>,
) -> Result<Served, ApiError> {
    let resource = &action.resource;
    let key = key(action);
    let mut state = tracker.lock();
    let old = state.get(resource, &key)?;
    let (wanted, is_tracked) = match make(&old)? {
        Change::Tracked(wanted) => (wanted, false),
        Change::Done(wanted) => (wanted, true),
    };
    check_preconditions(action, &old, metadata(&wanted, "uid"), metadata(&wanted, "resourceVersion"))?;
    let mut new = through(tracker, action, &old, wanted);
    if !is_tracked {
        managed::track(tracker, action, Some(&old), &mut new)?;
    }
    let is_released = !metadata(&new, "deletionTimestamp").is_empty() && !has_finalizers(&new);
    if action.is_dry_run() || (*old == new && !is_released) {
        return Ok(Served::Object(200, new));
    }
    let stored = if is_released { state.delete(resource, &key, new) } else { state.put(resource, key, new) };
    drop(state);
    tracker.tell();
    Ok(Served::Object(200, Value::clone(&stored)))
}

/// The state after a write: of `new`, only what the door that it comes through lets in.
fn through(tracker: &Tracker, action: &Action, old: &Value, new: Value) -> Value {
    let managers = new.pointer("/metadata/managedFields").cloned().unwrap_or_default();
    let (mut result, status_of) = match action.subresource.as_str() {
        "status" => (old.clone(), Some(&new)),
        _ if tracker.has_status(&action.resource) => (new.clone(), Some(old)),
        _ => (new.clone(), None),
    };
    if let (Some(from), Value::Object(fields)) = (status_of, &mut result) {
        match from.get("status") {
            Some(status) => fields.insert("status".to_owned(), status.clone()),
            None => fields.remove("status"),
        };
    }
    for field in SERVERS.into_iter().chain(["resourceVersion"]) {
        let kept = old.get("metadata").and_then(|metadata| metadata.get(field)).cloned().unwrap_or_default();
        set_metadata(&mut result, field, kept);
    }
    set_metadata(&mut result, "managedFields", managers);
    result
}

fn check_preconditions(action: &Action, old: &Value, uid: &str, revision: &str) -> Result<(), ApiError> {
    let resource = action.resource.group_resource();
    let found = metadata(old, "uid");
    if !uid.is_empty() && uid != found {
        let why = format!("Precondition failed: UID in precondition: {uid}, UID in object meta: {found}");
        return Err(ApiError::conflict(&resource, &action.name, why));
    }
    if !revision.is_empty() && revision != metadata(old, "resourceVersion") {
        return Err(ApiError::modified(&resource, &action.name));
    }
    Ok(())
}

/// The object that was sent, in its type's form and with the name and namespace of the path.
fn sent(tracker: &Tracker, action: &Action) -> Result<Value, ApiError> {
    let sent = action.object.clone().ok_or_else(|| ApiError::bad_request("the request has no body"))?;
    complete(tracker, action, sent)
}

/// The object in its type's form and with the name and namespace of the path.
pub(super) fn complete(tracker: &Tracker, action: &Action, object: Value) -> Result<Value, ApiError> {
    let (mut new, objections) = tracker.normal(&action.resource, object)?;
    if action.parameter("fieldValidation") == "Strict" && !objections.is_empty() {
        let objections: Vec<String> = objections.iter().map(ToString::to_string).collect();
        return Err(ApiError::bad_request(format!("strict decoding error: {}", objections.join(", "))));
    }
    for (field, of_path) in [("namespace", &action.namespace), ("name", &action.name)] {
        let said = metadata(&new, field);
        if !said.is_empty() && !of_path.is_empty() && said != of_path {
            return Err(ApiError::bad_request(if field == "namespace" {
                "the namespace of the provided object does not match the namespace sent on the request".to_owned()
            } else {
                format!("the name of the object ({said}) does not match the name on the URL ({of_path})")
            }));
        }
        if said.is_empty() && !of_path.is_empty() {
            set_metadata(&mut new, field, of_path.as_str().into());
        }
    }
    Ok(new)
}

/// Deletes an object, or marks it where finalizers hold it.
pub(super) fn delete(tracker: &Tracker, action: &Action) -> Result<Served, ApiError> {
    let options = action.delete_options()?;
    let key = key(action);
    let old = tracker.lock().get(&action.resource, &key)?;
    if let Some(preconditions) = &options.preconditions {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        check_preconditions(action, &old, &text(&preconditions.uid), &text(&preconditions.resource_version))?;
    }
    let Some(held) = delete_one(tracker, action, &key, &options)? else {
        return Ok(Served::Object(200, gone(action, &old)?));
    };
    Ok(Served::Object(200, held))
}

/// Deletes all that is selected.
pub(super) fn delete_collection(tracker: &Tracker, action: &Action) -> Result<Served, ApiError> {
    let options = action.delete_options()?;
    let selection = Selection::of(tracker, action)?;
    let objects = tracker.lock().objects(&action.resource).map(|(key, value)| (key.clone(), value.clone())).collect();
    let objects: Vec<_> = objects;
    for (key, value) in objects {
        if selection.covers(&key) && selection.matches(&value) {
            delete_one(tracker, action, &key, &options)?;
        }
    }
    Ok(Served::Object(200, json!({ "apiVersion": "v1", "kind": "Status", "metadata": {}, "status": "Success" })))
}

/// Returns the object where it stays for now.
fn delete_one(
    tracker: &Tracker,
    action: &Action,
    key: &Key,
    options: &DeleteOptions,
) -> Result<Option<Value>, ApiError> {
    let mut state = tracker.lock();
    let mut object = Value::clone(&*state.get(&action.resource, key)?);
    let is_held = has_finalizers(&object);
    let is_marked = !metadata(&object, "deletionTimestamp").is_empty();
    if is_held && !is_marked {
        set_metadata(&mut object, "deletionTimestamp", json_time(Time::now()));
        let grace = options.grace_period_seconds.unwrap_or_default();
        set_metadata(&mut object, "deletionGracePeriodSeconds", grace.into());
    }
    if action.is_dry_run() || (is_held && is_marked) {
        return Ok(is_held.then_some(object));
    }
    let held = if is_held {
        Some(Value::clone(&*state.put(&action.resource, key.clone(), object)))
    } else {
        state.delete(&action.resource, key, object);
        None
    };
    drop(state);
    tracker.tell();
    Ok(held)
}

/// What a deletion answers when the object is gone.
fn gone(action: &Action, object: &Value) -> Result<Value, ApiError> {
    let resource = action.resource.group_resource();
    let details = StatusDetails {
        name: action.name.clone(),
        group: resource.group.into_owned(),
        kind: resource.resource.into_owned(),
        uid: metadata(object, "uid").to_owned(),
        ..StatusDetails::default()
    };
    let details: Value = serde_json::from_slice(&to_json_vec(&details)).map_err(ApiError::internal_error)?;
    Ok(json!({ "apiVersion": "v1", "kind": "Status", "metadata": {}, "status": "Success", "details": details }))
}

fn has_finalizers(object: &Value) -> bool {
    object.pointer("/metadata/finalizers").and_then(Value::as_array).is_some_and(|finalizers| !finalizers.is_empty())
}

fn json_time(time: Time) -> Value {
    // what the writer writes is JSON
    serde_json::from_slice(&to_json_vec(&time)).unwrap_or_default()
}
