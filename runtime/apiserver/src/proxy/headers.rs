//! Headers of proxied requests and answers.

use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{
        AUTHORIZATION, CONNECTION, HOST, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING,
        UPGRADE,
    },
};

use super::Location;
use crate::subresource::SubresourceCall;

/// Headers that are meant for the next hop only.
const HOP_BY_HOP: [HeaderName; 7] =
    [CONNECTION, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE];

const PREFIX: &str = "/api";

/// Whether a request asks for another protocol on its connection.
pub(super) fn is_upgrade(headers: &HeaderMap) -> bool {
    let values = headers.get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|token| token.trim().eq_ignore_ascii_case("upgrade"))
}

/// The headers without those for the next hop, which `Connection` may name more of.
pub(super) fn passed_on(headers: &HeaderMap) -> HeaderMap {
    let mut passed = headers.clone();
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|token| token.trim().parse().ok())
        .collect();
    for name in named.iter().chain(&HOP_BY_HOP).chain([&HeaderName::from_static("keep-alive")]) {
        passed.remove(name);
    }
    passed
}

/// The headers without what only this server is to see: who asks, and as whom.
pub(super) fn without_credentials(headers: &HeaderMap) -> HeaderMap {
    let mut kept = headers.clone();
    let said: Vec<HeaderName> = headers
        .keys()
        .filter(|name| **name == AUTHORIZATION || name.as_str().starts_with("impersonate-"))
        .cloned()
        .collect();
    for name in said {
        kept.remove(name);
    }
    kept
}

/// Tells the other server which host, path and scheme the client knows it by.
pub(super) fn say_where_from(headers: &mut HeaderMap, location: &Location, call: &SubresourceCall<'_>) {
    let host = call.call.headers.get(HOST).cloned();
    let prefix = path_before(call.call.info.path, &location.path);
    let said = [
        ("x-forwarded-uri", HeaderValue::from_str(&format!("{prefix}{}", location.path)).ok()),
        ("x-forwarded-host", host),
        ("x-forwarded-proto", Some(HeaderValue::from_static("https"))),
    ];
    for (name, value) in said {
        if let Some(value) = value {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}

/// Where a redirect of the other server leads the client: to the same place, through this server.
pub(super) fn turned_round(redirect: &str, location: &Location, call: &SubresourceCall<'_>) -> String {
    let own = format!("{}://{}", location.scheme(), location.authority());
    let path = match redirect.strip_prefix(&own) {
        Some(path) => path,
        None if redirect.starts_with('/') && !redirect.starts_with("//") => redirect,
        // another server's, or relative to the page
        None => return redirect.to_owned(),
    };
    let prefix = path_before(call.call.info.path, &location.path);
    if !prefix.is_empty() && path.starts_with(prefix) && prefix.starts_with(PREFIX) {
        return path.to_owned();
    }
    format!("{prefix}{path}")
}

/// The part of the client's path that stands for the other server.
fn path_before<'a>(asked: &'a str, path: &str) -> &'a str {
    asked.strip_suffix(path).or_else(|| asked.strip_suffix(path.trim_end_matches('/'))).unwrap_or(asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_for_the_next_hop_end_here() {
        let headers: HeaderMap =
            [("connection", "keep-alive, X-Mine"), ("x-mine", "1"), ("accept", "*/*"), ("te", "x")]
                .into_iter()
                .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
                .collect();
        let passed = passed_on(&headers);
        assert_eq!(passed.keys().map(HeaderName::as_str).collect::<Vec<_>>(), ["accept"]);
        assert!(!is_upgrade(&headers));
    }

    #[test]
    fn nobody_else_sees_a_token() {
        let headers: HeaderMap = [("authorization", "Bearer x"), ("impersonate-user", "a"), ("accept", "*/*")]
            .into_iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        assert_eq!(without_credentials(&headers).keys().map(HeaderName::as_str).collect::<Vec<_>>(), ["accept"]);
    }

    #[test]
    fn the_prefix_is_what_stands_before_the_path() {
        assert_eq!(path_before("/api/v1/nodes/n/proxy/stats/", "/stats/"), "/api/v1/nodes/n/proxy");
        assert_eq!(path_before("/api/v1/nodes/n/proxy/stats", "/stats/"), "/api/v1/nodes/n/proxy");
    }
}
