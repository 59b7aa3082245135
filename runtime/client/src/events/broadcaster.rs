//! Who reports and who writes.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use kubeforge_machinery::{
    GroupVersionResource,
    meta::v1::{CreateOptions, PatchOptions},
    unstructured::Unstructured,
};
use tokio::{
    sync::mpsc,
    task::JoinHandle,
    time::{Instant, interval_at, timeout},
};
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use super::{
    correlate::{Correlator, CorrelatorOptions},
    occurrence::Occurrence,
    recorder::EventRecorder,
    render,
    series::SeriesCache,
};
use crate::{backoff::jitter, client::Client, dynamic::DynamicApi, error::ClientError, patch::Patch};

/// How many reports wait to be written; more are dropped (client-go's maxQueuedEvents).
pub(super) const QUEUE_LENGTH: usize = 1000;

/// How often writing is tried while the server can't be reached, and how long to wait in between (client-go's).
const TRIES_MAX: u32 = 12;
const TRY_PAUSE: Duration = Duration::from_secs(10);

/// How long a shutdown waits for what is still to be written.
const SHUTDOWN_MAX: Duration = Duration::from_secs(5);

/// How often it is looked for series to write.
const SERIES_PERIOD: Duration = Duration::from_secs(60);

/// Which events are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventApi {
    /// `v1`.
    Core,
    /// `events.k8s.io/v1`.
    Events,
}

impl EventApi {
    fn gvr(self) -> GroupVersionResource {
        match self {
            Self::Core => GroupVersionResource::new("", "v1", "events"),
            Self::Events => GroupVersionResource::new("events.k8s.io", "v1", "events"),
        }
    }
}

/// Writes what recorders report. Its task ends when it and all its recorders are dropped.
#[derive(Debug)]
pub struct EventBroadcaster {
    sender: mpsc::Sender<Occurrence>,
    /// Cancelled when nothing is to be tried again.
    closing: CancellationToken,
    task: JoinHandle<()>,
}

impl EventBroadcaster {
    /// Begins to write events of one API. To be called within a tokio runtime.
    pub fn start(client: Client, api: EventApi) -> Self {
        Self::start_with(client, api, CorrelatorOptions::default())
    }

    /// Like [`EventBroadcaster::start`], with other limits for `v1` events.
    pub fn start_with(client: Client, api: EventApi, correlator: CorrelatorOptions) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE_LENGTH);
        let closing = CancellationToken::new();
        let writer = Writer { client, api, closing: closing.clone(), has_given_up: AtomicBool::new(false) };
        let task = tokio::spawn(async move {
            match api {
                EventApi::Core => writer.run_core(receiver, Correlator::new(correlator)).await,
                EventApi::Events => writer.run_series(receiver).await,
            }
        });
        Self { sender, closing, task }
    }

    /// A recorder for a component, such as `default-scheduler`, on a host (for `events.k8s.io`, the instance's name).
    pub fn recorder(&self, component: impl Into<String>, host: impl Into<String>) -> EventRecorder {
        EventRecorder::new(self.sender.clone(), component, host)
    }

    /// Waits until everything that was reported is written, after the recorders were dropped. A server that can't be
    /// reached is not waited for, and a slow one only for a few seconds.
    pub async fn shutdown(mut self) {
        drop(self.sender);
        self.closing.cancel();
        match timeout(SHUTDOWN_MAX, &mut self.task).await {
            Ok(Ok(())) => {}
            Ok(Err(err)) => warn!(%err, "the writer of events broke"),
            Err(_elapsed) => {
                debug!("some events were not written in time");
                self.task.abort();
            }
        }
    }
}

struct Writer {
    client: Client,
    api: EventApi,
    closing: CancellationToken,
    /// The server can't be reached, and there is no time left to wait for it.
    has_given_up: AtomicBool,
}

impl Writer {
    async fn run_core(self, mut receiver: mpsc::Receiver<Occurrence>, mut correlator: Correlator) {
        while let Some(occurrence) = self.next(&mut receiver).await {
            let Some(written) = correlator.correlate(&occurrence) else { continue };
            let create = || render::core_event(&occurrence, &written);
            if written.count > 1 {
                let patch = render::core_patch(&occurrence, &written);
                self.patch_or_create(occurrence.namespace(), &written.name, &patch, create).await;
            } else {
                self.create(occurrence.namespace(), &create()).await;
            }
        }
    }

    async fn run_series(self, mut receiver: mpsc::Receiver<Occurrence>) {
        let mut cache = SeriesCache::new();
        let mut ticks = interval_at(Instant::now() + SERIES_PERIOD, SERIES_PERIOD);
        loop {
            tokio::select! {
                next = self.next(&mut receiver) => {
                    let Some(occurrence) = next else { break };
                    let Some(written) = cache.observe(&occurrence) else { continue };
                    let create = || render::event(&occurrence, &written);
                    if written.count > 1 {
                        let patch = render::series_patch(&written);
                        self.patch_or_create(&written.namespace, &written.name, &patch, create).await;
                    } else {
                        self.create(&written.namespace, &create()).await;
                    }
                }
                _ = ticks.tick() => {
                    for written in cache.refresh() {
                        self.patch(&written.namespace, &written.name, &render::series_patch(&written)).await;
                    }
                }
            }
        }
    }

    /// The next report to write.
    async fn next(&self, receiver: &mut mpsc::Receiver<Occurrence>) -> Option<Occurrence> {
        if self.has_given_up.load(Ordering::Relaxed) { None } else { receiver.recv().await }
    }

    fn events(&self, namespace: &str) -> DynamicApi {
        DynamicApi::namespaced(self.client.clone(), self.api.gvr(), namespace)
    }

    async fn create(&self, namespace: &str, event: &Unstructured) {
        let events = self.events(namespace);
        let options = CreateOptions::default();
        log(self.persist(|| events.create(event, &options)).await);
    }

    /// Patches an event; one that has expired on the server is created anew.
    async fn patch_or_create(&self, namespace: &str, name: &str, patch: &Patch, event: impl FnOnce() -> Unstructured) {
        let events = self.events(namespace);
        let options = PatchOptions::default();
        match self.persist(|| events.patch(name, "", patch, &options)).await {
            Err(err) if err.is_not_found() => self.create(namespace, &event()).await,
            done => log(done),
        }
    }

    async fn patch(&self, namespace: &str, name: &str, patch: &Patch) {
        let events = self.events(namespace);
        let options = PatchOptions::default();
        log(self.persist(|| events.patch(name, "", patch, &options)).await);
    }

    /// Tries until the server has answered, for about two minutes, or until the shutdown.
    async fn persist<F>(&self, attempt: impl Fn() -> F) -> Result<Unstructured, ClientError>
    where
        F: Future<Output = Result<Unstructured, ClientError>>,
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
                    let pause = if tries == 1 { TRY_PAUSE.mul_f64(rand::random()) } else { jitter(TRY_PAUSE, 0.0) };
                    // a shutdown ends the pause: there is one more try
                    self.closing.run_until_cancelled(tokio::time::sleep(pause)).await;
                    tries += 1;
                }
                done => return done,
            }
        }
    }
}

fn log(done: Result<Unstructured, ClientError>) {
    if let Err(err) = done {
        debug!(%err, "an event was not written");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::{
        events::{EventType, ObjectReference, Report},
        test_kind::Gadget,
        transport::Fake,
    };

    fn server() -> Fake {
        Fake::new(|_| Ok(Fake::json(200, r#"{"apiVersion":"v1","kind":"Event","metadata":{"name":"x"}}"#)))
    }

    fn gadget() -> ObjectReference {
        ObjectReference::of(&Gadget::named("n", "a").at(5))
    }

    fn body(fake: &Fake, index: usize) -> Value {
        serde_json::from_slice(fake.requests()[index].body()).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_core_event_is_created_and_then_counted() {
        let fake = server();
        let broadcaster = EventBroadcaster::start(Client::new(fake.clone()), EventApi::Core);
        let recorder = broadcaster.recorder("tester", "host-1");
        recorder.event(gadget(), EventType::Warning, "Failed", "it broke");
        recorder.event(gadget(), EventType::Warning, "Failed", "it broke");
        drop(recorder);
        broadcaster.shutdown().await;
        assert_eq!(fake.lines()[0], "POST /api/v1/namespaces/n/events");
        let event = body(&fake, 0);
        assert_eq!(event["involvedObject"]["apiVersion"], "test.example.com/v1");
        assert_eq!(event["involvedObject"]["resourceVersion"], "5");
        assert_eq!((&event["source"]["host"], &event["count"]), (&"host-1".into(), &1.into()));
        assert!(fake.lines()[1].starts_with("PATCH /api/v1/namespaces/n/events/a."), "{:?}", fake.lines());
        assert_eq!(body(&fake, 1)["count"], 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_event_becomes_a_series() {
        let fake = server();
        let broadcaster = EventBroadcaster::start(Client::new(fake.clone()), EventApi::Events);
        let recorder = broadcaster.recorder("tester", "tester-0");
        for _ in 0..3 {
            recorder.report(Report {
                regarding: gadget(),
                related: None,
                type_: EventType::Normal,
                reason: "Scheduled".to_owned(),
                action: "Binding".to_owned(),
                message: "bound".to_owned(),
            });
        }
        tokio::time::sleep(Duration::from_secs(600)).await;
        drop(recorder);
        broadcaster.shutdown().await;
        let event = body(&fake, 0);
        assert_eq!((&event["note"], &event["action"]), (&"bound".into(), &"Binding".into()));
        assert_eq!(body(&fake, 1)["series"]["count"], 2);
        assert_eq!(body(&fake, 2)["series"]["count"], 3);
        assert_eq!(fake.lines().len(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn an_unreachable_server_is_waited_for() {
        let fake = Fake::script([]);
        let broadcaster = EventBroadcaster::start(Client::new(fake.clone()), EventApi::Core);
        let recorder = broadcaster.recorder("tester", "");
        recorder.event(gadget(), EventType::Normal, "Done", "done");
        tokio::time::sleep(TRY_PAUSE * TRIES_MAX).await;
        assert_eq!(fake.lines().len(), 12);
        drop(recorder);
        broadcaster.shutdown().await;
        assert_eq!(fake.lines().len(), 12);
    }

    #[tokio::test(start_paused = true)]
    async fn a_shutdown_does_not_wait_for_an_unreachable_server() {
        let fake = Fake::script([]);
        let broadcaster = EventBroadcaster::start(Client::new(fake.clone()), EventApi::Events);
        let recorder = broadcaster.recorder("tester", "");
        for number in 0..5 {
            recorder.event(gadget(), EventType::Normal, "Done", format!("done {number}"));
        }
        drop(recorder);
        // the first event's first try has failed by now
        tokio::time::sleep(Duration::from_millis(1)).await;
        let began = Instant::now();
        broadcaster.shutdown().await;
        assert_eq!(began.elapsed(), Duration::ZERO);
        assert_eq!(fake.lines().len(), 2);
    }
}
