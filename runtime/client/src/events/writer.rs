//! Writing what is reported into a sink.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures::future::join_all;
use kubeforge_machinery::{meta::v1::CauseType, unstructured::Unstructured};
use tokio::{
    sync::mpsc,
    time::{Instant, interval_at},
};
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use super::{correlate::Correlator, occurrence::Occurrence, render, series::SeriesCache, sink::EventSink};
use crate::{error::ClientError, patch::Patch};

/// How often writing is tried while the server can't be reached, and how long to wait in between (client-go's).
pub(super) const TRIES_MAX: u32 = 12;
pub(super) const TRY_PAUSE: Duration = Duration::from_secs(10);

/// So many new events are sent together, where so many wait: they travel in one packet, and their answers too.
const TOGETHER_MAX: usize = 16;

/// How often it is looked for series to write.
const SERIES_PERIOD: Duration = Duration::from_secs(60);

/// Writes into one sink.
pub(super) struct Writer<S> {
    sink: S,
    /// Cancelled when nothing is to be tried again.
    closing: CancellationToken,
    /// The server can't be reached, and there is no time left to wait for it.
    has_given_up: AtomicBool,
}

impl<S: EventSink> Writer<S> {
    pub(super) fn new(sink: S, closing: CancellationToken) -> Self {
        Self { sink, closing, has_given_up: AtomicBool::new(false) }
    }

    /// Writes `v1` events.
    pub(super) async fn run_core(self, mut queue: mpsc::Receiver<Arc<Occurrence>>, mut correlator: Correlator) {
        while let Some(occurrence) = self.next(&mut queue).await {
            let Some(written) = correlator.correlate(&occurrence) else { continue };
            let create = || render::core_event(&occurrence, &written);
            if written.count > 1 {
                let patch = render::core_patch(&occurrence, &written);
                self.patch_or_create(occurrence.namespace(), &written.name, &patch, create).await;
            } else {
                self.create(&create()).await;
            }
        }
    }

    /// Writes `events.k8s.io/v1` events.
    pub(super) async fn run_series(self, mut queue: mpsc::Receiver<Arc<Occurrence>>) {
        let mut cache = SeriesCache::new();
        let mut ticks = interval_at(Instant::now() + SERIES_PERIOD, SERIES_PERIOD);
        let mut waiting = Vec::new();
        loop {
            tokio::select! {
                there_is_more = self.next_some(&mut queue, &mut waiting) => {
                    if !there_is_more {
                        break;
                    }
                    let (mut new, mut repeated) = (Vec::new(), Vec::new());
                    for occurrence in waiting.drain(..) {
                        match cache.observe(&occurrence) {
                            Some(written) if written.count > 1 => repeated.push((occurrence, written)),
                            Some(written) => new.push(render::event(&occurrence, &written)),
                            None => {}
                        }
                    }
                    join_all(new.iter().map(|event| self.create(event))).await;
                    for (occurrence, written) in repeated {
                        let (patch, create) = (render::series_patch(&written), || render::event(&occurrence, &written));
                        self.patch_or_create(&written.namespace, &written.name, &patch, create).await;
                    }
                }
                _ = ticks.tick() => {
                    for written in cache.refresh() {
                        let patch = render::series_patch(&written);
                        log(self.persist(|| self.sink.patch(&written.namespace, &written.name, &patch)).await);
                    }
                }
            }
        }
    }

    /// The next report to write.
    async fn next(&self, queue: &mut mpsc::Receiver<Arc<Occurrence>>) -> Option<Arc<Occurrence>> {
        if self.has_given_up.load(Ordering::Relaxed) { None } else { queue.recv().await }
    }

    /// The next reports to write, as many as wait already. Returns whether there are any.
    async fn next_some(&self, queue: &mut mpsc::Receiver<Arc<Occurrence>>, waiting: &mut Vec<Arc<Occurrence>>) -> bool {
        !self.has_given_up.load(Ordering::Relaxed) && queue.recv_many(waiting, TOGETHER_MAX).await > 0
    }

    async fn create(&self, event: &Unstructured) {
        log(self.persist(|| self.sink.create(event)).await);
    }

    /// Patches an event; one that has expired on the server is created anew.
    async fn patch_or_create(&self, namespace: &str, name: &str, patch: &Patch, event: impl FnOnce() -> Unstructured) {
        match self.persist(|| self.sink.patch(namespace, name, patch)).await {
            Err(err) if err.is_not_found() => self.create(&event()).await,
            done => log(done),
        }
    }

    /// Tries until the server has answered, for about two minutes, or until the shutdown.
    async fn persist<F>(&self, attempt: impl Fn() -> F) -> Result<(), ClientError>
    where
        F: Future<Output = Result<(), ClientError>>,
    {
        let mut tries = 1;
        loop {
            match attempt().await {
                Err(ClientError::Transport(err)) if self.closing.is_cancelled() => {
                    self.has_given_up.store(true, Ordering::Relaxed);
                    return Err(ClientError::Transport(err));
                }
                Err(ClientError::Transport(err)) if tries < TRIES_MAX => {
                    debug!(%err, "cannot write an event; trying again");
                    // the first pause is shorter by chance, so that clients of a restarted server don't come back together
                    let pause = if tries == 1 { TRY_PAUSE.mul_f64(rand::random()) } else { TRY_PAUSE };
                    // a shutdown ends the pause: there is one more try
                    self.closing.run_until_cancelled(tokio::time::sleep(pause)).await;
                    tries += 1;
                }
                done => return done,
            }
        }
    }
}

/// That an event isn't kept is worth a warning, unless the server has a reason that is none of its writer's business.
fn log(done: Result<(), ClientError>) {
    let Err(err) = done else { return };
    let is_expected = err.is_already_exists()
        || err.api().is_some_and(|err| err.cause(&CauseType::Other("NamespaceTerminating".to_owned())).is_some());
    if is_expected {
        debug!(%err, "an event was not written");
    } else {
        warn!(%err, "an event was not written");
    }
}
