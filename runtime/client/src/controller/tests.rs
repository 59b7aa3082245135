use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use kubeforge_machinery::{
    KindInfo, SchemeBuilder,
    meta::v1::{CreateOptions, OwnerReference, UpdateOptions},
    scheme::ResourceInfo,
};
use parking_lot::Mutex;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::{
    Api, ObjectKey,
    fake::FakeCluster,
    test_kind::{Gadget, GadgetList},
    workqueue::{FastSlow, MetricsProvider, QueueMetrics},
};

fn cluster() -> FakeCluster {
    let mut scheme = SchemeBuilder::new("test");
    let resource = Some(ResourceInfo { plural: "gadgets".into(), namespaced: true, ..ResourceInfo::default() });
    let info = KindInfo { resource, list_kind: Some("GadgetList".into()), ..KindInfo::default() };
    scheme.kind::<Gadget>(info).kind::<GadgetList>(KindInfo::default());
    FakeCluster::new(Arc::new(scheme.build()))
}

fn gadgets(cluster: &FakeCluster) -> Api<Gadget> {
    Api::namespaced(cluster.client(), "n")
}

async fn create(api: &Api<Gadget>, name: &str) -> Gadget {
    api.create(&Gadget::named("n", name), &CreateOptions::default()).await.unwrap()
}

/// Writes down which keys it is called for.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    fn note(&self, key: &ObjectKey) {
        self.0.lock().push(key.name.clone());
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock())
    }
}

/// Runs a controller until the token is cancelled.
struct Running {
    cancel: CancellationToken,
    task: JoinHandle<Result<(), ControllerError>>,
}

impl Running {
    fn start(controller: ControllerBuilder<Gadget>, reconciler: impl Reconciler) -> Self {
        let cancel = CancellationToken::new();
        let task = tokio::spawn(controller.run(reconciler, cancel.clone()));
        Self { cancel, task }
    }

    async fn stop(self) {
        self.cancel.cancel();
        self.task.await.unwrap().unwrap();
    }
}

async fn settle() {
    tokio::time::sleep(Duration::from_millis(3)).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_there_and_what_changes_is_called_for() {
    let cluster = cluster();
    let (api, notes) = (gadgets(&cluster), Notes::default());
    let mut before = create(&api, "before").await;
    let called = notes.clone();
    let controller = Controller::builder::<Gadget>(cluster.client());
    let lister = controller.lister::<Gadget>();
    let running = Running::start(controller, move |key: ObjectKey| {
        called.note(&key);
        let sizes = lister.namespace("n").get(&key.name).map(|it| it.size);
        called.0.lock().push(format!("{sizes:?}").chars().take(8).collect());
        async { Ok::<_, String>(Action::Done) }
    });
    settle().await;
    assert_eq!(notes.take(), ["before", "Ok(0)"]);
    before.size = 3;
    api.update(&before, &UpdateOptions::default()).await.unwrap();
    settle().await;
    assert_eq!(notes.take(), ["before", "Ok(3)"]);
    api.delete("before", &Default::default()).await.unwrap();
    settle().await;
    assert_eq!(notes.take()[0], "before");
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn owners_and_whoever_else_is_meant_are_called_for() {
    let cluster = cluster();
    let (api, notes) = (gadgets(&cluster), Notes::default());
    let called = notes.clone();
    let controller = Controller::builder::<Gadget>(cluster.client())
        .predicate(Predicate::new(|_| false))
        .owns::<Gadget>()
        .watches(|gadget: &Gadget| vec![ObjectKey::new("n", format!("friend of {}", gadget.metadata.name))])
        .watches_stream(futures::stream::iter([ObjectKey::new("n", "streamed")]));
    let running = Running::start(controller, move |key: ObjectKey| {
        called.note(&key);
        async { Ok::<_, String>(Action::Done) }
    });
    settle().await;
    let mut owned = Gadget::named("n", "owned");
    owned.metadata.owner_references.push(OwnerReference {
        api_version: "test.example.com/v1".to_owned(),
        kind: "Gadget".to_owned(),
        name: "owner".to_owned(),
        uid: "u".to_owned(),
        controller: Some(true),
        ..OwnerReference::default()
    });
    api.create(&owned, &CreateOptions::default()).await.unwrap();
    settle().await;
    let mut called = notes.take();
    called.sort();
    assert_eq!(called, ["friend of owned", "owner", "streamed"]);
    running.stop().await;
}

#[derive(Clone, Default)]
struct Counts(Arc<Mutex<Vec<Outcome>>>, Arc<AtomicUsize>);

impl MetricsProvider for Counts {
    fn queue(&self, name: &str) -> Arc<dyn QueueMetrics> {
        assert_eq!(name, "tested");
        Arc::new(crate::workqueue::NoMetrics)
    }
}

impl ControllerMetrics for Counts {
    fn controller(&self, _name: &str) -> Arc<dyn ReconcileMetrics> {
        Arc::new(self.clone())
    }
}

impl ReconcileMetrics for Counts {
    fn began(&self) {
        self.1.fetch_add(1, Ordering::Relaxed);
    }

    fn ended(&self, outcome: Outcome, _took: Duration) {
        self.1.fetch_sub(1, Ordering::Relaxed);
        self.0.lock().push(outcome);
    }
}

/// Fails in one way after the other, each time it is called.
struct Failing(AtomicUsize);

impl Reconciler for Failing {
    type Error = String;

    async fn reconcile(&self, _key: &ObjectKey) -> Result<Action, String> {
        match self.0.fetch_add(1, Ordering::Relaxed) {
            0 => Err("not yet".to_owned()),
            1 => panic!("on purpose"),
            2 => std::future::pending().await,
            3 => Ok(Action::Requeue(Duration::from_secs(100))),
            4 => Ok(Action::Done),
            _ => Err("never".to_owned()),
        }
    }

    fn on_failure(&self, _key: &ObjectKey, err: &String) -> OnFailure {
        if err == "never" { OnFailure::GiveUp } else { OnFailure::Retry }
    }
}

#[tokio::test(start_paused = true)]
async fn failures_panics_and_delays_are_counted_and_tried_again() {
    let cluster = cluster();
    let (api, counts) = (gadgets(&cluster), Counts::default());
    let first = create(&api, "a").await;
    let second = Duration::from_secs(1);
    let controller = Controller::builder::<Gadget>(cluster.client())
        .name("tested")
        .rate_limiter(FastSlow::new(second, second, 0))
        .timeout(second * 10)
        .metrics(counts.clone());
    let running = Running::start(controller, Failing(AtomicUsize::new(0)));
    let outcomes = || counts.0.lock().clone();
    use Outcome::{Error, Panic, RequeueAfter, Success, TerminalError};
    for (seconds, want) in [(0, vec![Error]), (1, vec![Error, Panic]), (11, vec![Error, Panic, Error])] {
        tokio::time::sleep(second * seconds).await;
        settle().await;
        assert_eq!(outcomes(), want);
    }
    tokio::time::sleep(second * 2).await;
    assert_eq!(outcomes()[3..], [RequeueAfter]);
    tokio::time::sleep(second * 101).await;
    assert_eq!(outcomes()[3..], [RequeueAfter, Success]);
    api.update(&first.sized(5), &UpdateOptions::default()).await.unwrap();
    tokio::time::sleep(second * 1000).await;
    assert_eq!(outcomes()[4..], [Success, TerminalError], "it isn't tried again");
    assert_eq!(counts.1.load(Ordering::Relaxed), 0);
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn keys_run_beside_each_other_but_each_alone_and_calls_end_gracefully() {
    let cluster = cluster();
    let api = gadgets(&cluster);
    let mut objects = Vec::new();
    for name in ["a", "b", "c", "d", "e"] {
        objects.push(create(&api, name).await);
    }
    let (active, most, notes) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)), Notes::default());
    let (now, peak, called) = (active.clone(), most.clone(), notes.clone());
    let controller = Controller::builder::<Gadget>(cluster.client()).concurrency(3);
    let running = Running::start(controller, move |key: ObjectKey| {
        let (now, peak, called) = (now.clone(), peak.clone(), called.clone());
        async move {
            {
                let mut active = now.lock();
                assert!(!active.contains(&key), "twice at once: {key}");
                active.push(key.clone());
                peak.fetch_max(active.len(), Ordering::Relaxed);
            }
            tokio::time::sleep(Duration::from_secs(10)).await;
            now.lock().retain(|it| *it != key);
            called.note(&key);
            Ok::<_, String>(Action::Done)
        }
    });
    tokio::time::sleep(Duration::from_secs(5)).await;
    let busy = active.lock()[0].name.clone();
    let changed = objects.into_iter().find(|it| it.metadata.name == busy).unwrap();
    api.update(&changed.sized(1), &UpdateOptions::default()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(notes.take().len(), 3);
    assert!(active.lock().iter().any(|key| key.name == busy), "what changed meanwhile is called for again, and first");
    let began = tokio::time::Instant::now();
    running.stop().await;
    assert_eq!(began.elapsed().as_secs(), 5, "calls that run are waited for");
    assert_eq!((notes.take().len(), active.lock().len(), most.load(Ordering::Relaxed)), (3, 0, 3));
}

#[tokio::test(start_paused = true)]
async fn a_controller_without_a_server_gives_up() {
    let client = crate::Client::new(crate::transport::Fake::new(|_| Ok(crate::transport::Fake::json(403, "{}"))));
    let controller = Controller::builder::<Gadget>(client).cache_sync_timeout(Duration::from_secs(9));
    let never = |key: ObjectKey| async move { Err(format!("nothing is known, not even {key}")) };
    let run = controller.run(never, CancellationToken::new());
    let err = run.await.unwrap_err();
    assert_eq!(err.to_string(), "failed to wait for gadget caches to sync: timed out waiting for cache to be synced");
}

#[tokio::test(start_paused = true)]
async fn a_panic_before_there_is_a_future_is_a_panic_of_the_call() {
    let cluster = cluster();
    let (api, counts) = (gadgets(&cluster), Counts::default());
    create(&api, "a").await;
    let second = Duration::from_secs(1);
    let controller = Controller::builder::<Gadget>(cluster.client())
        .name("tested")
        .rate_limiter(FastSlow::new(second, second, 0))
        .metrics(counts.clone());
    let calls = AtomicUsize::new(0);
    let running = Running::start(controller, move |_: ObjectKey| {
        assert!(calls.fetch_add(1, Ordering::Relaxed) > 0, "on purpose");
        async { Ok::<_, String>(Action::Done) }
    });
    tokio::time::sleep(second * 5).await;
    assert_eq!(*counts.0.lock(), [Outcome::Panic, Outcome::Success]);
    assert_eq!(counts.1.load(Ordering::Relaxed), 0);
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_controller_that_ended_leaves_no_handler_with_shared_informers() {
    let cluster = cluster();
    let factory = crate::informer::InformerFactory::new(cluster.client());
    let held = Arc::new(());
    let holder = held.clone();
    let controller = Controller::with_informers::<Gadget>(factory.clone())
        .predicate(Predicate::new(move |_| Arc::strong_count(&holder) > 0));
    let running = Running::start(controller, |_: ObjectKey| async { Ok::<_, String>(Action::Done) });
    let informing = CancellationToken::new();
    factory.start(&informing);
    settle().await;
    assert_eq!(Arc::strong_count(&held), 2);
    running.stop().await;
    settle().await;
    assert_eq!(Arc::strong_count(&held), 1);
    informing.cancel();
    factory.shutdown().await;
}

/// Fails, and panics where it is asked what to do then.
struct Undecided(AtomicUsize);

impl Reconciler for Undecided {
    type Error = String;

    async fn reconcile(&self, _key: &ObjectKey) -> Result<Action, String> {
        if self.0.fetch_add(1, Ordering::Relaxed) == 0 { Err("not yet".to_owned()) } else { Ok(Action::Done) }
    }

    fn on_failure(&self, _key: &ObjectKey, _err: &String) -> OnFailure {
        panic!("on purpose")
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_about_a_failure_ends_no_worker() {
    let cluster = cluster();
    let (api, counts) = (gadgets(&cluster), Counts::default());
    create(&api, "a").await;
    let controller = Controller::builder::<Gadget>(cluster.client()).name("tested").metrics(counts.clone());
    let running = Running::start(controller, Undecided(AtomicUsize::new(0)));
    tokio::time::sleep(Duration::from_secs(5)).await;
    create(&api, "b").await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(*counts.0.lock(), [Outcome::Panic, Outcome::Success, Outcome::Success]);
    running.stop().await;
}
