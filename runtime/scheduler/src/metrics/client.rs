//! Requests to the API server: `rest_client_…`, as client-go's metrics name them (component-base's
//! metrics/prometheus/restclient).

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, StatusCode};
use http_body::Frame;
use kubeforge_client::{
    client::RequestObserver,
    transport::{Body, BoxError, Transport, TransportError, body},
};
use kubeforge_serving::metrics::{Families, HistogramVec, IntCounterVec};
use prometheus::Histogram;

use super::SchedulerMetrics;

/// Upper bounds in seconds.
const SECONDS: [f64; 12] = [0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0];
/// Upper bounds in bytes.
const BYTES: [f64; 11] =
    [64.0, 256.0, 512.0, 1024.0, 4096.0, 16_384.0, 65_536.0, 262_144.0, 1_048_576.0, 4_194_304.0, 16_777_216.0];

/// What stands for the code where no answer came.
const NO_ANSWER: &str = "<error>";

pub(super) struct Requests {
    total: IntCounterVec,
    seconds: HistogramVec,
    sizes: HistogramVec,
    answer_sizes: HistogramVec,
    waits: HistogramVec,
    retries: IntCounterVec,
}

impl Requests {
    pub(super) fn new(families: &Families) -> Self {
        let labels = ["verb", "host"];
        Self {
            total: families.counters(
                "rest_client_requests_total",
                "Requests to the API server, by the code of the answer.",
                &["code", "method", "host"],
            ),
            seconds: families.histograms(
                "rest_client_request_duration_seconds",
                "How long it took until an answer began.",
                &labels,
                &SECONDS,
            ),
            sizes: families.histograms("rest_client_request_size_bytes", "Bytes of requests.", &labels, &BYTES),
            answer_sizes: families.histograms(
                "rest_client_response_size_bytes",
                "Bytes of answers, watches left out.",
                &labels,
                &BYTES,
            ),
            waits: families.histograms(
                "rest_client_rate_limiter_duration_seconds",
                "How long requests waited for the rate limit.",
                &labels,
                &SECONDS,
            ),
            retries: families.counters(
                "rest_client_request_retries_total",
                "Requests that were sent again, by the code of the answer before.",
                &["code", "verb", "host"],
            ),
        }
    }
}

/// A transport whose requests are counted; as an observer it counts what its client does before it sends them.
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
        let is_watch = request
            .uri()
            .query()
            .is_some_and(|query| query.split('&').any(|pair| ["watch=true", "watch=1"].contains(&pair)));
        let requests = &self.metrics.requests;
        let labels = [method.as_str(), self.host.as_str()];
        if !request.body().is_empty() {
            requests.sizes.with_label_values(&labels).observe(request.body().len() as f64);
        }
        let answer = self.inner.send(request).await;
        let code = answer.as_ref().map_or_else(|_| NO_ANSWER.to_owned(), |it| it.status().as_u16().to_string());
        requests.total.with_label_values(&[code.as_str(), method.as_str(), &self.host]).inc();
        requests.seconds.with_label_values(&labels).observe(began.elapsed().as_secs_f64());
        if is_watch {
            return answer;
        }
        let bytes = requests.answer_sizes.with_label_values(&labels);
        Ok(answer?.map(|inner| body(Weighed { inner, bytes: 0, told: Some(bytes) })))
    }
}

impl RequestObserver for Measured<()> {
    fn throttled(&self, method: &Method, waited: Duration) {
        let labels = [method.as_str(), self.host.as_str()];
        self.metrics.requests.waits.with_label_values(&labels).observe(waited.as_secs_f64());
    }

    fn retried(&self, method: &Method, code: Option<StatusCode>) {
        let code = code.map_or_else(|| NO_ANSWER.to_owned(), |code| code.as_u16().to_string());
        self.metrics.requests.retries.with_label_values(&[code.as_str(), method.as_str(), &self.host]).inc();
    }
}

/// A body that tells how large it was once it has come whole.
struct Weighed {
    inner: Body,
    bytes: usize,
    told: Option<Histogram>,
}

impl http_body::Body for Weighed {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(cx));
        match &frame {
            Some(Ok(frame)) => self.bytes += frame.data_ref().map_or(0, Bytes::len),
            Some(Err(_)) => self.told = None,
            None => {
                if let Some(told) = self.told.take() {
                    told.observe(self.bytes as f64);
                }
            }
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        // the end is told of when it is met, so it must be met
        false
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.inner.size_hint()
    }
}
