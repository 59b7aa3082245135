//! The embedded store.

use std::{
    convert::Infallible,
    path::Path,
    sync::{Arc, OnceLock, Weak},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt, stream::BoxStream};
use parking_lot::Mutex;
use tokio::{sync::oneshot, task::AbortHandle, time::Instant};

use crate::{
    embedded::{
        commit::{Committer, Op, Put},
        compact,
        engine::{Disk, Engine, Memory},
        hub::Hub,
        lease::Deadlines,
        options::EmbeddedOptions,
        read,
        recover::{Recovered, recover},
        shared::Shared,
        watch,
        writer::Queue,
    },
    kv::{Expect, KeyRange, Kv, KvError, LeaseId, RangeRequest, RangeResult, WatchItem, Written},
    revision::Revision,
};

/// A store in this process: in a directory, or only in memory.
pub struct EmbeddedKv {
    shared: Arc<Shared>,
    queue: Arc<Queue>,
    deadlines: Arc<Deadlines>,
    /// Leases of a store that was opened again; their time starts with the first call from a runtime.
    recovered_ttls: Mutex<Vec<(LeaseId, Duration)>>,
    expiry: OnceLock<AbortHandle>,
    /// Held while history is removed, so that compactions follow one another.
    purging: Arc<Mutex<()>>,
}

impl EmbeddedKv {
    /// Opens the store in `dir`, or makes one there.
    ///
    /// Its writes wait for a thread and a disk, which paused time does not see: tests that pause it use
    /// [`EmbeddedKv::in_memory`].
    ///
    /// # Errors
    ///
    /// [`KvError::Unavailable`] if another process has it open, [`KvError::Engine`] if it can't be read.
    pub fn open(dir: &Path, options: EmbeddedOptions) -> Result<Self, KvError> {
        let engine = Arc::new(Disk::open(dir, &options)?);
        let recovered = recover(&*engine)?;
        Self::start(engine, &options, recovered, Queue::thread)
    }

    /// An empty store that touches no disk and starts no thread. All it holds is gone with it.
    pub fn in_memory() -> Self {
        let start =
            Self::start(Arc::new(Memory::default()), &EmbeddedOptions::default(), Recovered::default(), |committer| {
                Ok::<_, Infallible>(Queue::inline(committer))
            });
        match start {
            Ok(kv) => kv,
            Err(never) => match never {},
        }
    }

    pub(super) fn start<E>(
        engine: Arc<dyn Engine>,
        options: &EmbeddedOptions,
        Recovered { index, leases, ttls }: Recovered,
        queue: impl FnOnce(Committer) -> Result<Queue, E>,
    ) -> Result<Self, E> {
        let hub = Hub::new(index.latest(), options);
        let shared = Arc::new(Shared::new(index, hub, engine));
        let deadlines = Arc::new(Deadlines::default());
        let committer = Committer::new(shared.clone(), leases, deadlines.clone(), options.value_bytes_max);
        Ok(Self {
            shared,
            queue: Arc::new(queue(committer)?),
            deadlines,
            recovered_ttls: Mutex::new(ttls),
            expiry: OnceLock::new(),
            purging: Arc::default(),
        })
    }

    /// Starts the clock of leases, once. It needs a runtime, which [`EmbeddedKv::open`] may not have.
    fn start_expiry(&self) {
        self.expiry.get_or_init(|| {
            for (lease, ttl) in self.recovered_ttls.lock().drain(..) {
                self.deadlines.add(Instant::now() + ttl, lease);
            }
            tokio::spawn(expire(self.deadlines.clone(), Arc::downgrade(&self.queue))).abort_handle()
        });
    }

    async fn submit<T>(&self, op: impl FnOnce(oneshot::Sender<Result<T, KvError>>) -> Op) -> Result<T, KvError> {
        self.start_expiry();
        let (answer, answered) = oneshot::channel();
        self.queue.submit(op(answer)).await?;
        answered.await.map_err(|_| KvError::Closed)?
    }
}

async fn expire(deadlines: Arc<Deadlines>, queue: Weak<Queue>) {
    loop {
        let lease = deadlines.next().await;
        let Some(queue) = queue.upgrade() else { return };
        if queue.submit(Op::Expire { lease }).await.is_err() {
            return;
        }
    }
}

#[async_trait]
impl Kv for EmbeddedKv {
    async fn range(&self, request: RangeRequest) -> Result<RangeResult, KvError> {
        self.start_expiry();
        read::range(&self.shared, &request).await
    }

    async fn put(&self, key: Bytes, value: Bytes, expect: Expect, lease: Option<LeaseId>) -> Result<Written, KvError> {
        self.submit(|answer| Op::Put { put: Put { key, value, expect, lease }, answer }).await
    }

    async fn delete(&self, key: Bytes, expect: Expect) -> Result<Written, KvError> {
        self.submit(|answer| Op::Delete { key, expect, answer }).await
    }

    async fn watch(
        &self,
        range: KeyRange,
        from: Option<Revision>,
    ) -> Result<BoxStream<'static, Result<WatchItem, KvError>>, KvError> {
        self.start_expiry();
        self.shared.engine()?;
        Ok(watch::open(&self.shared, &range, from).boxed())
    }

    async fn request_progress(&self) -> Result<(), KvError> {
        self.shared.engine()?;
        self.shared.hub.request_progress();
        Ok(())
    }

    async fn current_revision(&self) -> Result<Revision, KvError> {
        self.shared.engine()?;
        Ok(self.shared.index.read().latest())
    }

    async fn compact(&self, revision: Revision) -> Result<(), KvError> {
        self.submit(|answer| Op::Compact { revision, answer }).await?;
        let (shared, purging) = (self.shared.clone(), self.purging.clone());
        let purge = move || {
            let _one_at_a_time = purging.lock();
            compact::purge(&shared, revision)
        };
        if !self.shared.engine()?.is_on_disk() {
            return purge();
        }
        tokio::task::spawn_blocking(purge)
            .await
            .map_err(|err| KvError::Engine(format!("compaction was interrupted: {err}")))?
    }

    async fn grant_lease(&self, ttl: Duration) -> Result<LeaseId, KvError> {
        let ends = Instant::now() + ttl;
        self.submit(|answer| Op::Grant { ttl, ends, answer }).await
    }

    async fn size(&self) -> Result<u64, KvError> {
        let engine = self.shared.engine()?;
        if !engine.is_on_disk() {
            return engine.size();
        }
        tokio::task::spawn_blocking(move || engine.size())
            .await
            .map_err(|err| KvError::Engine(format!("counting was interrupted: {err}")))?
    }

    async fn close(&self) {
        if let Some(expiry) = self.expiry.get() {
            expiry.abort();
        }
        let (shared, queue) = (self.shared.clone(), self.queue.clone());
        let closed = tokio::task::spawn_blocking(move || {
            queue.finish();
            drop(shared.close());
        });
        if let Err(err) = closed.await {
            tracing::error!(%err, "closing the store was interrupted");
        }
    }
}

impl Drop for EmbeddedKv {
    /// Does what [`Kv::close`] does, for a store that nobody closed. It waits for one sync at most.
    fn drop(&mut self) {
        if let Some(expiry) = self.expiry.get() {
            expiry.abort();
        }
        self.queue.finish();
        drop(self.shared.close());
    }
}
