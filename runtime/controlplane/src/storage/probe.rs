//! Whether a store answers in time.
//!
//! Health checks don't wait: a check starts a probe of the store, unless one is under way, and says what is known. A
//! probe that takes too long fails the checks from then on.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use kubeforge_storage::kv::Kv;
use parking_lot::Mutex;
use tokio::{runtime::Handle, time::Instant};

/// What is known for so long is not asked again.
const FRESH_FOR: Duration = Duration::from_millis(500);

/// The checks of one store.
pub(crate) struct Probing {
    /// It answers at all.
    pub(crate) live: Arc<Prober>,
    /// Requests may be sent to it.
    pub(crate) ready: Arc<Prober>,
}

/// Asks a store for its revision.
pub(crate) struct Prober {
    kv: Arc<dyn Kv>,
    /// Whether the store did when anybody last asked it.
    answers: Arc<AtomicBool>,
    timeout: Duration,
    known: Mutex<Known>,
}

struct Known {
    /// When the probe that is under way began.
    begun: Option<Instant>,
    /// When the last one ended.
    ended: Option<Instant>,
    result: Result<(), String>,
}

impl Prober {
    pub(super) fn new(kv: Arc<dyn Kv>, answers: Arc<AtomicBool>, timeout: Duration) -> Arc<Self> {
        let known = Mutex::new(Known { begun: None, ended: None, result: Ok(()) });
        Arc::new(Self { kv, answers, timeout, known })
    }

    /// What is known of the store.
    ///
    /// # Errors
    /// Where it does not answer.
    pub(crate) fn check(self: &Arc<Self>) -> Result<(), String> {
        let mut known = self.known.lock();
        let is_fresh = known.ended.is_some_and(|ended| ended.elapsed() < FRESH_FOR);
        if known.begun.is_none()
            && !is_fresh
            && let Ok(runtime) = Handle::try_current()
        {
            known.begun = Some(Instant::now());
            let prober = self.clone();
            runtime.spawn(async move { prober.probe().await });
        }
        if known.begun.is_some_and(|begun| begun.elapsed() >= self.timeout) {
            return Err(format!("the store does not answer within {:?}", self.timeout));
        }
        if !self.answers.load(Ordering::SeqCst) {
            return Err("the store does not answer".to_owned());
        }
        known.result.clone()
    }

    async fn probe(&self) {
        let asked = self.kv.current_revision().await;
        let mut known = self.known.lock();
        let took = known.begun.take().map(|begun| begun.elapsed()).unwrap_or_default();
        known.ended = Some(Instant::now());
        known.result = match asked {
            Ok(_) if took >= self.timeout => Err(format!("the store took {took:?} to answer")),
            Ok(_) => Ok(()),
            Err(err) => Err(err.to_string()),
        };
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use bytes::Bytes;
    use futures::stream::BoxStream;
    use kubeforge_storage::{
        kv::{Expect, KeyRange, KvError, LeaseId, RangeRequest, RangeResult, WatchItem, Written},
        revision::Revision,
    };

    use super::*;

    /// Answers after a time.
    struct Slow(Duration);

    #[async_trait]
    impl Kv for Slow {
        async fn current_revision(&self) -> Result<Revision, KvError> {
            tokio::time::sleep(self.0).await;
            Ok(Revision::FIRST)
        }
        async fn range(&self, _: RangeRequest) -> Result<RangeResult, KvError> {
            Err(KvError::Closed)
        }
        async fn put(&self, _: Bytes, _: Bytes, _: Expect, _: Option<LeaseId>) -> Result<Written, KvError> {
            Err(KvError::Closed)
        }
        async fn delete(&self, _: Bytes, _: Expect) -> Result<Written, KvError> {
            Err(KvError::Closed)
        }
        async fn watch(
            &self,
            _: KeyRange,
            _: Option<Revision>,
        ) -> Result<BoxStream<'static, Result<WatchItem, KvError>>, KvError> {
            Err(KvError::Closed)
        }
        async fn request_progress(&self) -> Result<(), KvError> {
            Err(KvError::Closed)
        }
        async fn compact(&self, _: Revision) -> Result<(), KvError> {
            Err(KvError::Closed)
        }
        async fn grant_lease(&self, _: Duration) -> Result<LeaseId, KvError> {
            Err(KvError::Closed)
        }
        async fn size(&self) -> Result<u64, KvError> {
            Err(KvError::Closed)
        }
        async fn close(&self) {}
    }

    #[tokio::test(start_paused = true)]
    async fn a_store_that_takes_too_long_is_not_well_until_it_answers_in_time() {
        let answers = Arc::new(AtomicBool::new(true));
        let prober =
            |millis| Prober::new(Arc::new(Slow(Duration::from_millis(millis))), answers.clone(), FRESH_FOR * 2);
        let pause = || tokio::time::sleep(Duration::from_millis(1100));
        let (quick, slow) = (prober(10), prober(5000));
        assert!(quick.check().is_ok() && slow.check().is_ok(), "nothing is known yet");
        pause().await;
        assert!(quick.check().is_ok());
        assert!(slow.check().unwrap_err().contains("within 1s"));
        pause().await;
        answers.store(false, Ordering::SeqCst);
        assert!(quick.check().is_err(), "others have found that it does not answer");
    }
}
