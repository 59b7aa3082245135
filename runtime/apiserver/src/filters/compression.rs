//! Compresses large answers for clients that accept it.

use http::{HeaderMap, header};

use crate::body::ServerBody;

/// Smaller answers are not worth the time (apiserver's `defaultGzipThresholdBytes`).
const THRESHOLD_BYTES: u64 = 128 * 1024;

/// Whether the client accepts gzip.
pub fn is_accepted(headers: &HeaderMap) -> bool {
    headers.get_all(header::ACCEPT_ENCODING).iter().any(|value| {
        value.to_str().is_ok_and(|value| {
            value.split(',').any(|coding| {
                let (name, params) = coding.split_once(';').unwrap_or((coding, ""));
                name.trim() == "gzip" && params.trim() != "q=0"
            })
        })
    })
}

/// The body, compressed where it is large enough. Says whether it was.
pub fn compress(body: ServerBody) -> (ServerBody, bool) {
    match body.len() {
        Some(len) if len >= THRESHOLD_BYTES => (body.gzip(), true),
        _ => (body, false),
    }
}
