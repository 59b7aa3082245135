//! Compresses large answers for clients that accept it.

use http::{HeaderMap, header};

use crate::body::ServerBody;

/// Smaller answers are not worth the time (apiserver's `defaultGzipThresholdBytes`).
const THRESHOLD_BYTES: u64 = 128 * 1024;

/// Whether the client accepts gzip. As upstream, only the first header counts, and a coding with parameters does not.
pub fn is_accepted(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|codings| codings.split(',').any(|coding| coding.trim() == "gzip"))
}

/// The body, compressed where it is large enough. Says whether it was.
pub fn compress(body: ServerBody) -> (ServerBody, bool) {
    match body.len() {
        Some(len) if len >= THRESHOLD_BYTES => (body.gzip(), true),
        _ => (body, false),
    }
}
