//! Patches and server-side apply.

use kubeforge_machinery::{
    ApiError, GroupKind, Time,
    codec::Strictness,
    field::{Error, Path},
    managed_fields::{self, Apply, ApplyError, Tree, Write},
    meta::v1::{CauseType, StatusCause},
    patch::{self, json_patch::JsonPatch, merge_patch, strategic},
    schema::StructSchema,
    yaml,
};
use serde_json::Value;

use super::{
    Action, Tracker, managed,
    serve::Served,
    tracker::{metadata, set_metadata},
    write::{self, Change},
};

const JSON: &str = "application/json-patch+json";
const MERGE: &str = "application/merge-patch+json";
const STRATEGIC: &str = "application/strategic-merge-patch+json";
const APPLY: &str = "application/apply-patch+yaml";

/// The manager of what an object held before somebody first applied to it.
const BEFORE_FIRST_APPLY: &str = "before-first-apply";

/// Changes an object.
pub(super) fn patch(tracker: &Tracker, action: &Action) -> Result<Served, ApiError> {
    let Some((type_, bytes)) = &action.patch else { return Err(ApiError::bad_request("the request has no body")) };
    if type_ == APPLY {
        return apply(tracker, action, bytes);
    }
    let schema = managed::schema(tracker, &action.resource);
    write::change(tracker, action, |old| {
        let new = patched(type_, bytes, old.clone(), schema)?;
        write::complete(tracker, action, new).map(Change::Tracked)
    })
}

/// The document with a patch applied, which is no configuration.
pub(super) fn patched(
    type_: &str,
    bytes: &[u8],
    document: Value,
    schema: Option<&'static StructSchema>,
) -> Result<Value, ApiError> {
    let fields =
        || patch::decode_object(bytes).map(|(fields, _)| fields).map_err(|err| ApiError::bad_request(err.to_string()));
    match (type_, document, schema) {
        (JSON, mut document, _) => {
            let (operations, _) = JsonPatch::decode(bytes)?;
            operations.apply(&mut document)?;
            Ok(document)
        }
        (MERGE, Value::Object(mut document), _) => {
            merge_patch::apply(&mut document, fields()?);
            Ok(Value::Object(document))
        }
        (STRATEGIC, Value::Object(document), Some(schema)) => {
            Ok(Value::Object(strategic::apply(document, fields()?, schema)?))
        }
        // the type isn't known, as a custom resource's
        (STRATEGIC, _, None) => Err(ApiError::unsupported_media_type(&[JSON, MERGE, APPLY])),
        _ => Err(ApiError::unsupported_media_type(&[JSON, MERGE, STRATEGIC, APPLY])),
    }
}

fn apply(tracker: &Tracker, action: &Action, bytes: &[u8]) -> Result<Served, ApiError> {
    check_options(action)?;
    let bad = |err: &dyn std::fmt::Display| ApiError::bad_request(format!("error decoding YAML: {err}"));
    let json = yaml::to_json(bytes, Strictness::Lenient).map_err(|err| bad(&err))?.json;
    let (config, _) = patch::decode_object(&json).map_err(|err| bad(&err))?;
    let config = Value::Object(config);
    if config.pointer("/metadata/managedFields").is_some_and(|managed| !managed.is_null()) {
        return Err(ApiError::bad_request("metadata.managedFields must be nil"));
    }
    let known = tracker.lock().get(&action.resource, &write::key(action)).is_ok();
    if known {
        return write::change(tracker, action, |live| applied(tracker, action, live, &config).map(Change::Done));
    }
    if !action.subresource.is_empty() {
        return Err(ApiError::not_found(&action.resource.group_resource(), &action.name));
    }
    let empty = managed::empty(tracker, &action.resource);
    let new = applied(tracker, action, &empty, &config)?;
    Ok(Served::Object(201, write::insert(tracker, action, new)?))
}

fn check_options(action: &Action) -> Result<(), ApiError> {
    if action.parameter("fieldManager").is_empty() {
        let errors = vec![Error::required(&Path::new("fieldManager"), "is required for apply patch")];
        return Err(ApiError::invalid(&GroupKind::new("meta.k8s.io", "PatchOptions"), "", &errors));
    }
    Ok(())
}

/// The object with a configuration applied, and who manages what of it.
fn applied(tracker: &Tracker, action: &Action, live: &Value, config: &Value) -> Result<Value, ApiError> {
    let resource = &action.resource;
    let schema = managed::schema(tracker, resource);
    let mut managers = managed::managers(live)?;
    let mut live = live.clone();
    set_metadata(&mut live, "managedFields", Value::Null);
    let api_version = resource.group_version().to_string();
    if managers.is_empty() && !metadata(&live, "resourceVersion").is_empty() {
        let write = Write {
            manager: BEFORE_FIRST_APPLY,
            api_version: &api_version,
            subresource: "",
            now: Time::now(),
            reset: &[],
        };
        let empty = managed::empty(tracker, resource);
        managers = managed_fields::update(&Tree::of(&empty), &Tree::of(&live), schema, &[], &write)
            .map_err(ApiError::internal_error)?;
    }
    let request = Apply {
        manager: action.parameter("fieldManager"),
        api_version: &api_version,
        subresource: &action.subresource,
        now: Time::now(),
        reset: managed::reset(tracker, resource, &action.subresource),
        force: action.flag("force"),
        yielded: None,
    };
    let openapi = tracker.entry(resource).and_then(|entry| entry.info.openapi);
    let key_default =
        |definition: &str, field: &str| openapi.and_then(|schema| managed::key_default(schema(), definition, field));
    let applied = managed_fields::apply(&Tree::of(&live), &Tree::of(config), schema, &managers, &request, &key_default)
        .map_err(refused)?;
    let mut object = write::complete(tracker, action, applied.object.to_value())?;
    managed::set(&mut object, applied.managers);
    Ok(object)
}

fn refused(err: ApplyError) -> ApiError {
    match err {
        ApplyError::Conflicts(conflicts) => {
            let causes: Vec<StatusCause> = conflicts
                .iter()
                .map(|conflict| StatusCause {
                    type_: CauseType::FieldManagerConflict,
                    message: format!("conflict with {:?}", conflict.owner.manager),
                    field: conflict.path.clone(),
                })
                .collect();
            let told: Vec<String> = conflicts
                .iter()
                .map(|conflict| format!("conflict with {:?}: {}", conflict.owner.manager, conflict.path))
                .collect();
            let plural = if told.len() == 1 { "conflict" } else { "conflicts" };
            ApiError::apply_conflict(
                causes,
                format!("Apply failed with {} {plural}: {}", told.len(), told.join("\n- ")),
            )
        }
        ApplyError::Untyped(why) => ApiError::unknown(format!("failed to create typed patch object: {why}")),
        ApplyError::Fields(err) => ApiError::internal_error(err),
    }
}
