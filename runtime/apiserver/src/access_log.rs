//! One line in the log for each request, once it is over: kube-apiserver's `HTTP` lines.

use std::{fmt::Write as _, net::SocketAddr};

use http::{HeaderValue, header, request::Parts};
use tokio::time::Instant;
use tracing::Level;

/// The target of these lines, by which logging tells them from others (`-v=3` and above).
pub(crate) const TARGET: &str = "httplog";

/// What is told of a request when this is dropped. Headers and bodies stay out: they may hold secrets.
#[derive(Debug)]
pub(crate) struct AccessLog {
    verb: &'static str,
    uri: String,
    agent: String,
    audit_id: HeaderValue,
    peer: Option<SocketAddr>,
    started: Instant,
    status: u16,
}

impl AccessLog {
    /// For a request that is answered; `None` where nobody wants to read of it.
    pub(crate) fn of(
        parts: &Parts,
        verb: &'static str,
        peer: Option<SocketAddr>,
        audit_id: &HeaderValue,
        started: Instant,
        status: u16,
    ) -> Option<Self> {
        if !tracing::enabled!(target: TARGET, Level::INFO) {
            return None;
        }
        let agent = parts.headers.get(header::USER_AGENT).map(HeaderValue::as_bytes).unwrap_or_default();
        Some(Self {
            verb,
            uri: parts.uri.path_and_query().map_or_else(|| parts.uri.path().to_owned(), ToString::to_string),
            agent: String::from_utf8_lossy(agent).into_owned(),
            audit_id: audit_id.clone(),
            peer,
            started,
            status,
        })
    }
}

impl Drop for AccessLog {
    fn drop(&mut self) {
        let mut source = String::new();
        if let Some(peer) = self.peer {
            // writing to a String cannot fail
            let _infallible = write!(source, "{peer}");
        }
        let latency = kubeforge_machinery::Duration::from_nanos(self.started.elapsed().as_nanos() as i64).to_string();
        tracing::info!(
            target: TARGET,
            verb = self.verb,
            URI = self.uri.as_str(),
            latency = latency.as_str(),
            userAgent = self.agent.as_str(),
            "audit-ID" = self.audit_id.to_str().unwrap_or_default(),
            srcIP = source.as_str(),
            resp = self.status,
            "HTTP"
        );
    }
}
