//! The store, timed: what `etcd_request_duration_seconds` counts, and whether the store answers at all.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use kubeforge_apiserver::metrics::Timings;
use kubeforge_storage::{
    kv::{Expect, KeyRange, Kv, KvError, LeaseId, RangeRequest, RangeResult, WatchItem, Written},
    revision::Revision,
};

/// A store around another one.
pub(crate) struct Measured {
    inner: Arc<dyn Kv>,
    timings: Arc<Timings>,
    answers: Arc<AtomicBool>,
    /// What all keys begin with.
    root: String,
}

impl Measured {
    /// Times `inner`, all of whose keys begin with `root`.
    pub(crate) fn new(inner: Arc<dyn Kv>, timings: Arc<Timings>, root: &str) -> Self {
        Self { inner, timings, answers: Arc::new(AtomicBool::new(true)), root: root.to_owned() }
    }

    /// Whether the store answered when it was last asked.
    pub(crate) fn answers(&self) -> Arc<AtomicBool> {
        self.answers.clone()
    }

    fn note<T>(&self, operation: &str, key: &[u8], begun: Instant, result: Result<T, KvError>) -> Result<T, KvError> {
        let labels = vec![("operation", operation.to_owned()), ("type", type_of(&self.root, key))];
        self.timings.observe(labels, begun.elapsed());
        let is_down = matches!(result, Err(KvError::Closed | KvError::Unavailable(_) | KvError::Engine(_)));
        self.answers.store(!is_down, Ordering::SeqCst);
        result
    }
}

/// The part of a key that names the type: `pods` of `/registry/pods/default/web`.
fn type_of(root: &str, key: &[u8]) -> String {
    let rest = key.strip_prefix(root.as_bytes()).unwrap_or(key);
    let part = rest.split(|byte| *byte == b'/').find(|part| !part.is_empty());
    String::from_utf8_lossy(part.unwrap_or_default()).into_owned()
}

#[async_trait]
impl Kv for Measured {
    async fn range(&self, request: RangeRequest) -> Result<RangeResult, KvError> {
        let (KeyRange::One(key) | KeyRange::Between { start: key, .. }) = &request.range;
        let (key, begun) = (key.clone(), Instant::now());
        let result = self.inner.range(request).await;
        self.note("get", &key, begun, result)
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
    fn keys_name_their_type() {
        for (key, want) in [("/registry/pods/default/web", "pods"), ("/registry/leases/", "leases"), ("/", "")] {
            assert_eq!(type_of("/registry", key.as_bytes()), want, "{key}");
        }
    }
}
