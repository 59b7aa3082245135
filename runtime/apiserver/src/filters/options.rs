//! The options that writes share: `dryRun`, `fieldManager`, `fieldValidation`.

use std::sync::Arc;

use http::{HeaderMap, header};
use kubeforge_machinery::{
    ApiError, GroupKind,
    field::{Error, ErrorList, Path},
    user::UserInfo,
};

use crate::{
    delete_options, metadata_validation,
    query::Query,
    registry::Registry,
    request::{FieldValidation, Persist, RequestContext},
    request_info::RequestInfo,
};

/// Names of managers are cut at this length when they come from the user agent.
const USER_AGENT_MANAGER_MAX: usize = 128;

/// The context of a request, with its options read.
///
/// # Errors
/// 422 for options that have no such value.
pub fn context(
    user: Arc<UserInfo>,
    registry: Arc<Registry>,
    info: &RequestInfo<'_>,
    query: Query<'_>,
    headers: &HeaderMap,
) -> Result<RequestContext, ApiError> {
    let mut ctx = RequestContext::new(user, registry);
    info.verb.clone_into(&mut ctx.verb);
    info.namespace.clone_into(&mut ctx.namespace);
    info.name.clone_into(&mut ctx.name);
    info.subresource.clone_into(&mut ctx.subresource);
    if matches!(info.verb, "get" | "list" | "watch") {
        return Ok(ctx);
    }
    let mut errors = ErrorList::new();
    let mut dry_run: Vec<String> = Vec::new();
    if !query.raw().is_empty() {
        for (name, value) in query.pairs() {
            match &*name {
                "dryRun" => dry_run.push(value.into_owned()),
                "fieldManager" => ctx.field_manager = value.into_owned(),
                "fieldValidation" => match &*value {
                    "" | "Warn" => ctx.field_validation = FieldValidation::Warn,
                    "Ignore" => ctx.field_validation = FieldValidation::Ignore,
                    "Strict" => ctx.field_validation = FieldValidation::Strict,
                    other => errors.push(Error::not_supported(
                        &Path::new("fieldValidation"),
                        other,
                        &["", "Ignore", "Strict", "Warn"],
                    )),
                },
                _ => {}
            }
        }
        delete_options::check_dry_run(&dry_run, &mut errors);
        metadata_validation::field_manager(&ctx.field_manager, &Path::new("fieldManager"), &mut errors);
    }
    if !errors.is_empty() {
        let kind = match info.verb {
            "create" => "CreateOptions",
            "update" => "UpdateOptions",
            "patch" => "PatchOptions",
            _ => "DeleteOptions",
        };
        let kind = GroupKind { group: "meta.k8s.io".into(), kind: kind.into() };
        return Err(ApiError::invalid(&kind, "", &errors));
    }
    if !dry_run.is_empty() {
        ctx.persist = Persist::DryRun;
    }
    if ctx.field_manager.is_empty() {
        ctx.field_manager = manager_of(headers);
    }
    Ok(ctx)
}

/// The manager that a user agent stands for: what stands before its first slash.
fn manager_of(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = agent.split('/').next().unwrap_or_default();
    let name: String = name.chars().filter(|letter| !letter.is_control()).take(USER_AGENT_MANAGER_MAX).collect();
    if name.is_empty() { "unknown".to_owned() } else { name }
}
