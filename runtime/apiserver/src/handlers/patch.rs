//! Patches: JSON, merge and strategic merge. Follows apiserver pkg/endpoints/handlers/patch.go.

use bytes::Bytes;
use http::{HeaderMap, header};
use kubeforge_machinery::{
    ApiError, GroupKind, GroupVersionKind, Object, Scheme,
    codec::{self, DocumentError, MediaType, StrictError, Strictness},
    field::{Error, Path},
    patch::{self, go_format::GoFormat, json_patch::JsonPatch, merge_patch, strategic},
    schema::StructSchema,
};
use serde_json::{Map, Value};

use super::{
    Call, apply, misfit,
    update::answer,
    write::{Creation, Source, View, Write},
};
use crate::{
    errors,
    managed_fields::{self, Current},
    metadata, parts,
    query::as_bool,
    request::{FieldValidation, RequestContext},
    respond::Answer,
};

/// The kinds of patches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatchKind {
    /// RFC 6902.
    Json,
    /// RFC 7386.
    Merge,
    /// Kubernetes' own, which knows lists' keys.
    Strategic,
    /// Server-side apply.
    Apply,
}

/// What custom resources can be patched with.
const PATCHES_WITHOUT_SCHEMA: &str =
    "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml";

impl PatchKind {
    /// Reads the media type.
    ///
    /// # Errors
    /// 415 for an unknown one; the strategic one is unknown for types whose structure is not.
    pub fn of(headers: &HeaderMap, has_schema: bool) -> Result<Self, ApiError> {
        let text = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        match text.split(';').next().unwrap_or_default().trim() {
            "application/json-patch+json" => Ok(Self::Json),
            "application/merge-patch+json" => Ok(Self::Merge),
            "application/strategic-merge-patch+json" if has_schema => Ok(Self::Strategic),
            "application/apply-patch+yaml" => Ok(Self::Apply),
            _ if has_schema => Err(errors::unsupported_patch()),
            // no route of their own looks at the media type before their handler does
            _ => Err(errors::unsupported_body(PATCHES_WITHOUT_SCHEMA)),
        }
    }
}

const OPTIONS_KIND: GroupKind =
    GroupKind { group: std::borrow::Cow::Borrowed("meta.k8s.io"), kind: std::borrow::Cow::Borrowed("PatchOptions") };

/// Checks the options that only patches have. Says whether an apply is forced.
pub(super) fn check_options(call: Call<'_>, kind: PatchKind) -> Result<bool, ApiError> {
    let force = call.query.get("force").map(|value| as_bool(&value));
    let mut errors = Vec::new();
    if kind == PatchKind::Apply {
        if call.query.get("fieldManager").is_none_or(|manager| manager.is_empty()) {
            errors.push(Error::required(&Path::new("fieldManager"), "is required for apply patch"));
        }
    } else if force.is_some() {
        errors.push(Error::forbidden(&Path::new("force"), "may not be specified for non-apply patch"));
    }
    if errors.is_empty() { Ok(force == Some(true)) } else { Err(ApiError::invalid(&OPTIONS_KIND, "", &errors)) }
}

/// Patches the object and answers with the result.
///
/// # Errors
/// 400, 415 and 422 for the patch itself, and all of an update's.
pub async fn patch(call: Call<'_>, view: View<'_>) -> Result<Answer, ApiError> {
    let kind = PatchKind::of(call.headers, !call.scope.is_custom())?;
    let force = check_options(call, kind)?;
    if kind == PatchKind::Apply {
        return apply::apply(call, view, force).await;
    }
    let source = Patched { call, patch: Patch::decode(kind, call.body, call.ctx)? };
    let outcome = Write { call, view, source: &source, creation: Creation::Refused }.run().await?;
    answer(call, outcome)
}

/// A patch, read once.
#[derive(Debug)]
pub enum Patch {
    /// Nothing: an empty body.
    Nothing,
    /// A JSON patch.
    Json(JsonPatch),
    /// A merge patch.
    Merge(Map<String, Value>),
    /// A strategic merge patch.
    Strategic(Map<String, Value>),
}

impl Patch {
    /// Reads a patch; duplicate fields warn or fail as the request says.
    ///
    /// # Errors
    /// 400 and 413.
    pub fn decode(kind: PatchKind, body: &Bytes, ctx: &RequestContext) -> Result<Self, ApiError> {
        if body.is_empty() {
            return Ok(Self::Nothing);
        }
        let (patch, strict_errors) = match kind {
            PatchKind::Json => {
                let (patch, errors) = JsonPatch::decode(body)?;
                (Self::Json(patch), errors)
            }
            PatchKind::Merge | PatchKind::Strategic | PatchKind::Apply => {
                let (fields, errors) = patch::decode_object(body).map_err(|err| match kind {
                    PatchKind::Strategic => ApiError::bad_request(err.to_string()),
                    _ => ApiError::bad_request(format!("error decoding patch: {err}")),
                })?;
                let patch = if kind == PatchKind::Merge { Self::Merge(fields) } else { Self::Strategic(fields) };
                (patch, errors)
            }
        };
        note(ctx, &strict_errors, |cause| ApiError::bad_request(format!("error decoding patch: {cause}")))?;
        Ok(patch)
    }

    /// Applies it to an object's text.
    ///
    /// # Errors
    /// 400, 422 or 500 as upstream has it.
    pub fn apply(&self, json: &[u8], schema: Option<&'static StructSchema>) -> Result<Vec<u8>, ApiError> {
        match (self, schema) {
            (Self::Nothing, _) => Ok(json.to_vec()),
            (Self::Json(patch), _) => patch.apply_to_text(json),
            (Self::Merge(patch), _) => merge_patch::apply_to_text(json, patch),
            (Self::Strategic(patch), Some(schema)) => strategic::apply_to_text(json, patch, schema),
            (Self::Strategic(_), None) => Err(errors::unsupported_patch()),
        }
    }
}

/// Warns of unknown and duplicate fields, or fails, as the request says.
pub(super) fn note(
    ctx: &RequestContext,
    strict_errors: &[StrictError],
    refuse: impl FnOnce(String) -> ApiError,
) -> Result<(), ApiError> {
    match ctx.field_validation {
        _ if strict_errors.is_empty() => Ok(()),
        FieldValidation::Ignore => Ok(()),
        FieldValidation::Warn => {
            strict_errors.iter().for_each(|err| ctx.warn(err.to_string()));
            Ok(())
        }
        FieldValidation::Strict => {
            let errors: Vec<String> = strict_errors.iter().map(ToString::to_string).collect();
            Err(refuse(format!("strict decoding error: {}", errors.join(", "))))
        }
    }
}

/// The current object with a patch applied.
struct Patched<'a> {
    call: Call<'a>,
    patch: Patch,
}

impl Patched<'_> {
    /// Whether the patch may be about the record of managers: it is named, or an operation is about all around it.
    fn may_ask_for_managers(&self) -> bool {
        let says = |text: &str| self.call.body.windows(text.len()).any(|part| part == text.as_bytes());
        let about_all = || says("\"/metadata\"") || says("\"\"");
        says("managedFields") || (matches!(self.patch, Patch::Json(_)) && about_all())
    }

    /// The object of a text with the patch applied, in the version of the request.
    fn of(&self, json: &[u8]) -> Result<Box<dyn Object>, ApiError> {
        let Call { scope, ctx, .. } = self.call;
        let patched = self.patch.apply(json, scope.schema)?;
        let shown = match &self.patch {
            Patch::Strategic(patch) => Shown::Patch(patch),
            Patch::Nothing | Patch::Json(_) | Patch::Merge(_) => Shown::Document(json),
        };
        read_back(&scope.scheme, ctx, &scope.kind, &patched, shown)
    }
}

impl Source for Patched<'_> {
    fn next(&self, current: Option<&Current>) -> Result<Box<dyn Object>, ApiError> {
        let Call { scope, info, .. } = self.call;
        let Some(current) = current else {
            return Err(ApiError::not_found(&scope.resource, info.name));
        };
        let whole = || self.of(&managed_fields::json_of(scope, current.object.as_ref())?);
        let decoded = if self.may_ask_for_managers() {
            whole()?
        } else {
            match self.of(&current.json) {
                // messages of what is wrong show the whole document
                Err(error) if error.code() == 422 => whole()?,
                decoded => decoded?,
            }
        };
        let mut object = scope.scheme.to_hub(decoded).map_err(errors::internal)?;
        metadata::check_name(info.name, metadata::of(object.as_mut())?)?;
        metadata::bind_namespace(scope.namespaced(), info.namespace, metadata::of(object.as_mut())?)?;
        Ok(object)
    }
}

/// What a message shows of a patch whose result can't be decoded.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shown<'a> {
    /// The patched document; this is the one before.
    Document(&'a [u8]),
    /// The patch.
    Patch(&'a Map<String, Value>),
}

/// Decodes a patched document, with defaults set.
///
/// # Errors
/// 422 that shows the document.
pub(super) fn read_back(
    scheme: &Scheme,
    ctx: &RequestContext,
    kind: &GroupVersionKind,
    patched: &[u8],
    show: Shown<'_>,
) -> Result<Box<dyn Object>, ApiError> {
    let refuse = |cause: String| {
        let error = match show {
            Shown::Document(original) => Error::invalid(&Path::new("patch"), shown(patched, original), cause),
            Shown::Patch(patch) => {
                let text = GoFormat(&Value::Object(patch.clone())).to_string();
                let schema = scheme.new_object(kind).ok().and_then(|object| object.schema());
                let patched: Value = serde_json::from_slice(patched).unwrap_or_default();
                Error::invalid(&Path::new("patch"), text, misfit::words(&cause, &patched, schema).unwrap_or(cause))
            }
        };
        ApiError::invalid(&GroupKind::default(), "", &vec![error])
    };
    let strictness = match ctx.field_validation {
        FieldValidation::Ignore => Strictness::Lenient,
        FieldValidation::Warn | FieldValidation::Strict => Strictness::Strict,
    };
    let decoded = codec::decode(scheme, MediaType::Json, patched, Some(kind), strictness).map_err(|err| match err {
        DocumentError::Malformed { source, .. } => refuse(source.to_string()),
        other => refuse(other.to_string()),
    })?;
    note(ctx, &decoded.strict_errors, refuse)?;
    if decoded.gvk != *kind {
        return Err(ApiError::bad_request(format!(
            "{} in version \"{}\" cannot be handled as a {}",
            decoded.gvk.kind, decoded.gvk.version, kind.kind
        )));
    }
    let mut object = decoded.object;
    object.set_defaults();
    Ok(object)
}

/// The patched document as messages show it: members in order of their names, those that the patch left alone as they
/// were written.
fn shown(patched: &[u8], original: &[u8]) -> String {
    let Ok(Value::Object(fields)) = serde_json::from_slice(patched) else {
        return String::from_utf8_lossy(patched).into_owned();
    };
    let mut names: Vec<&String> = fields.keys().collect();
    names.sort();
    let mut text = String::from("{");
    for (at, name) in names.into_iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        let value = &fields[name];
        let before = parts::members(original)
            .find(|(found, _)| *found == name.as_bytes())
            .map(|(_, raw)| raw)
            .filter(|raw| serde_json::from_slice::<Value>(raw).is_ok_and(|old| old == *value));
        text.push_str(&Value::String(name.clone()).to_string());
        text.push(':');
        match before {
            Some(raw) => text.push_str(&String::from_utf8_lossy(raw)),
            None => text.push_str(&value.to_string()),
        }
    }
    text.push('}');
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn messages_keep_untouched_parts_as_they_were() {
        let original = br#"{"kind":"A","metadata":{"name":"x","annotations":{}},"data":{"b":"1"}}"#;
        let patched = json!({"kind": "A", "metadata": {"name": "x", "annotations": {}}, "data": {"b": 5, "a": 1}});
        let text = shown(patched.to_string().as_bytes(), original);
        assert!(text.starts_with(r#"{"data":{"#), "{text}");
        assert!(text.ends_with(r#","kind":"A","metadata":{"name":"x","annotations":{}}}"#), "{text}");
    }
}
