//! The `continue` value of chunked lists.
//!
//! Base64 (URL alphabet, no padding) of `{"v":"meta.k8s.io/v1","rv":N,"start":"key"}`. `rv` is the revision of the first
//! chunk, or -1 for "whatever is latest". The same text as kube-apiserver makes, so either can continue the other's list.
//! Follows apiserver pkg/storage/continue.go.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::{revision::Revision, storage::Continue};

const VERSION: &str = "meta.k8s.io/v1";

/// A client may send any text; longer ones than any that was handed out are not looked at. Keys have 60,000 bytes at most,
/// each of which JSON may spell with six.
const TOKEN_BYTES_MAX: usize = 500_000;

/// What a list answers (410, reason `Expired`) when a continue token's revision was compacted. The answer's metadata
/// carries a token made by [`Continue::inconsistent`].
pub const EXPIRED_WITH_TOKEN: &str = "The provided continue parameter is too old to display a consistent list result. \
    You can start a new list without the continue parameter, or use the continue token in this response to retrieve \
    the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that \
    were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";

/// What a list answers (410, reason `Expired`) when the revision asked for was compacted.
pub const EXPIRED: &str = "The resourceVersion for the provided list is too old.";

/// What a watch answers (410, reason `Expired`) when its start was compacted.
pub const EXPIRED_WATCH: &str = "The resourceVersion for the provided watch is too old.";

/// A text that is no continue token, in upstream's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("continue key is not valid: {0}")]
pub struct ContinueError(String);

#[derive(Serialize, Deserialize)]
struct Token {
    #[serde(default, rename = "v")]
    version: String,
    #[serde(default)]
    rv: i64,
    #[serde(default)]
    start: String,
}

impl Continue {
    /// Reads a token.
    ///
    /// # Errors
    /// Where the text is none.
    pub fn decode(text: &str) -> Result<Self, ContinueError> {
        if text.len() > TOKEN_BYTES_MAX {
            return Err(ContinueError("too long".to_owned()));
        }
        let json = URL_SAFE_NO_PAD.decode(text).map_err(|err| ContinueError(go_base64_error(&err)))?;
        let token: Token = serde_json::from_slice(&json).map_err(|err| ContinueError(err.to_string()))?;
        if token.version != VERSION {
            let version = token.version;
            return Err(ContinueError(format!("server does not recognize this encoded version {version:?}")));
        }
        let revision = match u64::try_from(token.rv).map(Revision::new) {
            Ok(None) => {
                return Err(ContinueError(format!("incorrect encoded start resourceVersion (version {VERSION})")));
            }
            Ok(revision) => revision,
            Err(_) => None,
        };
        if token.start.is_empty() {
            return Err(ContinueError(format!("encoded start key empty (version {VERSION})")));
        }
        if !is_clean(&token.start) {
            return Err(ContinueError(token.start));
        }
        Ok(Self { revision, start: token.start.strip_prefix('/').unwrap_or(&token.start).to_owned() })
    }

    /// The token as text.
    pub fn encode(&self) -> String {
        let rv = self.revision.map_or(-1, |revision| i64::try_from(revision.get()).unwrap_or(i64::MAX));
        let token = Token { version: VERSION.to_owned(), rv, start: self.start.clone() };
        // a struct of strings and numbers always has a JSON form
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&token).unwrap_or_default())
    }

    /// The same place in the latest state: what a client may go on with when the revision was compacted.
    #[must_use]
    pub fn inconsistent(&self) -> Self {
        Self { revision: None, start: self.start.clone() }
    }
}

/// Whether a path has no part that leads upwards or nowhere, so that it can't leave the prefix that it is put after.
fn is_clean(start: &str) -> bool {
    let rest = start.strip_prefix('/').unwrap_or(start);
    !rest.is_empty() && rest.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

fn go_base64_error(err: &base64::DecodeError) -> String {
    let at = match err {
        base64::DecodeError::InvalidByte(at, _) => *at,
        base64::DecodeError::InvalidLastSymbol { offset, .. } => *offset,
        base64::DecodeError::InvalidLength(len) => *len,
        base64::DecodeError::InvalidPadding => 0,
    };
    format!("illegal base64 data at input byte {at}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_refused(json: &str, want: &str) {
        let err = Continue::decode(&URL_SAFE_NO_PAD.encode(json)).unwrap_err();
        assert_eq!(err.to_string(), format!("continue key is not valid: {want}"), "{json}");
    }

    #[test]
    fn tokens_are_upstreams() {
        let at = Continue { revision: Revision::new(42), start: "default/web-0\0".to_owned() };
        let text = at.encode();
        let json = URL_SAFE_NO_PAD.decode(&text).unwrap();
        assert_eq!(json, br#"{"v":"meta.k8s.io/v1","rv":42,"start":"default/web-0\u0000"}"#);
        assert_eq!(Continue::decode(&text).unwrap(), at);
        let latest = at.inconsistent();
        assert_eq!(Continue::decode(&latest.encode()).unwrap(), latest);
    }

    #[test]
    fn what_could_leave_the_prefix_is_refused() {
        for start in ["../secrets/x", "a/../../x", "./a", "a//b", "/"] {
            check_refused(&format!(r#"{{"v":"meta.k8s.io/v1","rv":1,"start":"{start}"}}"#), start);
        }
    }

    #[test]
    fn malformed_tokens_are_refused_in_upstreams_words() {
        check_refused(r#"{"v":"v0","rv":1,"start":"a"}"#, "server does not recognize this encoded version \"v0\"");
        check_refused(
            r#"{"v":"meta.k8s.io/v1","start":"a"}"#,
            "incorrect encoded start resourceVersion (version meta.k8s.io/v1)",
        );
        check_refused(r#"{"v":"meta.k8s.io/v1","rv":1}"#, "encoded start key empty (version meta.k8s.io/v1)");
        let err = Continue::decode("a!b").unwrap_err().to_string();
        assert_eq!(err, "continue key is not valid: illegal base64 data at input byte 1");
    }
}
