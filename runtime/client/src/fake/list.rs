//! Lists.

use kubeforge_machinery::{ApiError, GroupVersionResource};
use serde_json::{Value, json};

use super::{
    Action, Tracker,
    selection::Selection,
    tracker::{Key, State},
};

/// The selected objects, in pages where the request sets a limit. Unlike a server's, a later page is of the newest state.
pub(super) fn list(tracker: &Tracker, action: &Action) -> Result<Value, ApiError> {
    let selection = Selection::of(tracker, action)?;
    let state = tracker.lock();
    check_revision(&state, action)?;
    let limit = action.parameter("limit").parse::<usize>().unwrap_or_default();
    let after = after(action.parameter("continue"))?;
    let mut items = Vec::new();
    let (mut last, mut rest) = (None, 0_usize);
    for (key, value) in state.objects(&action.resource) {
        if after.as_ref().is_some_and(|after| key <= after) || !selection.covers(key) || !selection.matches(value) {
            continue;
        }
        if limit != 0 && items.len() == limit {
            rest += 1;
            continue;
        }
        items.push(Value::clone(value));
        last = Some(key);
    }
    let mut meta = json!({ "resourceVersion": state.revision.to_string() });
    if let Some((namespace, name)) = last.filter(|_| rest > 0) {
        meta["continue"] = format!("{namespace}/{name}").into();
        meta["remainingItemCount"] = rest.into();
    }
    let (version, kind) = list_kind(tracker, &action.resource, items.first());
    Ok(json!({ "apiVersion": version, "kind": kind, "metadata": meta, "items": items }))
}

/// Refuses a revision that isn't there yet, and one that must be exact and is not the newest.
pub(super) fn check_revision(state: &State, action: &Action) -> Result<(), ApiError> {
    let text = action.parameter("resourceVersion");
    if text.is_empty() {
        return Ok(());
    }
    let asked: u64 = text.parse().map_err(|_| ApiError::bad_request(format!("invalid resource version: {text:?}")))?;
    if asked > state.revision {
        return Err(ApiError::too_large_resource_version(asked, state.revision, 1));
    }
    if action.parameter("resourceVersionMatch") == "Exact" && asked != state.revision {
        return Err(ApiError::resource_expired(format!("The provided resource version {asked} is not kept here")));
    }
    Ok(())
}

fn after(token: &str) -> Result<Option<Key>, ApiError> {
    if token.is_empty() {
        return Ok(None);
    }
    let (namespace, name) = token.split_once('/').ok_or_else(|| ApiError::bad_request("continue key is not valid"))?;
    Ok(Some((namespace.to_owned(), name.to_owned())))
}

/// The list's version and kind: the Scheme's, else the objects' with `List`, else any list's.
fn list_kind(tracker: &Tracker, resource: &GroupVersionResource, first: Option<&Value>) -> (String, String) {
    let version = resource.group_version().to_string();
    let known = tracker.entry(resource).map(|entry| {
        let usual = || format!("{}List", entry.gvk.kind);
        entry.info.list_kind.as_ref().map_or_else(usual, |kind| kind.to_string())
    });
    let guessed = || first.and_then(|item| Some(format!("{}List", item.get("kind")?.as_str()?)));
    (version, known.or_else(guessed).unwrap_or_else(|| "List".to_owned()))
}
