//! Syncs from time to time, for writes that don't wait for it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use crate::kv::KvError;

/// A thread that syncs what was written since it last did.
pub(super) struct Syncing {
    has_written: Arc<AtomicBool>,
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<bool>>,
}

impl Syncing {
    pub(super) fn start(
        every: Duration,
        sync: impl Fn() -> Result<(), KvError> + Send + 'static,
    ) -> Result<Self, KvError> {
        let has_written = Arc::new(AtomicBool::new(false));
        let (stop, stopped) = mpsc::channel::<()>();
        let written = has_written.clone();
        let run = move || {
            loop {
                let is_last = stopped.recv_timeout(every) != Err(RecvTimeoutError::Timeout);
                let mut is_synced = true;
                if written.swap(false, Ordering::AcqRel)
                    && let Err(err) = sync()
                {
                    tracing::error!(%err, "cannot sync the store");
                    written.store(true, Ordering::Release);
                    is_synced = false;
                }
                if is_last {
                    return is_synced;
                }
            }
        };
        let thread = thread::Builder::new()
            .name("kv-sync".to_owned())
            .spawn(run)
            .map_err(|err| KvError::Engine(format!("cannot start the thread that syncs: {err}")))?;
        Ok(Self { has_written, stop: Some(stop), thread: Some(thread) })
    }

    /// Something was written that is not synced.
    pub(super) fn has_written(&self) {
        self.has_written.store(true, Ordering::Release);
    }

    /// Syncs for the last time; true where that worked.
    pub(super) fn finish(&mut self) -> bool {
        drop(self.stop.take());
        self.thread.take().is_none_or(|thread| thread.join().unwrap_or(false))
    }
}

impl Drop for Syncing {
    fn drop(&mut self) {
        self.finish();
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::atomic::AtomicUsize, time::Instant};

    use super::*;

    #[test]
    fn what_was_written_is_synced_once_and_at_the_end() {
        let count = Arc::new(AtomicUsize::new(0));
        let counted = count.clone();
        let syncs = || count.load(Ordering::SeqCst);
        let mut syncing = Syncing::start(Duration::from_millis(1), move || {
            counted.fetch_add(1, Ordering::SeqCst);
            Ok(())
        })
        .unwrap();
        syncing.has_written();
        let begun = Instant::now();
        while syncs() == 0 && begun.elapsed() < Duration::from_secs(10) {
            thread::yield_now();
        }
        assert_eq!(syncs(), 1);
        syncing.has_written();
        assert!(syncing.finish());
        assert_eq!(syncs(), 2);
    }
}
