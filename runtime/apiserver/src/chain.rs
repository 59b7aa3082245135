//! The way of a request through the server, in one place.
//!
//! [`serve`] is the chain, outermost first; the reason for each position stands at its line. Filters are plain
//! functions: a chain of boxed services would cost several allocations for each request.

use std::{borrow::Cow, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use bytes::Bytes;
use futures::FutureExt as _;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header, request::Parts};
use hyper::upgrade::OnUpgrade;
use kubeforge_machinery::{ApiError, user::UserInfo};
use percent_encoding::percent_decode_str;
use tokio::time::Instant;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::{
    auth::{Authenticator, Authorizer},
    body::{RequestBody, ServerBody},
    cbor::{self, InJson},
    connection::Connection,
    endpoint::{self, ResourceRequest, Route},
    errors,
    filters::{
        authentication::{self, Anonymous},
        authorization::{self, Limits},
        compression,
        impersonation::{self, LastModes},
        limits, options,
    },
    handlers::watch::WatchEnv,
    metrics::{Metrics, RequestLabels},
    negotiate::{self, Offer, Output},
    nonresource::NonResource,
    query::Query,
    registry::Registry,
    request_info::RequestInfo,
    respond::{self, Answer},
};

/// Larger bodies are refused (apiserver's `MaxRequestBodyBytes`).
pub const BODY_BYTES_MAX: usize = 3 * 1024 * 1024;

/// Requests that are not long-running must end within this time (`--request-timeout`).
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

const AUDIT_ID: HeaderName = HeaderName::from_static("audit-id");
const FLOW_SCHEMA: HeaderName = HeaderName::from_static("x-kubernetes-pf-flowschema-uid");
const PRIORITY_LEVEL: HeaderName = HeaderName::from_static("x-kubernetes-pf-prioritylevel-uid");

/// What the chain needs of the server.
pub struct Chain {
    /// The resources.
    pub registry: Arc<Registry>,
    /// Other paths.
    pub nonresource: NonResource,
    /// Who may be who, in order.
    pub authenticators: Vec<Arc<dyn Authenticator>>,
    /// What becomes of requests without credentials.
    pub anonymous: Anonymous,
    /// Who may do what.
    pub authorizer: Arc<dyn Authorizer>,
    /// How users were allowed to act as others.
    pub impersonations: LastModes,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// For watches.
    pub watches: WatchEnv,
    /// The one flow schema that there is.
    pub flow_schema: HeaderValue,
    /// The one priority level that there is.
    pub priority_level: HeaderValue,
    /// Whether clients may speak CBOR.
    pub cbor: bool,
}

impl std::fmt::Debug for Chain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Chain").finish_non_exhaustive()
    }
}

/// An answer on its way out.
struct Outgoing {
    answer: Answer,
    /// It passed the place of priority and fairness.
    classified: bool,
    retry_after: Option<i32>,
    warnings: Vec<String>,
}

impl Outgoing {
    fn of(answer: Answer) -> Self {
        Self { answer, classified: true, retry_after: None, warnings: Vec::new() }
    }

    fn failure(output: Output, error: ApiError) -> Self {
        let status = error.status();
        let retry_after = status.details.as_ref().map(|details| details.retry_after_seconds).filter(|after| *after > 0);
        if status.code >= 500 {
            tracing::error!(code = status.code, message = %status.message, "request failed");
        } else {
            tracing::debug!(code = status.code, message = %status.message, "request refused");
        }
        Self { retry_after, ..Self::of(respond::failure(output, error)) }
    }

    fn refused(output: Output, error: ApiError) -> Self {
        let mut refused = Self::failure(output, error);
        refused.answer.nosniff = true;
        refused
    }
}

/// Answers a request.
pub async fn serve(chain: &Arc<Chain>, request: Request<RequestBody>, connection: &Connection) -> Response<ServerBody> {
    let started = Instant::now();
    let (parts, body) = request.into_parts();
    let audit_id = audit_id(&parts.headers);
    let gzip = compression::is_accepted(&parts.headers);
    // 1. panic guard: whatever happens inside, the client gets an answer and the connection lives on
    let outgoing = AssertUnwindSafe(guarded(chain, &parts, body, connection, started)).catch_unwind().await;
    let outgoing = outgoing.unwrap_or_else(|_| {
        tracing::error!(method = %parts.method, path = parts.uri.path(), "a handler panicked");
        let error = errors::internal("the server could not handle the request");
        Outgoing::refused(Output::JSON, error)
    });
    finish(chain, outgoing, audit_id, gzip)
}

async fn guarded(
    chain: &Arc<Chain>,
    parts: &Parts,
    body: RequestBody,
    connection: &Connection,
    started: Instant,
) -> Outgoing {
    // 2. request info: every later filter asks what the request is about
    let path = percent_decode_str(parts.uri.path()).decode_utf8_lossy();
    let query = Query::new(parts.uri.query().unwrap_or_default());
    let info = RequestInfo::parse(&parts.method, &path, query);
    let is_long = info.verb == "watch" || info.verb == "proxy" || is_stream(info.subresource);
    // 3. deadline: outside of all that may wait; watches have deadlines of their own
    let span = tracing::debug_span!(
        "request",
        verb = info.verb,
        group = info.group,
        version = info.version,
        resource = info.resource,
        namespace = info.namespace,
        name = info.name,
        user = tracing::field::Empty,
    );
    let inner = filtered(chain, parts, body, connection, &info, query, is_long).instrument(span);
    let outgoing = if is_long {
        inner.await
    } else {
        match tokio::time::timeout(REQUEST_TIMEOUT, inner).await {
            Ok(outgoing) => outgoing,
            Err(_) => {
                let why = "request did not complete within the allotted timeout";
                Outgoing::refused(Output::JSON, ApiError::timeout(why, 0))
            }
        }
    };
    let scope = match (info.is_resource, info.name.is_empty(), info.namespace.is_empty()) {
        (false, ..) => "",
        (true, false, _) => "resource",
        (true, true, false) => "namespace",
        (true, true, true) => "cluster",
    };
    let known = info.is_resource && chain.registry.find(info.group, info.version, info.resource).is_some();
    let text = |text: &str| if known { text.to_owned() } else { String::new() };
    let is_missing = outgoing.answer.status == StatusCode::NOT_FOUND;
    let labels = RequestLabels {
        verb: metric_verb(info.verb),
        group: text(info.group),
        version: text(info.version),
        resource: text(info.resource),
        subresource: if is_missing { String::new() } else { text(info.subresource) },
        scope,
        dry_run: if query.raw().contains("dryRun=All") { "All" } else { "" },
    };
    chain.metrics.observe(&labels, outgoing.answer.status.as_u16(), started.elapsed());
    outgoing
}

/// A verb as metrics name it.
fn metric_verb(verb: &str) -> &'static str {
    match verb {
        "get" => "GET",
        "list" => "LIST",
        "watch" => "WATCH",
        "create" | "post" => "POST",
        "update" | "put" => "PUT",
        "patch" => "PATCH",
        "delete" => "DELETE",
        "deletecollection" => "DELETECOLLECTION",
        "proxy" => "CONNECT",
        _ => "other",
    }
}

/// Subresources whose answers stream.
fn is_stream(subresource: &str) -> bool {
    matches!(subresource, "exec" | "attach" | "portforward" | "proxy" | "log")
}

async fn filtered(
    chain: &Arc<Chain>,
    parts: &Parts,
    body: RequestBody,
    connection: &Connection,
    info: &RequestInfo<'_>,
    query: Query<'_>,
    is_long: bool,
) -> Outgoing {
    let output = || error_output(chain, &parts.headers);
    // 4. authentication: nothing is done for people whom nobody knows
    let authenticated = authentication::authenticate(
        &chain.authenticators,
        chain.anonymous,
        connection,
        &parts.headers,
        &parts.extensions,
    )
    .await;
    let user = match authenticated {
        Ok(user) => user,
        Err(error) => return Outgoing { classified: false, ..Outgoing::refused(output(), error) },
    };
    // 5. audit: here, when it comes, so that it sees who asked and whom they impersonate (audit ids are given already)
    // 6. impersonation: before everything that asks for the user, after it is known who wants to be another
    let user = if impersonation::is_asked_for(&parts.headers) {
        // on the heap: it is rare, and would make the future of every request larger
        let impersonated = Box::pin(async {
            let limits = limits_of(chain, info, query);
            let target = authorization::attributes(info, &limits);
            let modes = &chain.impersonations;
            impersonation::impersonate(&chain.authorizer, modes, user, &parts.headers, &target).await
        });
        match impersonated.await {
            Ok(user) => user,
            Err(error) => return Outgoing::refused(output(), error),
        }
    } else {
        user
    };
    tracing::Span::current().record("user", user.name.as_str());
    // 7. priority and fairness: by user, so after impersonation; before authorization, which may be work
    let is_mutating = !matches!(info.verb, "get" | "list" | "watch" | "head" | "options");
    let _in_flight = if is_long {
        None
    } else {
        match limits::admit(&chain.metrics, is_mutating, connection.is_in_process()) {
            Ok(guard) => Some(guard),
            Err(error) => return Outgoing::refused(output(), error),
        }
    };
    // 8. authorization: last, with everything known
    let allowed = {
        let limits = limits_of(chain, info, query);
        let attributes = authorization::attributes(info, &limits);
        authorization::authorize(&chain.authorizer, chain.anonymous, &user, &attributes).await
    };
    if let Err(error) = allowed {
        return Outgoing::refused(output(), error);
    }
    // 9. the endpoint
    dispatch(chain, parts, body, info, query, user).await
}

/// What limits the request, if anybody asks.
fn limits_of(chain: &Chain, info: &RequestInfo<'_>, query: Query<'_>) -> Limits {
    if chain.authorizer.allows_all() { Limits::default() } else { Limits::of(info, query) }
}

async fn dispatch(
    chain: &Arc<Chain>,
    parts: &Parts,
    body: RequestBody,
    info: &RequestInfo<'_>,
    query: Query<'_>,
    user: Arc<UserInfo>,
) -> Outgoing {
    let output = || error_output(chain, &parts.headers);
    if !info.is_resource {
        return match chain.nonresource.serve(&parts.method, info.path, query, &parts.headers).await {
            Ok(Some(answer)) => Outgoing::of(answer),
            Ok(None) => page_not_found(),
            Err(error) => Outgoing::failure(output(), error),
        };
    }
    let scope = match endpoint::route(&chain.registry, info) {
        Route::Resource(scope) => scope,
        Route::NoSuchResource => return Outgoing::failure(output(), ApiError::path_not_found()),
        Route::NoSuchGroup => return page_not_found(),
    };
    let mut ctx = match options::context(user, chain.registry.clone(), info, query, &parts.headers) {
        Ok(ctx) => ctx,
        Err(error) => return Outgoing::failure(output(), error),
    };
    ctx.authorizer = chain.authorizer.clone().into();
    ctx.upgrade = parts.extensions.get::<OnUpgrade>().cloned();
    let body = match read_body(&parts.method, body).await {
        Ok(body) => body,
        Err(error) => return Outgoing::failure(output(), error),
    };
    let InJson { headers, body, was_cbor } = match chain.cbor {
        true => match cbor::request(&scope, info, &parts.headers, body) {
            Ok(request) => request,
            Err(error) => return Outgoing::failure(output(), error),
        },
        false => InJson { headers: Cow::Borrowed(&parts.headers), body, was_cbor: false },
    };
    (ctx.cbor, ctx.sent_cbor) = (chain.cbor, was_cbor);
    let request = ResourceRequest { info, method: &parts.method, query, headers: &headers, ctx: &ctx, body: &body };
    let mut outgoing = match endpoint::serve(&scope, request, &chain.watches).await {
        Ok(answer) => Outgoing::of(answer),
        Err(error) => Outgoing::failure(output(), error),
    };
    if parts.method == Method::HEAD {
        outgoing.answer.body = ServerBody::Empty;
    }
    outgoing.warnings = ctx.take_warnings();
    outgoing
}

fn page_not_found() -> Outgoing {
    let mut answer = Answer::text(StatusCode::NOT_FOUND, "404 page not found\n");
    answer.nosniff = true;
    Outgoing::of(answer)
}

async fn read_body(method: &Method, body: RequestBody) -> Result<Bytes, ApiError> {
    if !matches!(*method, Method::POST | Method::PUT | Method::PATCH | Method::DELETE) {
        return Ok(Bytes::new());
    }
    body.read(BODY_BYTES_MAX).await.map_err(|err| match err {
        crate::body::ReadBodyError::TooLarge(limit) => {
            ApiError::request_entity_too_large(format_args!("limit is {limit}"))
        }
        error @ crate::body::ReadBodyError::Connection(_) => ApiError::bad_request(error.to_string()),
    })
}

/// How errors are shown: in the accepted encoding, or in JSON.
fn error_output(chain: &Chain, headers: &HeaderMap) -> Output {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    let offer = Offer { protobuf: true, transforms: true, watch: false, cbor: chain.cbor };
    let output = negotiate::negotiate(accept, offer).unwrap_or(Output::JSON);
    Output { transform: negotiate::Transform::None, ..output }
}

/// The request's id in the audit log: the client may choose it.
fn audit_id(headers: &HeaderMap) -> HeaderValue {
    match headers.get(&AUDIT_ID) {
        Some(id) if !id.is_empty() && id.len() <= 64 => id.clone(),
        _ => {
            let mut buffer = Uuid::encode_buffer();
            let text = Uuid::new_v4().hyphenated().encode_lower(&mut buffer);
            // a uuid is a valid header value
            HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static("-"))
        }
    }
}

/// The response with the headers that all responses have.
fn finish(chain: &Chain, outgoing: Outgoing, audit_id: HeaderValue, gzip: bool) -> Response<ServerBody> {
    let Outgoing { answer, classified, retry_after, warnings } = outgoing;
    let mut answer = answer;
    let proxied = match &mut answer.body {
        ServerBody::Proxied(proxied) => std::mem::take(&mut proxied.headers),
        _ => HeaderMap::new(),
    };
    let (body, is_compressed) = if gzip { compression::compress(answer.body) } else { (answer.body, false) };
    let mut response = Response::new(body);
    *response.status_mut() = answer.status;
    let headers = response.headers_mut();
    headers.insert(AUDIT_ID, audit_id);
    let caching = match (answer.cacheable, &answer.etag) {
        (false, _) => "no-cache, private",
        (true, Some(_)) => "public",
        // nothing says when such a document changes, so it may be kept for a while
        (true, None) => "public, max-age=3600",
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    if !answer.content_type.is_empty() {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    }
    if classified {
        headers.insert(FLOW_SCHEMA, chain.flow_schema.clone());
        headers.insert(PRIORITY_LEVEL, chain.priority_level.clone());
    }
    if answer.nosniff {
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    }
    if is_compressed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    }
    if let Some(etag) = answer.etag.and_then(|etag| HeaderValue::from_str(&etag).ok()) {
        headers.insert(header::ETAG, etag);
        headers.insert(header::VARY, HeaderValue::from_static("Accept"));
    }
    if let Some(seconds) = retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    for (name, value) in &proxied {
        headers.append(name, value.clone());
    }
    for warning in warnings {
        if let Some(value) = warning_header(&warning) {
            headers.append(header::WARNING, value);
        }
    }
    response
}

/// A `Warning` header: `299 - "text"`, with quotes and backslashes escaped.
fn warning_header(text: &str) -> Option<HeaderValue> {
    let mut value = String::with_capacity(text.len() + 8);
    value.push_str("299 - \"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                value.push('\\');
                value.push(letter);
            }
            letter if letter.is_control() => value.push(' '),
            letter => value.push(letter),
        }
    }
    value.push('"');
    HeaderValue::from_bytes(value.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_are_quoted() {
        let value = warning_header("unknown field \"spec.x\"").unwrap();
        assert_eq!(value.to_str().unwrap(), "299 - \"unknown field \\\"spec.x\\\"\"");
    }
}
