//! Answers on their way out: what the chain adds to them.

use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use kubeforge_machinery::ApiError;
use uuid::Uuid;

use crate::{
    body::ServerBody,
    chain::Chain,
    filters::compression,
    negotiate::{self, Offer, Output},
    parts,
    respond::{self, Answer},
};

const AUDIT_ID: HeaderName = HeaderName::from_static("audit-id");
const FLOW_SCHEMA: HeaderName = HeaderName::from_static("x-kubernetes-pf-flowschema-uid");
const PRIORITY_LEVEL: HeaderName = HeaderName::from_static("x-kubernetes-pf-prioritylevel-uid");

/// An answer on its way out.
pub(crate) struct Outgoing {
    pub(crate) answer: Answer,
    /// It passed the place of priority and fairness.
    pub(crate) classified: bool,
    pub(crate) retry_after: Option<i32>,
    pub(crate) warnings: Vec<String>,
    /// The client is to use another connection from now on.
    pub(crate) close: bool,
    /// The server answers so to protect itself.
    pub(crate) terminated: bool,
}

impl Outgoing {
    pub(crate) fn of(answer: Answer) -> Self {
        Self { answer, classified: true, retry_after: None, warnings: Vec::new(), close: false, terminated: false }
    }

    /// A failure of what was asked for.
    pub(crate) fn failure(output: Output, error: ApiError) -> Self {
        let status = error.status();
        let retry_after = status.details.as_ref().map(|details| details.retry_after_seconds).filter(|after| *after > 0);
        if status.code >= 500 {
            tracing::error!(code = status.code, message = %status.message, "request failed");
        } else {
            tracing::debug!(code = status.code, message = %status.message, "request refused");
        }
        Self { retry_after, ..Self::of(respond::failure(output, error)) }
    }

    /// A failure before it was known what is asked for.
    pub(crate) fn refused(output: Output, error: ApiError) -> Self {
        let mut refused = Self::failure(output, error);
        refused.answer.nosniff = true;
        refused
    }

    /// What is told in plain words, as Go's `http.Error` does.
    pub(crate) fn words(status: StatusCode, words: &str) -> Self {
        let mut answer = Answer::text(status, format!("{words}\n"));
        answer.nosniff = true;
        Self::of(answer)
    }

    /// The deadline is over. Upstream writes this Status without looking at what the client accepts, and without its
    /// kind; the media type is what Go takes it for.
    pub(crate) fn timed_out() -> Self {
        let error = ApiError::timeout("request did not complete within the allotted timeout", 0);
        let mut text = String::from_utf8_lossy(&parts::json_of(error.status())).into_owned();
        text = text.replacen(r#""kind":"Status","apiVersion":"v1","#, "", 1);
        text.push('\n');
        tracing::warn!("a request did not complete in time");
        Self { terminated: true, ..Self::of(Answer::text(StatusCode::GATEWAY_TIMEOUT, text)) }
    }

    /// No filter and no handler knows the path.
    pub(crate) fn page_not_found() -> Self {
        Self::words(StatusCode::NOT_FOUND, "404 page not found")
    }

    /// The response with the headers that all responses have.
    pub(crate) fn finish(self, chain: &Chain, audit_id: HeaderValue, gzip: bool) -> Response<ServerBody> {
        let Self { mut answer, classified, retry_after, warnings, close, .. } = self;
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
        if let Some(directives) = &chain.options.strict_transport_security {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, directives.clone());
        }
        if close {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
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
}

/// How errors are shown: in the accepted encoding, of which CBOR is one where it is spoken, or in JSON.
pub(crate) fn error_output(cbor: bool, headers: &HeaderMap) -> Output {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    let offer = Offer { protobuf: true, transforms: true, watch: false, cbor };
    let output = negotiate::negotiate(accept, offer).unwrap_or(Output::JSON);
    Output { transform: negotiate::Transform::None, ..output }
}

/// The request's id in the audit log: the client may choose it.
pub(crate) fn audit_id(headers: &HeaderMap) -> HeaderValue {
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

    #[test]
    fn a_deadline_is_told_as_upstream_does() {
        let ServerBody::Full(text) = Outgoing::timed_out().answer.body else { panic!("no text") };
        assert_eq!(
            String::from_utf8_lossy(&text),
            "{\"metadata\":{},\"status\":\"Failure\",\"message\":\"Timeout: request did not complete within the \
             allotted timeout\",\"reason\":\"Timeout\",\"details\":{},\"code\":504}\n"
        );
    }
}
