//! Cross-origin requests of browsers. Follows apiserver pkg/server/filters/cors.go.

use http::{
    HeaderMap, HeaderValue, Method,
    header::{
        ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
        ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ORIGIN,
    },
};
use regex::Regex;

const METHODS: &str = "POST, GET, OPTIONS, PUT, DELETE, PATCH";
const HEADERS: &str = "Content-Type, Content-Length, Accept-Encoding, X-CSRF-Token, Authorization, X-Requested-With, \
                       If-Modified-Since";

/// Pages of which origins may send requests: an expression must be found in the `Origin` header.
#[derive(Clone, Debug, Default)]
pub struct Cors(pub Vec<Regex>);

impl Cors {
    /// The origin of a request, where it is one that is let in.
    pub fn origin(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let origin = headers.get(ORIGIN).filter(|_| !self.0.is_empty())?;
        let text = origin.to_str().ok()?;
        self.0.iter().any(|allowed| allowed.is_match(text)).then(|| origin.clone())
    }

    /// Whether a request only asks what it might send.
    pub fn is_preflight(&self, method: &Method, headers: &HeaderMap) -> bool {
        *method == Method::OPTIONS && self.origin(headers).is_some()
    }
}

/// Tells a browser that a page of this origin may see the answer.
pub fn allow(origin: HeaderValue, headers: &mut HeaderMap) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(HEADERS));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("Date"));
    headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_let_in_by_expression() {
        let cors = Cors(vec![Regex::new(r"//example\.com(:|$)").unwrap()]);
        let check = |cors: &Cors, origin: &'static str| {
            let headers = HeaderMap::from_iter([(ORIGIN, HeaderValue::from_static(origin))]);
            (cors.origin(&headers).is_some(), cors.is_preflight(&Method::OPTIONS, &headers))
        };
        assert_eq!(check(&cors, "https://example.com"), (true, true));
        assert_eq!(check(&cors, "https://example.com.evil.org"), (false, false));
        assert_eq!(check(&Cors::default(), "https://example.com"), (false, false));
        assert!(cors.origin(&HeaderMap::new()).is_none());
    }
}
