//! Server-side apply: the body says all that a manager wants of an object.

use std::fmt::Display;

use kubeforge_machinery::{
    ApiError, GroupVersion, Object,
    codec::{JsonReader, JsonWriter, StrictError, Strictness},
    managed_fields::{self, Apply, ApplyError, Conflict, Tree},
    meta::v1::{CauseType, ManagedFieldsEntry, ManagedFieldsOperationType, StatusCause},
    patch, yaml,
};
use serde_json::Value;

use super::{
    Call, last_applied, misfit,
    patch::note,
    update::answer,
    write::{Creation, Source, Tracking, View, Write},
};
use crate::{
    errors,
    managed_fields::{self as tracking, Current},
    metadata,
    respond::Answer,
};

/// Applies the body and answers with the result; creates the object where there is none.
///
/// # Errors
/// 400 for what can't be applied, 409 for fields that others manage, and all of an update's.
pub async fn apply(call: Call<'_>, view: View<'_>, force: bool) -> Result<Answer, ApiError> {
    let (config, noted) = read(call)?;
    let source = Applied { call, subresource: view.name(), config, noted, force };
    let creation = match view {
        View::Main => Creation::Allowed,
        View::Status | View::Other { .. } => Creation::Refused,
    };
    let outcome = Write { call, view, source: &source, creation }.run().await?;
    answer(call, outcome)
}

/// Why a body cannot be read.
fn undecodable(cause: impl Display) -> ApiError {
    ApiError::bad_request(format!("error decoding YAML: {cause}"))
}

/// Reads the body, YAML or JSON, and checks what it says of itself. Beside it returns what only strict readers mind,
/// which is told when nothing worse is wrong.
fn read(call: Call<'_>) -> Result<(Value, Vec<StrictError>), ApiError> {
    let Call { scope, info, .. } = call;
    let converted = yaml::to_json(call.body, Strictness::Strict)
        .map_err(|err| undecodable(format_args!("error converting YAML to JSON: {err}")))?;
    let (fields, duplicates) = patch::decode_object(&converted.json).map_err(undecodable)?;
    let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let version = GroupVersion::parse(&text("apiVersion")).unwrap_or_default();
    let kind = text("kind");
    if kind != scope.kind.kind || version != scope.kind.group_version() {
        return Err(ApiError::bad_request(format!(
            "invalid object type: {}/{}, Kind={kind}",
            version.group, version.version
        )));
    }
    let config = Value::Object(fields);
    if config.pointer("/metadata/managedFields").is_some_and(|managed| !managed.is_null()) {
        return Err(ApiError::bad_request("metadata.managedFields must be nil"));
    }
    scope.types().check(&config).map_err(|wrong| untyped(call, &config, &wrong))?;
    let named = |field: &str| config.pointer(&format!("/metadata/{field}")).and_then(Value::as_str).unwrap_or_default();
    let name = named("name");
    if !name.is_empty() && name != info.name {
        return Err(ApiError::bad_request(format!(
            "the name of the object ({name}) does not match the name on the URL ({})",
            info.name
        )));
    }
    let namespace = named("namespace");
    if scope.namespaced() && !namespace.is_empty() && namespace != info.namespace {
        return Err(ApiError::bad_request(
            "the namespace of the provided object does not match the namespace sent on the request",
        ));
    }
    let noted = converted.strict_errors.into_iter().map(without_prefix).chain(duplicates).collect();
    Ok((config, noted))
}

/// Upstream's apply tells of a YAML error without saying that it is one.
fn without_prefix(error: StrictError) -> StrictError {
    let strip = |text: String| text.trim_start_matches("yaml: unmarshal errors:").trim().to_owned();
    match error {
        StrictError::Unknown(text) => StrictError::Unknown(text),
        StrictError::Duplicate(text) => StrictError::Duplicate(text),
        StrictError::Yaml(text) => StrictError::Yaml(strip(text)),
    }
}

/// The configuration doesn't fit the kind.
fn untyped(call: Call<'_>, config: &Value, cause: &str) -> ApiError {
    let kind = go_kind(call);
    ApiError::unknown(format!("failed to create typed patch object ({}; {kind}): {cause}", named_in(config)))
}

/// What the configuration makes of the object is none of the kind.
fn inconvertible(call: Call<'_>, config: &Value, cause: &str) -> ApiError {
    let kind = go_kind(call);
    ApiError::unknown(format!(
        "failed to convert new object ({}; {kind}) to proper version: unable to convert unstructured object to {kind}: {}",
        named_in(config),
        misfit::words(cause, config, call.scope.schema).as_deref().unwrap_or(cause)
    ))
}

/// The namespace and name that a configuration has.
fn named_in(config: &Value) -> String {
    let named = |field: &str| config.pointer(&format!("/metadata/{field}")).and_then(Value::as_str).unwrap_or_default();
    format!("{}/{}", named("namespace"), named("name"))
}

/// The kind as Go prints it.
fn go_kind(call: Call<'_>) -> String {
    let kind = &call.scope.kind;
    format!("{}, Kind={}", upstream_group_version(&kind.group_version()), kind.kind)
}

/// The current object with a configuration applied.
struct Applied<'a> {
    call: Call<'a>,
    subresource: &'a str,
    config: Value,
    noted: Vec<StrictError>,
    force: bool,
}

impl Source for Applied<'_> {
    fn next(&self, current: Option<&Current>) -> Result<Box<dyn Object>, ApiError> {
        let Call { scope, ctx, info, .. } = self.call;
        let meta = current.and_then(|current| current.object.meta());
        let managers = meta.map(|meta| meta.managed_fields.as_slice()).unwrap_or_default();
        let live = match current {
            Some(current) => tracking::tree_of(&current.json)?,
            None => {
                self.check_new()?;
                tracking::tree_of(&scope.empty)?
            }
        };
        let unmanaged;
        let managers = if current.is_some() && managers.is_empty() {
            unmanaged = tracking::before_first_apply(scope, &live, ctx.now)?;
            &unmanaged
        } else {
            managers
        };
        let yielded =
            last_applied::yielded(scope, &ctx.field_manager, current.map(|current| current.object.as_ref()), &live);
        let request = Apply {
            manager: &ctx.field_manager,
            api_version: &scope.api_version,
            subresource: self.subresource,
            now: ctx.now,
            reset: tracking::reset_fields(scope, self.subresource),
            force: self.force,
            yielded: yielded.as_ref(),
        };
        let key_default = |definition: &str, field: &str| scope.key_default(definition, field);
        let applied =
            managed_fields::apply(&live, &Tree::of(&self.config), scope.schema, managers, &request, &key_default)
                .map_err(|err| self.explain(err))?;
        let mut json = JsonWriter::with_capacity(4096);
        applied.object.write(&mut json);
        let mut object = scope.scheme.new_object(&scope.kind).map_err(errors::internal)?;
        object
            .read_json(&mut JsonReader::new(json.as_bytes()))
            .map_err(|err| inconvertible(self.call, &self.config, &err.to_string()))?;
        note(ctx, &self.noted, undecodable)?;
        object.set_defaults();
        let mut object = scope.scheme.to_hub(object).map_err(errors::internal)?;
        let meta = metadata::of(object.as_mut())?;
        meta.managed_fields = applied.managers;
        last_applied::renew(&ctx.field_manager, &mut meta.annotations, &self.config);
        info.name.clone_into(&mut meta.name);
        metadata::bind_namespace(scope.namespaced(), info.namespace, meta)?;
        Ok(object)
    }

    fn tracking(&self) -> Tracking {
        Tracking::Done
    }
}

impl Applied<'_> {
    /// A configuration that names a uid or a resource version is for an object that exists.
    fn check_new(&self) -> Result<(), ApiError> {
        let Call { scope, info, .. } = self.call;
        let named = |field: &str| {
            self.config.pointer(&format!("/metadata/{field}")).and_then(Value::as_str).filter(|text| !text.is_empty())
        };
        match (named("uid"), named("resourceVersion")) {
            (Some(uid), _) => Err(ApiError::conflict(
                &scope.resource,
                info.name,
                format_args!("uid mismatch: the provided object specified uid {uid}, and no existing object was found"),
            )),
            (None, Some(_)) => Err(ApiError::not_found(&scope.resource, info.name)),
            (None, None) => Ok(()),
        }
    }

    fn explain(&self, error: ApplyError) -> ApiError {
        match error {
            ApplyError::Conflicts(conflicts) => conflict(&conflicts),
            ApplyError::Untyped(cause) => untyped(self.call, &self.config, &cause),
            error @ ApplyError::Fields(_) => errors::internal(error),
        }
    }
}

/// Go prints a core group and version with a slash before it.
fn upstream_group_version(version: &GroupVersion) -> String {
    format!("{}/{}", version.group, version.version)
}

/// 409 that names each field and who manages it.
fn conflict(conflicts: &[Conflict]) -> ApiError {
    let causes = conflicts
        .iter()
        .map(|conflict| StatusCause {
            type_: CauseType::FieldManagerConflict,
            message: format!("conflict with {}", describe(&conflict.owner)),
            field: conflict.path.clone(),
        })
        .collect();
    let message = match conflicts {
        [only] => {
            format!("Apply failed with 1 conflict: conflict with {}: {}", describe(&only.owner), only.path)
        }
        _ => {
            let mut owners: Vec<String> = conflicts.iter().map(|conflict| describe(&conflict.owner)).collect();
            owners.sort();
            owners.dedup();
            let mut lines = Vec::new();
            for owner in owners {
                lines.push(format!("conflicts with {owner}:"));
                let theirs = conflicts.iter().filter(|conflict| describe(&conflict.owner) == owner);
                lines.extend(theirs.map(|conflict| format!("- {}", conflict.path)));
            }
            format!("Apply failed with {} conflicts: {}", conflicts.len(), lines.join("\n"))
        }
    };
    ApiError::apply_conflict(causes, message)
}

fn describe(owner: &ManagedFieldsEntry) -> String {
    let mut text = format!("{:?}", owner.manager);
    if !owner.subresource.is_empty() {
        text.push_str(&format!(" with subresource {:?}", owner.subresource));
    }
    if owner.operation == ManagedFieldsOperationType::Update {
        text.push_str(&format!(" using {}", owner.api_version));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(manager: &str, path: &str) -> Conflict {
        let owner = ManagedFieldsEntry {
            manager: manager.to_owned(),
            operation: ManagedFieldsOperationType::Apply,
            ..ManagedFieldsEntry::default()
        };
        Conflict { owner, path: path.to_owned() }
    }

    #[test]
    fn conflicts_are_told_by_owner() {
        assert_eq!(conflict(&[owned("a", ".x")]).to_string(), "Apply failed with 1 conflict: conflict with \"a\": .x");
        assert_eq!(
            conflict(&[owned("b", ".x"), owned("a", ".y"), owned("b", ".z")]).to_string(),
            "Apply failed with 3 conflicts: conflicts with \"a\":\n- .y\nconflicts with \"b\":\n- .x\n- .z"
        );
    }
}
