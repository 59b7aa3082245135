//! What goes over the network, told at verbosities 6 to 9 as client-go's debugging round trippers do.
//!
//! - 6: each answer with how long it took. 7: each request with its headers too. 8: each answer's headers.
//! - 9: each request as a command line of curl.
//!
//! Credentials are masked. Bodies are never told: they may hold secrets.

use std::{fmt::Write as _, time::Duration};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Request, Response,
    header::{AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION, SET_COOKIE},
};
use tracing::info;

/// The verbosity from which on anything is told.
const LOWEST: u8 = 6;

/// Tells of a request before it is sent.
pub(super) fn sent(verbosity: u8, request: &Request<Bytes>, authorization: Option<&HeaderValue>) {
    if verbosity <= LOWEST {
        return;
    }
    let mut headers = request.headers().clone();
    if let Some(value) = authorization {
        headers.entry(AUTHORIZATION).or_insert(value.clone());
    }
    let (verb, url) = (request.method(), request.uri());
    if verbosity >= 9 {
        info!(curl_command = curl(request, &headers), "Request");
    } else {
        info!(%verb, %url, headers = listed(&headers), "Request");
    }
}

/// Tells of an answer.
pub(super) fn answered<B, E: std::fmt::Display>(
    verbosity: u8,
    request: &Request<Bytes>,
    answer: Result<&Response<B>, &E>,
    took: Duration,
) {
    if verbosity < LOWEST {
        return;
    }
    let (verb, url, milliseconds) = (request.method(), request.uri(), took.as_millis());
    match answer {
        Ok(answer) if verbosity >= 8 => {
            info!(%verb, %url, status = %answer.status(), headers = listed(answer.headers()), milliseconds, "Response");
        }
        Ok(answer) => info!(%verb, %url, status = %answer.status(), milliseconds, "Response"),
        Err(error) => info!(%verb, %url, status = "", milliseconds, %error, "Response"),
    }
}

fn listed(headers: &HeaderMap) -> String {
    let mut text = String::new();
    for (name, value) in headers {
        // writing to a string doesn't fail
        writeln!(text, "{name}: {}", masked(name, value)).unwrap_or_default();
    }
    text
}

fn curl(request: &Request<Bytes>, headers: &HeaderMap) -> String {
    let mut command = format!("curl -v -X{} ", request.method());
    for (name, value) in headers {
        write!(command, " -H {:?}", format!("{name}: {}", masked(name, value))).unwrap_or_default();
    }
    write!(command, " '{}'", request.uri()).unwrap_or_default();
    command
}

/// A header's value without what is secret; the scheme of credentials is not.
fn masked(name: &HeaderName, value: &HeaderValue) -> String {
    const MASK: &str = "<masked>";
    let text = value.to_str().unwrap_or(MASK);
    if *name == AUTHORIZATION || *name == PROXY_AUTHORIZATION {
        let scheme = text.split(' ').next().unwrap_or_default();
        let is_known = ["basic", "bearer", "negotiate"].contains(&scheme.to_ascii_lowercase().as_str());
        return if is_known { format!("{scheme} {MASK}") } else { MASK.to_owned() };
    }
    let is_secret = value.is_sensitive() || *name == COOKIE || *name == SET_COOKIE;
    if is_secret { MASK.to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_lines_hold_no_secret() {
        let request = Request::builder()
            .method("PUT")
            .uri("https://x/api?a=b")
            .header("accept", "*/*")
            .body(Bytes::new())
            .unwrap();
        let mut headers = request.headers().clone();
        headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer secret"));
        headers.insert(COOKIE, HeaderValue::from_static("secret"));
        let text = curl(&request, &headers);
        assert_eq!(
            text,
            "curl -v -XPUT  -H \"accept: */*\" -H \"authorization: Bearer <masked>\" -H \"cookie: <masked>\" 'https://x/api?a=b'"
        );
        headers.insert(AUTHORIZATION, HeaderValue::from_static("secret"));
        assert!(!listed(&headers).contains("secret"));
    }
}
