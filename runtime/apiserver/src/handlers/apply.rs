//! Server-side apply: the body says all that a manager wants of an object.

use kubeforge_machinery::{
    ApiError, GroupVersion, Object,
    codec::{JsonReader, JsonWriter, StrictError, Strictness},
    managed_fields::{self, Apply, ApplyError, Conflict, Tree},
    meta::v1::{CauseType, ManagedFieldsEntry, ManagedFieldsOperationType, StatusCause},
    patch, yaml,
};
use serde_json::Value;

use super::{
    Call, last_applied,
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
    let config = read(call)?;
    let source = Applied { call, subresource: view.name(), config, force };
    let creation = match view {
        View::Main => Creation::Allowed,
        View::Status | View::Other { .. } => Creation::Refused,
    };
    let outcome = Write { call, view, source: &source, creation }.run().await?;
    answer(call, outcome)
}

/// Reads the body, YAML or JSON, and checks what it says of itself.
fn read(call: Call<'_>) -> Result<Value, ApiError> {
    let Call { scope, ctx, info, .. } = call;
    let bad = |cause: String| ApiError::bad_request(format!("error decoding YAML: {cause}"));
    let converted = yaml::to_json(call.body, Strictness::Strict)
        .map_err(|err| bad(format!("error converting YAML to JSON: {err}")))?;
    let (fields, duplicates) = patch::decode_object(&converted.json).map_err(|err| bad(err.to_string()))?;
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
    check_types(call, &config)?;
    let noted: Vec<StrictError> = converted.strict_errors.into_iter().map(without_prefix).chain(duplicates).collect();
    note(ctx, &noted, bad)?;
    Ok(config)
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

/// Checks that every value is of its field's type.
fn check_types(call: Call<'_>, config: &Value) -> Result<(), ApiError> {
    let scope = call.scope;
    let json = serde_json::to_vec(config).map_err(errors::internal)?;
    let mut object = scope.scheme.new_object(&scope.kind).map_err(errors::internal)?;
    object.read_json(&mut JsonReader::new(&json)).map_err(|err| {
        let cause = typed_words(config, &err.to_string()).unwrap_or_else(|| err.to_string());
        untyped(call, config, &cause)
    })
}

/// Says what decoding found wrong in the words of upstream's typed values:
/// `.spec.replicas: expected numeric (int or float), got &value.valueUnstructured{Value:"x"}`.
fn typed_words(config: &Value, decode_error: &str) -> Option<String> {
    let (_, rest) = decode_error.split_once(" into Go struct field ")?;
    let (field, go_type) = rest.split_once(" of type ")?;
    let (_, path) = field.split_once('.')?;
    let (expected, fits): (&str, fn(&Value) -> bool) = match go_type {
        "string" => ("string", Value::is_string),
        "bool" => ("boolean", Value::is_boolean),
        "int32" | "int64" | "float64" => ("numeric (int or float)", Value::is_number),
        _ if go_type.starts_with("map") => ("map", Value::is_object),
        _ if go_type.starts_with("[]") => ("list", Value::is_array),
        _ => ("map", Value::is_object),
    };
    let mut shown = String::new();
    let mut value = config;
    for name in path.split('.') {
        // list elements are not named in the path of a decode error
        if let Value::Array(list) = value {
            value = list.iter().find(|element| element.get(name).is_some())?;
        }
        value = value.get(name)?;
        shown.push('.');
        shown.push_str(name);
    }
    if let Value::Object(entries) = value
        && expected != "list"
    {
        let (name, wrong) = entries.iter().find(|(_, value)| !fits(value))?;
        shown.push('.');
        shown.push_str(name);
        value = wrong;
    }
    Some(format!("{shown}: expected {expected}, got &value.valueUnstructured{{Value:{value}}}"))
}

fn untyped(call: Call<'_>, config: &Value, cause: &str) -> ApiError {
    let scope = call.scope;
    let named = |field: &str| config.pointer(&format!("/metadata/{field}")).and_then(Value::as_str).unwrap_or_default();
    ApiError::unknown(format!(
        "failed to create typed patch object ({}/{}; {}, Kind={}): {cause}",
        named("namespace"),
        named("name"),
        upstream_group_version(&scope.kind.group_version()),
        scope.kind.kind
    ))
}

/// The current object with a configuration applied.
struct Applied<'a> {
    call: Call<'a>,
    subresource: &'a str,
    config: Value,
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
            .map_err(|err| self.explain(ApplyError::Untyped(err.to_string())))?;
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
