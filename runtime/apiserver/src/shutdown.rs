//! How a server ends, in upstream's order: `/readyz` fails, the delay passes in which all is served as before, nothing new
//! is let in, open requests are answered, watches end.

use std::{
    sync::atomic::{AtomicBool, Ordering::SeqCst},
    time::Duration,
};

use http::HeaderMap;
use tokio_util::{
    sync::CancellationToken,
    task::{TaskTracker, task_tracker::TaskTrackerToken},
};

use crate::serving::ServingOptions;

/// Paths that are answered until the very end: health is still asked for then.
const ALWAYS_SERVED: [&str; 4] = ["/readyz", "/livez", "/healthz", "/metrics"];

/// Where a server is on its way to its end.
#[derive(Debug, Default)]
pub struct Shutdown {
    stopping: AtomicBool,
    refusing: AtomicBool,
    requests: TaskTracker,
    /// Cancelled when nothing new is let in any more.
    pub closing: CancellationToken,
    /// Cancelled when watches are to end.
    pub watches: CancellationToken,
}

impl Shutdown {
    /// Whether the server is to stop: it is not ready for more.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(SeqCst)
    }

    /// Notes a request that is to be answered before the end.
    pub fn enter(&self) -> TaskTrackerToken {
        self.requests.token()
    }

    /// Whether a request comes too late. As upstream has it, nobody knows yet who asks: the server's own requests are
    /// known by their user agent.
    pub fn refuses(&self, path: &str, headers: &HeaderMap) -> bool {
        self.refusing.load(SeqCst)
            && !ALWAYS_SERVED.iter().any(|served| path.starts_with(served))
            && !headers
                .get(http::header::USER_AGENT)
                .is_some_and(|agent| agent.as_bytes().starts_with(b"kube-apiserver/"))
    }

    /// All steps at once, without waiting.
    pub fn end_now(&self) {
        self.stopping.store(true, SeqCst);
        self.closing.cancel();
        self.watches.cancel();
    }

    /// All steps in order. Connections may still be open afterwards, but no request that is not long-running.
    pub async fn end(&self, options: &ServingOptions) {
        self.stopping.store(true, SeqCst);
        tokio::time::sleep(options.shutdown_delay).await;
        if options.shutdown_send_retry_after {
            self.refusing.store(true, SeqCst);
        } else {
            self.closing.cancel();
        }
        self.requests.close();
        if tokio::time::timeout(options.request_timeout, self.requests.wait()).await.is_err() {
            tracing::warn!(open = self.requests.len(), "requests were still open at the end");
        }
        self.watches.cancel();
        self.closing.cancel();
    }

    /// How long connections may take to end once nothing new is let in: what is left of open requests, and of watches.
    pub fn drain(options: &ServingOptions) -> Duration {
        options.request_timeout + options.shutdown_watch_grace
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use http::{HeaderValue, header::USER_AGENT};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn steps_come_in_order() {
        let shutdown = Arc::<Shutdown>::default();
        let options = ServingOptions {
            shutdown_delay: Duration::from_secs(5),
            shutdown_send_retry_after: true,
            ..ServingOptions::default()
        };
        let open = shutdown.enter();
        let ending = shutdown.clone();
        let end = tokio::spawn(async move { ending.end(&options).await });
        let (none, mut own) = (HeaderMap::new(), HeaderMap::new());
        own.insert(USER_AGENT, HeaderValue::from_static("kube-apiserver/v1.36.2"));
        tokio::time::sleep(Duration::from_secs(4)).await;
        assert!(shutdown.is_stopping() && !shutdown.refuses("/api", &none), "all is served during the delay");
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert!(shutdown.refuses("/api", &none));
        assert!(!shutdown.refuses("/readyz/ping", &none) && !shutdown.refuses("/api", &own));
        assert!(!shutdown.closing.is_cancelled() && !shutdown.watches.is_cancelled(), "a request is open");
        drop(open);
        assert!(end.await.is_ok());
        assert!(shutdown.closing.is_cancelled() && shutdown.watches.is_cancelled());
    }
}
