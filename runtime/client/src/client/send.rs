//! Sending a request: the rate limit, other encodings, retries.
//!
//! Follows client-go rest/{request,with_retry}.go.

use std::{borrow::Cow, time::Duration};

use bytes::Bytes;
use http::{
    HeaderValue, Method, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER, USER_AGENT},
};
use tracing::{debug, info};

use super::{Client, answer, warnings};
use crate::{
    error::ClientError,
    request::{ACCEPT_JSON, Content, Request},
    transport::{Body, BoxError, TransportError, Upgrade},
};

/// How often a request is sent again (client-go's default).
pub(super) const RETRIES_MAX: u32 = 10;

/// How long to wait before a read that the connection broke is sent again (client-go's retryAfterResponse).
const BROKEN_CONNECTION_PAUSE: Duration = Duration::from_secs(1);

/// Waits for the rate limit that are told to people, and not only to those who debug.
const LONG_WAIT: Duration = Duration::from_secs(1);
const NOTABLE_WAIT: Duration = Duration::from_millis(50);

impl Client {
    /// Sends a request until it is accepted, refused for good, or was sent often enough. The request's body is sent anew
    /// each time.
    pub(super) async fn exchange(&self, request: &Request) -> Result<http::Response<Body>, ClientError> {
        let mut request = Cow::Borrowed(request);
        if self.inner.takes_json_only(&request.path) {
            to_json(request.to_mut());
        }
        let (mut attempt, mut previous) = (0, None);
        loop {
            self.wait_for_turn(&request).await;
            let pause = match self.inner.transport.send(self.http_request(&request)?).await {
                Ok(answer) => {
                    warnings::report(answer.headers(), &*self.inner.warnings);
                    if is_accepted(&request, answer.status()) {
                        return Ok(answer);
                    }
                    if self.wants_other_encoding(&mut request, answer.status()) {
                        continue;
                    }
                    let pause = asked_pause(&answer).filter(|_| attempt < RETRIES_MAX);
                    let refusal = answer::refusal(&request, answer).await;
                    pause.ok_or(refusal)?
                }
                Err(err @ TransportError::Send { .. }) if request.method == Method::GET && attempt < RETRIES_MAX => {
                    debug!(%err, path = request.path, "a read broke off; trying again");
                    previous = Some(err.to_string());
                    BROKEN_CONNECTION_PAUSE
                }
                Err(err) => return Err(after(previous, err).into()),
            };
            attempt += 1;
            tokio::time::sleep(pause).await;
        }
    }

    /// Asks for the connection to become something else.
    pub(super) async fn exchange_upgrade(&self, request: &Request) -> Result<Upgrade, ClientError> {
        self.wait_for_turn(request).await;
        let upgrade = self.inner.transport.upgrade(self.http_request(request)?).await?;
        match &upgrade {
            Upgrade::Done(headers, _) => warnings::report(headers, &*self.inner.warnings),
            Upgrade::Refused(answer) => warnings::report(answer.headers(), &*self.inner.warnings),
        }
        Ok(upgrade)
    }

    async fn wait_for_turn(&self, request: &Request) {
        let Some(rate) = &self.inner.rate else { return };
        let waited = rate.wait().await;
        let (verb, path) = (&request.method, &request.path);
        let text = "due to client-side throttling, not priority and fairness, request";
        if waited > LONG_WAIT {
            info!("Waited for {waited:?} {text}: {verb}:{path}");
        } else if waited > NOTABLE_WAIT {
            debug!("Waited for {waited:?} {text}: {verb}:{path}");
        }
    }

    /// Whether a refusal is of the request's encodings, and it can be sent with others; from then on it will be.
    fn wants_other_encoding(&self, request: &mut Cow<'_, Request>, code: StatusCode) -> bool {
        match code {
            StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                let may_have_other = request.content.as_ref().is_some_and(|content| content.as_json.is_some());
                let has_other = may_have_other && to_json(request.to_mut());
                if has_other {
                    debug!(path = request.path, "the server takes no protobuf");
                    self.inner.remember_json_only(&request.path);
                }
                has_other
            }
            StatusCode::NOT_ACCEPTABLE if request.accept.ends_with(",application/json") => {
                request.to_mut().accept = ACCEPT_JSON;
                true
            }
            _ => false,
        }
    }

    fn http_request(&self, request: &Request) -> Result<http::Request<Bytes>, ClientError> {
        let mut builder = http::Request::builder().method(request.method.clone());
        builder = if request.query.is_empty() {
            builder.uri(request.path.as_str())
        } else {
            builder.uri(format!("{}?{}", request.path, request.query))
        };
        builder = builder
            .header(ACCEPT, HeaderValue::from_static(request.accept))
            .header(USER_AGENT, self.inner.user_agent.clone());
        let built = match &request.content {
            Some(content) => {
                builder.header(CONTENT_TYPE, HeaderValue::from_static(content.type_)).body(content.bytes.clone())
            }
            None => builder.body(Bytes::new()),
        };
        let mut built = built.map_err(|err| ClientError::Request(format!("{}: {err}", request.path)))?;
        // what the request says itself wins
        for name in request.headers.keys() {
            built.headers_mut().remove(name);
        }
        for (name, value) in &request.headers {
            built.headers_mut().append(name, value.clone());
        }
        if let Some(propagate) = &self.inner.propagate {
            propagate(built.headers_mut());
        }
        Ok(built)
    }
}

/// The last error, with one from before, where that was another: it may be the one that explains.
fn after(previous: Option<String>, last: TransportError) -> TransportError {
    let Some(previous) = previous.filter(|previous| *previous != last.to_string()) else { return last };
    let both = |source: BoxError| format!("{source} - error from a previous attempt: {previous}").into();
    match last {
        TransportError::Connect { server, source } => TransportError::Connect { server, source: both(source) },
        TransportError::Send { server, source } => TransportError::Send { server, source: both(source) },
        other => other,
    }
}

/// Whether an answer is what was asked for. That nothing changed is, where that was asked.
fn is_accepted(request: &Request, code: StatusCode) -> bool {
    code.is_success() || (code == StatusCode::NOT_MODIFIED && request.headers.contains_key(http::header::IF_NONE_MATCH))
}

/// Makes the body JSON, where it is something else that can be; says whether it did.
fn to_json(request: &mut Request) -> bool {
    let Some(content) = &request.content else { return false };
    let Some(json) = content.as_json.and_then(|as_json| as_json(&content.bytes)) else { return false };
    request.content = Some(Content::json(json));
    true
}

/// How long the server wants us to wait before trying again, if it wants that.
fn asked_pause(answer: &http::Response<Body>) -> Option<Duration> {
    let code = answer.status();
    if code != StatusCode::TOO_MANY_REQUESTS && !code.is_server_error() {
        return None;
    }
    let seconds = answer.headers().get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}
