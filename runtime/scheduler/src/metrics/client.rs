//! Requests to the API server: `rest_client_…`, as client-go's metrics name them.

use std::{sync::Arc, time::Instant};

use async_trait::async_trait;
use bytes::Bytes;
use kubeforge_client::transport::{Body, Transport, TransportError};
use kubeforge_serving::metrics::Families;
use prometheus::{HistogramVec, IntCounterVec};

use super::SchedulerMetrics;

/// Upper bounds in seconds (component-base's metrics/prometheus/restclient).
const SECONDS: [f64; 12] = [0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0];

pub(super) struct Requests {
    total: IntCounterVec,
    seconds: HistogramVec,
}

impl Requests {
    pub(super) fn new(families: &Families) -> Self {
        Self {
            total: families.counters(
                "rest_client_requests_total",
                "Requests to the API server, by the code of the answer.",
                &["code", "host", "method"],
            ),
            seconds: families.histograms(
                "rest_client_request_duration_seconds",
                "How long it took until an answer began.",
                &["host", "verb"],
                &SECONDS,
            ),
        }
    }
}

/// A transport whose requests are counted.
pub struct Measured<T> {
    inner: T,
    host: String,
    metrics: Arc<SchedulerMetrics>,
}

impl<T> Measured<T> {
    /// Counts the requests to a host.
    pub const fn new(inner: T, host: String, metrics: Arc<SchedulerMetrics>) -> Self {
        Self { inner, host, metrics }
    }
}

#[async_trait]
impl<T: Transport> Transport for Measured<T> {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Body>, TransportError> {
        let (method, began) = (request.method().clone(), Instant::now());
        let answer = self.inner.send(request).await;
        let requests = &self.metrics.requests;
        let code = answer.as_ref().map_or_else(|_| "<error>".to_owned(), |it| it.status().as_u16().to_string());
        requests.total.with_label_values(&[code.as_str(), &self.host, method.as_str()]).inc();
        let seconds = began.elapsed().as_secs_f64();
        requests.seconds.with_label_values(&[self.host.as_str(), method.as_str()]).observe(seconds);
        answer
    }
}
