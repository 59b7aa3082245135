//! The store, timed: what `etcd_request_duration_seconds` counts, and whether the store answers at all.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use kubeforge_apiserver::metrics::{Families, HistogramVec, IntCounterVec, LATENCY_BUCKETS};
use kubeforge_machinery::GroupResource;
use kubeforge_storage::{
    kv::{Expect, KeyRange, Kv, KvError, LeaseId, RangeRequest, RangeResult, WatchItem, Written},
    revision::Revision,
};
use parking_lot::RwLock;

/// A store around another one.
pub(crate) struct Measured {
    inner: Arc<dyn Kv>,
    counts: Counts,
    answers: Arc<AtomicBool>,
}

/// What all stores of a server share: where they count, and whose keys are whose.
#[derive(Clone, Default)]
pub(crate) struct Counts {
    timings: Arc<OnceLock<Timings>>,
    names: Arc<Names>,
}

/// Which resource's keys begin with what.
#[derive(Debug, Default)]
pub(crate) struct Names(RwLock<BTreeMap<String, GroupResource>>);

impl Names {
    /// A resource's keys begin so.
    pub(crate) fn insert(&self, prefix: &str, resource: GroupResource) {
        self.0.write().insert(prefix.to_owned(), resource);
    }

    /// Calls `then` with the group and the resource of a key; with nothing for a key of none.
    fn of<T>(&self, key: &[u8], then: impl FnOnce(&str, &str) -> T) -> T {
        let key = std::str::from_utf8(key).unwrap_or_default();
        let names = self.0.read();
        let mut prefix = key.trim_end_matches('/');
        loop {
            match (names.get(prefix), prefix.rsplit_once('/')) {
                (Some(resource), _) => return then(&resource.group, &resource.resource),
                (None, Some((shorter, _))) => prefix = shorter,
                (None, None) => return then("", ""),
            }
        }
    }
}

struct Timings {
    seconds: HistogramVec,
    requests: IntCounterVec,
    errors: IntCounterVec,
}

impl Counts {
    /// Tells where to count; before, nothing is.
    pub(crate) fn register(&self, families: &Families) {
        let labels = ["operation", "group", "resource"];
        self.timings.get_or_init(|| Timings {
            seconds: families.histograms(
                "etcd_request_duration_seconds",
                "How long the store took, by operation and type of object.",
                &labels,
                &LATENCY_BUCKETS,
            ),
            requests: families.counters("etcd_requests_total", "Requests to the store.", &labels),
            errors: families.counters("etcd_request_errors_total", "Requests to the store that failed.", &labels),
        });
    }

    /// Where resources tell which keys are theirs.
    pub(crate) fn names(&self) -> &Names {
        &self.names
    }
}

impl Measured {
    /// Times `inner`.
    pub(crate) fn new(inner: Arc<dyn Kv>, counts: Counts) -> Self {
        Self { inner, counts, answers: Arc::new(AtomicBool::new(true)) }
    }

    /// Whether the store answered when it was last asked.
    pub(crate) fn answers(&self) -> Arc<AtomicBool> {
        self.answers.clone()
    }

    fn note<T>(&self, operation: &str, key: &[u8], begun: Instant, result: Result<T, KvError>) -> Result<T, KvError> {
        if let Some(timings) = self.counts.timings.get() {
            self.counts.names.of(key, |group, resource| {
                let labels = [operation, group, resource];
                timings.seconds.with_label_values(&labels).observe(begun.elapsed().as_secs_f64());
                timings.requests.with_label_values(&labels).inc();
                if result.is_err() {
                    timings.errors.with_label_values(&labels).inc();
                }
            });
        }
        let is_down = matches!(result, Err(KvError::Closed | KvError::Unavailable(_) | KvError::Engine(_)));
        self.answers.store(!is_down, Ordering::SeqCst);
        result
    }
}

#[async_trait]
impl Kv for Measured {
    async fn range(&self, request: RangeRequest) -> Result<RangeResult, KvError> {
        let (operation, key) = match &request.range {
            KeyRange::One(key) => ("get", key.clone()),
            KeyRange::Between { start, .. } => ("list", start.clone()),
        };
        let begun = Instant::now();
        let result = self.inner.range(request).await;
        self.note(operation, &key, begun, result)
    }

    async fn put(&self, key: Bytes, value: Bytes, expect: Expect, lease: Option<LeaseId>) -> Result<Written, KvError> {
        let (of, begun) = (key.clone(), Instant::now());
        let operation = if expect == Expect::Absent { "create" } else { "update" };
        let result = self.inner.put(key, value, expect, lease).await;
        self.note(operation, &of, begun, result)
    }

    async fn delete(&self, key: Bytes, expect: Expect) -> Result<Written, KvError> {
        let (of, begun) = (key.clone(), Instant::now());
        let result = self.inner.delete(key, expect).await;
        self.note("delete", &of, begun, result)
    }

    async fn watch(
        &self,
        range: KeyRange,
        from: Option<Revision>,
    ) -> Result<BoxStream<'static, Result<WatchItem, KvError>>, KvError> {
        self.inner.watch(range, from).await
    }

    async fn request_progress(&self) -> Result<(), KvError> {
        self.inner.request_progress().await
    }

    async fn current_revision(&self) -> Result<Revision, KvError> {
        let begun = Instant::now();
        let result = self.inner.current_revision().await;
        self.note("current_revision", b"", begun, result)
    }

    async fn compact(&self, revision: Revision) -> Result<(), KvError> {
        self.inner.compact(revision).await
    }

    async fn grant_lease(&self, ttl: Duration) -> Result<LeaseId, KvError> {
        self.inner.grant_lease(ttl).await
    }

    async fn size(&self) -> Result<u64, KvError> {
        self.inner.size().await
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_name_their_resource() {
        let names = Names::default();
        for (prefix, group, resource) in [
            ("/registry/pods", "", "pods"),
            ("/registry/services/specs", "", "services"),
            ("/registry/leases", "x", "leases"),
        ] {
            names.insert(prefix, GroupResource { group: group.into(), resource: resource.into() });
        }
        for (key, want) in [
            ("/registry/pods/default/web", ("", "pods")),
            ("/registry/services/specs/default/kubernetes", ("", "services")),
            ("/registry/leases/", ("x", "leases")),
            ("/registry/others/a", ("", "")),
            ("/", ("", "")),
        ] {
            names.of(key.as_bytes(), |group, resource| assert_eq!((group, resource), want, "{key}"));
        }
    }
}
