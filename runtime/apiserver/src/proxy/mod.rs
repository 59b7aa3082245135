//! Passing a request on to another server, and its answer back: `pods/proxy`, `nodes/proxy`, `services/proxy`, `pods/exec`
//! and whatever else is reached through the API server.
//!
//! Follows apimachinery pkg/util/proxy (`UpgradeAwareHandler`, `Transport`): hop-by-hop headers end here, redirects lead
//! back through this server, and a request that asks for an upgrade (WebSocket, SPDY) becomes a pair of byte streams that
//! nobody looks into. Not followed: links inside HTML pages are left as they are.

mod abrupt;
mod connect;
mod headers;
mod upgrade;
mod websocket;

use std::sync::Arc;

use http::{
    HeaderMap, HeaderValue, Method, Request, StatusCode, Uri,
    header::{CONTENT_LENGTH, HOST, LOCATION},
};
use http_body_util::Full;
use kubeforge_machinery::ApiError;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
pub use rustls::ClientConfig;

pub use connect::{DialError, Peer, exchange};

use crate::{
    body::{Proxied, ServerBody},
    errors,
    subresource::{SubresourceAnswer, SubresourceCall},
};

/// What of a path is not sent as it is: the rest is what Go's `url.EscapedPath` leaves alone.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'%')
    .add(b'|')
    .add(b'\\')
    .add(b'^')
    .add(b'[')
    .add(b']');

/// Where a request goes.
#[derive(Clone, Debug)]
pub struct Location {
    /// TLS, and whom to trust; `None` for plain HTTP.
    pub tls: Option<Arc<ClientConfig>>,
    /// The host, without brackets.
    pub host: String,
    /// The port; that of the scheme where there is none.
    pub port: Option<u16>,
    /// The path, decoded; may be empty.
    pub path: String,
    /// The query, as it is sent.
    pub query: String,
}

impl Location {
    /// `http` or `https`.
    pub fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }

    fn port(&self) -> u16 {
        self.port.unwrap_or(if self.tls.is_some() { 443 } else { 80 })
    }

    /// `host:port`, as the `Host` header has it.
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        match self.port {
            Some(port) => format!("{host}:{port}"),
            None => host,
        }
    }

    fn path_and_query(&self) -> String {
        let path = if self.path.is_empty() { "/" } else { &self.path };
        let path = utf8_percent_encode(path, PATH);
        if self.query.is_empty() { path.to_string() } else { format!("{path}?{}", self.query) }
    }

    /// The whole URL, for messages.
    pub fn url(&self) -> String {
        format!("{}://{}{}", self.scheme(), self.authority(), self.path_and_query())
    }
}

/// How the other server is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// As a web server: plain requests and upgrades, redirects are turned round.
    Proxy,
    /// As the far end of streams: only upgrades make sense.
    UpgradeOnly,
    /// As [`Mode::UpgradeOnly`], to a container's input and output: clients of the newest protocol are told on their stream
    /// why there is none.
    Terminal,
}

/// Passes the request on.
///
/// # Errors
/// 400 where an upgrade is required and not asked for, 503 where a proxied server can't be reached, 500 where a stream's
/// can't.
pub async fn forward(
    mut location: Location,
    mode: Mode,
    call: &SubresourceCall<'_>,
) -> Result<SubresourceAnswer, ApiError> {
    if headers::is_upgrade(call.call.headers) {
        if mode == Mode::Proxy {
            location.query = call.query.to_owned();
        }
        return upgrade::forward(&location, mode, call).await;
    }
    if mode != Mode::Proxy {
        return Err(errors::bad_request("Upgrade request required"));
    }
    let asked = call.call.info.path;
    if location.path.is_empty() && matches!(*call.method, Method::GET | Method::HEAD) {
        // a page's relative links only work below a path that ends in a slash
        return Ok(moved(&with_query(format!("{asked}/"), call.query)));
    }
    location.query = call.query.to_owned();
    if !location.path.ends_with('/') && asked.ends_with('/') {
        location.path.push('/');
    }
    let unreachable = |error: &dyn std::fmt::Display| {
        ApiError::service_unavailable(format!("error trying to reach service: {error}"))
    };
    let mut passed = headers::without_credentials(&headers::passed_on(call.call.headers));
    headers::say_where_from(&mut passed, &location, call);
    let request = request(&location, call, passed)?;
    let mut sender = connect::open(&location).await.map_err(|err| unreachable(&err))?;
    let response = sender.send_request(request).await.map_err(|err| unreachable(&err))?;
    let (parts, body) = response.into_parts();
    let mut answered = headers::passed_on(&parts.headers);
    if let Some(redirect) = answered.get(LOCATION).and_then(|value| value.to_str().ok()) {
        let back = headers::turned_round(redirect, &location, call);
        if let Ok(value) = HeaderValue::from_str(&back) {
            answered.insert(LOCATION, value);
        }
    }
    Ok(SubresourceAnswer::Proxied(parts.status, Proxied::of(answered, body)))
}

/// Asks the other server for a document and hands on its bytes, whatever its headers: a container's log.
///
/// # Errors
/// 500 where it can't be reached, and what its refusal says.
pub async fn fetch(location: &Location, call: &SubresourceCall<'_>) -> Result<SubresourceAnswer, ApiError> {
    const EXCERPT_BYTES: usize = 50_000;
    let unreachable = |error: &dyn std::fmt::Display| ApiError::unknown(format!("Get {:?}: {error}", location.url()));
    let request = Request::builder()
        .uri(location.path_and_query())
        .header(HOST, location.authority())
        .body(Full::default())
        .map_err(errors::internal)?;
    let mut sender = connect::open(location).await.map_err(|err| unreachable(&err))?;
    let (parts, body) = sender.send_request(request).await.map_err(|err| unreachable(&err))?.into_parts();
    if parts.status.as_u16() <= StatusCode::PARTIAL_CONTENT.as_u16() {
        return Ok(SubresourceAnswer::Proxied(StatusCode::OK, Proxied::of(text_plain(), body)));
    }
    let text = Proxied::of(HeaderMap::new(), body).excerpt(EXCERPT_BYTES).await;
    Err(match parts.status {
        StatusCode::INTERNAL_SERVER_ERROR => ApiError::internal_error(text),
        StatusCode::BAD_REQUEST => ApiError::bad_request(text),
        status => ApiError::generic(&kubeforge_machinery::status::GenericResponse {
            code: status.as_u16(),
            verb: "",
            resource: &kubeforge_machinery::GroupResource::new("", "pods/log"),
            name: call.name,
            message: &text,
            retry_after_seconds: 0,
            is_unexpected: false,
        }),
    })
}

/// Asks the other server for a document: its text, or why there is none.
///
/// # Errors
/// What went wrong, in words.
pub async fn ask(location: &Location) -> Result<String, String> {
    const EXCERPT_BYTES: usize = 1024;
    let failed = |error: &dyn std::fmt::Display| format!("Get {:?}: {error}", location.url());
    let request = Request::builder()
        .uri(location.path_and_query())
        .header(HOST, location.authority())
        .body(Full::default())
        .map_err(|err| err.to_string())?;
    let mut sender = connect::open(location).await.map_err(|err| failed(&err))?;
    let (parts, body) = sender.send_request(request).await.map_err(|err| failed(&err))?.into_parts();
    let text = Proxied::of(HeaderMap::new(), body).excerpt(EXCERPT_BYTES).await;
    if parts.status.is_success() {
        Ok(text)
    } else {
        Err(format!("unhealthy http status code: {}", parts.status.as_u16()))
    }
}

fn text_plain() -> HeaderMap {
    HeaderMap::from_iter([(http::header::CONTENT_TYPE, HeaderValue::from_static("text/plain"))])
}

/// The request that the other server gets.
fn request(
    location: &Location,
    call: &SubresourceCall<'_>,
    headers: HeaderMap,
) -> Result<Request<Full<bytes::Bytes>>, ApiError> {
    let uri: Uri = location.path_and_query().parse().map_err(|err| errors::bad_request(format!("{err}")))?;
    let mut request = Request::new(Full::new(call.call.body.clone()));
    *request.method_mut() = call.method.clone();
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    request.headers_mut().remove(CONTENT_LENGTH);
    request.headers_mut().insert(HOST, HeaderValue::from_str(&location.authority()).map_err(errors::internal)?);
    Ok(request)
}

fn with_query(path: String, query: &str) -> String {
    if query.is_empty() { path } else { format!("{path}?{query}") }
}

fn moved(to: &str) -> SubresourceAnswer {
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_str(to) {
        headers.insert(LOCATION, value);
    }
    SubresourceAnswer::Proxied(StatusCode::MOVED_PERMANENTLY, Proxied { headers, body: None })
}

/// A body that is passed on.
pub(crate) fn body_of(proxied: Proxied) -> ServerBody {
    ServerBody::Proxied(Box::new(proxied))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_are_spelt_as_urls() {
        let mut location = Location {
            tls: None,
            host: "fd00::1".to_owned(),
            port: Some(80),
            path: "/a b".to_owned(),
            query: "x=1".to_owned(),
        };
        assert_eq!(location.url(), "http://[fd00::1]:80/a%20b?x=1");
        location.host = "node-1".to_owned();
        location.port = None;
        location.path.clear();
        assert_eq!(location.url(), "http://node-1/?x=1");
    }
}
