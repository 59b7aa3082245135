//! Requests to subresources, and to resources without storage.

use http::{Method, StatusCode};
use kubeforge_machinery::ApiError;

use super::{Call, get, patch, scale, update, write::View};
use crate::{
    body::ServerBody,
    decode, proxy,
    registry::{Subresource, SubresourceScope},
    respond::{self, Answer},
    subresource::{SubresourceAnswer, SubresourceCall, SubresourceHandler},
};

/// The verb that a method stands for on a subresource.
pub fn verb_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "get",
        Method::POST => "create",
        Method::PUT => "update",
        Method::PATCH => "patch",
        Method::DELETE => "delete",
        _ => "",
    }
}

/// Answers a request to a subresource.
///
/// # Errors
/// 405 for verbs that it does not serve, and all of the verbs'.
pub async fn serve(call: Call<'_>, method: &Method, subresource: &SubresourceScope) -> Result<Answer, ApiError> {
    let verb = match (&subresource.what, verb_of(method)) {
        (Subresource::Handler(handler), "") if handler.takes_all_methods() => "get",
        (_, verb) => verb,
    };
    if !subresource.verbs.iter().any(|served| served == verb) {
        return Err(ApiError::method_not_allowed());
    }
    match &subresource.what {
        Subresource::Status => view(call, method, View::Status).await,
        Subresource::Scale(paths) => scale::scale(call, method, &subresource.kind, paths).await,
        Subresource::Handler(handler) => match handler.as_view() {
            Some(strategy) => {
                let name = call.info.subresource;
                view(call, method, View::Other { name, strategy }).await
            }
            None => handle(call, method, handler.as_ref(), &subresource.kind).await,
        },
        Subresource::Unserved => Err(ApiError::path_not_found()),
    }
}

async fn view(call: Call<'_>, method: &Method, view: View<'_>) -> Result<Answer, ApiError> {
    match *method {
        Method::GET => get::get(call).await,
        Method::PUT => update::update(call, view).await,
        Method::PATCH => patch::patch(call, view).await,
        _ => Err(ApiError::method_not_allowed()),
    }
}

/// Lets a handler answer.
///
/// # Errors
/// The handler's, and 400 for what can't be decoded.
pub async fn handle(
    call: Call<'_>,
    method: &Method,
    handler: &dyn SubresourceHandler,
    kind: &kubeforge_machinery::GroupVersionKind,
) -> Result<Answer, ApiError> {
    let Call { scope, info, ctx, .. } = call;
    let takes_body = matches!(*method, Method::POST | Method::PUT) && handler.takes_body();
    let body = if takes_body {
        let has_proto = scope.scheme.get(kind).is_ok_and(|entry| entry.has_proto);
        let media = decode::body_media(call.headers, has_proto, ctx)?;
        Some(decode::object_of(&scope.scheme, ctx, media, call.body, kind, handler.accepts())?)
    } else {
        None
    };
    let request = SubresourceCall {
        scope,
        subresource: info.subresource,
        ctx,
        method,
        namespace: info.namespace,
        name: info.name,
        query: call.query.raw(),
        body,
        call,
    };
    Ok(match handler.handle(request).await? {
        SubresourceAnswer::Object(status, object) => respond::object(scope, call.form, object, status)?,
        SubresourceAnswer::Raw { content_type, body } => Answer {
            status: StatusCode::OK,
            content_type,
            body: ServerBody::Full(body),
            etag: None,
            nosniff: false,
            cacheable: false,
        },
        SubresourceAnswer::Proxied(status, proxied) => Answer {
            status,
            content_type: "",
            body: proxy::body_of(proxied),
            etag: None,
            nosniff: false,
            cacheable: false,
        },
        SubresourceAnswer::Nothing(status) => {
            Answer { status, content_type: "", body: ServerBody::Empty, etag: None, nosniff: false, cacheable: false }
        }
    })
}
