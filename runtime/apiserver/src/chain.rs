//! The way of a request through the server, in one place.
//!
//! [`serve`] is the chain, outermost first; the reason for each position stands at its line. Filters are plain
//! functions: a chain of boxed services would cost several allocations for each request.

use std::{panic::AssertUnwindSafe, sync::Arc};

use bytes::Bytes;
use futures::FutureExt as _;
use http::{HeaderValue, Method, Request, Response, StatusCode, Version, header, request::Parts};
use hyper::upgrade::OnUpgrade;
use kubeforge_machinery::{ApiError, user::UserInfo};
use percent_encoding::percent_decode_str;
use rand::RngExt as _;
use tokio::time::{Instant, timeout_at};
use tracing::Instrument as _;

use crate::{
    access_log::AccessLog,
    auth::{Authenticator, Authorizer},
    body::{OpenRequest, RequestBody, ServerBody},
    cbor::{self, InJson},
    connection::Connection,
    endpoint::{self, ResourceRequest, Route},
    filters::{
        authentication::{self, Anonymous},
        authorization::{self, Limits},
        compression, cors, deadline,
        impersonation::{self, LastModes},
        limits, options,
    },
    handlers::watch::WatchEnv,
    metrics::{Metrics, RequestLabels},
    nonresource::NonResource,
    outgoing::{Outgoing, audit_id, error_output},
    query::Query,
    registry::{Registry, ResourceScope},
    request_info::RequestInfo,
    respond::Answer,
    serving::ServingOptions,
    shutdown::Shutdown,
};

/// Larger bodies are refused (apiserver's `MaxRequestBodyBytes`).
pub const BODY_BYTES_MAX: usize = 3 * 1024 * 1024;

/// Requests that come when nothing is let in any more may come again after this time, to another server.
const SHUTDOWN_RETRY_AFTER_SECONDS: i32 = 5;

/// The media type of a patch that is an apply.
const APPLY: &[u8] = b"application/apply-patch+yaml";

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
    /// Limits.
    pub options: ServingOptions,
    /// Whether the server is on its way to its end.
    pub shutdown: Arc<Shutdown>,
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

/// A request, with what is known of it at once.
struct Arrival<'a> {
    parts: &'a Parts,
    info: RequestInfo<'a>,
    query: Query<'a>,
    connection: &'a Connection,
    started: Instant,
    is_long: bool,
}

/// Answers a request.
pub async fn serve(chain: &Arc<Chain>, request: Request<RequestBody>, connection: &Connection) -> Response<ServerBody> {
    let started = Instant::now();
    let (parts, mut body) = request.into_parts();
    // 1. request info: every filter asks what the request is about
    let path = percent_decode_str(parts.uri.path()).decode_utf8_lossy();
    let query = Query::new(parts.uri.query().unwrap_or_default());
    // in a block: what is lent keeps its room in the future of every request until its block ends
    let (info, is_long) = {
        let info = RequestInfo::parse(&parts.method, &path, query);
        (info, deadline::is_long_running(&info))
    };
    let arrival = Arrival { parts: &parts, info, query, connection, started, is_long };
    // 2. panic guard: whatever happens inside, the client gets an answer and the connection lives on
    let outgoing = AssertUnwindSafe(guarded(chain, &arrival, &mut body)).catch_unwind().await;
    let mut outgoing = outgoing.unwrap_or_else(|_| panicked(&parts));
    let status = outgoing.answer.status.as_u16();
    let labels = arrival.labels(chain);
    chain.metrics.requests.observe(&labels, status, started.elapsed(), outgoing.answer.body.len());
    if outgoing.terminated {
        chain.metrics.requests.terminated(&labels, status);
    }
    // 3. goaway: outside of all, so that any answer may carry it
    let chance = chain.options.goaway_chance;
    outgoing.close |= chance > 0.0 && parts.version == Version::HTTP_2 && rand::rng().random::<f64>() < chance;
    let audit_id = audit_id(&parts.headers);
    let log = AccessLog::of(&parts, labels.verb, connection.peer, &audit_id, started, status);
    let mut response = outgoing.finish(chain, audit_id, compression::is_accepted(&parts.headers));
    if let Some(origin) = chain.options.cors.origin(&parts.headers) {
        cors::allow(origin, response.headers_mut());
    }
    if !is_long {
        let deadline = started + chain.options.request_timeout;
        return response.map(|body| body.due(deadline));
    }
    let open = OpenRequest::new(chain.metrics.requests.long_running(&labels), log);
    response.map(|body| body.with(open))
}

/// A handler panicked; the hook of the process has told where.
fn panicked(parts: &Parts) -> Outgoing {
    tracing::error!(method = %parts.method, URI = %parts.uri, "apiserver panic'd");
    let words = "This request caused apiserver to panic. Look in the logs for details.";
    Outgoing::words(StatusCode::INTERNAL_SERVER_ERROR, words)
}

/// The body is lent from here on: a future that is given it keeps room for it twice.
async fn guarded(chain: &Arc<Chain>, arrival: &Arrival<'_>, body: &mut RequestBody) -> Outgoing {
    let info = &arrival.info;
    // 4. retry later: before any work for a request that comes too late
    let is_own = arrival.connection.is_in_process();
    if !is_own && chain.shutdown.refuses(info.path, &arrival.parts.headers) {
        let words = "The apiserver is shutting down, please try again later.";
        let refused = Outgoing::words(StatusCode::TOO_MANY_REQUESTS, words);
        return Outgoing { retry_after: Some(SHUTDOWN_RETRY_AFTER_SECONDS), classified: false, close: true, ..refused };
    }
    if arrival.is_long {
        return filtered(chain, arrival, body).instrument(span_of(info)).await;
    }
    // 5. what is open when the server stops is waited for
    let _open = chain.shutdown.enter();
    // 6. deadline: outside of all that may wait; watches have deadlines of their own
    let timeout = match deadline::of(arrival.query, chain.options.request_timeout) {
        Ok(timeout) => timeout,
        Err(error) => {
            let refused = Outgoing::refused(error_output(chain.cbor, &arrival.parts.headers), error);
            return Outgoing { classified: false, ..refused };
        }
    };
    // 7. cross-origin questions: browsers send them without credentials
    if chain.options.cors.is_preflight(&arrival.parts.method, &arrival.parts.headers) {
        return Outgoing { classified: false, ..Outgoing::of(Answer::new(StatusCode::NO_CONTENT, "", Vec::new())) };
    }
    // not kept in a variable: the future of every request would hold it twice
    match timeout_at(arrival.started + timeout, filtered(chain, arrival, body).instrument(span_of(info))).await {
        Ok(outgoing) => outgoing,
        Err(_) => Outgoing::timed_out(),
    }
}

/// What lines in the log have in common that belong to a request.
fn span_of(info: &RequestInfo<'_>) -> tracing::Span {
    tracing::debug_span!(
        "request",
        verb = info.verb,
        group = info.group,
        version = info.version,
        resource = info.resource,
        namespace = info.namespace,
        name = info.name,
        user = tracing::field::Empty,
    )
}

impl<'a> Arrival<'a> {
    /// What metrics call the request. Only names that the server knows become labels, or clients could make up any number
    /// of them.
    fn labels(&self, chain: &Chain) -> RequestLabels<'a> {
        let info = &self.info;
        let scope = match (info.is_resource, info.name.is_empty() && info.verb != "create", info.namespace.is_empty()) {
            (false, ..) => "",
            (true, false, _) => "resource",
            (true, true, false) => "namespace",
            (true, true, true) => "cluster",
        };
        let dry_run = if self.query.raw().contains("dryRun=All") { "All" } else { "" };
        let verb = self.verb(scope);
        if !info.is_resource {
            let is_probe = ["/healthz", "/livez", "/readyz"].contains(&info.path);
            let subresource = if is_probe { info.path } else { "" };
            return RequestLabels { verb, subresource, ..RequestLabels::default() };
        }
        let Some(found) = chain.registry.find(info.group, info.version, info.resource) else {
            return RequestLabels { verb, scope, dry_run, ..RequestLabels::default() };
        };
        let is_known = found.subresources.contains_key(info.subresource);
        let subresource = if is_known { info.subresource } else { "" };
        let (group, version, resource) = (info.group, info.version, info.resource);
        let labels = RequestLabels { verb, group, version, resource, subresource, scope, dry_run };
        if found.deprecation.is_some() {
            let removed = found.entry.info.lifecycle.removed.unwrap_or_default();
            chain.metrics.requests.deprecated(&labels, removed);
        }
        labels
    }

    fn verb(&self, scope: &str) -> &'static str {
        let info = &self.info;
        if info.verb == "watch" {
            return "WATCH";
        }
        if self.is_long && info.is_resource {
            return "CONNECT";
        }
        match self.parts.method {
            Method::GET | Method::HEAD if matches!(scope, "namespace" | "cluster") => "LIST",
            Method::GET | Method::HEAD => "GET",
            Method::POST => "POST",
            Method::PUT => "PUT",
            Method::PATCH => {
                let media = self.parts.headers.get(header::CONTENT_TYPE);
                if media.is_some_and(|media| media.as_bytes() == APPLY) { "APPLY" } else { "PATCH" }
            }
            Method::DELETE => "DELETE",
            _ => "other",
        }
    }
}

async fn filtered(chain: &Arc<Chain>, arrival: &Arrival<'_>, body: &mut RequestBody) -> Outgoing {
    let Arrival { parts, info, query, connection, .. } = arrival;
    let output = || error_output(chain.cbor, &parts.headers);
    // 8. authentication: nothing is done for people whom nobody knows
    let user = {
        let began = Instant::now();
        let authenticated = authentication::authenticate(
            &chain.authenticators,
            chain.anonymous,
            connection,
            &parts.headers,
            &parts.extensions,
        )
        .await;
        chain.metrics.identity.authenticated(authenticated.as_deref().ok(), began.elapsed());
        match authenticated {
            Ok(user) => user,
            Err(error) => return Outgoing { classified: false, ..Outgoing::refused(output(), error) },
        }
    };
    // 9. audit: here, when it comes, so that it sees who asked and whom they impersonate (audit ids are given already)
    // 10. impersonation: before everything that asks for the user, after it is known who wants to be another
    let user = if impersonation::is_asked_for(&parts.headers) {
        // on the heap: it is rare, and would make the future of every request larger
        let impersonated = Box::pin(async {
            let limits = limits_of(chain, info, *query);
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
    // 11. priority and fairness: by user, so after impersonation; before authorization, which may be work
    let _in_flight = if arrival.is_long {
        None
    } else {
        match limits::admit(&chain.metrics, &chain.options, info.verb, &user) {
            Ok(guard) => guard,
            Err(limits::TooMany(kind)) => return too_many(chain, kind),
        }
    };
    // 12. authorization: last, with everything known
    let allowed = {
        let began = Instant::now();
        let limits = limits_of(chain, info, *query);
        let attributes = authorization::attributes(info, &limits);
        let allowed = authorization::authorize(&chain.authorizer, chain.anonymous, &user, &attributes).await;
        let result = if allowed.is_ok() { "allowed" } else { "denied" };
        chain.metrics.identity.authorized(result, began.elapsed());
        allowed
    };
    if let Err(error) = allowed {
        return Outgoing::refused(output(), error);
    }
    // 13. the endpoint
    dispatch(chain, parts, body, info, *query, user).await
}

fn too_many(chain: &Chain, kind: &str) -> Outgoing {
    chain.metrics.requests.dropped(kind);
    let refused = Outgoing::words(StatusCode::TOO_MANY_REQUESTS, limits::TOO_MANY);
    Outgoing { retry_after: Some(limits::RETRY_AFTER_SECONDS), terminated: true, ..refused }
}

/// What limits the request, if anybody asks.
fn limits_of(chain: &Chain, info: &RequestInfo<'_>, query: Query<'_>) -> Limits {
    if chain.authorizer.allows_all() { Limits::default() } else { Limits::of(info, query) }
}

async fn dispatch(
    chain: &Arc<Chain>,
    parts: &Parts,
    body: &mut RequestBody,
    info: &RequestInfo<'_>,
    query: Query<'_>,
    user: Arc<UserInfo>,
) -> Outgoing {
    let output = || error_output(chain.cbor, &parts.headers);
    if !info.is_resource {
        return match chain.nonresource.serve(&parts.method, info.path, query, &parts.headers).await {
            Ok(Some(answer)) => Outgoing::of(answer),
            Ok(None) => Outgoing::page_not_found(),
            Err(error) => Outgoing::failure(output(), error),
        };
    }
    let scope = match endpoint::route(&chain.registry, info) {
        Route::Resource(scope) => scope,
        Route::NoSuchResource => return Outgoing::failure(output(), ApiError::path_not_found()),
        Route::NoSuchGroup => return Outgoing::page_not_found(),
    };
    // in a box, for it lives as long as the request, whose future is copied until it runs
    let mut ctx = match options::context(user, chain.registry.clone(), info, query, &parts.headers) {
        Ok(ctx) => Box::new(ctx),
        Err(error) => return Outgoing::failure(output(), error),
    };
    ctx.authorizer = chain.authorizer.clone().into();
    ctx.upgrade = parts.extensions.get::<OnUpgrade>().cloned();
    let InJson { headers, body, was_cbor } = match in_json(chain, &scope, info, parts, body).await {
        Ok(request) => request,
        Err(error) => return Outgoing::failure(output(), error),
    };
    (ctx.cbor, ctx.sent_cbor) = (chain.cbor, was_cbor);
    let headers = headers.as_deref().unwrap_or(&parts.headers);
    let request = ResourceRequest { info, method: &parts.method, query, headers, ctx: &ctx, body: &body };
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

async fn in_json(
    chain: &Chain,
    scope: &ResourceScope,
    info: &RequestInfo<'_>,
    parts: &Parts,
    body: &mut RequestBody,
) -> Result<InJson, ApiError> {
    let body = read_body(&parts.method, std::mem::take(body)).await?;
    match chain.cbor {
        true => cbor::request(scope, info, &parts.headers, body),
        false => Ok(InJson { headers: None, body, was_cbor: false }),
    }
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
