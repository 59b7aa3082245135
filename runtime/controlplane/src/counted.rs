//! The clients in this process, counted: `rest_client_*`.

use std::{sync::Arc, time::Instant};

use async_trait::async_trait;
use bytes::Bytes;
use kubeforge_apiserver::metrics::{Families, HistogramVec, IntCounterVec};
use kubeforge_client::transport::{Body, Transport, TransportError, Upgrade};

const BUCKETS: [f64; 12] = [0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0];

/// There is no address within a process.
const HOST: &str = "in-process";

/// Where clients count.
#[derive(Clone, Debug)]
pub(crate) struct ClientMetrics {
    requests: IntCounterVec,
    seconds: HistogramVec,
}

impl ClientMetrics {
    /// Adds the families.
    pub(crate) fn new(families: &Families) -> Self {
        Self {
            requests: families.counters(
                "rest_client_requests_total",
                "Requests of clients in this process, by the answer's code.",
                &["code", "host", "method"],
            ),
            seconds: families.histograms(
                "rest_client_request_duration_seconds",
                "How long clients in this process waited for answers.",
                &["host", "verb"],
                &BUCKETS,
            ),
        }
    }

    /// A transport whose requests are counted.
    pub(crate) fn around(&self, inner: impl Transport) -> Counted {
        Counted { inner: Arc::new(inner), metrics: self.clone() }
    }
}

/// A transport around another one.
pub(crate) struct Counted {
    inner: Arc<dyn Transport>,
    metrics: ClientMetrics,
}

#[async_trait]
impl Transport for Counted {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Body>, TransportError> {
        let (method, began) = (request.method().clone(), Instant::now());
        let result = self.inner.send(request).await;
        self.metrics.seconds.with_label_values(&[HOST, method.as_str()]).observe(began.elapsed().as_secs_f64());
        let code = match &result {
            Ok(response) => response.status().as_str().to_owned(),
            Err(_) => "<error>".to_owned(),
        };
        self.metrics.requests.with_label_values(&[&code, HOST, method.as_str()]).inc();
        result
    }

    /// Streams last as long as somebody wants them to, so that their duration says nothing.
    async fn upgrade(&self, request: http::Request<Bytes>) -> Result<Upgrade, TransportError> {
        let method = request.method().clone();
        let result = self.inner.upgrade(request).await;
        let code = match &result {
            Ok(Upgrade::Done(..)) => "101".to_owned(),
            Ok(Upgrade::Refused(answer)) => answer.status().as_str().to_owned(),
            Err(_) => "<error>".to_owned(),
        };
        self.metrics.requests.with_label_values(&[&code, HOST, method.as_str()]).inc();
        result
    }
}
