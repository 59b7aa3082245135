//! The `scale` subresource: an object's replicas as a `Scale`, found through the paths of its definition.

use kubeforge_machinery::{
    ApiError,
    scale::{at, selector_text, set},
    scheme::{ScalePaths, SubresourceInfo},
};
use serde_json::{Map, Value, json};

use super::{
    Action, Tracker, patch,
    serve::Served,
    tracker::metadata,
    write::{self, Change},
};

/// Answers a request to it.
pub(super) fn scale(
    tracker: &Tracker,
    action: &Action,
    info: &SubresourceInfo,
    paths: &ScalePaths,
) -> Result<Served, ApiError> {
    let show = |parent: &Value| shown(info, paths, parent);
    let (type_, sent) = match (action.verb, &action.object, &action.patch) {
        ("get", _, _) => {
            let parent = tracker.lock().get(&action.resource, &write::key(action))?;
            return Ok(Served::Object(200, show(&parent)));
        }
        ("update", Some(scale), _) => (None, scale.to_string().into()),
        // a scale has no list whose keys an apply would need
        ("patch", _, Some((type_, bytes))) if type_ == "application/apply-patch+yaml" => {
            (Some("application/merge-patch+json"), bytes.clone())
        }
        ("patch", _, Some((type_, bytes))) => (Some(type_.as_str()), bytes.clone()),
        _ => return Err(ApiError::method_not_allowed()),
    };
    let changed = write::change(tracker, action, |parent| {
        let scale = match type_ {
            // merging serves for the strategic kind too
            Some("application/strategic-merge-patch+json") => {
                patch::patched("application/merge-patch+json", &sent, show(parent), None)?
            }
            Some(type_) => patch::patched(type_, &sent, show(parent), None)?,
            None => serde_json::from_slice(&sent).map_err(ApiError::internal_error)?,
        };
        let replicas = scale.pointer("/spec/replicas").and_then(Value::as_i64).unwrap_or_default();
        let mut parent = parent.clone();
        for field in ["resourceVersion", "uid"] {
            super::tracker::set_metadata(&mut parent, field, metadata(&scale, field).into());
        }
        set(&mut parent, &paths.spec, replicas.into());
        Ok(Change::Tracked(parent))
    })?;
    Ok(match changed {
        Served::Object(code, parent) => Served::Object(code, show(&parent)),
        other => other,
    })
}

fn shown(info: &SubresourceInfo, paths: &ScalePaths, parent: &Value) -> Value {
    let number = |path: &str| at(parent, path).and_then(Value::as_i64).unwrap_or_default();
    let mut meta = Map::new();
    for field in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
        if !metadata(parent, field).is_empty() {
            meta.insert(field.to_owned(), metadata(parent, field).into());
        }
    }
    let (version, kind) = info.kind.as_ref().map_or_else(
        || ("autoscaling/v1".to_owned(), "Scale".to_owned()),
        |gvk| (gvk.api_version(), gvk.kind.to_string()),
    );
    let mut status = json!({ "replicas": number(&paths.status) });
    let selector = at(parent, &paths.selector).map(selector_text).unwrap_or_default();
    if !selector.is_empty() {
        status["selector"] = selector.into();
    }
    json!({ "apiVersion": version, "kind": kind, "metadata": meta, "spec": { "replicas": number(&paths.spec) }, "status": status })
}
