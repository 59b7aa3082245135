//! Redirects, which are followed within the server.
//!
//! Go's client follows them anywhere, and client-go then sends the credentials along. Here a redirect to another server is
//! an error: credentials stay with the server that they are for.

use bytes::Bytes;
use http::{
    Method, StatusCode, Uri,
    header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION},
};

/// How many redirects are followed for one request (net/http).
const REDIRECTS_MAX: usize = 10;

/// What an answer leads to.
pub(super) enum Redirect {
    /// It is the answer.
    None,
    /// Another request.
    To(Box<http::Request<Bytes>>),
}

/// What to do with an answer to a request to an absolute URI.
///
/// # Errors
/// Where it leads round in circles, to another server, or nowhere.
pub(super) fn next<B>(
    request: &http::Request<Bytes>,
    answer: &http::Response<B>,
    followed: usize,
) -> Result<Redirect, String> {
    let (code, method) = (answer.status(), request.method());
    let keeps_method = match code {
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND | StatusCode::SEE_OTHER => false,
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => true,
        _ => return Ok(Redirect::None),
    };
    let Some(location) = answer.headers().get(LOCATION) else { return Ok(Redirect::None) };
    if followed >= REDIRECTS_MAX {
        return Err(format!("stopped after {REDIRECTS_MAX} redirects"));
    }
    let location = location.to_str().map_err(|_| "a redirect's location is no text".to_owned())?;
    let target = resolve(request.uri(), location)?;
    let mut next = request.clone();
    *next.uri_mut() = target;
    if !keeps_method && *method != Method::HEAD {
        *next.method_mut() = Method::GET;
        *next.body_mut() = Bytes::new();
        next.headers_mut().remove(CONTENT_TYPE);
        next.headers_mut().remove(CONTENT_LENGTH);
    }
    Ok(Redirect::To(Box::new(next)))
}

fn resolve(from: &Uri, location: &str) -> Result<Uri, String> {
    let bad = || format!("a redirect leads to {location:?}, which is no URL");
    let mut parts = from.clone().into_parts();
    if !location.starts_with('/') || location.starts_with("//") {
        let text = if location.starts_with("//") {
            format!("{}:{location}", from.scheme_str().unwrap_or("https"))
        } else if location.contains("://") {
            location.to_owned()
        } else {
            // relative to the request's folder
            let folder = from.path().rsplit_once('/').map_or("", |(folder, _)| folder);
            parts.path_and_query = Some(format!("{folder}/{location}").parse().map_err(|_| bad())?);
            return Uri::from_parts(parts).map_err(|_| bad());
        };
        let target: Uri = text.parse().map_err(|_| bad())?;
        return if is_same_server(from, &target) {
            Ok(target)
        } else {
            Err(format!("the server redirects to another one, {location:?}"))
        };
    }
    parts.path_and_query = Some(location.parse().map_err(|_| bad())?);
    Uri::from_parts(parts).map_err(|_| bad())
}

fn is_same_server(one: &Uri, other: &Uri) -> bool {
    let port = |uri: &Uri| uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 });
    one.scheme() == other.scheme() && one.host() == other.host() && port(one) == port(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(method: &str, code: u16, location: &str, want: Result<&str, &str>) {
        let request = http::Request::builder()
            .method(method)
            .uri("https://x:6443/k8s/a?b=c")
            .body(Bytes::from_static(b"body"))
            .unwrap();
        let answer = http::Response::builder().status(code).header(LOCATION, location).body(()).unwrap();
        let got = match next(&request, &answer, 0) {
            Ok(Redirect::None) => Ok("none".to_owned()),
            Ok(Redirect::To(next)) => Ok(format!("{} {} {}", next.method(), next.uri(), next.body().len())),
            Err(err) => Err(err),
        };
        assert_eq!(got, want.map(str::to_owned).map_err(str::to_owned), "{method} {code} {location}");
    }

    #[test]
    fn redirects_stay_within_the_server() {
        check("GET", 301, "/k8s/a/", Ok("GET https://x:6443/k8s/a/ 0"));
        check("POST", 302, "b", Ok("GET https://x:6443/k8s/b 0"));
        check("POST", 307, "https://x:6443/c", Ok("POST https://x:6443/c 4"));
        check("GET", 301, "https://y/c", Err("the server redirects to another one, \"https://y/c\""));
        check("GET", 301, "//y/c", Err("the server redirects to another one, \"//y/c\""));
        check("GET", 308, "http://x:6443/c", Err("the server redirects to another one, \"http://x:6443/c\""));
        check("GET", 304, "/c", Ok("none"));
    }
}
