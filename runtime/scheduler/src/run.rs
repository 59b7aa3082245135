//! The running scheduler: informers feed the core, and tasks carry out what it decides.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, OnceLock, atomic::Ordering::SeqCst},
    time::Duration,
};

use kubeforge_api::core::v1::Pod;
use kubeforge_client::{
    Client, InformerFactory,
    events::{EventApi, EventBroadcaster},
    store::Store,
};
use kubeforge_client_set::{Clientset, Informers as _};
use prometheus::IntGauge;
use tokio::{sync::mpsc, task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::{
    binding,
    core::{Binding, Core, Decision, Ended, Rejection},
    endpoint::{Health, Question},
    extender::Consulted,
    framework::{Interruption, PodKey, Status},
    inputs::{self, Input},
    logs::V3,
    metrics::SchedulerMetrics,
    options::{SchedulerError, SchedulerOptions},
    plugins::DefaultPreemption,
    queue::Backoff,
    report::Reporter,
};

/// How many pods may be on their way to the API server, bound or reported about. More wait in the queue.
const TASKS_MAX: usize = 256;

/// How long what is on its way to the API server is waited for when the scheduler stops.
const ARRIVAL_MAX: Duration = Duration::from_secs(5);

/// How many decisions are made before other tasks get their turn.
const DECISIONS_PER_TURN: usize = 16;

/// What a task has done.
enum Done {
    /// It tried to bind a pod.
    Bound(Box<Binding>, Status),
    /// It wrote what became of a pod that was not placed.
    Reported(PodKey),
    /// It wrote that, and ended the pods that had to go for this one, or could not.
    Preempted(PodKey, Ended),
    /// It asked extenders.
    Consulted(Consulted),
}

/// What a process around the scheduler tells it and is told by it.
pub(crate) struct Controls {
    /// Cancelled once it may place pods; until then it only takes note of what is in the cluster.
    pub(crate) active: CancellationToken,
    /// How it is.
    pub(crate) health: Arc<Health>,
    /// What it counts.
    pub(crate) metrics: Arc<SchedulerMetrics>,
    /// Gets the pods that are known.
    pub(crate) pods: Arc<OnceLock<Arc<Store<Pod>>>>,
    /// What others want to know.
    pub(crate) questions: mpsc::Receiver<Question>,
    /// The client for events, where it is another one.
    pub(crate) events: Option<Client>,
}

impl Controls {
    /// For a scheduler that nobody looks at.
    fn alone() -> Self {
        let active = CancellationToken::new();
        active.cancel();
        Self {
            active,
            health: Arc::default(),
            metrics: Arc::default(),
            pods: Arc::default(),
            questions: mpsc::channel(1).1,
            events: None,
        }
    }
}

/// Places pods until it is cancelled.
///
/// # Errors
/// Where the configuration can't be used.
pub async fn run(client: Client, options: SchedulerOptions, cancel: CancellationToken) -> Result<(), SchedulerError> {
    run_with(client, options, Controls::alone(), cancel).await
}

/// Takes note of what is in the cluster, and places pods once it may, until it is cancelled.
pub(crate) async fn run_with(
    client: Client,
    options: SchedulerOptions,
    controls: Controls,
    cancel: CancellationToken,
) -> Result<(), SchedulerError> {
    let profiles = options.configuration.profiles(&options.registry)?;
    let events = EventBroadcaster::start(controls.events.unwrap_or_else(|| client.clone()), EventApi::Events);
    let factory = InformerFactory::new(client.clone());
    let (sender, inputs) = mpsc::unbounded_channel();
    let registered = inputs::subscribe(sender, &factory, &options.configuration.gates);
    // whoever looks for it finds the first
    let _is_first = controls.pods.set(Arc::clone(factory.core_v1().pods().store()));
    factory.start(&cancel);
    info!("waiting for caches to sync");
    let synced = async {
        factory.wait_for_sync().await;
        registered.wait_for_sync().await;
    };
    if cancel.run_until_cancelled(synced).await.is_some() {
        controls.health.is_synced.store(true, SeqCst);
        info!(target: V3, "Handlers synced");
        let clientset = Clientset::new(client);
        let metrics = controls.metrics;
        let reporter = Arc::new(Reporter::new(clientset.clone(), &events, &profiles, Arc::clone(&metrics)));
        let backoff = Backoff { unschedulable_max: options.unschedulable_max, ..options.configuration.backoff() };
        let mut core = Core::with_metrics(profiles, backoff, Arc::clone(&metrics));
        core.hold_reported();
        let scheduler = Scheduler {
            core,
            clientset,
            reporter,
            inputs,
            questions: controls.questions,
            pods: Arc::clone(factory.core_v1().pods().store()),
            active: controls.active,
            tasks: JoinSet::new(),
            waiting: JoinSet::new(),
            on_their_way: HashMap::new(),
            binding: metrics.running("binding"),
            metrics,
        };
        scheduler.run(&cancel).await;
    }
    factory.shutdown().await;
    events.shutdown().await;
    Ok(())
}

struct Scheduler {
    core: Core,
    clientset: Clientset,
    reporter: Arc<Reporter>,
    inputs: mpsc::UnboundedReceiver<Input>,
    questions: mpsc::Receiver<Question>,
    pods: Arc<Store<Pod>>,
    active: CancellationToken,
    tasks: JoinSet<Done>,
    /// Bindings that wait for somebody else, perhaps for minutes: volumes are made for them. They do not keep others from
    /// being bound; there can't be more of them than pods.
    waiting: JoinSet<Done>,
    /// How those that wait are told that it is in vain.
    on_their_way: HashMap<PodKey, OnItsWay>,
    metrics: Arc<SchedulerMetrics>,
    /// How many pods are being bound.
    binding: IntGauge,
}

/// A pod that may take a while to be bound.
struct OnItsWay {
    /// Where it is going.
    node: Arc<str>,
    /// Told when it or the node is gone.
    interruption: Interruption,
    /// Told when it is being deleted.
    withdrawal: Interruption,
}

impl Scheduler {
    async fn run(mut self, cancel: &CancellationToken) {
        while !cancel.is_cancelled() {
            self.take_what_is_there();
            let is_active = self.active.is_cancelled();
            if is_active && self.decide() {
                tokio::task::yield_now().await;
                continue;
            }
            let wakeup = self.core.next_wakeup().filter(|_| is_active && self.tasks.len() < TASKS_MAX);
            tokio::select! {
                () = cancel.cancelled() => break,
                () = self.active.cancelled(), if !is_active => {}
                Some(question) = self.questions.recv() => self.reply(question),
                input = self.inputs.recv() => match input {
                    Some(input) => self.take(input),
                    None => break,
                },
                Some(done) = self.tasks.join_next(), if !self.tasks.is_empty() => self.finish(done),
                Some(done) = self.waiting.join_next(), if !self.waiting.is_empty() => self.finish(done),
                () = sleep_until(wakeup) => {}
            }
        }
        // what is on its way may arrive, if the server answers
        let arrival = async {
            while let Some(done) = self.tasks.join_next().await {
                // nothing more is decided
                if !matches!(done, Ok(Done::Consulted(_))) {
                    self.finish(done);
                }
            }
        };
        if tokio::time::timeout(ARRIVAL_MAX, arrival).await.is_err() {
            warn!("some bindings and reports are not answered; stopping without them");
        }
    }

    fn take_what_is_there(&mut self) {
        while let Ok(input) = self.inputs.try_recv() {
            self.take(input);
        }
        while let Some(done) = self.tasks.try_join_next() {
            self.finish(done);
        }
        while let Some(done) = self.waiting.try_join_next() {
            self.finish(done);
        }
    }

    fn take(&mut self, input: Input) {
        let now = Instant::now();
        self.note(input, now);
        self.core.event_took(now.elapsed());
    }

    fn note(&mut self, input: Input, now: Instant) {
        match input {
            Input::SetNode(node) => self.core.set_node(node, now),
            Input::RemoveNode(node) => {
                self.interrupt_node(&node.metadata.name);
                self.core.remove_node(&node.metadata.name, now);
            }
            Input::SetPod(pod) => {
                self.withdraw_pod(&pod);
                self.core.set_pod(pod, now);
            }
            Input::RemovePod(pod) => {
                self.interrupt_pod(&pod);
                self.core.remove_pod(&pod, now);
            }
            Input::SetObject(object) => self.core.set_object(object, now),
            Input::RemoveObject(object) => self.core.remove_object(&object, now),
        }
    }

    /// Nobody's word is waited for any more where a pod is being deleted before it has a node.
    fn withdraw_pod(&self, pod: &Pod) {
        let is_ending = pod.metadata.deletion_timestamp.is_some() && pod.spec.node_name.is_empty();
        if is_ending && let Some(it) = self.on_their_way.get(&PodKey::of(pod)) {
            it.withdrawal.interrupt("removed".to_owned());
        }
    }

    fn interrupt_pod(&self, pod: &Pod) {
        if self.on_their_way.is_empty() {
            return;
        }
        if let Some(it) = self.on_their_way.get(&PodKey::of(pod)) {
            let name = &pod.metadata.name;
            it.withdrawal.interrupt("removed".to_owned());
            it.interruption.interrupt(format!("pod does not exist any more: pod {name:?} not found"));
        }
    }

    fn interrupt_node(&self, name: &str) {
        for it in self.on_their_way.values().filter(|it| *it.node == *name) {
            it.interruption.interrupt(format!("failed to get node {name:?}: node {name:?} not found"));
        }
    }

    /// Decides about some pods. Returns whether there may be more.
    fn decide(&mut self) -> bool {
        for _ in 0..DECISIONS_PER_TURN {
            if self.tasks.len() >= TASKS_MAX {
                return false;
            }
            let decision = self.core.schedule_next(Instant::now());
            self.ask_extenders();
            match decision {
                Some(decision) => self.carry_out(decision),
                None => return false,
            }
        }
        true
    }

    fn carry_out(&mut self, decision: Decision) {
        match decision {
            Decision::Bind(binding) => self.bind(binding),
            Decision::Reject(rejection) => self.report(rejection),
        }
    }

    fn report(&mut self, rejection: Rejection) {
        let reporter = Arc::clone(&self.reporter);
        if rejection.victims_to_end().next().is_some() {
            self.core.preempting(&rejection);
        }
        let preempted = self.interrupt_victims(&rejection);
        self.tasks.spawn(async move {
            let pod = rejection.pod.key().clone();
            match reporter.rejected(&rejection, &preempted).await {
                Some(ended) => Done::Preempted(pod, ended),
                None => Done::Reported(pod),
            }
        });
    }

    /// Victims that are not bound yet need not be deleted: they go back to the queue. Returns them.
    fn interrupt_victims(&self, rejection: &Rejection) -> HashSet<PodKey> {
        let is_interrupted = |key: &&PodKey| {
            let bound = self.on_their_way.get(key);
            let reason = || format!("preempted by {}", DefaultPreemption::NAME);
            bound.is_some_and(|it| it.interruption.interrupt(reason()))
        };
        rejection.victims_to_end().map(|victim| victim.key()).filter(is_interrupted).cloned().collect()
    }

    /// One pod's extenders are asked at a time, so there is a task for it whatever else is on its way.
    fn ask_extenders(&mut self) {
        if let Some(consultation) = self.core.consultation() {
            self.tasks.spawn(async move { Done::Consulted(consultation.ask().await) });
        }
    }

    fn reply(&mut self, question: Question) {
        // whoever asked may be gone
        match question {
            Question::Measure(done) => {
                self.core.measure();
                let _gone = done.send(());
            }
            Question::Explain { namespace, name, answer } => {
                let pod = self.pods.get(&namespace, &name);
                let _gone = answer.send(pod.map(|pod| self.core.explain_waiting(&pod)));
            }
        }
    }

    fn bind(&mut self, mut binding: Binding) {
        let (clientset, metrics) = (self.clientset.clone(), Arc::clone(&self.metrics));
        self.binding.inc();
        let tasks = if binding.is_announced {
            let (interruption, withdrawal) = (binding.interruption.clone(), binding.withdrawal.clone());
            let it = OnItsWay { node: Arc::clone(&binding.node), interruption, withdrawal };
            self.on_their_way.insert(binding.pod.key().clone(), it);
            &mut self.waiting
        } else {
            &mut self.tasks
        };
        tasks.spawn(async move {
            let status = binding::bind(clientset, &mut binding, &metrics).await;
            Done::Bound(Box::new(binding), status)
        });
    }

    fn finish(&mut self, done: Result<Done, tokio::task::JoinError>) {
        if let Ok(Done::Bound(binding, _)) = &done {
            self.binding.dec();
            if binding.is_announced {
                self.on_their_way.remove(binding.pod.key());
            }
        }
        match done {
            Ok(Done::Bound(binding, status)) if status.is_success() => {
                self.core.bound(&binding);
                self.reporter.bound(&binding);
            }
            Ok(Done::Bound(binding, status)) => {
                warn!(pod = %binding.pod.key(), node = &*binding.node, reason = status.message(), "cannot bind the pod");
                if let Some(rejection) = self.core.bind_failed(&binding, &status, Instant::now()) {
                    self.report(rejection);
                }
            }
            Ok(Done::Consulted(consulted)) => {
                let decision = self.core.consulted(consulted, Instant::now());
                self.ask_extenders();
                if let Some(decision) = decision {
                    self.carry_out(decision);
                }
            }
            Ok(Done::Reported(pod)) => self.core.reported(&pod, Instant::now()),
            Ok(Done::Preempted(pod, ended)) => self.core.preempted(&pod, ended, Instant::now()),
            // what the task knew is lost, and with it what is assumed of its pod: better begin anew
            Err(err) if err.is_panic() => std::panic::resume_unwind(err.into_panic()),
            Err(err) => warn!(%err, "a task of the scheduler broke"),
        }
    }
}

async fn sleep_until(wakeup: Option<Instant>) {
    match wakeup {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
