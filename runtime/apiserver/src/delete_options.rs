//! How an object is to be deleted: from the body or the query.

use http::{HeaderMap, header};
use kubeforge_machinery::{
    ApiError, GroupKind,
    codec::{self, MediaType},
    field::{Error, ErrorList, Path},
    meta::v1::{DeleteOptions, DeletionPropagation},
};

use crate::{
    list_options::parse_int,
    query::{self, Query},
    request::RequestContext,
};

const KIND: GroupKind =
    GroupKind { group: std::borrow::Cow::Borrowed("meta.k8s.io"), kind: std::borrow::Cow::Borrowed("DeleteOptions") };

/// Reads the options: a body counts more than the query.
///
/// # Errors
/// 400 where they can't be read, 422 where they contradict each other.
pub fn parse(
    headers: &HeaderMap,
    body: &[u8],
    query: Query<'_>,
    ctx: &RequestContext,
) -> Result<DeleteOptions, ApiError> {
    let options = if body.is_empty() { from_query(query)? } else { from_body(headers, body, ctx)? };
    validate(&options)?;
    Ok(options)
}

/// Refuses options that contradict each other or say what is unknown.
///
/// # Errors
/// 422.
pub fn validate(options: &DeleteOptions) -> Result<(), ApiError> {
    let errors = check(options);
    if errors.is_empty() { Ok(()) } else { Err(ApiError::invalid(&KIND, "", &errors)) }
}

fn from_query(query: Query<'_>) -> Result<DeleteOptions, ApiError> {
    let mut options = DeleteOptions::default();
    for (name, value) in query.pairs() {
        match &*name {
            "gracePeriodSeconds" => options.grace_period_seconds = Some(parse_int(&value)?),
            "orphanDependents" => options.orphan_dependents = Some(query::as_bool(&value)),
            "propagationPolicy" => options.propagation_policy = Some(DeletionPropagation::from(value.as_ref())),
            "dryRun" => options.dry_run.push(value.into_owned()),
            _ => {}
        }
    }
    Ok(options)
}

fn from_body(headers: &HeaderMap, body: &[u8], ctx: &RequestContext) -> Result<DeleteOptions, ApiError> {
    let media = crate::decode::body_media(headers, true, ctx)?;
    let bad = |cause: String| ApiError::bad_request(cause);
    let check_kind = |kind: &str| {
        if matches!(kind, "" | "DeleteOptions") {
            Ok(())
        } else {
            Err(ApiError::bad_request("decoded object cannot be converted to DeleteOptions"))
        }
    };
    match media {
        MediaType::Protobuf => {
            let envelope = codec::unwrap_proto(body).map_err(|err| bad(err.to_string()))?;
            check_kind(&envelope.type_meta.kind)?;
            codec::from_proto_slice(envelope.raw).map_err(|err| bad(err.to_string()))
        }
        MediaType::Json | MediaType::Yaml => {
            let converted;
            let json = if media == MediaType::Yaml {
                converted = kubeforge_machinery::yaml::to_json(body, codec::Strictness::Lenient)
                    .map_err(|err| bad(err.to_string()))?
                    .json;
                converted.as_slice()
            } else {
                body
            };
            let type_meta = codec::peek_json(json)
                .map_err(|err| bad(format!("couldn't get version/kind; json parse error: {err}")))?;
            check_kind(&type_meta.kind)?;
            codec::from_json_slice(json).map_err(|err| {
                bad(format!("DeleteOptions in version \"v1\" cannot be handled as a DeleteOptions: {err}"))
            })
        }
    }
}

fn check(options: &DeleteOptions) -> ErrorList {
    let mut errors = ErrorList::new();
    let policy = Path::new("propagationPolicy");
    if options.orphan_dependents.is_some() && options.propagation_policy.is_some() {
        let shown = options.propagation_policy.as_ref().map(|policy| policy.as_str().to_owned());
        let why = "orphanDependents and deletionPropagation cannot be both set";
        errors.push(Error::invalid(&policy, shown.unwrap_or_default(), why));
    }
    if let Some(DeletionPropagation::Other(other)) = &options.propagation_policy {
        let supported = ["Foreground", "Background", "Orphan", "nil"];
        errors.push(Error::not_supported(&policy, other.as_str(), &supported));
    }
    check_dry_run(&options.dry_run, &mut errors);
    errors
}

/// Checks `dryRun` values.
pub fn check_dry_run(values: &[String], errors: &mut ErrorList) {
    if values.iter().any(|value| value != "All") {
        let shown = format!("[{}]", values.iter().map(|value| format!("{value:?}")).collect::<Vec<_>>().join(","));
        let bad = kubeforge_machinery::field::BadValue::plain(shown);
        errors.push(Error::not_supported(&Path::new("dryRun"), bad, &["All"]));
    }
}

/// Whether the request has a body to speak of.
pub fn has_body(headers: &HeaderMap) -> bool {
    headers.contains_key(header::TRANSFER_ENCODING)
        || headers.get(header::CONTENT_LENGTH).is_some_and(|length| length.as_bytes() != b"0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_agree_and_are_known() {
        let foreground = Some(DeletionPropagation::Foreground);
        let odd = Some(DeletionPropagation::from("odd"));
        let all = vec!["All".to_owned()];
        for (orphan_dependents, propagation_policy, dry_run, fields) in [
            (None, foreground.clone(), all.clone(), vec![]),
            (Some(true), foreground, vec![], vec!["propagationPolicy"]),
            (None, odd, vec!["x".to_owned()], vec!["propagationPolicy", "dryRun"]),
        ] {
            let options = DeleteOptions { orphan_dependents, propagation_policy, dry_run, ..DeleteOptions::default() };
            let told: Vec<String> = check(&options).iter().map(|error| error.field.clone()).collect();
            assert_eq!(told, fields);
            assert_eq!(validate(&options).is_err(), !fields.is_empty());
        }
    }
}
