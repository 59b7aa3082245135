//! From a request to what serves it.

use kubeforge_machinery::ApiError;
use serde_json::{Value, json};

use super::{Action, Tracker, list, patch, scale, watch, watch::Watcher, write};

/// What a request got.
pub(super) enum Served {
    /// An object, a list or a status, with the answer's code.
    Object(u16, Value),
    /// Events.
    Watch(Box<Watcher>),
}

/// Does what is asked.
pub(super) fn serve(tracker: &Tracker, action: &Action) -> Result<Served, ApiError> {
    if !action.subresource.is_empty() {
        return subresource(tracker, action);
    }
    match action.verb {
        "list" => Ok(Served::Object(200, list::list(tracker, action)?)),
        "watch" => Ok(Served::Watch(Box::new(watch::watch(tracker, action)?))),
        "create" if action.name.is_empty() => create(tracker, action),
        "create" => Err(ApiError::method_not_allowed()),
        "deletecollection" => write::delete_collection(tracker, action),
        "delete" => write::delete(tracker, action),
        _ => object(tracker, action),
    }
}

/// A creation. Kinds that are never kept, which have no list kind, come back as they were sent.
fn create(tracker: &Tracker, action: &Action) -> Result<Served, ApiError> {
    let is_kept = tracker.entry(&action.resource).is_none_or(|entry| entry.info.list_kind.is_some());
    match &action.object {
        Some(object) if !is_kept => {
            let (object, _) = tracker.normal(&action.resource, object.clone())?;
            Ok(Served::Object(201, object))
        }
        _ => write::create(tracker, action),
    }
}

/// A request to an object, or to a subresource that is the object.
fn object(tracker: &Tracker, action: &Action) -> Result<Served, ApiError> {
    match action.verb {
        "get" => {
            let state = tracker.lock();
            list::check_revision(&state, action)?;
            let object = state.get(&action.resource, &write::key(action))?;
            Ok(Served::Object(200, Value::clone(&object)))
        }
        "update" => write::update(tracker, action),
        "patch" => patch::patch(tracker, action),
        _ => Err(ApiError::method_not_allowed()),
    }
}

fn subresource(tracker: &Tracker, action: &Action) -> Result<Served, ApiError> {
    let Some(resource) = tracker.info(&action.resource) else {
        // nothing is known of the resource; many have a status
        return if action.subresource == "status" { object(tracker, action) } else { Err(ApiError::path_not_found()) };
    };
    let Some(info) = resource.subresources.iter().find(|info| info.name == action.subresource) else {
        return Err(ApiError::path_not_found());
    };
    if let Some(paths) = &info.scale {
        return scale::scale(tracker, action, info, paths);
    }
    // that the object is there is all that can be said of a subresource with a kind of its own; reactors may say more
    tracker.lock().get(&action.resource, &write::key(action))?;
    match (&info.kind, action.verb) {
        (None, _) => object(tracker, action),
        (Some(_), "create") => {
            let status = json!({ "apiVersion": "v1", "kind": "Status", "metadata": {}, "status": "Success" });
            Ok(Served::Object(201, status))
        }
        (Some(_), _) => Err(ApiError::method_not_allowed()),
    }
}
