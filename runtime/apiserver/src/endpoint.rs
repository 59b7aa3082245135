//! From what a path says to the handler that answers it.

use bytes::Bytes;
use http::{HeaderMap, Method};
use kubeforge_machinery::ApiError;

use crate::{
    cbor, errors,
    handlers::{
        Call, create, delete, delete_collection, get, list, patch, subresource, update,
        watch::{self, WatchEnv},
        write::View,
    },
    negotiate::{self, Offer},
    query::Query,
    registry::{Found, Registry, ResourceScope},
    request::RequestContext,
    request_info::RequestInfo,
    respond::{Answer, Form},
    table_render::IncludeObject,
};
use std::sync::Arc;

/// A request to a resource, after all filters.
#[derive(Clone, Copy, Debug)]
pub struct ResourceRequest<'a> {
    /// What the path says.
    pub info: &'a RequestInfo<'a>,
    /// The method.
    pub method: &'a Method,
    /// The query.
    pub query: Query<'a>,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// Who asks, and with which options.
    pub ctx: &'a RequestContext,
    /// The body.
    pub body: &'a Bytes,
}

/// Where a path leads.
#[derive(Debug)]
pub enum Route<'a> {
    /// To a resource.
    Resource(Found<'a>),
    /// Nowhere, below a group that there is.
    NoSuchResource,
    /// Nowhere at all.
    NoSuchGroup,
}

/// Finds the resource of a path, and whether the path fits its scope.
pub fn route<'a>(registry: &'a Registry, info: &RequestInfo<'_>) -> Route<'a> {
    let Some(scope) = registry.find(info.group, info.version, info.resource) else {
        return if registry.has_group(info.group) { Route::NoSuchResource } else { Route::NoSuchGroup };
    };
    let in_namespace = !info.namespace.is_empty() && info.resource != "namespaces";
    let fits = if scope.namespaced() { in_namespace || info.name.is_empty() } else { !in_namespace };
    if scope.is_custom() {
        // the handler of custom resources passes on what is not for it, and nobody is behind it
        let fits = fits && (!scope.namespaced() || in_namespace || matches!(info.verb, "list" | "watch"));
        return if fits { Route::Resource(scope) } else { Route::NoSuchGroup };
    }
    if fits { Route::Resource(scope) } else { Route::NoSuchResource }
}

/// What a resource can answer to a request.
fn offer(scope: &ResourceScope, info: &RequestInfo<'_>, ctx: &RequestContext) -> Offer {
    let has_proto = match scope.subresources.get(info.subresource) {
        Some(subresource) => scope.scheme.get(&subresource.kind).is_ok_and(|entry| entry.has_proto),
        None => scope.has_proto(),
    };
    Offer { protobuf: has_proto, transforms: true, watch: is_watch(info), cbor: ctx.cbor }
}

fn is_watch(info: &RequestInfo<'_>) -> bool {
    info.verb == "watch"
}

/// Answers a request to a resource.
///
/// # Errors
/// 404 and 405 for paths and methods that lead nowhere, and all of the handlers'.
pub async fn serve(
    scope: &Arc<ResourceScope>,
    request: ResourceRequest<'_>,
    env: &WatchEnv,
) -> Result<Answer, ApiError> {
    let ResourceRequest { info, method, query, headers, ctx, body } = request;
    if let Err(error) = check_method(scope, info, method) {
        if is_watch(info) && scope.serves("list") {
            // it is the handler of lists that refuses, so the answer warns as a list's
            warn_of_deprecation(scope, ctx);
        }
        return Err(error);
    }
    let accept = headers.get(http::header::ACCEPT).map(|accept| accept.to_str().unwrap_or("?"));
    let mut output = negotiate::negotiate(accept, offer(scope, info, ctx))?;
    let user_agent = headers.get(http::header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    output.pretty |= !is_watch(info) && !output.cbor && negotiate::wants_pretty(query, user_agent);
    let include = match output.transform {
        negotiate::Transform::Table(_) => IncludeObject::parse(query)?,
        _ => IncludeObject::default(),
    };
    warn_of_deprecation(scope, ctx);
    let call = Call { scope, info, query, headers, form: Form { output, include }, ctx, body };
    let answer = handle(call, method, env).await?;
    if output.cbor { cbor::answer(answer, scope.schema) } else { Ok(answer) }
}

async fn handle(call: Call<'_>, method: &Method, env: &WatchEnv) -> Result<Answer, ApiError> {
    let Call { scope, info, .. } = call;
    if !info.subresource.is_empty() {
        let subresource = scope.subresources.get(info.subresource).ok_or_else(ApiError::path_not_found)?;
        return subresource::serve(call, method, subresource).await;
    }
    if let Some(handler) = &scope.virtual_handler {
        return subresource::handle(call, method, handler.as_ref(), &scope.kind).await;
    }
    match info.verb {
        "get" => get::get(call).await,
        "list" => list::list(call).await,
        "watch" => watch::watch(call, env).await,
        "create" => create::create(call).await,
        "update" => update::update(call, View::Main).await,
        "patch" => patch::patch(call, View::Main).await,
        "delete" => delete::delete(call).await,
        "deletecollection" => delete_collection::delete_collection(call).await,
        _ => Err(ApiError::method_not_allowed()),
    }
}

fn warn_of_deprecation(scope: &ResourceScope, ctx: &RequestContext) {
    if let Some(warning) = &scope.deprecation {
        ctx.warn(warning.clone());
    }
}

/// Refuses requests that no custom resource takes. One handler takes all paths of custom resources and goes by the verb, so
/// its words are others than those of a path that has no such method. Follows apiextensions
/// pkg/apiserver/customresource_handler.go.
fn check_custom(scope: &ResourceScope, info: &RequestInfo<'_>) -> Result<(), ApiError> {
    let verbs: &[&str] = match info.subresource {
        "" => &["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"],
        subresource if scope.subresources.contains_key(subresource) => &["get", "update", "patch"],
        _ => return Err(ApiError::not_found(&scope.resource, info.name)),
    };
    if !verbs.contains(&info.verb) {
        return Err(ApiError::method_not_supported(&scope.resource, info.verb));
    }
    if matches!(info.verb, "update" | "patch") && info.name.is_empty() {
        return Err(errors::internal("name must be provided"));
    }
    Ok(())
}

/// Refuses methods that the path does not take.
fn check_method(scope: &ResourceScope, info: &RequestInfo<'_>, method: &Method) -> Result<(), ApiError> {
    if scope.is_custom() {
        return check_custom(scope, info);
    }
    if !info.subresource.is_empty() {
        let known = scope.subresources.contains_key(info.subresource);
        let rest_fits = !info.has_rest || info.subresource == "proxy";
        // handlers of subresources check the verb themselves
        return if known && rest_fits { Ok(()) } else { Err(ApiError::path_not_found()) };
    }
    let of_object = info.object_in_path();
    let in_all_namespaces = scope.namespaced() && info.namespace.is_empty();
    let takes = match *method {
        Method::GET => true,
        Method::POST => !of_object && !in_all_namespaces && !info.is_watch_path,
        Method::PUT | Method::PATCH => of_object && !info.is_watch_path,
        Method::DELETE => (of_object || !in_all_namespaces) && !info.is_watch_path,
        _ => false,
    };
    if !takes {
        return Err(ApiError::method_not_allowed());
    }
    if scope.virtual_handler.is_some() && of_object && !serves_objects(scope) {
        return Err(ApiError::path_not_found());
    }
    if scope.serves(info.verb) {
        return Ok(());
    }
    match info.verb {
        "watch" if scope.serves("list") => Err(errors::verb_not_supported(&scope.resource, "watch")),
        _ if of_object && !serves_objects(scope) => Err(ApiError::path_not_found()),
        _ => Err(ApiError::method_not_allowed()),
    }
}

/// Whether any verb of the resource works on one object.
fn serves_objects(scope: &ResourceScope) -> bool {
    ["get", "update", "patch", "delete"].iter().any(|verb| scope.serves(verb))
}
