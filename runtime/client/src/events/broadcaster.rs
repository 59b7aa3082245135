//! Who reports, and who hears of it.

use std::{sync::Arc, time::Duration};

use kubeforge_machinery::unstructured::Unstructured;
use parking_lot::Mutex;
use tokio::{task::JoinSet, time::timeout};
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use super::{
    correlate::{Correlator, CorrelatorOptions},
    fan_out::FanOut,
    recorder::EventRecorder,
    sink::{ApiEventSink, EventApi, EventSink},
    watcher::{self, EventWatch},
    writer::Writer,
};
use crate::client::Client;

/// How long a shutdown waits for what is still to be written.
const SHUTDOWN_MAX: Duration = Duration::from_secs(5);

/// Tells everybody who wants to hear of it what recorders report: sinks, which keep it, watchers, and the log. Their tasks
/// end when it and all its recorders are dropped.
#[derive(Debug, Default)]
pub struct EventBroadcaster {
    fan_out: Arc<FanOut>,
    /// Cancelled when nothing is to be tried again.
    closing: CancellationToken,
    tasks: Mutex<JoinSet<()>>,
}

impl EventBroadcaster {
    /// A broadcaster of which nobody hears yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins to write events of one API. To be called within a tokio runtime.
    pub fn start(client: Client, api: EventApi) -> Self {
        Self::start_with(client, api, CorrelatorOptions::default())
    }

    /// Like [`EventBroadcaster::start`], with other limits for `v1` events.
    pub fn start_with(client: Client, api: EventApi, correlator: CorrelatorOptions) -> Self {
        let broadcaster = Self::new();
        broadcaster.record_to(ApiEventSink::new(client, api), api, correlator);
        broadcaster
    }

    /// Writes into a sink what is reported from now on, as events of one API; each sink has its own counts and limits. To be
    /// called within a tokio runtime, as all that follows.
    pub fn record_to(&self, sink: impl EventSink, api: EventApi, correlator: CorrelatorOptions) {
        let (queue, writer) = (self.fan_out.subscribe(), Writer::new(sink, self.closing.clone()));
        let mut tasks = self.tasks.lock();
        match api {
            EventApi::Core => tasks.spawn(writer.run_core(queue, Correlator::new(correlator))),
            EventApi::Events => tasks.spawn(writer.run_series(queue)),
        };
    }

    /// Logs what is reported from now on.
    pub fn log(&self) -> EventWatch {
        EventWatch::new(self.tasks.lock().spawn(watcher::log(self.fan_out.subscribe())))
    }

    /// Tells `hear` what is reported from now on, each as an event of that API that happened once.
    pub fn watch(&self, api: EventApi, hear: impl FnMut(&Unstructured) + Send + 'static) -> EventWatch {
        EventWatch::new(self.tasks.lock().spawn(watcher::watch(self.fan_out.subscribe(), api, hear)))
    }

    /// A recorder for a component, such as `default-scheduler`, on a host (for `events.k8s.io`, the instance's name).
    pub fn recorder(&self, component: impl Into<String>, host: impl Into<String>) -> EventRecorder {
        EventRecorder::new(self.fan_out.clone(), component, host)
    }

    /// Waits until everything that was reported so far is written and heard. A server that can't be reached is not waited
    /// for, and a slow one only for a few seconds. What recorders report afterwards goes nowhere.
    pub async fn shutdown(self) {
        self.fan_out.close();
        self.closing.cancel();
        let mut tasks = std::mem::take(&mut *self.tasks.lock());
        let ended = timeout(SHUTDOWN_MAX, async {
            while let Some(ended) = tasks.join_next().await {
                if let Err(err) = ended
                    && !err.is_cancelled()
                {
                    warn!(%err, "a task of the events broke");
                }
            }
        });
        if ended.await.is_err() {
            debug!("some events were not written in time");
            tasks.abort_all();
        }
    }
}

impl Drop for EventBroadcaster {
    fn drop(&mut self) {
        // recorders may be in use for longer
        self.tasks.lock().detach_all();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use std::collections::BTreeMap;

    use tokio::time::Instant;

    use super::{
        super::writer::{TRIES_MAX, TRY_PAUSE},
        *,
    };
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
        // the first try of each event has failed by now; there is one more
        tokio::time::sleep(Duration::from_millis(1)).await;
        let began = Instant::now();
        broadcaster.shutdown().await;
        assert_eq!(began.elapsed(), Duration::ZERO);
        assert_eq!(fake.lines().len(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn many_hear_of_what_is_reported() {
        let (core, events) = (server(), server());
        let broadcaster = EventBroadcaster::new();
        let options = CorrelatorOptions::default();
        let recorder = broadcaster.recorder("tester", "host-1");
        recorder.event(gadget(), EventType::Normal, "Early", "nobody hears of it");
        broadcaster.record_to(ApiEventSink::new(Client::new(core.clone()), EventApi::Core), EventApi::Core, options);
        broadcaster.record_to(
            ApiEventSink::new(Client::new(events.clone()), EventApi::Events),
            EventApi::Events,
            options,
        );
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (all, few) = (heard.clone(), heard.clone());
        broadcaster.watch(EventApi::Core, move |event| {
            all.lock().push(event.content["message"].clone());
            panic!("on purpose");
        });
        let stopped = broadcaster.watch(EventApi::Core, move |_| few.lock().push("not stopped".into()));
        stopped.stop();
        let annotations = BTreeMap::from([("example.com/by".to_owned(), "me".to_owned())]);
        recorder.annotated_event(gadget(), annotations, EventType::Normal, "Done", "one");
        recorder.event(gadget(), EventType::Normal, "Done", "two");
        broadcaster.shutdown().await;
        recorder.event(gadget(), EventType::Normal, "Late", "nobody hears of it");
        assert_eq!(core.lines(), ["POST /api/v1/namespaces/n/events"; 2]);
        // the message is no part of what makes a series
        assert_eq!(events.lines().len(), 2);
        for fake in [&core, &events] {
            assert_eq!(body(fake, 0)["metadata"]["annotations"]["example.com/by"], "me");
        }
        assert_eq!(*heard.lock(), [Value::from("one"), "two".into()]);
    }
}
