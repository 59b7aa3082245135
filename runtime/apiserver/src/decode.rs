//! From a request's body to an object.

use http::{HeaderMap, header};
use kubeforge_machinery::{
    GroupVersionKind, Object, Scheme,
    codec::{self, DocumentError, MediaType, Strictness},
    field::{Error, Path},
    scheme::SchemeError,
    status::ApiError,
    yaml,
};

use crate::{
    errors,
    registry::ResourceScope,
    request::{FieldValidation, RequestContext},
};

/// How much of a body error messages quote.
const QUOTE_BYTES: usize = 1024;

/// The encoding of a request's body; JSON where the client does not say.
///
/// # Errors
/// 415 for an unknown encoding, or protobuf for a kind without that form.
pub fn body_media(headers: &HeaderMap, has_proto: bool, ctx: &RequestContext) -> Result<MediaType, ApiError> {
    let name = match headers.get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap_or_default()) {
        None | Some("") => return Ok(MediaType::Json),
        Some(text) => text.split(';').next().unwrap_or_default().trim(),
    };
    match MediaType::from_name(name) {
        Some(MediaType::Protobuf) if !has_proto => Err(errors::unsupported_body("application/json, application/yaml")),
        Some(media) => Ok(media),
        // CBOR has become JSON before
        None if ctx.cbor => Err(errors::unsupported_body(
            "application/json, application/yaml, application/vnd.kubernetes.protobuf, application/cbor",
        )),
        None => {
            Err(errors::unsupported_body("application/json, application/yaml, application/vnd.kubernetes.protobuf"))
        }
    }
}

/// Reads a body as an object of `expected`, with defaults set, in the version that the client sent.
///
/// Unknown fields warn or fail as the request says.
///
/// # Errors
/// 400 with upstream's words.
pub fn object(
    scheme: &Scheme,
    ctx: &RequestContext,
    media: MediaType,
    body: &[u8],
    expected: &GroupVersionKind,
) -> Result<Box<dyn Object>, ApiError> {
    object_of(scheme, ctx, media, body, expected, &[])
}

/// As [`object`], taking versions of the kind with these `apiVersion`s too.
///
/// # Errors
/// 400 with upstream's words.
pub fn object_of(
    scheme: &Scheme,
    ctx: &RequestContext,
    media: MediaType,
    body: &[u8],
    expected: &GroupVersionKind,
    also: &[&str],
) -> Result<Box<dyn Object>, ApiError> {
    let strictness = match ctx.field_validation {
        FieldValidation::Ignore => Strictness::Lenient,
        FieldValidation::Warn | FieldValidation::Strict => Strictness::Strict,
    };
    let decoded = codec::decode(scheme, media, body, Some(expected), strictness)
        .map_err(|err| explain(scheme, media, body, expected, err))?;
    if !decoded.strict_errors.is_empty() {
        match ctx.field_validation {
            FieldValidation::Strict => {
                let errors: Vec<String> = decoded.strict_errors.iter().map(ToString::to_string).collect();
                let cause = format!("strict decoding error: {}", errors.join(", "));
                return Err(cannot_be_handled(&decoded.gvk, expected, &cause));
            }
            FieldValidation::Warn => decoded.strict_errors.iter().for_each(|err| ctx.warn(err.to_string())),
            FieldValidation::Ignore => {}
        }
    }
    let mut object = decoded.object;
    let is_accepted = decoded.gvk.kind == expected.kind && also.contains(&&*decoded.gvk.api_version());
    if decoded.gvk != *expected && !is_accepted {
        check_kind(scheme, &decoded.gvk, expected)?;
    }
    object.set_defaults();
    Ok(object)
}

/// Reads a body as an object of a resource; see [`object`].
///
/// # Errors
/// 400 with upstream's words, and 422 for a custom resource's object that says that it is of another kind: upstream
/// decodes anything there, and leaves the kind to validation.
pub fn resource_object(
    scope: &ResourceScope,
    ctx: &RequestContext,
    media: MediaType,
    body: &[u8],
) -> Result<Box<dyn Object>, ApiError> {
    if scope.is_custom() {
        check_custom_kind(scope, media, body)?;
    }
    object(&scope.scheme, ctx, media, body, &scope.kind)
}

fn check_custom_kind(scope: &ResourceScope, media: MediaType, body: &[u8]) -> Result<(), ApiError> {
    let converted;
    let json = match media {
        MediaType::Json | MediaType::Protobuf => body,
        MediaType::Yaml => match yaml::to_json(body, Strictness::Lenient) {
            Ok(document) => {
                converted = document.json;
                &converted
            }
            // decoding tells of it
            Err(_) => return Ok(()),
        },
    };
    let Ok(found) = codec::peek_json(json) else { return Ok(()) };
    if found.kind.is_empty() {
        return Err(errors::bad_request("Object 'Kind' is missing in 'object has no kind field '"));
    }
    if found.api_version != scope.api_version {
        return Err(errors::bad_request(format!(
            "the API version in the data ({}) does not match the expected API version ({})",
            found.api_version, scope.api_version
        )));
    }
    if found.kind != scope.kind.kind {
        let named: serde_json::Value = serde_json::from_slice(json).unwrap_or_default();
        let name = named.pointer("/metadata/name").and_then(serde_json::Value::as_str).unwrap_or_default();
        let wrong = Error::invalid(&Path::new("kind"), found.kind, format!("must be {}", scope.kind.kind));
        return Err(ApiError::invalid(&scope.kind.group_kind(), name, &vec![wrong]));
    }
    Ok(())
}

/// Checks that a document's kind can stand for the expected one, and is of the expected version.
fn check_kind(scheme: &Scheme, found: &GroupVersionKind, expected: &GroupVersionKind) -> Result<(), ApiError> {
    let hub = |gvk: &GroupVersionKind| scheme.get(gvk).ok().map(|entry| entry.hub.clone());
    let same = matches!((hub(found), hub(expected)), (Some(a), Some(b)) if a == b);
    if !same {
        return Err(cannot_be_handled(found, expected, &unknown_conversion(found, expected)));
    }
    Err(errors::bad_request(format!(
        "the API version in the data ({}) does not match the expected API version ({})",
        found.api_version(),
        expected.api_version()
    )))
}

/// Upstream names the internal type by its Go package: the first label of the group, `core` for the core group.
fn unknown_conversion(found: &GroupVersionKind, expected: &GroupVersionKind) -> String {
    let package = match expected.group.split('.').next().unwrap_or_default() {
        "" => "core",
        label => label,
    };
    format!("converting ({}.{}) to ({package}.{}): unknown conversion", found.version, found.kind, expected.kind)
}

fn cannot_be_handled(found: &GroupVersionKind, expected: &GroupVersionKind, cause: &str) -> ApiError {
    let article_and_kind = &expected.kind;
    errors::bad_request(format!(
        "{} in version \"{}\" cannot be handled as a {article_and_kind}: {cause}",
        found.kind, found.version
    ))
}

fn explain(
    scheme: &Scheme,
    media: MediaType,
    body: &[u8],
    expected: &GroupVersionKind,
    error: DocumentError,
) -> ApiError {
    let unrecognized = |cause: String| unrecognized(expected, &cause, body);
    match error {
        DocumentError::Unrecognized(cause) if media == MediaType::Yaml => unrecognized(cause),
        error @ (DocumentError::Unrecognized(_)
        | DocumentError::NotProtobuf(_)
        | DocumentError::MissingKind(_)
        | DocumentError::MissingVersion(_)) => unrecognized(error.to_string()),
        DocumentError::Scheme(error) => {
            let found = match &error {
                SchemeError::NotRegistered { gvk, .. } => gvk.clone(),
                SchemeError::NoConversion { from, .. } => from.clone(),
                SchemeError::Conversion(_) => expected.clone(),
            };
            cannot_be_handled(&found, expected, &error.to_string())
        }
        DocumentError::Malformed { gvk, source } => {
            // the kind is looked at first: a document of another kind is not read as the expected one
            match (gvk != *expected).then(|| check_kind(scheme, &gvk, expected)) {
                Some(Err(wrong_kind)) => wrong_kind,
                _ => cannot_be_handled(&gvk, expected, &source.to_string()),
            }
        }
    }
}

/// 400 for a body that is no document at all.
pub(crate) fn unrecognized(expected: &GroupVersionKind, cause: &str, body: &[u8]) -> ApiError {
    errors::bad_request(format!(
        "the object provided is unrecognized (must be of type {}): {cause} ({})",
        expected.kind,
        quote_body(body)
    ))
}

/// The body as error messages show it: text where it looks like JSON, else in hexadecimal.
fn quote_body(body: &[u8]) -> String {
    if body.is_empty() {
        return "<empty>".to_owned();
    }
    let shown = &body[..body.len().min(QUOTE_BYTES)];
    let mut text = if body[0] == b'{' {
        String::from_utf8_lossy(shown).into_owned()
    } else {
        shown.iter().map(|byte| format!("{byte:02x}")).collect()
    };
    if shown.len() < body.len() {
        text.push_str(" ...");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_quoted_as_upstream_does() {
        assert_eq!(quote_body(b""), "<empty>");
        assert_eq!(quote_body(b"{\"kind\": "), "{\"kind\": ");
        assert_eq!(quote_body(b"hello"), "68656c6c6f");
    }

    #[test]
    fn unknown_conversions_name_the_group_by_its_first_label() {
        let secret = GroupVersionKind::new("", "v1", "Secret");
        let eviction = GroupVersionKind::new("policy", "v1", "Eviction");
        assert_eq!(
            unknown_conversion(&secret, &eviction),
            "converting (v1.Secret) to (policy.Eviction): unknown conversion"
        );
    }
}
